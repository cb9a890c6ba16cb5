"""Who keeps points? Points earned against points spent, by group of people."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pandas as pd
from matplotlib.axes import Axes

from sim.messages import clauses, listed, say, sentences
from sim.report import theme
from sim.report.charts.parts import TableRows, dot_rows, label_width, put_dot
from sim.report.charts.values import (
    UNKNOWN,
    Value,
    as_amount,
    bars,
    behind,
    ceiling,
    compact,
    spoken,
    titled,
    values_of,
)
from sim.report.context import RunResults
from sim.report.drawing import chart
from sim.report.page import Finding, Page
from sim.report.words import leaders, once, percent, scope_words, short

METRICS = ("points_before", "points_earned", "points_spent", "points_expired", "points_balance")
GROUP = "segment"
EARNED, SPENT = theme.PALETTE[0], theme.HIGHLIGHT
MOST_ROWS = 13


@dataclass(frozen=True)
class PointsRow:
    """Points of one segment: on balances before the window, moved in it, kept at its end.

    What was there before, and earned, less what was spent and expired, is kept.
    """

    segment: str
    label: str
    before: Value
    earned: Value
    spent: Value
    expired: Value
    kept: Value

    @property
    def gap(self) -> float:
        """Points earned and not spent."""
        return self.earned.mean - (self.spent.mean if self.spent.known else 0.0)


@dataclass(frozen=True, eq=False)
class PointsData:
    """Segments, the widest gap first."""

    finding: Finding
    rows: tuple[PointsRow, ...]


def plot(page: Page, data: PointsData) -> None:
    """Draw a dumbbell a segment, and the five numbers beside it, which add up."""
    rows = TableRows.below(page, len(data.rows), head=0.5, foot=0.34)
    labels = [row.label for row in data.rows]
    name = label_width(page, labels)
    rows.names(page, labels, name - 0.15)
    rows.rules(page)
    columns: tuple[tuple[str, Callable[[PointsRow], Value], str, str], ...] = (
        (say("points.before"), lambda r: r.before, theme.INK, ""),
        (say("points.earned"), lambda r: r.earned, EARNED, "o"),
        (say("points.spent"), lambda r: r.spent, SPENT, "D"),
        (say("points.expired"), lambda r: r.expired, theme.INK, ""),
    )
    texts = [[compact(get(r).mean) for r in data.rows] for _, get, *_ in columns]
    columns += ((say("points.kept"), lambda r: r.kept, theme.INK, ""),)
    texts.append([as_amount(row.kept) for row in data.rows])
    steps = [max(page.width_of(t, theme.SMALL) for t in (*words, head)) + 0.34
             for (head, *_), words in zip(columns, texts, strict=True)]  # fmt: skip
    width = page.width - name - sum(steps) - 0.1
    top = ceiling(max(max(r.earned.top, r.spent.top if r.spent.known else 0) for r in data.rows))
    ax = dot_rows(page, rows, (name, width), [r.earned for r in data.rows], top, EARNED)
    _spent(ax, data.rows)
    x = name + width + 0.1
    for (head, _, colour, marker), step, words in zip(columns, steps, texts, strict=True):
        x += step
        rows.write(page, x, words, ha="right")
        page.text(x, page.height - 0.3, head, theme.SMALL, colour, ha="right")
        if marker:
            _sign(page, x - page.width_of(head, theme.SMALL) - 0.13, marker, colour)


def _spent(ax: Axes, rows: Sequence[PointsRow]) -> None:
    for i, row in enumerate(rows):
        if row.spent.known:
            ends = [row.spent.mean, row.earned.mean]
            ax.plot(ends, [i + 0.5] * 2, color=theme.PALE, linewidth=6, zorder=1)
            put_dot(ax, i + 0.5, row.spent, SPENT, "D")


def _sign(page: Page, x: float, marker: str, colour: str) -> None:
    """Draw a column's marker before its head."""
    ax = page.axes(x - 0.1, page.height - 0.33, 0.2, 0.2)
    ax.set_axis_off()
    ax.set(xlim=(-1, 1), ylim=(-1, 1))
    ax.plot([0], [0], marker, markersize=9, color=colour)


@chart("points-by-segment", plot, of=RunResults)
def analyse(results: RunResults) -> list[PointsData]:
    """Order segments by points earned and not spent."""
    found = {metric: values_of(results, metric, GROUP) for metric in METRICS}
    rows = [
        PointsRow(
            segment,
            results.label(GROUP, segment),
            *(found[m].get(segment, UNKNOWN) for m in METRICS),
        )
        for segment, earned in found["points_earned"].items()
        if earned.known
    ]
    if not rows or not any(row.earned.mean > 0 or row.spent.mean > 0 for row in rows):
        return []
    rows.sort(key=lambda row: (-row.gap, row.segment))
    left = len(rows[MOST_ROWS:])
    finding = Finding(
        name="points-by-segment",
        title=_title(results, rows),
        subtitle=clauses(say("points.subtitle"), bars(results)),
        table=behind(results, [(m, g) for m in METRICS for g in (GROUP, "all")]),
        note=sentences(_sum(rows), say("points.left", n=left) if left else ""),
    )
    return [PointsData(finding, tuple(rows[:MOST_ROWS]))]


def _sum(rows: Sequence[PointsRow]) -> str:
    """Say which number is missing, where the numbers beside the picture cannot add up."""
    missing = [
        say(f"points.{head}").lower()
        for head in ("before", "spent", "expired", "kept")
        if any(not getattr(row, head).known for row in rows)
    ]
    return say("points.unknown", names=listed(missing)) if missing else ""


def _title(results: RunResults, rows: Sequence[PointsRow]) -> str:
    """Say what is spent of points earned, and who keeps most where intervals tell."""
    earned = sum(row.earned.mean for row in rows)
    spent = sum(row.spent.mean for row in rows if row.spent.known)
    share = percent(spent / earned, sign=False) if earned > 0 else ""
    whole = say("points.spend", share=share) if share else say("points.none-earned")
    n = results.context.n_replications
    if n == 1:
        return whole + once(n)
    if not spent:
        return say("points.none-spent", scope=scope_words(n), earned=spoken(earned))
    table = pd.DataFrame(
        [(r.segment, r.kept.mean, r.kept.low, r.kept.high) for r in rows if r.kept.known],
        columns=["level", "mean", "low", "high"],
    )
    lead = leaders(table)
    if len(table) < 2 or not lead.mean > 0:
        return whole
    if lead.certain and len(lead.levels) == 1:
        first = next(r for r in rows if r.segment == lead.levels[0])
        name = short(first.label)
        return titled(
            clauses(whole, say("points.most", name=name, kept=spoken(lead.mean))),
            clauses(whole, say("points.most.short", name=name)),
            whole,
        )
    return clauses(whole, say("points.unclear"))
