"""Hours and rooms that would have to close to save so much, and what users lose."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from sim.messages import clauses, listed, say, sentences
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
from sim.report.words import leaders, once, percent, short

MOST_ZONES = 4
MARKERS = ("o", "D", "s", "^")
LIST = 5.4  # inches for what is said of the zones
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
    lost = say("savings.lost" if data.share else "savings.lost.hours")
    page.text(0, page.height - 0.16, lost, theme.SMALL, theme.GREY)
    page.text(left + width, 0.02, say("savings.axis"), theme.SMALL, theme.GREY, ha="right")
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
    step, lines = 0.24, int(((page.height + 0.1) / len(data.shown) - 0.42) / 0.24)
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
        y -= 0.42


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
    cost = as_percent(zone.cost) if share else say("person-hours", n=as_amount(zone.cost))
    saved, target = compact(float(zone.yuan[zone.at])), compact(zone.target)
    if np.isnan(zone.target):
        return say("savings.all", saved=saved, cost=cost)
    if zone.reached:
        return say("savings.reached", target=target, cost=cost)
    return say("savings.only", saved=saved, target=target, cost=cost)


def closed_words(closed: Sequence[tuple[str, int]]) -> list[str]:
    """Closures in a few sentences: rooms, then blocks of hours of centres by number."""
    rooms = sum(number for what, number in closed if what == ROOMS)
    blocks = [(w.removeprefix(CENTRES), n) for w, n in closed if w.startswith(CENTRES)]
    others = [f"{w} ({n:,})" for w, n in closed if w != ROOMS and not w.startswith(CENTRES)]
    parts = [say("savings.rooms", n=rooms)] if rooms else []
    if blocks:
        number = sum(n for _, n in blocks)
        parts.append(say("savings.blocks", n=number, blocks=_by_days(blocks)))
    return [*parts, listed(others)] if others else parts


def _by_days(blocks: Sequence[tuple[str, int]]) -> str:
    """The most frequent blocks as `Mon-Fri 12-18 (6), 6-12 (4)`: days once, each with its hours."""
    of_days: dict[str, list[str]] = {}
    for block, number in blocks[:MOST_BLOCKS]:
        days, _, hours = block.partition(" ")
        of_days.setdefault(_days(days), []).append(f"{hours}{NO_BREAK}({number:,})")
    words = clauses(*(f"{days} {listed(hours)}" for days, hours in of_days.items()))
    more = sum(number for _, number in blocks[MOST_BLOCKS:])
    return words + say("savings.more", n=more) if more else words


def _days(days: str) -> str:
    """`Mon-Fri` in the language."""
    return "-".join(say(f"day.{day}") for day in days.split("-"))


YUAN, HOURS, SHARE = "savings_yuan", "savings_person_hours_lost", "savings_use_lost_share"
GROUP = "zone*step"
CLOSED, CLOSED_GROUP = "savings_closures", "zone*step*what"
TARGET = "saved_yuan_per_year"


@chart("savings", plot, of=RunResults)
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
    bands = say("bands") if results.context.n_replications > 1 else ""
    names = [(YUAN, GROUP), (HOURS, GROUP), (SHARE, GROUP), (CLOSED, CLOSED_GROUP)]
    finding = Finding(
        name="savings",
        title=_title(results, shown, share),
        subtitle=clauses(say("savings.subtitle"), bands),
        table=behind(results, [*names, (TARGET, "zone")]),
        note=sentences(
            _counted(results),
            say("savings.grey") if others else "",
            _credits(results, [zone.zone for zone in shown if zone.target > 0]),
        ),
    )
    return [SavingsData(finding, tuple(shown), tuple(others), share)]


def _counted(results: RunResults) -> str:
    """Say what use counts as lost, and what is lost too but known only as an assumption."""
    share = results.context.off_platform_share
    counted = say("savings.counted")
    if not share:
        return counted
    return say("in-brackets", words=counted, more=say("savings.assumed", share=percent(share)))


def _credits(results: RunResults, zones: Sequence[str]) -> str:
    """Name the sources of the sums saved; all at once where they are the same."""
    said = [results.context.credits.get(f"zones.{zone}.{TARGET}", "") for zone in zones]
    found = [words for words in dict.fromkeys(said) if words]
    return say("savings.stated", credits=clauses(*found)) if found else ""


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
    alone = once(results.context.n_replications)
    aimed = [zone for zone in zones if zone.target > 0]
    reached = [zone for zone in aimed if zone.reached]

    def words(value: float, key: str = "savings.of-use") -> str:
        return say(key, share=percent(value)) if share else say("person-hours", n=spoken(value))

    def its(value: float) -> str:
        return words(value, "savings.of-its-use")

    if not aimed:
        zone = max(zones, key=lambda z: float(z.yuan[-1]))
        saved, cost = spoken(float(zone.yuan[-1])), words(zone.cost.mean)
        return titled(
            say("savings.closing", saved=saved, cost=cost) + alone,
            say("savings.closing.short", saved=saved, cost=cost) + alone,
        )
    if not reached:
        return say("savings.none-reached") + alone
    if len(reached) < len(aimed):
        return say("savings.some-reached", some=len(reached), n=len(aimed)) + alone
    table = pd.DataFrame(
        [(z.zone, z.cost.mean, z.cost.low, z.cost.high) for z in reached],
        columns=["level", "mean", "low", "high"],
    )
    lead = leaders(table)
    if len(reached) > 1 and lead.certain and len(lead.levels) == 1:
        first = next(z for z in reached if z.zone == lead.levels[0])
        costs = {"target": spoken(first.target), "cost": its(lead.mean)}
        return titled(
            say("savings.costs", name=short(first.label), **costs),
            say("savings.costs.one", **costs),
        )
    low = percent(table["mean"].min(), sign=False) if share else spoken(float(table["mean"].min()))
    if len(reached) == 1:
        target = spoken(reached[0].target)
        return say("savings.cost", target=target, cost=its(lead.mean)) + alone
    if not share:
        return say("savings.up-to", cost=words(lead.mean)) + alone
    return say("savings.zones", low=low, cost=words(lead.mean)) + alone
