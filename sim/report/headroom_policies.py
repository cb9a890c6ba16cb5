"""How much growth does each policy take? A dot and its interval for every policy."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from sim.report import theme
from sim.report.finding import Finding
from sim.report.headroom_breaks import axis_limits, dot
from sim.report.headroom_curve import log_axis
from sim.report.headroom_words import Fallen, fallen, times
from sim.report.page import Page
from sim.report.pages import Drawing
from sim.report.words import percent

__all__ = ["policies"]

GROUPS = ("peak", "all")


@dataclass(frozen=True, slots=True)
class _Row:
    """One policy: where its peak requests, and all of them, fall below the target."""

    name: str
    peak: Fallen
    whole: Fallen


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
        _plot(page, rows)

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


def _plot(page: Page, rows: Sequence[_Row]) -> None:
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
