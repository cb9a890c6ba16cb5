"""What breaks first, and how much growth does each policy take? A dot and its interval a row."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from sim.report import theme
from sim.report.charts.headroom.curve import log_axis
from sim.report.charts.headroom.results import HeadroomResults, PolicyResults, assumed
from sim.report.context import ASSUMED_BAND
from sim.report.drawing import Drawing, picture
from sim.report.headroom import TOTALS, GroupFall, Label, breaking, fallen, first_words, times
from sim.report.page import Finding, Page
from sim.report.words import percent

MOST = 14
"""Rows of tiers, zones and kinds shown."""


@picture("headroom_breaks_first", of=HeadroomResults)
def breaks_first(results: HeadroomResults) -> Drawing:
    """Groups by the multiplier at which they fall below the target."""
    rows, table, label = results.rows, results.found.table(), results.context.label
    target, note = results.found.targets[0], assumed(results.context)
    totals = [r for r in rows if r.group in ("all", "peak")]
    order = breaking(rows)
    shown, left = order[:MOST], len(order) - MOST
    if results.spans:
        note = f"{note}. {ASSUMED_BAND}"
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
        _plot(page, totals, shown, label, results.spans)

    return finding, plot


def _sorted(table: pd.DataFrame, rows: Sequence[GroupFall]) -> pd.DataFrame:
    """The figures in the order in which they are drawn."""
    place = {(r.group, r.level): i for i, r in enumerate(rows)}
    keys = [
        place[group, level] for group, level in zip(table["group"], table["level"], strict=True)
    ]
    return table.iloc[np.argsort(keys, kind="stable")].reset_index(drop=True)


def _plot(
    page: Page,
    totals: list[GroupFall],
    shown: list[GroupFall],
    label: Label,
    spans: Mapping[tuple[str, str], tuple[float, float]],
) -> None:
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
    rows = [*totals, *shown]
    beyond = [x for r in rows for x in spans.get((r.group, r.level), ()) if math.isfinite(x)]
    low, high = axis_limits(rows)
    log_axis(ax, min(low, *beyond, low), max(high, *beyond, high))
    ax.grid(axis="x")
    places = [slots - i - 0.5 - (0.5 if i >= len(totals) else 0) for i in range(int(slots))]
    ax.axhline(len(shown) + 0.25, color=theme.PALE, linewidth=1)
    for at, item in zip(places, [*totals, *shown], strict=True):
        colour = theme.INK if item.group in ("all", "peak") else theme.PALETTE[0]
        if (item.group, item.level) in spans:
            ax.plot(
                spans[item.group, item.level],
                [at, at],
                color=theme.ASSUMED,
                linewidth=11,
                zorder=0.5,
            )
        dot(ax, item, at, colour)
        y = bottom + at * row
        words = TOTALS[item.level] if item.group in ("all", "peak") else None
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


def axis_limits(rows: Sequence[GroupFall]) -> tuple[float, float]:
    """Ends of the axis around all dots and intervals and today."""
    ends = [x for r in rows for x in (r.multiplier, r.low, r.high) if math.isfinite(x)]
    return min(*ends, 1.0) / 1.15, max(*ends, 1.0) * 1.15


def dot(ax: Axes, item: GroupFall, at: float, colour: str) -> None:
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


GROUPS = ("peak", "all")


@dataclass(frozen=True, slots=True)
class _Row:
    """One policy: where its peak requests, and all of them, fall below the target."""

    name: str
    peak: GroupFall
    whole: GroupFall


@picture("headroom_policies", of=PolicyResults)
def policies_drawing(results: PolicyResults) -> Drawing | None:
    """Draw how much growth each of several policies takes."""
    if len(results.found) < 2:
        return None
    tables = {one.name: one.table() for one in results.found}
    return policies(tables, results.found[0].targets[0], assumed(results.context))


def policies(tables: dict[str, pd.DataFrame], target: float, note: str) -> Drawing:
    """Policies by the multiplier at which peak requests fall below the target.

    Parameters
    ----------
    tables
        Name of each scenario -> its `headroom.csv`.
    note
        What is assumed, for the footer.
    """
    rows = sorted(_rows(tables, target), key=lambda r: (-r.peak.at, r.name))
    shown = [
        t[(t["target"] == target) & t["group"].isin(GROUPS) & (t["level"] != "off-peak")]
        .assign(scenario=name)
        for name, t in tables.items()
    ]  # fmt: skip
    table = pd.concat(shown, ignore_index=True)
    finding = Finding(
        name="headroom_policies",
        title=_title(rows, target),
        subtitle=f"Multiple of today's demand at which fewer than {percent(target)} "
        "of requests get a slot, peak hours and all",
        table=table[["scenario", *(c for c in table if c != "scenario")]],
        note=f"{note}. All policies see the same people; each interval is of one policy by itself",
    )

    def plot(page: Page) -> None:
        _plot_policies(page, rows)

    return finding, plot


def _rows(tables: dict[str, pd.DataFrame], target: float) -> list[_Row]:
    found = []
    for name, table in tables.items():
        named = {(r.group, r.level): r for r in fallen(table, target)}
        peak, whole = named.get(("peak", "peak")), named.get(("all", "all"))
        if peak is not None and whole is not None:
            found.append(_Row(name, peak, whole))
    return found


def _title(rows: Sequence[_Row], target: float) -> str:
    """The most and the least growth, if their intervals are apart."""
    line = percent(target)
    if not rows:
        return "Nobody asks for a slot at any level of demand"
    most, least = rows[0], rows[-1]
    if most.peak.never or not most.peak.low > least.peak.high:
        return f"No policy clearly takes more growth than another before {line} of the peak is lost"
    first = f"{line} of peak requests are served up to {times(most.peak.multiplier)} times today's"
    if least.peak.today:
        return f"{first} demand under {most.name}, and not even today under {least.name}"
    return (
        f"{first} demand under {most.name}, up to {times(least.peak.multiplier)} times under "
        f"{least.name}"
    )


def _plot_policies(page: Page, rows: Sequence[_Row]) -> None:
    figures, foot, head = 2.3, 0.62, 0.6
    names = min(max(page.width_of(r.name, theme.BODY) for r in rows) + 0.2, 3.2)
    height = min((page.height - foot - head) / len(rows), 0.6)
    bottom, width = page.height - head - height * len(rows), page.width - names - 2 * figures
    ax = page.axes(names, bottom, width, height * len(rows))
    ax.set(ylim=(0, len(rows)), yticks=[])
    ax.spines["left"].set_visible(False)
    log_axis(ax, *axis_limits([f for r in rows for f in (r.peak, r.whole)]))
    ax.grid(axis="x")
    right = names + width + 0.15
    top = bottom + height * len(rows) + 0.18
    page.text(right, top, "peak hours", theme.SMALL, theme.HIGHLIGHT)
    page.text(right + figures, top, "all requests", theme.SMALL, theme.INK)
    for number, row in enumerate(rows):
        at = len(rows) - number - 0.5
        y = bottom + at * height
        dot(ax, row.peak, at + 0.14, theme.HIGHLIGHT)
        dot(ax, row.whole, at - 0.14, theme.INK)
        name = page.fitted(row.name, theme.BODY, names - 0.1, middle=True)
        page.text(0, y, name, theme.BODY, va="center_baseline")
        page.text(right, y, row.peak.words, theme.SMALL, va="center_baseline")
        page.text(right + figures, y, row.whole.words, theme.SMALL, va="center_baseline")
    low, high = ax.get_xlim()
    if low <= 1 <= high:
        x = names + width * math.log(1 / low) / math.log(high / low)
        page.text(x, top, "today", theme.SMALL, ha="center")
    page.text(
        names + width / 2, bottom - 0.58, "multiple of today's demand (log scale)", theme.SMALL,
        ha="center",
    )  # fmt: skip
