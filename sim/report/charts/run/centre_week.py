"""What fills a centre? A week by use: booked, activity, club, drop-in, off-platform, free."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from numpy.typing import NDArray

from sim.messages import clauses, listed, say
from sim.report import theme
from sim.report.charts.parts import CLOSED, hatch, swatch
from sim.report.charts.values import Value, as_percent, ceiling, titled, values_of
from sim.report.context import RunResults
from sim.report.drawing import chart
from sim.report.page import Finding, Page
from sim.report.words import DAYS, leaders, once, percent, scope_words, short

METRIC, GROUP = "hours_by_use", "centre*use*hour_of_week"
SHARE = ("use_share", "centre*use")
CLUB = "club"
RECORDED, ASSUMED = ("booked", "activity", CLUB), "off-platform"
FREE = "free"
COLOURS = {
    "booked": theme.PALETTE[0],
    "activity": theme.PALETTE[1],
    CLUB: theme.PALETTE[5],
    "drop-in": theme.PALETTE[2],
    ASSUMED: "#C4C4C4",
}
"""Uses in the order in which they are stacked; clubs only where there is a timetable."""
MOST = 3
FEWEST_HOURS = 8
F64 = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class CentreWeekData:
    """One centre: venues by use (of `uses`) x weekday x hour of `hours`; NaN where it is closed.

    `free_low` and `free_high` are limits of the free venues; `shares` are of open hours.
    """

    finding: Finding
    hours: tuple[int, ...]
    uses: tuple[str, ...]
    used: F64
    free: F64
    free_low: F64
    free_high: F64
    shares: Mapping[str, Value]

    @property
    def opened(self) -> F64:
        """Venues open by weekday x hour."""
        total: F64 = self.used.sum(axis=0) + self.free
        return total


def plot(page: Page, data: CentreWeekData) -> None:
    """Draw seven panels on one scale, and the uses in the order in which they are stacked."""
    left, right, head, foot, gap = 0.6, 2.88, 0.68, 0.34, 0.12
    width = (page.width - left - right - 6 * gap) / 7
    height = page.height - head - foot
    top = ceiling(float(np.nanmax(data.opened)))
    page.text(0, page.height - 0.14, say("fills.axis"), theme.SMALL, theme.GREY)
    for day, name in enumerate(DAYS):
        x = left + day * (width + gap)
        page.text(x + width / 2, foot + height + 0.12, say(f"day.{name}"), ha="center")
        ax = page.axes(x, foot, width, height)
        _panel(ax, data, day)
        ax.set_ylim(0, top)
        ax.set_yticks(np.linspace(0, top, 3))
        ax.set_yticklabels([] if day else [f"{tick:g}" for tick in np.linspace(0, top, 3)])
    _key(page, page.width - right + 0.3, foot + height, data)


def _panel(ax: Axes, data: CentreWeekData, day: int) -> None:
    """Draw one day: stacked bars, the outline of what is open, limits of what is used."""
    x = np.asarray(data.hours, dtype=float)
    opened, base = data.opened[day], np.zeros(len(x))
    for i, use in enumerate(data.uses):
        heights = np.nan_to_num(data.used[i, day])
        ax.bar(x + 0.5, heights, 1.0, base, color=COLOURS[use], linewidth=0)
        base = base + heights
    edges = np.append(x, x[-1] + 1)
    ax.stairs(np.nan_to_num(opened), edges, color=theme.GREY, linewidth=1.2, zorder=3)
    low, high = opened - data.free_high[day], opened - data.free_low[day]
    ax.vlines(x + 0.5, np.maximum(low, 0), np.minimum(high, opened), color=theme.INK, linewidth=1.4)
    top = ceiling(float(np.nanmax(data.opened)))
    for hour, closed in zip(x, np.isnan(opened), strict=True):
        if closed:
            hatch(ax, float(hour), 0, 1, top)
    ax.set_xlim(edges[0], edges[-1])
    ticks = [hour for hour in range(int(x[0]), int(x[-1]) + 1) if hour % 6 == 0]
    ax.set_xticks(ticks, [f"{hour}" for hour in ticks])
    ax.tick_params(axis="y", length=0)
    ax.grid(axis="y")


def _key(page: Page, x: float, top: float, data: CentreWeekData) -> None:
    """Name the uses from the top of the stack down, with their shares of open hours."""
    step = min(0.62, top / 7)
    page.text(x, top + 0.12, say("of.open"), theme.SMALL, theme.GREY)
    fields = [(FREE, "white", ""), *((use, COLOURS[use], "") for use in data.uses)]
    fields = [fields[0], *reversed(fields[1:]), ("closed", CLOSED, "////")]
    for row, (use, colour, pattern) in enumerate(fields):
        y = top - 0.3 - row * step
        swatch(page, x, y, colour, pattern)
        page.text(x + 0.38, y + 0.02, say(f"fills.{use}"))
        if use in data.shares:
            page.text(x + 0.38, y - 0.22, as_percent(data.shares[use]), theme.SMALL, theme.GREY)


@chart("centre-week", plot, of=RunResults, aside=True)
def analyse(results: RunResults) -> list[CentreWeekData]:
    """Give one picture a centre of the subdistrict tier, at most three."""
    rows = results.select(METRIC, GROUP)
    rows = rows[rows["mean"].notna()]
    if rows.empty:
        return []
    found = [centre for centre in _wanted(results) if (rows["centre"] == centre).any()]
    if results.places.empty:
        found = list(dict.fromkeys(rows["centre"]))
    shares = values_of(results, *SHARE)
    pictures: list[CentreWeekData] = []
    for centre in found:
        mine = rows[rows["centre"] == centre]
        if mine["mean"].sum() > 0 and len(pictures) < MOST:
            pictures.append(
                _centre_panel(results, centre, mine, shares, len(pictures) + 1, len(found))
            )
    return pictures


def _wanted(results: RunResults) -> list[str]:
    """Centres of the subdistrict tier, in the order of the tables."""
    places = results.places
    if places.empty:
        return []
    mine = places[(places["type"] == "centre") & (places["tier"] == "subdistrict")]
    return [str(name) for name in mine["name"]]


def _centre_panel(
    results: RunResults,
    centre: str,
    rows: pd.DataFrame,
    shares: Mapping[str, Value],
    number: int,
    of: int,
) -> CentreWeekData:
    opened = rows.groupby("hour_of_week")["mean"].sum()
    hours = _hours([str(level) for level in opened.index[opened > 0]])
    uses = tuple(use for use in COLOURS if use != CLUB or (rows["use"] == use).any())
    used = np.stack([_grid(rows[rows["use"] == use], "mean", hours) for use in uses])
    mine = rows[rows["use"] == FREE]
    free = _grid(mine, "mean", hours)
    closed = ~(used.sum(axis=0) + free > 0)
    used[:, closed], free[closed] = np.nan, np.nan
    low, high = (_grid(mine, end, hours, fill=np.nan) for end in ("low", "high"))
    total = float(opened.sum())
    part = {
        use: shares.get(f"{centre}*{use}")
        or Value(float(rows.loc[rows["use"] == use, "mean"].sum()) / total)
        for use in (*uses, FREE)
    }
    label = results.label("centre", centre)
    finding = Finding(
        name=f"centre-week-{number}",
        title=_title(results, short(label), part),
        subtitle=clauses(say("fills.subtitle", name=label), _limits(results)),
        table=_table(rows, part),
        note=say("fills.number", number=number, of=of) if of > MOST else "",
    )
    return CentreWeekData(finding, hours, uses, used, free, low, high, part)


def _limits(results: RunResults) -> str:
    return say("fills.lines") if results.context.n_replications > 1 else ""


def _title(results: RunResults, name: str, shares: Mapping[str, Value]) -> str:
    """Say what fills the open hours: what is free, recorded and only assumed, if anything is.

    Else a use leads where intervals tell it apart.
    """
    used = {use: shares[use] for use in COLOURS if use in shares and shares[use].mean > 0}
    free = percent(shares[FREE].mean)
    n = results.context.n_replications
    if not used:
        return say("fills.none", name=name, scope=scope_words(n))
    of_one = once(n)
    if ASSUMED in used:
        known = sum(used[use].mean for use in RECORDED if use in used)
        rest = percent(sum(value.mean for value in used.values()) - known)
        shares_said = {"free": free, "known": percent(known), "assumed": rest, "once": of_one}
        return titled(
            say("fills.open-free", name=name, **shares_said),
            say("fills.free.short", name=name, **shares_said),
            say("fills.free.least", name=name, **shares_said),
        )
    rows = pd.DataFrame(
        [(use, v.mean, v.low, v.high) for use, v in used.items()],
        columns=["level", "mean", "low", "high"],
    )
    lead = leaders(rows)
    if lead.certain and len(lead.levels) == 1:
        most = {"use": say(f"fill-of.{lead.levels[0]}"), "share": percent(lead.mean)}
        return titled(
            say("fills.most", name=name, free=free, **most),
            say("fills.most.short", name=name, **most),
        )
    order = sorted(used, key=lambda use: -used[use].mean)[:2]
    parts = listed([f"{say(f'fill-of.{use}')} {percent(used[use].mean)}" for use in order])
    said = {"name": name, "parts": parts, "free": free, "once": of_one}
    return titled(*(say(f"fills.two{short}", **said) for short in ("", ".short", ".free")))


def _table(rows: pd.DataFrame, shares: Mapping[str, Value]) -> pd.DataFrame:
    """Venues by use and hour, then the shares of open hours."""
    table = rows[["centre", "use", "hour_of_week", "mean", "low", "high", "n"]].rename(
        columns={"low": "ci_low", "high": "ci_high"}
    )
    centre, n = rows["centre"].iloc[0], rows["n"].iloc[0]
    whole = [(centre, use, "share", v.mean, v.low, v.high, n) for use, v in shares.items()]
    return pd.concat([table, pd.DataFrame(whole, columns=table.columns)], ignore_index=True)


def _hours(levels: list[str]) -> tuple[int, ...]:
    """Hours of the day to show: from the first to the last in which anything is open."""
    seen = [int(level[-2:]) for level in levels]
    first, last = min(seen), max(seen)
    while last - first + 1 < FEWEST_HOURS:
        first, last = max(first - 1, 0), min(last + 1, 23)
    return tuple(range(first, last + 1))


def _grid(rows: pd.DataFrame, column: str, hours: tuple[int, ...], fill: float = 0.0) -> F64:
    """Bring levels `Mon-18` to a matrix of weekdays x hours."""
    grid = np.full((7, len(hours)), fill)
    for level, value in zip(rows["hour_of_week"], rows[column], strict=True):
        day, hour = str(level).split("-")
        if day in DAYS and int(hour) in hours and not math.isnan(value):
            grid[DAYS.index(day), hours.index(int(hour))] = value
    return grid
