"""What breaks first? A dot and its interval for every group, first to fall on top."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from sim.report import theme
from sim.report.finding import Finding
from sim.report.headroom_curve import log_axis
from sim.report.headroom_words import Fallen, Label, breaking, first_words
from sim.report.page import Page
from sim.report.pages import Drawing
from sim.report.words import percent

__all__ = ["axis_limits", "breaks_first", "dot"]

MOST = 14
"""Rows of tiers, zones and kinds shown."""
TOTALS = {"all": "all requests", "peak": "peak hours", "off-peak": "other hours"}


def breaks_first(
    rows: list[Fallen], table: pd.DataFrame, target: float, label: Label, note: str
) -> Drawing:
    """Groups by the multiplier at which they fall below the target.

    Parameters
    ----------
    rows, table
        For this target; the table is that of `headroom.csv`.
    note
        What is assumed, for the footer.
    """
    totals = [r for r in rows if r.group in ("all", "peak")]
    order = breaking(rows)
    shown, left = order[:MOST], len(order) - MOST
    if left > 0:
        note = f"{note}. Groups that fall later, in the CSV only: {left}"
    finding = Finding(
        name="headroom_breaks_first",
        title=first_words(rows, target, label),
        subtitle=f"Multiple of today's demand at which fewer than {percent(target)} "
        "of requests get a slot",
        table=_sorted(table[table["target"] == target], [*totals, *order]),
        note=note,
    )

    def plot(page: Page) -> None:
        _plot(page, totals, shown, label)

    return finding, plot


def _sorted(table: pd.DataFrame, rows: Sequence[Fallen]) -> pd.DataFrame:
    """The figures in the order in which they are drawn."""
    place = {(r.group, r.level): i for i, r in enumerate(rows)}
    keys = [
        place[group, level] for group, level in zip(table["group"], table["level"], strict=True)
    ]
    return table.iloc[np.argsort(keys, kind="stable")].reset_index(drop=True)


def _plot(page: Page, totals: list[Fallen], shown: list[Fallen], label: Label) -> None:
    kind, name, figures, foot, head = 0.75, 3.0, 2.1, 0.62, 0.3
    left = kind + name
    slots = len(totals) + len(shown) + 0.5
    row = min((page.height - foot - head) / slots, 0.42)
    bottom = page.height - head - row * slots
    size = min(theme.SMALL, row * 72 * 0.85)
    width = page.width - left - figures
    ax = page.axes(left, bottom, width, row * slots)
    ax.set(ylim=(0, slots), yticks=[])
    ax.spines["left"].set_visible(False)
    log_axis(ax, *axis_limits([*totals, *shown]))
    ax.grid(axis="x")
    places = [slots - i - 0.5 - (0.5 if i >= len(totals) else 0) for i in range(int(slots))]
    ax.axhline(len(shown) + 0.25, color=theme.PALE, linewidth=1)
    for at, item in zip(places, [*totals, *shown], strict=True):
        colour = theme.INK if item.group in ("all", "peak") else theme.PALETTE[0]
        dot(ax, item, at, colour)
        y = bottom + at * row
        words = TOTALS.get(item.level) if item.group in ("all", "peak") else None
        group = "" if words else item.group
        page.text(0, y, group, size, theme.GREY, va="center_baseline")
        words = page.fitted(words or label(item.group, item.level), size, name - 0.15, middle=True)
        page.text(kind, y, words, size, va="center_baseline")
        page.text(left + width + 0.15, y, item.words, size, va="center_baseline")
    low, high = ax.get_xlim()
    if low <= 1 <= high:
        x = left + width * math.log(1 / low) / math.log(high / low)
        page.text(x, page.height - head + 0.08, "today", theme.SMALL, ha="center")
    page.text(
        left + width / 2, bottom - 0.58, "multiple of today's demand (log scale)", theme.SMALL,
        ha="center",
    )  # fmt: skip


def axis_limits(rows: Sequence[Fallen]) -> tuple[float, float]:
    """Ends of the axis around all dots and intervals and today."""
    ends = [x for r in rows for x in (r.multiplier, r.low, r.high) if math.isfinite(x)]
    return min(*ends, 1.0) / 1.15, max(*ends, 1.0) * 1.15


def dot(ax: Axes, item: Fallen, at: float, colour: str) -> None:
    """The multiplier with its interval; an arrow where it lies beyond what was tried."""
    low, high = ax.get_xlim()
    begin = item.low if math.isfinite(item.low) else low
    end = item.high if math.isfinite(item.high) else high
    if math.isfinite(item.low) or math.isfinite(item.high):
        ax.plot([begin, end], [at, at], color=colour, linewidth=4, alpha=0.4, solid_capstyle="butt")
    if item.never or item.below:
        x, marker = (high, ">") if item.never else (low, "<")
        ax.plot([x], [at], marker, color=colour, markersize=9, clip_on=False)
    else:
        ax.plot([item.multiplier], [at], "o", color=colour, markersize=7.5)
