"""Where do wishes get lost? From wish to request, booking and use, by kind and reason."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from sim.report import theme
from sim.report.data import RunResults
from sim.report.finding import Finding
from sim.report.page import Page
from sim.report.registry import chart
from sim.report.words import count, leaders, percent

__all__ = ["FunnelData", "FunnelRow", "analyse", "plot"]

STAGES = ("wishes", "requests", "bookings", "used")
HEADS = ("asked", "got a slot", "used")
NOT_ASKED = ("too far", "closed then", "no such kind", "rather not")
REFUSED = ("full", "window", "limit", "suspended")
MOST_ROWS = 13
MOST_REFUSED = 3


@dataclass(frozen=True)
class FunnelRow:
    """One kind: stages per week, and shares lost by reason."""

    label: str
    per_week: tuple[float, float, float, float]
    not_asked: tuple[float, ...]
    refused: tuple[float, ...]


@dataclass(frozen=True, eq=False)
class FunnelData:
    """All kinds first, then the kinds with most wishes."""

    finding: Finding
    rows: tuple[FunnelRow, ...]
    not_asked: tuple[str, ...]
    refused: tuple[str, ...]


def plot(page: Page, data: FunnelData) -> None:
    """Draw a table: wishes, bars of what remains, shares lost by reason."""
    label, wishes, bar, gap = 2.62, 0.84, 0.95, 0.1
    head = 0.95
    height = page.height - head
    row = min(height / max(len(data.rows), 1), 0.5)
    y = [height - (i + 0.5) * row for i in range(len(data.rows))]
    for i, item in enumerate(data.rows):
        words = page.fitted(item.label, theme.SMALL, label - 0.1, middle=True)
        page.text(0, y[i], words, va="center_baseline")
        page.text(
            label + wishes - 0.25, y[i], count(item.per_week[0]), ha="right", va="center_baseline"
        )
    page.text(label + wishes - 0.25, height + 0.12, "wishes\na week", ha="right")
    x = label + wishes
    page.text(x, page.height - 0.16, "of 100 wishes", theme.SMALL, theme.GREY)
    for stage, name in enumerate(HEADS, start=1):
        shares = [_ratio(r.per_week[stage], r.per_week[0]) for r in data.rows]
        _bars(page, x, shares, y, row, bar)
        page.text(x, height + 0.12, name)
        x += bar + gap
    x += 0.1
    columns = len(data.not_asked) + len(data.refused)
    step = (page.width - x) / max(columns, 1)
    _reasons(page, x, step, "not asked, % of wishes", data.not_asked, y, _not_asked(data))
    x += step * len(data.not_asked)
    _reasons(page, x, step, "refused, % of requests", data.refused, y, _refused(data))
    _rules(page, y, row, height)


def _bars(
    page: Page, x: float, shares: list[float], y: list[float], row: float, width: float
) -> None:
    """Draw one stage's bars from zero, 100 = full width, the number at the bar's end."""
    height = row * len(shares)
    ax = page.axes(x, y[-1] - 0.5 * row, width, height)
    place = np.arange(len(shares))[::-1] + 0.5
    values = np.nan_to_num(np.asarray(shares))
    ax.barh(place, 100 * values, height=0.62, color=theme.PALETTE[0])
    ax.patch.set_visible(False)
    for value, share, at in zip(values, shares, place, strict=True):
        inside = value > 0.55
        ax.text(
            100 * value + (-3 if inside else 3), at, percent(share, sign=False),
            fontsize=theme.SMALL, va="center_baseline", ha="right" if inside else "left",
            color="white" if inside else theme.INK,
        )  # fmt: skip
    ax.set(xlim=(0, 100), ylim=(0, len(shares)), yticks=[], xticks=[])
    ax.spines["bottom"].set_visible(False)


def _reasons(
    page: Page,
    x: float,
    step: float,
    group: str,
    names: tuple[str, ...],
    y: list[float],
    value: Callable[[int, int], float],
) -> None:
    """Write the columns of one group of reasons; the largest of a row in the highlight."""
    if not names:
        return
    last = group.startswith("refused")  # may be wider than its columns: flush with the edge
    at = page.width - 0.08 if last else x + 0.12
    ha = "right" if last else "left"
    page.text(at, page.height - 0.16, group, theme.SMALL, theme.GREY, ha=ha)
    for j, name in enumerate(names):
        right = x + (j + 1) * step - 0.08
        lines = page.wrapped(name, theme.SMALL, step - 0.05)[:2]
        bottom = page.height - 0.83
        page.text(right, bottom, "\n".join(lines), ha="right")
        for i, at in enumerate(y):
            share = value(i, j)
            row = [value(i, k) for k in range(len(names))]
            top = share > 0 and share == np.nanmax(row)
            colour = theme.PALETTE[2] if top else theme.INK
            page.text(
                right,
                at,
                percent(share, sign=False),
                colour=colour,
                ha="right",
                va="center_baseline",
            )


def _rules(page: Page, y: list[float], row: float, height: float) -> None:
    """Draw thin lines under the head and under the row of all kinds."""
    ax = page.axes(0, 0, page.width, height + 0.05)
    ax.set(xlim=(0, 1), ylim=(0, height + 0.05))
    ax.set_axis_off()
    ax.set_zorder(-1)
    lines = [height + 0.04] + ([y[0] - 0.5 * row] if len(y) > 1 else [])
    ax.hlines(lines, 0, 1, color=theme.PALE, linewidth=1)


def _not_asked(data: FunnelData) -> Callable[[int, int], float]:
    return lambda i, j: data.rows[i].not_asked[j]


def _refused(data: FunnelData) -> Callable[[int, int], float]:
    return lambda i, j: data.rows[i].refused[j]


@chart("funnel", plot)
def analyse(results: RunResults) -> list[FunnelData]:
    """Bring counts to a week, order kinds by wishes, name the largest loss."""
    counts = pd.DataFrame({s: _means(results, s, "kind") for s in STAGES})
    if counts.empty or "wishes" not in counts or counts["wishes"].isna().all():
        return []
    counts = counts.sort_values("wishes", ascending=False, kind="stable")
    whole = [_means(results, s, "all").get("all", counts[s].sum()) for s in STAGES]
    not_asked = _reason_names(results, "not_asked_share", NOT_ASKED, len(NOT_ASKED))
    refused = _reason_names(results, "refused_share", REFUSED, MOST_REFUSED)
    weeks = results.context.weeks
    name = "all kinds" if len(counts) > 1 else results.label("kind", str(counts.index[0]))
    rows = [_row(results, "all", name, whole, weeks, not_asked, refused)]
    if len(counts) > 1:
        kept = counts.iloc[: MOST_ROWS - 1]
        rows += [
            _row(results, k, results.label("kind", k), list(values), weeks, not_asked, refused)
            for k, values in zip(kept.index, kept.to_numpy(), strict=True)
        ]
    left = len(counts) - (len(rows) - 1) if len(counts) > 1 else 0
    finding = Finding(
        name="funnel",
        title=_title(results, whole),
        subtitle="What becomes of wishes for a slot, by kind of venue",
        table=_table(results),
        note=f"Kinds with fewer wishes, in the CSV only: {left}" if left else "",
    )
    return [FunnelData(finding, tuple(rows), not_asked, refused)]


def _row(
    results: RunResults,
    kind: str,
    label: str,
    counts: list[float],
    weeks: float,
    not_asked: tuple[str, ...],
    refused: tuple[str, ...],
) -> FunnelRow:
    a, b, c, d = (float(v) / weeks for v in counts)
    return FunnelRow(
        label,
        (a, b, c, d),
        _lost(results, "not_asked_share", kind, not_asked),
        _lost(results, "refused_share", kind, refused),
    )


def _lost(
    results: RunResults, metric: str, kind: str, reasons: tuple[str, ...]
) -> tuple[float, ...]:
    """Shares lost by reason; `all` stands in the group `reason`."""
    if kind == "all":
        rows = results.select(metric, "reason")
    else:
        rows = results.select(metric, "kind*reason")
        rows = rows[rows["kind"] == kind]
    found = dict(zip(rows["reason"].map(_plain), rows["mean"], strict=True))
    return tuple(float(found.get(reason, math.nan)) for reason in reasons)


def _reason_names(
    results: RunResults, metric: str, order: tuple[str, ...], most: int
) -> tuple[str, ...]:
    """Reasons that occur, the known ones first; of too many those that weigh most."""
    rows = results.select(metric, "reason")
    rows = rows if not rows.empty else results.select(metric, "kind*reason")
    weight = rows.groupby(rows["reason"].map(_plain))["mean"].max().fillna(0.0)
    names = sorted(weight.index, key=lambda r: (-weight[r], r))
    kept = [r for r in names if weight[r] > 0 or r in order[:2]][:most]
    return tuple(sorted(kept, key=lambda r: order.index(r) if r in order else len(order)))


def _title(results: RunResults, whole: list[float]) -> str:
    wishes, asked, _, used = whole
    if not wishes:
        return "No wishes arise in this scenario"
    of_100 = f"Of 100 wishes {_of(asked, wishes)} are asked and {_of(used, wishes)} used"
    lost = results.select("not_asked_share", "reason")
    lead = leaders(lost)
    if not lead.levels or lead.mean == 0:
        return of_100
    reason = _plain(lead.levels[0])
    if len(lead.levels) == 1 and lead.certain:
        return f"{of_100}; most often lost: '{reason}'"
    if results.context.n_replications == 1:
        return f"{of_100} (one replication)"
    return f"{of_100}; no reason clearly dominates"


def _of(part: float, whole: float) -> str:
    return percent(_ratio(part, whole), sign=False)


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole > 0 and not math.isnan(part) else math.nan


def _plain(reason: str) -> str:
    return reason.replace("_", " ")


def _means(results: RunResults, metric: str, group: str) -> pd.Series[float]:
    rows = results.select(metric, group)
    return pd.Series(rows["mean"].to_numpy(), index=rows["level"].to_numpy(), dtype=float)


def _table(results: RunResults) -> pd.DataFrame:
    """All rows behind the picture, counts over the whole window."""
    parts = []
    for metrics, groups in (
        (STAGES, ("all", "kind")),
        (("not_asked_share", "refused_share"), ("reason", "kind*reason")),
    ):
        for metric in metrics:
            for group in groups:
                rows = results.select(metric, group)[["level", "mean", "low", "high", "n"]]
                rows.insert(0, "group", group)
                rows.insert(0, "metric", metric)
                parts.append(rows)
    return pd.concat(parts, ignore_index=True)
