"""How often are we near full? Load-duration curves of the fullest kinds of venue."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from numpy.typing import NDArray

from sim.messages import clauses, joined, say
from sim.report import theme
from sim.report.charts.values import values_of
from sim.report.context import RunResults
from sim.report.drawing import chart
from sim.report.page import Finding, Page
from sim.report.words import interval_ends, leaders, once, percent, short

GROUP = "kind*top_share"
USES = {
    "utilisation_booked": "booked",
    "utilisation_activities": "activity",
    "utilisation_clubs": "club",
    "utilisation_off_platform": "off-platform",
}
"""Metric of a use -> the use."""
MOST_PANELS = 4
SELDOM = 0.01  # of open hours above the limit: below, no kind is called tight


@dataclass(frozen=True, eq=False)
class LoadCurve:
    """Utilisation exceeded in the top `x` of open hours, with its band (NaN without)."""

    kind: str
    label: str
    x: NDArray[np.float64]
    mean: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    above: tuple[float, float, float]


@dataclass(frozen=True, eq=False)
class LoadDurationData:
    """Curves to highlight, fullest first, and the others."""

    finding: Finding
    shown: tuple[LoadCurve, ...]
    others: tuple[LoadCurve, ...]
    limit: float
    confidence: float


def share_above(x: NDArray[np.float64], y: NDArray[np.float64], limit: float) -> float:
    """Share of hours in which a falling curve lies above the limit (NaN if unknown)."""
    if np.isnan(y).any() or len(y) == 0:
        return math.nan
    falling = np.minimum.accumulate(y)
    if falling[0] <= limit:
        return 0.0
    if falling[-1] > limit:
        return float(x[-1])
    i = int(np.argmax(falling <= limit))
    step = (falling[i - 1] - limit) / (falling[i - 1] - falling[i])
    return float(x[i - 1] + step * (x[i] - x[i - 1]))


def plot(page: Page, data: LoadDurationData) -> None:
    """Draw small multiples on one scale, one kind highlighted in each."""
    n = len(data.shown)
    left, gap, head, foot = 0.55, 0.5, 1.22, 0.62
    width = min((page.width - left - 0.15 - gap * (n - 1)) / n, 5.0)
    height = page.height - head - foot
    page.text(0, page.height - 0.12, say("load.axis"), theme.SMALL, theme.GREY)
    everything = (*data.shown, *data.others)
    for i, curve in enumerate(data.shown):
        x = left + i * (width + gap)
        ax = page.axes(x, foot, width, height)
        _panel(ax, curve, everything, data.limit)
        if i:
            ax.set_yticklabels([])
        name, size = page.sized(curve.label, width + gap - 0.1)
        page.text(x, foot + height + 0.66, name, size, theme.PALETTE[0])
        page.text(x, foot + height + 0.56, _above_words(curve, data.confidence), va="top")
    span = n * width + (n - 1) * gap
    page.text(left + span / 2, 0.06, say("load.hours"), theme.SMALL, ha="center")
    last = left + span
    if last + 2.2 < page.width:
        page.text(last + 0.1, foot + height * data.limit, _limit_words(data.limit), va="center")


def _panel(ax: Axes, curve: LoadCurve, everything: tuple[LoadCurve, ...], limit: float) -> None:
    for other in everything:
        if other is not curve:
            ax.plot(100 * other.x, 100 * other.mean, color=theme.PALE, linewidth=1.2)
    if not np.isnan(curve.low).any():
        ax.fill_between(
            100 * curve.x, 100 * curve.low, 100 * curve.high, color=theme.BAND, linewidth=0
        )
    ax.axhline(100 * limit, color=theme.HIGHLIGHT, linewidth=1.8, linestyle=(0, (5, 2)))
    ax.plot(100 * curve.x, 100 * curve.mean, color=theme.PALETTE[0])
    ax.set(xlim=(0, 100), ylim=(0, 100), xticks=[0, 25, 50, 75, 100], yticks=range(0, 101, 20))
    ax.set_xticklabels(["0", "", "50", "", "100"])
    ax.grid(axis="y")
    ax.tick_params(length=0)


def _above_words(curve: LoadCurve, confidence: float) -> str:
    """Share of hours above the limit, with its interval in every panel that has one."""
    mean, low, high = curve.above
    words = say("load.above", share=percent(mean))
    if math.isnan(low) or math.isnan(high):
        return words
    ends = interval_ends(low, high, fine=True)
    return f"{words}\n{say('load.range', confidence=100 * confidence, ends=ends)}"


def _limit_words(limit: float) -> str:
    return say("load.limit", share=percent(limit))


@chart("load-duration", plot, of=RunResults, aside=True)
def analyse(results: RunResults) -> list[LoadDurationData]:
    """Rank kinds by the share of hours above the planning limit, then by their top hours."""
    rows = results.select("load_duration", GROUP)
    rows = rows[rows["mean"].notna()]
    if rows.empty:
        return []
    limit = results.context.planning_limit
    curves = [_curve(results, str(k), r, limit) for k, r in rows.groupby("kind", sort=True)]
    curves.sort(key=lambda c: (-c.above[0], -float(c.mean.mean()), c.kind))
    shown, others = tuple(curves[:MOST_PANELS]), tuple(curves[MOST_PANELS:])
    table = pd.DataFrame(
        [
            (c.kind, x, m, lo, hi, *c.above)
            for c in curves
            for x, m, lo, hi in zip(c.x, c.mean, c.low, c.high, strict=True)
        ],
        columns=[
            "kind", "top_share", "utilisation", "ci_low", "ci_high",
            "hours_above", "hours_above_low", "hours_above_high",
        ],
    )  # fmt: skip
    grey = say("load.grey", n=len(curves) - 1) if len(curves) > 1 else ""
    uses = [use for metric, use in USES.items() if _happens(results, metric)]
    named = joined([say(f"fill-of.{use}") for use in uses]) or say("load.none")
    finding = Finding(
        name="load-duration",
        title=_title(curves, limit),
        subtitle=clauses(
            say("load.subtitle", uses=named), say("load.dashed", share=percent(limit)), grey
        ),
        table=table,
        note=say("load.assumed") if "off-platform" in uses else "",
    )
    return [LoadDurationData(finding, shown, others, limit, results.context.confidence)]


def _happens(results: RunResults, metric: str) -> bool:
    """Whether a use takes venues in this run; the curves are of all uses together."""
    return any(value.mean > 0 for value in values_of(results, metric, "all").values())


def _curve(results: RunResults, kind: str, rows: pd.DataFrame, limit: float) -> LoadCurve:
    rows = rows.assign(x=pd.to_numeric(rows["top_share"]) / 100).sort_values("x")
    x = rows["x"].to_numpy(dtype=float)
    mean, low, high = (rows[c].to_numpy(dtype=float) for c in ("mean", "low", "high"))
    # The curve falls: it lies above its lower limits further right, below its upper ones left.
    low = np.maximum.accumulate(low[::-1])[::-1]
    high = np.minimum.accumulate(high)
    above = tuple(share_above(x, y, limit) for y in (mean, low, high))
    return LoadCurve(
        kind, results.label("kind", kind), x, mean, low, high, (above[0], above[1], above[2])
    )


def _title(curves: list[LoadCurve], limit: float) -> str:
    """Name the tightest kinds where they stand apart and the limit is in play at all."""
    rows = pd.DataFrame(
        [(short(c.label), *c.above) for c in curves], columns=["level", "mean", "low", "high"]
    )
    lead = leaders(rows)
    top, line, share = curves[0], percent(limit), percent(lead.mean)
    alone = once(1) if math.isnan(top.above[1]) else ""
    if lead.mean < SELDOM:
        return _seldom(curves, lead.mean, limit) + alone
    said = {"name": short(top.label), "limit": line, "share": share}
    if alone:
        return say("load.exceeds", **said) + alone
    if len(curves) == 1:
        return say("load.exceeds", **said)
    if len(lead.levels) == 1:
        return say("load.tightest", **said)
    if len(lead.levels) <= 3:
        return say("load.tight", names=joined(lead.levels), limit=line, share=share)
    return say("load.unclear", limit=line, share=share)


def _seldom(curves: list[LoadCurve], share: float, limit: float) -> str:
    """Say how far the kinds stay below the limit when none, or hardly any hour, is above."""
    line = percent(limit)
    if share > 0:
        return say("load.seldom", limit=line, share=percent(share))
    fullest = max(curves, key=lambda c: (float(c.mean[0]), c.kind))
    if not fullest.mean[0] > 0:
        return say("load.empty", limit=line)
    clearly = "clearly-" if fullest.high[0] > limit else ""
    most = percent(float(fullest.mean[0]))
    return say(f"load.{clearly}below", limit=line, name=short(fullest.label), share=most)
