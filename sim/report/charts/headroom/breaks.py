"""What breaks first, and how much growth does each policy take? A dot and its interval a row."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from sim.messages import say, sentences
from sim.report import theme
from sim.report.charts.headroom.curve import log_axis
from sim.report.charts.headroom.results import HeadroomResults, PolicyResults, assumed
from sim.report.drawing import Drawing, picture
from sim.report.headroom import GroupFall, Label, breaking, fallen, first_words, times
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
        note = sentences(note, say("assumed-band"))
    if left > 0:
        note = sentences(note, say("breaks.left", n=left))
    finding = Finding(
        name="headroom_breaks_first",
        title=first_words(rows, target, label),
        subtitle=say("breaks.subtitle", share=percent(target)),
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
    name, figures, foot, head = 3.0, 2.1, 0.62, 0.3
    kinds = {say(f"dimension.{item.group}") for item in shown}
    kind = max([page.width_of(words, theme.SMALL) for words in kinds], default=0.5) + 0.2
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
        words = say(f"total.{item.level}") if item.group in ("all", "peak") else None
        group = "" if words else say(f"dimension.{item.group}")
        page.text(0, y, group, size, theme.GREY, va="center_baseline")
        words = page.fitted(words or label(item.group, item.level), size, name - 0.15, middle=True)
        page.text(kind, y, words, size, va="center_baseline")
        page.text(left + width + 0.15, y, item.words, size, va="center_baseline")
    low, high = ax.get_xlim()
    if low <= 1 <= high:
        x = left + width * math.log(1 / low) / math.log(high / low)
        page.text(x, page.height - head + 0.08, say("today"), theme.SMALL, ha="center")
    page.text(
        left + width / 2, bottom - 0.58, say("multiple"), theme.SMALL,
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
    target = results.found[0].targets[0]
    return policies(tables, target, assumed(results.context), results.named)


def policies(
    tables: dict[str, pd.DataFrame], target: float, note: str, named: Mapping[str, str]
) -> Drawing:
    """Policies by the multiplier at which peak requests fall below the target.

    Parameters
    ----------
    tables
        Name of each scenario -> its `headroom.csv`.
    note
        What is assumed, for the footer.
    named
        Scenario -> what it is called.
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
        title=_title(rows, target, named),
        subtitle=say("policies.subtitle", share=percent(target)),
        table=table[["scenario", *(c for c in table if c != "scenario")]],
        note=sentences(note, say("policies.note")),
    )

    def plot(page: Page) -> None:
        _plot_policies(page, rows, named)

    return finding, plot


def _rows(tables: dict[str, pd.DataFrame], target: float) -> list[_Row]:
    found = []
    for name, table in tables.items():
        named = {(r.group, r.level): r for r in fallen(table, target)}
        peak, whole = named.get(("peak", "peak")), named.get(("all", "all"))
        if peak is not None and whole is not None:
            found.append(_Row(name, peak, whole))
    return found


def _title(rows: Sequence[_Row], target: float, named: Mapping[str, str]) -> str:
    """The most and the least growth, if their intervals are apart."""
    line = percent(target)
    if not rows:
        return say("policies.idle")
    most, least = rows[0], rows[-1]
    if most.peak.never or not most.peak.low > least.peak.high:
        return say("policies.alike", share=line)
    names = {"most": named[most.name], "least": named[least.name]}
    growth = times(most.peak.multiplier)
    if least.peak.today:
        return say("policies.today", share=line, times=growth, **names)
    fewer = times(least.peak.multiplier)
    return say("policies.apart", share=line, times=growth, fewer=fewer, **names)


def _plot_policies(page: Page, rows: Sequence[_Row], named: Mapping[str, str]) -> None:
    figures, foot, head = 2.3, 0.62, 0.6
    names = min(max(page.width_of(named[r.name], theme.BODY) for r in rows) + 0.2, 3.2)
    height = min((page.height - foot - head) / len(rows), 0.6)
    bottom, width = page.height - head - height * len(rows), page.width - names - 2 * figures
    ax = page.axes(names, bottom, width, height * len(rows))
    ax.set(ylim=(0, len(rows)), yticks=[])
    ax.spines["left"].set_visible(False)
    log_axis(ax, *axis_limits([f for r in rows for f in (r.peak, r.whole)]))
    ax.grid(axis="x")
    right = names + width + 0.15
    top = bottom + height * len(rows) + 0.18
    page.text(right, top, say("total.peak"), theme.SMALL, theme.HIGHLIGHT)
    page.text(right + figures, top, say("total.all"), theme.SMALL, theme.INK)
    for number, row in enumerate(rows):
        at = len(rows) - number - 0.5
        y = bottom + at * height
        dot(ax, row.peak, at + 0.14, theme.HIGHLIGHT)
        dot(ax, row.whole, at - 0.14, theme.INK)
        name = page.fitted(named[row.name], theme.BODY, names - 0.1, middle=True)
        page.text(0, y, name, theme.BODY, va="center_baseline")
        page.text(right, y, row.peak.words, theme.SMALL, va="center_baseline")
        page.text(right + figures, y, row.whole.words, theme.SMALL, va="center_baseline")
    low, high = ax.get_xlim()
    if low <= 1 <= high:
        x = names + width * math.log(1 / low) / math.log(high / low)
        page.text(x, top, say("today"), theme.SMALL, ha="center")
    page.text(
        names + width / 2, bottom - 0.58, say("multiple"), theme.SMALL,
        ha="center",
    )  # fmt: skip
