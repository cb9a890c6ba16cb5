"""Which zone is ahead, and how surely? Ranks by measure, with intervals on the ranks."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from matplotlib.axes import Axes

from sim.messages import clauses, joined, known, say
from sim.report import theme
from sim.report.charts.parts import TableRows, label_width, put_dot
from sim.report.charts.values import UNKNOWN, Value, behind, titled, values_of
from sim.report.context import RunResults
from sim.report.drawing import chart
from sim.report.page import Finding, Page
from sim.report.words import once, short

METRIC, GROUP = "rank", "zone*measure"
MEASURES = (
    "served_share_adjusted",
    "met_share_adjusted",
    "person_hours_per_head",
    "hours_per_open_hour",
    "mean_walk_minutes",
    "nearness",
    "cost_per_person_hour",
    "participations_per_head",
    "visits_per_head",
    "served_share",
    "met_share",
    "used_share",
)
"""In the order in which panels are chosen; heading and unit are messages."""
STANDS_FOR = {
    "mean_walk_minutes": "nearness",
    "served_share_adjusted": "served_share",
    "met_share_adjusted": "met_share",
}
"""One panel says what both measures say: the second goes where the first is there."""
MOST_PANELS = 6
MOST_ROWS = 15
TEXT = 0.78  # inches for the value beside a panel


@dataclass(frozen=True)
class LeagueColumn:
    """One measure: ranks and values of the zones, in the order of the rows."""

    measure: str
    ranks: tuple[Value, ...]
    values: tuple[Value, ...]

    @property
    def words(self) -> str:
        """How clear the order is."""
        return order_in_words(self.ranks)

    @property
    def leader(self) -> int | None:
        """Row of the zone that is clearly first, if one is."""
        known = [i for i, rank in enumerate(self.ranks) if rank.known]
        if len(known) < 2 or not all(self.ranks[i].bounded for i in known):
            return None
        first = min(known, key=lambda i: self.ranks[i].mean)
        others = [self.ranks[i].low for i in known if i != first]
        return first if self.ranks[first].high < min(others) else None


@dataclass(frozen=True, eq=False)
class LeagueData:
    """Zones by the mean of their ranks; `n` is the number of zones ranked."""

    finding: Finding
    zones: tuple[str, ...]
    labels: tuple[str, ...]
    columns: tuple[LeagueColumn, ...]
    n: int


def order_in_words(ranks: Sequence[Value]) -> str:
    """Say how far intervals on ranks tell an order: none, the first, all, or part of it."""
    known = sorted((rank for rank in ranks if rank.known), key=lambda rank: rank.mean)
    if len(known) < 2:
        return ""
    if not all(rank.bounded for rank in known):
        return "no interval"
    steps = [a.high < b.low for a, b in pairwise(known)]
    if all(steps):
        return "clear order"
    if known[0].high < min(rank.low for rank in known[1:]):
        return "first is clear"
    apart = any(a.high < b.low for i, a in enumerate(known) for b in known[i + 1 :])
    return "partly clear" if apart else "no clear order"


def plot(page: Page, data: LeagueData) -> None:
    """Draw a column a measure: dot at the rank of the mean, bar for its interval, the value."""
    rows = TableRows.below(page, len(data.zones), head=0.68, foot=0.66)
    name = label_width(page, data.labels, 2.4)
    rows.names(page, data.labels, name - 0.15)
    rows.rules(page)
    step = min((page.width - name) / len(data.columns), 3.4)
    for i, column in enumerate(data.columns):
        x = name + i * step
        width = step - TEXT - 0.32
        title = known(f"measure.{column.measure}", column.measure.replace("_", " "))
        unit = _unit(column.measure)
        title, size = page.sized(title, step - 0.2)
        page.text(x, page.height - 0.22, title, size, theme.PALETTE[0])
        page.text(x, page.height - 0.48, page.fitted(unit, theme.SMALL, step - 0.1), theme.SMALL,
                  theme.GREY)  # fmt: skip
        _ranks(page.axes(x, rows.bottom, width, rows.number * rows.height), column.ranks, data.n)
        values = [_written(column.measure, value) for value in column.values]
        rows.write(page, x + width + 0.16, values)
        unsure = column.words in ("no clear order", "no interval")
        colour = theme.GREY if unsure else theme.INK
        words = say(f"order.{column.words}") if column.words else ""
        page.text(x, rows.bottom - 0.56, words, theme.SMALL, colour)


def _ranks(ax: Axes, ranks: Sequence[Value], n: int) -> None:
    """Draw ranks from 1 at the left to `n`."""
    ax.patch.set_visible(False)
    ticks = list(range(1, n + 1)) if n <= 4 else [1, (n + 1) // 2, n]
    ax.set(xlim=(0.6, n + 0.4), ylim=(len(ranks), 0), yticks=[])
    ax.set_xticks(ticks, [f"{tick}" for tick in ticks])
    ax.grid(axis="x")
    ax.tick_params(length=0, pad=2)
    ax.spines[:].set_visible(False)
    for row, rank in enumerate(ranks):
        put_dot(ax, row + 0.5, rank, theme.PALETTE[0])


def _unit(measure: str) -> str:
    return known(f"measure-unit.{measure}", "")


def _written(measure: str, value: Value) -> str:
    """A measure's value to three digits; its unit stands above."""
    share = "%" in _unit(measure)
    number = 100 * value.mean if share else value.mean
    if math.isnan(number):
        return "–"
    size = math.floor(math.log10(abs(number))) if number else 0
    return f"{number:,.{min(max(2 - size, 0), 3)}f}" if number else "0"


@chart("zone-league", plot, of=RunResults)
def analyse(results: RunResults) -> list[LeagueData]:
    """Take the measures there are, at most six; order zones by the mean of their ranks."""
    ranks = {k: v for k, v in values_of(results, METRIC, GROUP).items() if v.known}
    zones = list(dict.fromkeys(level.split("*")[0] for level in ranks))
    if len(zones) < 2:
        return []
    there = {level.split("*")[1] for level in ranks}
    order = [m for m in MEASURES if m in there] + sorted(there - set(MEASURES))
    double = {STANDS_FOR[m] for m in order if m in STANDS_FOR}
    shown = [m for m in order if m not in double][:MOST_PANELS]
    middle = {z: _mean([ranks.get(f"{z}*{m}", UNKNOWN).mean for m in shown]) for z in zones}
    zones.sort(key=lambda zone: (middle[zone], zone))
    kept = zones[:MOST_ROWS]
    columns = tuple(
        LeagueColumn(
            m,
            tuple(ranks.get(f"{z}*{m}", UNKNOWN) for z in kept),
            tuple(values_of(results, m, "zone").get(z, UNKNOWN) for z in kept),
        )
        for m in shown
    )
    labels = tuple(results.label("zone", zone) for zone in kept)
    finding = Finding(
        name="zone-league",
        title=_title(results, columns, labels),
        subtitle=say(
            "league.subtitle" if results.context.n_replications > 1 else "league.subtitle.once"
        ),
        table=behind(results, [(METRIC, GROUP), *((m, "zone") for m in order)]),
        note=_note(columns, [middle[zone] for zone in kept], len(zones) - len(kept)),
    )
    return [LeagueData(finding, tuple(kept), labels, columns, len(zones))]


def _note(columns: Sequence[LeagueColumn], means: Sequence[float], left: int) -> str:
    notes = [say("league.average", means=", ".join(f"{m:.1f}" for m in means))]
    if any(_unit(c.measure).endswith("*") for c in columns):
        notes.insert(0, say("league.adjusted"))
    if left:
        notes.append(say("league.left", n=left))
    return clauses(*notes)


def _title(results: RunResults, columns: Sequence[LeagueColumn], labels: Sequence[str]) -> str:
    """Say who is clearly first how often, all who are so equally often; or who is in one run."""
    n = len(columns)
    alone = results.context.n_replications == 1
    firsts = [_first(c.ranks) if alone else c.leader for c in columns]
    wins = Counter(first for first in firsts if first is not None)
    if not wins:
        order = all(c.words == "no clear order" for c in columns)
        key = "league.no-order" if order else "league.no-first"
        return say(key, n=n) if n > 1 else say(f"{key}.one")
    return _winners(wins, labels, n, alone=alone)


def _winners(wins: Counter[int], labels: Sequence[str], n: int, *, alone: bool) -> str:
    """Name who is first on how many of `n` measures: one zone and the next, or all that tie."""
    won, left = max(wins.values()), n - wins.total()
    best, others = (
        [row for row in sorted(wins) if (wins[row] == won) == top] for top in (True, False)
    )
    measures = say("league.measures", won=won, n=n) if n > 1 else say("league.the-measure")
    names = [short(labels[row]) for row in best]
    clearly, only = "" if alone else say("league.clearly"), once(1) if alone else ""
    values = {"measures": measures, "clearly": clearly, "once": only, "n": len(best)}
    if len(best) > 1:
        keys = ("league.tied", "league.tied.short", "league.tied.many")
        return titled(*(say(key, names=joined(names), **values) for key in keys))
    first = say("league.first", name=names[0], measures=measures, clearly=clearly)
    next_ = joined([say("league.on", name=short(labels[r]), n=wins[r]) for r in others])
    then = say("league.then", names=next_) if others else ""
    tail = say("league.open", n=left) if left else ""
    return titled(
        clauses(f"{first}{then}", tail) + only,
        f"{first}{then}{only}",
        clauses(first, tail) + only,
        f"{first}{only}",
        say("league.one", **values),
    )


def _first(ranks: Sequence[Value]) -> int | None:
    """Row of the zone that is first alone."""
    known = sorted((rank.mean, row) for row, rank in enumerate(ranks) if rank.known)
    if not known or (len(known) > 1 and known[0][0] == known[1][0]):
        return None
    return known[0][1]


def _mean(values: Sequence[float]) -> float:
    known = [value for value in values if not math.isnan(value)]
    return float(np.mean(known)) if known else math.inf
