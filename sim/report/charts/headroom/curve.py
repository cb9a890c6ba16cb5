"""How does the served share fall as demand grows? A curve with its band by group."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from sim.messages import say
from sim.report import theme
from sim.report.charts.headroom.results import HeadroomResults, assumed
from sim.report.drawing import Drawing, picture
from sim.report.headroom import GroupFall, Label, times
from sim.report.page import Finding, Page
from sim.report.words import percent

SHOWN = ("all", "peak", "tier")
TICKS = (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)
BETWEEN = (0.15, 0.3, 0.7, 1.5, 3, 7, 15, 30, 70, 150, 300, 700)
"""Further ticks, where fewer than `FEW` of the others lie on the axis."""
FEW = 5


@picture("headroom_curve", of=HeadroomResults)
def curve(results: HeadroomResults) -> Drawing:
    """Served share against the multiplier for all, the peak and tiers."""
    rows, targets, label = results.rows, results.found.targets, results.context.label
    curves = results.found.curve_table()
    table = curves[curves["group"].isin(SHOWN) & (curves["level"] != "off-peak")]
    finding = Finding(
        name="headroom_curve",
        title=_title(rows, targets[0]),
        subtitle=say("curve.subtitle"),
        table=table,
        note=assumed(results.context),
    )

    def plot(page: Page) -> None:
        _plot(page, table, [r for r in rows if r.group in SHOWN], targets, label)

    return finding, plot


def log_axis(ax: Axes, low: float, high: float) -> None:
    """Multipliers on a logarithmic axis, with today's level marked."""
    ax.set_xscale("log")
    ax.set_xlim(low, high)
    ticks = [t for t in TICKS if low <= t <= high]
    if len(ticks) < FEW:
        ticks = [t for t in sorted({*TICKS, *BETWEEN}) if low <= t <= high]
    ax.set_xticks(ticks, [f"{t:g}" for t in ticks])
    ax.set_xticks([], minor=True)
    ax.tick_params(length=0)
    ax.tick_params(axis="x", pad=8)
    if low <= 1 <= high:
        ax.axvline(1, color=theme.INK, linewidth=1.2)


def _title(rows: Sequence[GroupFall], target: float) -> str:
    line = percent(target)
    named = {(r.group, r.level): r for r in rows}
    peak = named.get(("peak", "peak")) or named.get(("all", "all"))
    if peak is None:
        return say("policies.idle")
    key = f"curve.{peak.group}"
    if peak.never:
        return say(f"{key}.never", share=line, times=times(peak.low))
    return say(f"{key}.today" if peak.today else key, share=line, times=peak.words)


def _plot(
    page: Page,
    table: pd.DataFrame,
    rows: Sequence[GroupFall],
    targets: Sequence[float],
    label: Label,
) -> None:
    left, foot, head, names = 0.65, 0.72, 0.35, 2.75
    ax = page.axes(left, foot, page.width - left - names, page.height - foot - head)
    groups = list(dict.fromkeys(zip(table["group"], table["level"], strict=True)))
    known = table.dropna(subset=["mean"])
    lowest = float(np.floor(10 * min(known["mean"].min(), *targets) - 0.2) * 10)
    low, high = known["multiplier"].min(), known["multiplier"].max()
    ax.set(ylim=(max(lowest, 0), 100))
    log_axis(ax, low, high)
    ax.grid(axis="y")
    ends = []
    for group, level in groups:
        mine = known[(known["group"] == group) & (known["level"] == level)]
        if mine.empty:
            continue
        colour, wide = _look(group, [v for g, v in groups if g == "tier"], level)
        x, mean = mine["multiplier"], 100 * mine["mean"]
        ax.fill_between(
            x, 100 * mine["ci_low"], 100 * mine["ci_high"], color=colour, alpha=0.25, linewidth=0
        )
        ax.plot(x, mean, color=colour, linewidth=wide)
        ends.append((float(mean.iloc[-1]), _name(group, level, label), colour))
    _targets(ax, rows, targets)
    _end_names(page, ax, ends, (left, foot, head, names))
    _around(page, ax, left, names)


def _look(group: str, tiers: Sequence[str], level: str) -> tuple[str, float]:
    if group == "tier":
        return theme.PALETTE[tiers.index(level) % 3], 2.0
    return (theme.HIGHLIGHT, 3.2) if group == "peak" else (theme.INK, 3.2)


def _name(group: str, level: str, label: Label) -> str:
    return say(f"total.{group}") if group in ("all", "peak") else label(group, level)


def _targets(ax: Axes, rows: Sequence[GroupFall], targets: Sequence[float]) -> None:
    """Dashed targets; dots where groups fall below the first."""
    for number, target in enumerate(targets):
        colour = theme.INK if number == 0 else theme.GREY
        ax.axhline(100 * target, color=colour, linewidth=1.2, linestyle=(0, (5, 3)))
        ax.annotate(
            say("target", share=percent(target)), (1, 100 * target), (-4, 4),
            ("axes fraction", "data"), "offset points",
            fontsize=theme.SMALL, color=colour, ha="right",
        )  # fmt: skip
    for row in rows:
        if np.isfinite(row.at) and row.level != "off-peak":
            ax.plot(
                [row.multiplier], [100 * targets[0]], "o", markersize=9, color="white",
                markeredgecolor=theme.INK, markeredgewidth=1.6, zorder=5,
            )  # fmt: skip


def _end_names(
    page: Page,
    ax: Axes,
    ends: list[tuple[float, str, str]],
    box: tuple[float, float, float, float],
) -> None:
    """Names beside the ends of curves, apart from each other."""
    _, foot, head, names = box
    bottom, top = ax.get_ylim()
    tall = page.height - foot - head
    gap, y = 0.27, np.inf
    wanted = sorted(ends, reverse=True)
    heights = []
    for value, _, _ in wanted:
        y = min(y - gap, tall * (value - bottom) / (top - bottom))
        heights.append(y)
    lift = max(0.0, 0.1 - heights[-1]) if heights else 0.0
    for (value, name, colour), at in zip(wanted, heights, strict=True):
        words = page.fitted(f"{name} {percent(value / 100)}", theme.SMALL, names - 0.12)
        page.text(
            page.width - names + 0.1, foot + at + lift, words, theme.SMALL, colour,
            va="center_baseline",
        )  # fmt: skip


def _around(page: Page, ax: Axes, left: float, names: float) -> None:
    width = page.width - left - names
    page.text(
        left + width / 2, 0.12, say("multiple"), theme.SMALL,
        theme.INK, ha="center",
    )  # fmt: skip
    low, high = ax.get_xlim()
    if low <= 1 <= high:
        x = left + width * np.log(1 / low) / np.log(high / low)
        page.text(x, page.height - 0.22, say("today"), theme.SMALL, ha="center")
