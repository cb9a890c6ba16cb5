"""Which activities are full, and when? Fill of sessions by kind and hour of their start."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from numpy.typing import NDArray

from sim.messages import clauses, say, sentences
from sim.report import theme
from sim.report.charts.parts import TableRows, hatch, label_width
from sim.report.charts.values import UNKNOWN, Value, as_percent, behind, titled, values_of
from sim.report.context import RunResults
from sim.report.drawing import chart
from sim.report.page import Finding, Page
from sim.report.words import count, leaders, once, scope_words, short

FILL, HELD, AWAY = "fill_share", "activities_held", "activity_turned_away_share"
KIND, CELL = "activity_kind", "activity_kind*hour"
MOST_ROWS = 12
FEWEST_HOURS = 8
FEW = 5  # sessions in the window: what so few show is no pattern
RARE_COLOUR = "#767676"
HEADS = ("sessions", "fill", "away")
WIDTHS = (0.95, 1.6, 1.75)


@dataclass(frozen=True, eq=False)
class FillRow:
    """One kind: fill and sessions by hour of `hours` (fill NaN where none is held), and overall."""

    kind: str
    label: str
    cells: NDArray[np.float64]
    held: NDArray[np.float64]
    fill: Value
    away: Value


@dataclass(frozen=True, eq=False)
class ActivityFillData:
    """Kinds, fullest first; `left_out` kinds have fewest sessions."""

    finding: Finding
    hours: tuple[int, ...]
    rows: tuple[FillRow, ...]


def plot(page: Page, data: ActivityFillData) -> None:
    """Draw the heat map and, beside it, sessions, fill and people turned away by kind."""
    rows = TableRows.below(page, len(data.rows), head=0.62, foot=0.32)
    labels = [row.label for row in data.rows]
    name = label_width(page, labels)
    rows.names(page, labels, name - 0.15)
    left, width = name, page.width - name - sum(WIDTHS)
    page.text(left, page.height - 0.16, say("fill.cells"), theme.SMALL, theme.GREY)
    _key(page, left + width)
    ax = page.axes(left, rows.bottom, width, rows.number * rows.height)
    _cells(ax, data, wide=width / len(data.hours) >= 0.36)
    x = left + width
    columns = (
        [count(float(np.nansum(row.held))) for row in data.rows],
        [as_percent(row.fill) for row in data.rows],
        [as_percent(row.away) for row in data.rows],
    )
    for head, step, words in zip(HEADS, WIDTHS, columns, strict=True):
        x += step
        page.text(x, page.height - 0.45, say(f"fill.{head}"), theme.SMALL, theme.GREY, ha="right")
        rows.write(page, x, words, ha="right")


def _key(page: Page, right: float) -> None:
    """Say what hatching means, above the right end of the heat map."""
    words = say("fill.no-session")
    width = page.width_of(words, theme.SMALL)
    y = page.height - 0.18
    ax = page.axes(right - width - 0.4, y, 0.3, 0.17)
    ax.set(xlim=(0, 1), ylim=(0, 1), xticks=[], yticks=[])
    ax.spines[:].set_visible(False)
    hatch(ax, 0, 0, 1, 1)
    page.text(right - width, y + 0.02, words)


def _cells(ax: Axes, data: ActivityFillData, wide: bool) -> None:
    """Draw colours and numbers; hatched without a session, grey with hardly any."""
    n, m = len(data.rows), len(data.hours)
    for i, row in enumerate(data.rows):
        for j in range(m):
            share, few = float(row.cells[j]), 0 <= row.held[j] < FEW
            if np.isnan(share):
                hatch(ax, j, i, 1, 1)
                continue
            colour = "white" if few else theme.SEQUENTIAL(min(share, 1.0))
            ax.fill_between([j, j + 1], i, i + 1, color=colour, linewidth=0)
            words = f"{100 * share:.0f}"
            ax.text(
                j + 0.5, i + 0.52, words, fontsize=theme.SMALL, ha="center", va="center_baseline",
                color=RARE_COLOUR if few else theme.ink_on(share),
                style="italic" if few else "normal",
            )  # fmt: skip
    ax.hlines(range(n + 1), 0, m, color="#E3E3E3", linewidth=0.5)
    ax.vlines(range(m + 1), 0, n, color="#E3E3E3", linewidth=0.5)
    ax.set(xlim=(0, m), ylim=(n, 0), yticks=[])
    ax.set_xticks(np.arange(m) + 0.5, [f"{h}" if wide or h % 2 == 0 else "" for h in data.hours])
    ax.tick_params(length=0, pad=3)
    ax.spines[:].set_visible(False)


@chart("activity-fill", plot, of=RunResults)
def analyse(results: RunResults) -> list[ActivityFillData]:
    """Order kinds by fill; of many keep those with most sessions."""
    cells = values_of(results, FILL, CELL)
    held = {k: v.mean for k, v in values_of(results, HELD, CELL).items()}
    known = {k: v for k, v in cells.items() if v.known and held.get(k, 1.0) > 0}
    if not known:
        return []
    hours = _hours([int(level.split("*")[1]) for level in known])
    whole, away = values_of(results, FILL, KIND), values_of(results, AWAY, KIND)
    kinds = list(dict.fromkeys(level.split("*")[0] for level in known))
    rows = [_row(results, kind, hours, known, held, whole, away) for kind in kinds]
    rows.sort(key=lambda r: (-float(np.nansum(r.held)), r.kind))
    kept, left = rows[:MOST_ROWS], len(rows[MOST_ROWS:])
    kept.sort(key=lambda r: (-r.fill.mean if r.fill.known else 1.0, r.kind))
    notes = [
        say("fill.left", n=left) if left else "",
        say("fill.grey", n=FEW) if any(_few(row) for row in kept) else "",
    ]
    brackets = say("brackets") if results.context.n_replications > 1 else ""
    sources = [(FILL, CELL), (HELD, CELL), (FILL, KIND), (AWAY, KIND)]
    finding = Finding(
        name="activity-fill",
        title=_title(results, rows),
        subtitle=clauses(say("fill.subtitle"), brackets),
        table=behind(results, sources),
        note=sentences(*notes),
    )
    return [ActivityFillData(finding, hours, tuple(kept))]


def _row(
    results: RunResults,
    kind: str,
    hours: Sequence[int],
    cells: Mapping[str, Value],
    held: Mapping[str, float],
    whole: Mapping[str, Value],
    away: Mapping[str, Value],
) -> FillRow:
    levels = [f"{kind}*{hour:02d}" for hour in hours]
    fill = np.array([cells.get(level, UNKNOWN).mean for level in levels])
    number = np.array([held.get(level, np.nan) for level in levels])
    overall = whole.get(kind, UNKNOWN)
    if not overall.known:  # no interval can be told from cells
        weight = np.where(np.isnan(fill) | np.isnan(number), 0.0, number)
        total = float(weight.sum())
        overall = Value(float(np.nansum(weight * fill)) / total) if total else UNKNOWN
    label = results.label("activity_kind", kind)
    return FillRow(kind, label, fill, number, overall, away.get(kind, UNKNOWN))


def _few(row: FillRow) -> bool:
    return bool((~np.isnan(row.cells) & (row.held < FEW)).any())


def _hours(seen: Sequence[int]) -> tuple[int, ...]:
    """Hours of the day to show."""
    first, last = min(seen), max(seen)
    while last - first + 1 < FEWEST_HOURS:
        first, last = max(first - 1, 0), min(last + 1, 23)
    return tuple(range(first, last + 1))


def _title(results: RunResults, rows: Sequence[FillRow]) -> str:
    """Name the fullest and the emptiest kind where intervals tell them from all others."""
    found = [(r.kind, r.fill.mean, r.fill.low, r.fill.high) for r in rows if r.fill.known]
    if not found:
        return say("fill.unknown", scope=scope_words(results.context.n_replications))
    table = pd.DataFrame(found, columns=["level", "mean", "low", "high"])
    top, bottom = leaders(table), leaders(table, largest=False)
    name = {row.kind: short(row.label) for row in rows}
    most, least = top.share, bottom.share
    first, last = name[top.levels[0]], name[bottom.levels[0]]
    values = {"first": first, "last": last, "most": most, "least": least}
    values["once"] = once(results.context.n_replications)

    def words(*keys: str) -> str:
        return titled(*(say(f"fill.{key}", **values) for key in keys))

    if most == least and len(found) > 1:
        return words("same")
    if len(found) == 1:
        return words("one", "one.short")
    if values["once"]:
        return words("both.once", "span")
    fullest = top.certain and len(top.levels) == 1
    emptiest = bottom.certain and len(bottom.levels) == 1
    if fullest and emptiest:
        return words("both", "both.short", "span")
    if fullest:
        return words("fullest", "fullest.short")
    if emptiest:
        return words("emptiest", "emptiest.short")
    return words("unclear")
