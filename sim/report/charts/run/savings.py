"""Hours and rooms that would have to close to save so much, and what users lose."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from sim.report import theme
from sim.report.charts.values import (
    Value,
    as_amount,
    as_percent,
    behind,
    ceiling,
    compact,
    spoken,
    tick,
    titled,
    values_of,
)
from sim.report.context import RunResults
from sim.report.drawing import chart
from sim.report.page import Finding, Page
from sim.report.words import leaders, percent, short

MOST_ZONES = 4
MARKERS = ("o", "D", "s", "^")
LIST = 4.3  # inches for what is said of the zones
BEYOND = 2.0  # times the largest target: what lies beyond is not drawn
MOST_BLOCKS = 2
NO_BREAK = "\u00a0"
ROOMS, CENTRES = "rooms closed wholly", "centres "
"""How `savings_closures` calls a venue closed for good, and begins a block of a centre's hours."""


@dataclass(frozen=True, eq=False)
class ZoneSavings:
    """One zone: cumulative yuan a year and use lost after each step, the first point 0.

    Attributes
    ----------
    zone, label
        Its name.
    yuan
        Saved a year after each step.
    lost
        Mean, low and high of use lost, one row a step.
    target
        What the zone is said to have saved, NaN if nothing.
    at
        Step that first reaches the target; the last if none does or nothing is aimed at.
    closed
        What is closed up to there and how often, the most frequent first.
    """

    zone: str
    label: str
    yuan: np.ndarray[tuple[int], np.dtype[np.float64]]
    lost: np.ndarray[tuple[int, int], np.dtype[np.float64]]
    target: float
    at: int
    closed: tuple[tuple[str, int], ...]

    @property
    def reached(self) -> bool:
        """Whether there is a target and the steps reach it."""
        return bool(self.yuan[self.at] >= self.target)

    @property
    def cost(self) -> Value:
        """Use lost where the marker stands."""
        return Value(*(float(v) for v in self.lost[self.at]))


@dataclass(frozen=True, eq=False)
class SavingsData:
    """Zones with a marker, others in pale; `share` tells whether losses are shares."""

    finding: Finding
    shown: tuple[ZoneSavings, ...]
    others: tuple[ZoneSavings, ...]
    share: bool


def plot(page: Page, data: SavingsData) -> None:
    """Draw a line a zone with a marker at what was saved, and what that closes beside."""
    left, head, foot = 0.75, 0.4, 0.62
    width = page.width - left - LIST
    ax = page.axes(left, foot, width, page.height - head - foot)
    unit = "% of the zone's" if data.share else "person-hours"
    page.text(0, page.height - 0.16, f"Recorded use lost, {unit}", theme.SMALL, theme.GREY)
    page.text(left + width, 0.02, "Yuan saved a year", theme.SMALL, theme.GREY, ha="right")
    right, top = _ends(data)
    for zone in data.others:
        ax.plot(zone.yuan, zone.lost[:, 0], color=theme.PALE, linewidth=1.5)
    for zone, colour, marker in zip(data.shown, theme.PALETTE, MARKERS, strict=False):
        _line(ax, zone, colour, marker)
    ax.set(xlim=(0, right), ylim=(0, top))
    ticks = _ticks(right)
    ax.set_xticks(ticks, [tick(t) for t in ticks])
    ticks = _ticks(top)
    ax.set_yticks(ticks, [f"{100 * t:g}" if data.share else tick(t) for t in ticks])
    ax.grid(axis="y")
    ax.tick_params(axis="y", length=0)
    _list(page, left + width + 0.4, data)


def _ticks(end: float) -> list[float]:
    """Round numbers from 0 to the end of an axis, no more than six."""
    values = MaxNLocator(5, steps=[1, 2, 5, 10]).tick_values(0, end)
    return [float(value) for value in values if value <= end * (1 + 1e-9)]


def _line(ax: Axes, zone: ZoneSavings, colour: str, marker: str) -> None:
    mean, low, high = zone.lost.T
    ax.fill_between(zone.yuan, low, high, color=colour, alpha=0.18, linewidth=0)
    ax.plot(zone.yuan, mean, color=colour, linewidth=2)
    x, y = zone.yuan[zone.at], mean[zone.at]
    if zone.reached:
        ax.plot([zone.target] * 2, [0, y], color=colour, linewidth=1.4, linestyle=(0, (3, 2)))
    face = colour if zone.reached or np.isnan(zone.target) else "white"
    ax.plot(
        [x], [y], marker, markersize=11, color=colour, clip_on=False, zorder=5,
        markerfacecolor=face, markeredgewidth=2,
    )  # fmt: skip


def _ends(data: SavingsData) -> tuple[float, float]:
    """Ends of both axes, so that every marker and a stretch beyond it can be seen."""
    zones = data.shown
    right = max(float(z.yuan[-1]) for z in zones)
    targets = [z.target for z in zones if z.target > 0]
    if targets:
        marks = max(float(z.yuan[z.at]) for z in zones)
        right = min(right, max(BEYOND * max(targets), 1.05 * marks))
    inside = [z.lost[z.yuan <= right] for z in zones]
    top = ceiling(float(np.nanmax([[row[0], row[2]] for rows in inside for row in rows])))
    return ceiling(right), min(top, 1.0) if data.share else top


def _list(page: Page, x: float, data: SavingsData) -> None:
    """Say at each marker's sign what the figure costs and what it closes."""
    room, y = page.width - x - 0.4, page.height - 0.3
    step, lines = 0.26, int(((page.height + 0.1) / len(data.shown) - 0.46) / 0.26)
    for zone, colour, marker in zip(data.shown, theme.PALETTE, MARKERS, strict=False):
        hollow = not zone.reached and zone.target > 0
        _sign(page, x, y + 0.08, colour, marker, hollow)
        name = page.fitted(zone.label, theme.BODY, room, middle=True)
        page.text(x + 0.3, y, name, theme.BODY, colour)
        words = page.wrapped(_words(zone, data.share), theme.SMALL, room)
        if zone.closed:
            most = min(4, max(1, lines - len(words)))
            parts = closed_words(zone.closed)
            more = [line for part in parts for line in page.wrapped(part, theme.SMALL, room)]
            rest = " ".join(more[most - 1 :])
            words += [*more[: most - 1], page.fitted(rest, theme.SMALL, room)] if rest else more
        for line in words:
            y -= step
            page.text(x + 0.3, y, line)
        y -= 0.46


def _sign(page: Page, x: float, y: float, colour: str, marker: str, hollow: bool) -> None:
    page.figure.add_artist(
        Line2D(
            [(page.left + x + 0.08) / theme.WIDTH], [(page.bottom + y) / theme.HEIGHT],
            color=colour, marker=marker, markersize=10, markeredgewidth=2,
            markerfacecolor="white" if hollow else colour,
        )
    )  # fmt: skip


def _words(zone: ZoneSavings, share: bool) -> str:
    """Price of saving to a zone: at what it is said to have saved if that is reached."""
    cost = as_percent(zone.cost) if share else f"{as_amount(zone.cost)} person-hours"
    saved = compact(float(zone.yuan[zone.at]))
    if np.isnan(zone.target):
        return f"all steps save {saved} yuan: {cost} of use lost"
    if zone.reached:
        return f"{compact(zone.target)} yuan: {cost} of use lost"
    return f"only {saved} of {compact(zone.target)} yuan: {cost} of use lost"


def closed_words(closed: Sequence[tuple[str, int]]) -> list[str]:
    """Closures in a few sentences: rooms, then blocks of hours of centres by number."""
    rooms = sum(number for what, number in closed if what == ROOMS)
    blocks = [(w.removeprefix(CENTRES), n) for w, n in closed if w.startswith(CENTRES)]
    others = [f"{w} ({n:,})" for w, n in closed if w != ROOMS and not w.startswith(CENTRES)]
    parts = [f"{rooms:,} room{_s(rooms)} closed wholly"] if rooms else []
    if blocks:
        number = sum(n for _, n in blocks)
        parts.append(f"{number:,} block{_s(number)} of centre hours: {_by_days(blocks)}")
    return [*parts, ", ".join(others)] if others else parts


def _by_days(blocks: Sequence[tuple[str, int]]) -> str:
    """The most frequent blocks as `Mon-Fri 12-18 (6), 6-12 (4)`: days once, each with its hours."""
    of_days: dict[str, list[str]] = {}
    for block, number in blocks[:MOST_BLOCKS]:
        days, _, hours = block.partition(" ")
        of_days.setdefault(days, []).append(f"{hours}{NO_BREAK}({number:,})")
    words = "; ".join(f"{days} {', '.join(hours)}" for days, hours in of_days.items())
    more = sum(number for _, number in blocks[MOST_BLOCKS:])
    return f"{words} and {more:,} more" if more else words


def _s(number: int) -> str:
    return "" if number == 1 else "s"


YUAN, HOURS, SHARE = "savings_yuan", "savings_person_hours_lost", "savings_use_lost_share"
GROUP = "zone*step"
CLOSED, CLOSED_GROUP = "savings_closures", "zone*step*what"
TARGET = "saved_yuan_per_year"


@chart("savings", plot, of=RunResults, aside=True)
def analyse(results: RunResults) -> list[SavingsData]:
    """Follow the steps of each zone to what it is said to have saved."""
    share = not results.select(SHARE, GROUP).empty
    lost = values_of(results, SHARE if share else HOURS, GROUP)
    yuan = values_of(results, YUAN, GROUP)
    levels = [k for k, v in yuan.items() if v.known and k in lost and lost[k].known]
    zones = list(dict.fromkeys(level.split("*")[0] for level in levels))
    targets = values_of(results, TARGET, "zone")
    found = [
        _zone(results, zone, sorted(k for k in levels if k.split("*")[0] == zone), yuan, lost,
              targets.get(zone, Value(np.nan)).mean)
        for zone in zones
    ]  # fmt: skip
    found = [zone for zone in found if zone.yuan[-1] > 0]
    if not found:
        return []
    order = sorted(found, key=lambda z: np.isnan(z.target))
    shown, others = order[:MOST_ZONES], order[MOST_ZONES:]
    bands = "; bands: intervals" if results.context.n_replications > 1 else ""
    names = [(YUAN, GROUP), (HOURS, GROUP), (SHARE, GROUP), (CLOSED, CLOSED_GROUP)]
    finding = Finding(
        name="savings",
        title=_title(results, shown, share),
        subtitle=f"What-if: closing step by step, least recorded use per yuan first{bands}",
        table=behind(results, [*names, (TARGET, "zone")]),
        note=". ".join(
            part
            for part in (
                _counted(results),
                "Grey lines: other zones" if others else "",
                _credits(results, [zone.zone for zone in shown if zone.target > 0]),
            )
            if part
        ),
    )
    return [SavingsData(finding, tuple(shown), tuple(others), share)]


def _counted(results: RunResults) -> str:
    """Say what use counts as lost, and what is lost too but known only as an assumption."""
    share = results.context.off_platform_share
    assumed = f" (assumed: {percent(share)} of open hours)" if share else ""
    return (
        "Recorded use of venues: booked, activities, drop-in; as if nobody went elsewhere; "
        f"not counted: off-platform use{assumed}"
    )


def _credits(results: RunResults, zones: Sequence[str]) -> str:
    """Name the sources of the sums saved; all at once where they are the same."""
    said = [results.context.credits.get(f"zones.{zone}.{TARGET}", "") for zone in zones]
    found = [words for words in dict.fromkeys(said) if words]
    return f"Savings stated by: {'; '.join(found)}" if found else ""


def _zone(
    results: RunResults,
    zone: str,
    levels: Sequence[str],
    yuan: Mapping[str, Value],
    lost: Mapping[str, Value],
    target: float,
) -> ZoneSavings:
    saved = np.array([0.0, *(yuan[k].mean for k in levels)])
    values = np.array([(0.0,) * 3, *((v.mean, v.low, v.high) for k in levels if (v := lost[k]))])
    if np.isnan(values).any():
        values[0, 1:] = np.nan
    reached = np.flatnonzero(saved >= target) if target > 0 else np.array([], dtype=int)
    at = int(reached[0]) if len(reached) else len(saved) - 1
    steps = {level.split("*")[1] for level in levels[:at]}
    rows = results.select(CLOSED, CLOSED_GROUP)
    closed: pd.Series[float] = pd.Series(dtype=float)
    if not rows.empty:
        mine = rows[(rows["zone"] == zone) & rows["step"].isin(list(steps))]
        closed = mine.groupby("what")["mean"].sum().sort_values(ascending=False, kind="stable")
    counts = tuple((str(what), round(number)) for what, number in closed.items())
    label = results.label("zone", zone)
    return ZoneSavings(zone, label, saved, values, target, at, counts)


def _title(results: RunResults, zones: Sequence[ZoneSavings], share: bool) -> str:
    """Say what the savings stated would cost; name a zone where intervals tell it apart."""
    once = ", in one replication" if results.context.n_replications == 1 else ""
    aimed = [zone for zone in zones if zone.target > 0]
    reached = [zone for zone in aimed if zone.reached]

    def words(value: float) -> str:
        return f"{percent(value)} of recorded use" if share else f"{spoken(value)} person-hours"

    def its(value: float) -> str:
        return f"{percent(value)} of its recorded use" if share else words(value)

    if not aimed:
        zone = max(zones, key=lambda z: float(z.yuan[-1]))
        saved, cost = spoken(float(zone.yuan[-1])), words(zone.cost.mean)
        return titled(
            f"Closing hours saves up to {saved} yuan a year, losing {cost}{once}",
            f"Closing hours saves {saved} yuan, loses {cost}{once}",
        )
    if not reached:
        return f"No zone reaches the reported savings by closing hours{once}"
    if len(reached) < len(aimed):
        some = f"{len(reached)} of {len(aimed)} zones"
        return f"Closing hours reaches the reported savings in {some}{once}"
    table = pd.DataFrame(
        [(z.zone, z.cost.mean, z.cost.low, z.cost.high) for z in reached],
        columns=["level", "mean", "low", "high"],
    )
    lead = leaders(table)
    if len(reached) > 1 and lead.certain and len(lead.levels) == 1:
        first = next(z for z in reached if z.zone == lead.levels[0])
        target = spoken(first.target)
        return titled(
            f"Saving {target} yuan a year would cost {short(first.label)} {its(lead.mean)}",
            f"Saving {target} yuan a year would cost one zone {its(lead.mean)}",
        )
    low = percent(table["mean"].min(), sign=False) if share else spoken(float(table["mean"].min()))
    if len(reached) == 1:
        return f"Saving {spoken(reached[0].target)} yuan would cost {its(lead.mean)}{once}"
    if not share:
        return f"Reported savings would cost up to {words(lead.mean)}{once}"
    return f"Reported savings would cost zones {low} to {words(lead.mean)}{once}"
