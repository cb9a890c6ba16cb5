"""Hours that groups are given, by kind and hour of the day, beside those they asked for."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from sim.messages import clauses, say
from sim.report import theme
from sim.report.charts.parts import CLOSED, TableRows, hatch, label_width, swatch
from sim.report.charts.season.results import SeasonResults
from sim.report.context import ChartContext
from sim.report.drawing import Drawing, picture
from sim.report.page import Finding, Page
from sim.report.words import DAYS, percent, short
from sim.season.published import SeasonWeek

F64 = npt.NDArray[np.float64]
PARTS = (("season.weekdays", range(5)), ("season.weekend", range(5, 7)))


@dataclass(frozen=True, eq=False)
class _Given:
    """Hours a week by kind, weekday and hour of the day: shape (kinds, 7, 24)."""

    kinds: tuple[str, ...]
    open: F64
    given: F64
    prime_open: F64
    prime_given: F64
    venues: tuple[int, ...]


@picture("season-hours-given", of=SeasonResults)
def given_drawing(results: SeasonResults) -> Drawing:
    """Heat map of kinds x hours, weekdays and weekends apart."""
    week, context = results.week, results.context
    data = _analyse(week)
    finding = Finding(
        name="season-hours-given",
        title=_title(data, context),
        subtitle=say("season.hours"),
        table=_table(data, context),
        note=say("season.hours.note"),
    )
    return finding, lambda page: _plot(page, data, context)


def _analyse(week: SeasonWeek) -> _Given:
    kinds = tuple(sorted({p.kind for p in week.places}))
    sums = np.zeros((4, len(kinds), 7, 24))
    for place in week.places:
        k = kinds.index(place.kind)
        taken = np.where(place.open, week.taken(week.sessions_in(place.name)), 0.0)
        for i, cells in enumerate((place.open, taken)):
            sums[i, k] += _by_hour(week, cells)
            sums[i + 2, k] += _by_hour(week, np.where(week.prime, cells, 0.0))
    counts = tuple(sum(p.kind == kind for p in week.places) for kind in kinds)
    return _Given(kinds, sums[0], sums[1], sums[2], sums[3], counts)


def _by_hour(week: SeasonWeek, cells: npt.NDArray[np.generic]) -> F64:
    """Hours in each hour of the day, shape (7, 24); a cell longer than an hour is spread."""
    minutes = np.repeat(cells.astype(np.float64), week.step, axis=1)
    out: F64 = minutes.reshape(7, 24, 60).mean(axis=2)
    return out


def _table(data: _Given, context: ChartContext) -> pd.DataFrame:
    rows = []
    for k, d, h in zip(*np.nonzero(data.open), strict=True):
        opened, given = float(data.open[k, d, h]), float(data.given[k, d, h])
        rows.append(
            {
                "kind": data.kinds[k],
                "label": context.label("kind", data.kinds[k]),
                "venues": data.venues[k],
                "hour_of_week": f"{DAYS[d]}-{h:02d}",
                "hours_open": opened,
                "hours_given": given,
                "share": given / opened,
                "prime_hours_open": float(data.prime_open[k, d, h]),
                "prime_hours_given": float(data.prime_given[k, d, h]),
            }
        )
    return pd.DataFrame(rows)


def _title(data: _Given, context: ChartContext) -> str:
    """Overall, and the kind that gives most: exact figures, so a lead is a lead."""
    opened, given = data.prime_open.sum(axis=(1, 2)), data.prime_given.sum(axis=(1, 2))
    prime = bool(opened.any())
    name = say("season.prime" if prime else "season.open")
    if not prime:
        opened, given = data.open.sum(axis=(1, 2)), data.given.sum(axis=(1, 2))
    if not given.any():
        return say("season.get-none", kind=name)
    share = _divided(given, opened)
    all_ = percent(float(given.sum() / opened.sum()))
    top = int(np.nanargmax(share))
    first = say("season.get", share=all_, kind=name)
    known = np.isfinite(share)
    if known.sum() < 2 or np.isclose(share[known], share[top]).sum() > 1:
        return first
    kind = short(context.label("kind", data.kinds[top]))
    return first + say("season.get-most", name=kind, share=percent(float(share[top])))


def _divided(given: F64, opened: F64) -> F64:
    """Shares; NaN where nothing is open."""
    out: F64 = np.divide(given, opened, out=np.full(given.shape, np.nan), where=opened > 0)
    return out


def _plot(page: Page, data: _Given, context: ChartContext) -> None:
    """Draw weekdays left, weekends right; a column of prime time as a whole at the right."""
    labels = [short(context.label("kind", kind), 30) for kind in data.kinds]
    left, last = label_width(page, labels, 2.4), 1.0
    seen = np.flatnonzero(data.open.sum(axis=(0, 1)))
    hours = range(int(seen[0]), int(seen[-1]) + 1) if len(seen) else range(8, 22)
    wide = (page.width - left - last - 0.3) / 2
    row = min((page.height - 0.9) / max(len(data.kinds), 1), 0.75)
    bottom = page.height - 0.55 - row * len(data.kinds)
    for k, label in enumerate(labels):
        y = bottom + (len(labels) - k - 0.5) * row
        page.text(0, y, page.fitted(label, theme.SMALL, left - 0.1, True), va="center_baseline")
    for i, (name, days) in enumerate(PARTS):
        x = left + i * (wide + 0.15)
        page.text(x, page.height - 0.2, say(name), theme.BODY)
        opened = data.open[:, list(days)].sum(axis=1)[:, hours]
        given = data.given[:, list(days)].sum(axis=1)[:, hours]
        prime = data.prime_open[:, list(days)].sum(axis=(0, 1))[hours] > 0
        _cells(page, (x, bottom, wide, row * len(labels)), _divided(given, opened), hours, prime)
    x = page.width - last + 0.1
    whole = _divided(data.prime_given.sum(axis=(1, 2)), data.prime_open.sum(axis=(1, 2)))
    page.text(page.width, page.height - 0.2, say("season.all-prime"), theme.BODY, ha="right")
    box = (x, bottom, page.width - x, row * len(labels))
    _cells(page, box, whole[:, None], range(1), np.zeros(1, dtype=np.bool_))


def _cells(
    page: Page,
    box: tuple[float, float, float, float],
    share: F64,
    hours: range,
    prime: npt.NDArray[np.bool_],
) -> None:
    kinds, n = share.shape
    axes = page.axes(*box)
    axes.set_facecolor(CLOSED)
    axes.pcolormesh(
        np.arange(n + 1), np.arange(kinds + 1), share, cmap=theme.SEQUENTIAL, vmin=0, vmax=1,
        edgecolors="#E3E3E3", linewidth=0.5,
    )  # fmt: skip
    for k, h in zip(*np.nonzero(np.isnan(share)), strict=True):
        hatch(axes, h, k, 1, 1)
    for k, h in zip(*np.nonzero(~np.isnan(share)), strict=True):
        value = float(share[k, h])
        axes.text(
            h + 0.5, k + 0.52, percent(value, sign=False), fontsize=12, ha="center",
            va="center_baseline", color=theme.ink_on(value),
        )  # fmt: skip
    for h in np.flatnonzero(prime):
        axes.plot([h, h + 1], [-0.08, -0.08], color=theme.HIGHLIGHT, linewidth=5, clip_on=False,
                  solid_capstyle="butt")  # fmt: skip
    axes.set_xlim(0, n)
    axes.set_ylim(kinds, 0)
    axes.set_yticks([])
    axes.set_xticks(np.arange(n) + 0.5, [f"{h}" for h in hours] if n > 1 else [""])
    axes.tick_params(length=0, pad=3, labelsize=12)
    axes.spines[:].set_visible(False)


COLUMNS = ("group", "level", "requests", "unserved", "asked", "first", "second", "share")
BAR_FIRST, BAR_SECOND, ASKED = theme.PALETTE[0], theme.BAND, "#EFEFEF"
MOST = 18
"""Rows of the picture."""


def served_table(week: SeasonWeek) -> pd.DataFrame:
    """Hours a week asked for and got, by `all`, `segment` and `zone`, least served first.

    Columns: group, level, requests, unserved (requests without a session), hours asked, got as
    first and second choice, share of hours. Weeks are those of the request, not of the season.
    """
    got = dict.fromkeys([a.request for a in week.asked], (0, 0))
    for s in week.sessions:
        one, two = got[s.request]
        minutes = s.end - s.start
        got[s.request] = (one + minutes, two) if s.choice == 1 else (one, two + minutes)
    rows = [
        (a.segment, a.zone, a.minutes / 60, got[a.request][0] / 60, got[a.request][1] / 60)
        for a in week.asked
    ]
    frame = pd.DataFrame(rows, columns=["segment", "zone", "asked", "first", "second"])
    tables = [
        _totals_by(frame.assign(all="all"), "all"),
        _totals_by(frame, "segment"),
        _totals_by(frame, "zone"),
    ]
    return pd.concat(tables, ignore_index=True)[list(COLUMNS)]


def _totals_by(frame: pd.DataFrame, group: str) -> pd.DataFrame:
    """Totals by the levels of a group, least served first."""
    none = (frame["first"] + frame["second"] == 0).astype(int)
    sums = frame.assign(requests=1, unserved=none).groupby(group, sort=True)
    out = (
        sums[["requests", "unserved", "asked", "first", "second"]].sum().reset_index(names="level")
    )
    share = (out["first"] + out["second"]) / out["asked"].where(out["asked"] > 0)
    out = out.assign(group=group, share=share)
    return out.sort_values(["share", "level"], kind="stable")


@picture("season-hours-served", of=SeasonResults)
def served_drawing(results: SeasonResults) -> Drawing | None:
    """Bars by segment and zone, first and second choice apart."""
    week, context = results.week, results.context
    if not week.asked:
        return None
    table = served_table(week)
    finding = Finding(
        name="season-hours-served",
        title=_served_title(table, context.label),
        subtitle=say("season.served"),
        table=table,
        note=say("season.served.note"),
    )
    return finding, lambda page: _plot_served(page, table, context.label)


def _served_title(table: pd.DataFrame, label: Callable[[str, str], str]) -> str:
    """Overall; and the segment least served, if one is."""
    everybody = table.iloc[0]
    title = say("season.served.share", share=percent(float(everybody["share"])))
    lowest = table[table["group"] == "segment"]
    if len(lowest) > 1 and lowest["share"].iloc[0] < lowest["share"].iloc[1] - 1e-9:
        name = short(label("segment", str(lowest["level"].iloc[0])))
        share = percent(float(lowest["share"].iloc[0]))
        title = clauses(title, say("season.least", name=name, share=share))
    return title


def _shown(table: pd.DataFrame) -> pd.DataFrame:
    """Keep the total and the least served segments and zones, as many as there is room for."""
    parts = [table[table["group"] == g] for g in ("segment", "zone")]
    most = max(MOST - 1 - min(len(p) for p in parts), (MOST - 1) // 2)
    return pd.concat([table[:1], *(part.head(most) for part in parts)])


def _plot_served(page: Page, table: pd.DataFrame, label: Callable[[str, str], str]) -> None:
    shown = _shown(table)
    names = [
        _name(group, str(level), label)
        for group, level in zip(shown["group"], shown["level"], strict=True)
    ]
    rows = TableRows.below(page, len(shown), 0.75, 0.1, tallest=0.6)
    left = label_width(page, names, 3.2)
    columns = (
        (say("season.requests"), "requests"),
        (say("season.unserved"), "unserved"),
        (say("season.asked"), "asked"),
    )
    room = [page.width_of(head, theme.SMALL) + 0.3 for head, _ in columns]
    width = page.width - left - sum(room) - 0.2
    rows.rules(page)
    rows.names(page, names, left - 0.15)
    x = page.width
    for (head, column), wide in zip(columns[::-1], room[::-1], strict=True):
        page.text(x, rows.top + 0.1, head, ha="right")
        rows.write(page, x, [f"{value:,.0f}" for value in shown[column]], ha="right")
        x -= wide
    _bars(page, rows, left, width, shown)
    _key(page, left, rows.top + 0.42)


def _name(group: str, level: str, label: Callable[[str, str], str]) -> str:
    return say("season.everybody") if group == "all" else short(label(group, level), 34)


def _bars(page: Page, rows: TableRows, left: float, width: float, shown: pd.DataFrame) -> None:
    """Bars from 0 to 100 %, first choice then second, the sum written at their end."""
    axes = page.axes(left, rows.bottom, width, rows.number * rows.height)
    axes.set(xlim=(0, 1), ylim=(rows.number, 0), yticks=[], xticks=[])
    axes.set_axis_off()
    asked = shown["asked"].where(shown["asked"] > 0)
    first, second = (shown[c] / asked for c in ("first", "second"))
    at = [i + 0.5 for i in range(rows.number)]
    axes.barh(at, 1.0, height=0.6, color=ASKED)
    axes.barh(at, first.fillna(0.0), height=0.6, color=BAR_FIRST)
    axes.barh(
        at, second.fillna(0.0), left=first.fillna(0.0), height=0.6, color=BAR_SECOND,
        edgecolor=BAR_FIRST, linewidth=1.0, linestyle="--",
    )  # fmt: skip
    for row, share in enumerate(shown["share"]):
        end = 0.0 if math.isnan(share) else float(share)
        page.text(left + end * width + 0.08, rows.middle(row), percent(float(share)),
                  va="center_baseline")  # fmt: skip


def _key(page: Page, x: float, y: float) -> None:
    fields: Sequence[tuple[str, str, str, str]] = (
        (say("season.first-choice"), BAR_FIRST, BAR_FIRST, "-"),
        (say("season.second-choice"), BAR_SECOND, BAR_FIRST, "--"),
        (say("season.not-given"), ASKED, theme.PALE, "-"),
    )
    for words, colour, edge, line in fields:
        swatch(page, x, y, colour, "", edge, line)
        page.text(x + 0.36, y + 0.03, words)
        x += 0.8 + page.width_of(words, theme.SMALL)
