"""Season rules from the scenario's words to arrays: classes, hours by class and by membership."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np

from optimise.slots.problem import Problem
from optimise.slots.rules.rounds import GroupHours, HoursInRounds, cells_counted, proportional
from optimise.slots.rules.rule import (
    FirstCome,
    Greedy,
    Hours,
    LastSeason,
    PriorityOrder,
    Rule,
    queue,
)
from sim.arrays import F64, I64, Bools
from sim.scenario.schema import season as schema
from sim.scenario.schema.base import hours_of
from sim.scenario.schema.season import HoursByMembership, RequestClass
from sim.scenario.schema.timetable import RequestRow, parse_windows
from sim.season.plan import SeasonProblem
from sim.streams import keys_of


def class_of(
    rows: Sequence[RequestRow], classes: Mapping[str, RequestClass], order: Iterable[str]
) -> I64:
    """Place in the order of each request's class, the number of classes where it is in none."""
    whos = [classes[name] for name in order]
    return np.array(
        [next((i for i, who in enumerate(whos) if _matches(row, who)), len(whos)) for row in rows],
        dtype=np.int64,
    )


def _matches(row: RequestRow, who: RequestClass) -> bool:
    wanted = ((who.segments, row.segment), (who.levels, row.level), (who.kinds, row.kind))
    return all(not some or value in some for some, value in wanted)


def hours_of_classes(
    rows: Sequence[RequestRow],
    classes: Mapping[str, RequestClass],
    stretches: Mapping[str, str],
    step: int,
) -> Hours:
    """Stretch of each request and weekday; the whole day where its class names none.

    Ends that lie on no cell are moved inwards.
    """
    begin = np.zeros((len(stretches) + 1, 7), dtype=np.int64)
    end = np.full((len(stretches) + 1, 7), 1440 // step, dtype=np.int64)
    for i, text in enumerate(stretches.values()):
        for day, first, last in parse_windows(text):
            begin[i, day], end[i, day] = -(-first // step), last // step
    of = class_of(rows, classes, stretches)
    return Hours(begin[of], end[of])


def cells_of(text: str, step: int) -> Bools:
    """(7, cells) whether a cell of the week lies within some stretches."""
    cells = np.zeros((7, 1440 // step), dtype=bool)
    for day, first, last in parse_windows(text):
        cells[day, -(-first // step) : last // step] = True
    return cells


@dataclass(frozen=True, slots=True)
class _Groups:
    """Groups as they ask for one kind; one that asks for two kinds is two of them.

    Parameters
    ----------
    group
        Of each request, shape (requests,).
    kind, units, lot
        Of each group.
    wanted, shortest
        Of each request: counted cells a week that it can use at most, and those of its shortest
        session (0 where it asks for no counted hour).
    """

    group: I64
    kind: I64
    units: F64
    lot: I64
    wanted: I64
    shortest: I64

    def most(self, values: I64) -> I64:
        """Greatest value among a group's requests."""
        found = np.zeros(len(self.kind), dtype=np.int64)
        np.maximum.at(found, self.group, values)
        return found

    def share(self, total: I64, least: I64, of_whom: Bools) -> I64:
        """Share the cells of each kind among groups, nobody more than these requests can use."""
        used = np.bincount(self.group, self.wanted * of_whom, minlength=len(self.kind))
        cells = np.zeros(len(self.kind), dtype=np.int64)
        for kind in np.unique(self.kind).tolist():
            mine = self.kind == kind
            cells[mine] = proportional(
                int(total[kind]),
                self.units[mine],
                least[mine],
                used[mine].astype(np.int64),
                self.lot[mine],
            )
        return cells


def accounts_of(
    plan: SeasonProblem, method: HoursByMembership, turn: I64
) -> tuple[GroupHours, ...]:
    """Accounts of what is kept for classes, then that of all.

    Parameters
    ----------
    turn
        Place of each request in the queue; remainders of cells go to who stands first.
    """
    step = plan.problem.season.step
    counted = cells_of(method.shared, step)
    groups = _groups(plan, method, counted, turn)
    total = open_cells(plan.problem, counted, len(plan.world.kinds))
    accounts = []
    for members, cells in _kept(plan, method, groups):
        accounts.append(GroupHours(np.where(members, groups.group, -1), cells, counted))
        total -= np.bincount(groups.kind, cells, minlength=len(total)).astype(np.int64)
    least = groups.most(groups.shortest) if method.everyone else np.zeros_like(groups.kind)
    hours = np.array([*method.at_least.values(), 0.0])
    of_class = class_of(plan.rows, method.classes, method.at_least)
    least = np.maximum(least, groups.most((hours[of_class] * 60).astype(np.int64) // step))
    cells = groups.share(total, least, np.ones(len(plan.rows), dtype=bool))
    return (*accounts, GroupHours(groups.group, cells, counted))


def _kept(
    plan: SeasonProblem, method: HoursByMembership, groups: _Groups
) -> Iterator[tuple[Bools, I64]]:
    """Requests of each class for which hours are kept, and the cells of each group."""
    of_class = class_of(plan.rows, method.classes, method.kept)
    rooms = np.bincount(plan.problem.venues.kind, minlength=len(plan.world.kinds))
    for i, hours in enumerate(method.kept.values()):
        total = rooms * (int(hours * 60) // plan.problem.season.step)
        members = of_class == i
        yield members, groups.share(total, np.zeros_like(groups.kind), members)


def _groups(plan: SeasonProblem, method: HoursByMembership, counted: Bools, turn: I64) -> _Groups:
    """Groups by name and kind, with their units: members by the kind's rule, or requests."""
    names = [
        (row.group, kind)
        for row, kind in zip(plan.rows, plan.problem.requests.kind.tolist(), strict=True)
    ]
    number = {name: i for i, name in enumerate(dict.fromkeys(names))}
    of = np.array([number[name] for name in names], dtype=np.int64)
    members, teams = np.zeros(len(number)), np.bincount(of).astype(np.float64)
    people = [row.party_size if row.members is None else row.members for row in plan.rows]
    np.maximum.at(members, of, people)
    usual = method.members_per_unit
    per = [method.members_per_unit_of.get(name, usual) for name in plan.world.kinds]
    size = np.array([np.nan if one is None else one for one in per], dtype=np.float64)
    kind = np.array([k for _, k in number], dtype=np.int64)
    units = np.where(np.isnan(size[kind]), teams, members / size[kind])
    lot = np.full(len(number), len(turn))
    np.minimum.at(lot, of, turn)
    longest, shortest = _counted(plan, counted)
    return _Groups(of, kind, units, lot, longest * plan.problem.requests.sessions, shortest)


def _counted(plan: SeasonProblem, counted: Bools) -> tuple[I64, I64]:
    """Most and least counted cells of one session of each request, 0 where it can have none."""
    cost = cells_counted(counted, plan.placements)
    request = plan.placements.request
    most = np.zeros(len(plan.rows), dtype=np.int64)
    np.maximum.at(most, request, cost)
    least = np.full(len(plan.rows), counted.size)
    np.minimum.at(least, request[cost > 0], cost[cost > 0])
    return most, np.where(most > 0, least, 0)


def open_cells(problem: Problem, counted: Bools, kinds: int) -> I64:
    """(kinds,) counted cells open to groups in the season's mean week, in venues of each kind.

    A hall and its halves are counted as halves. What is kept for residents is not open, by hours or
    as a share of prime time.
    """
    venues, weekdays = problem.venues, problem.season.weekdays()
    total = np.zeros(kinds)
    done: set[tuple[int, int]] = set()
    for venue in range(len(venues)):
        is_open = venues.hours[venues.hours_of[venue]]
        days = [d for d in range(7) if (weekdays == d).any()]
        week = np.zeros(counted.shape)
        week[days] = [is_open[weekdays == d].mean(axis=0) for d in days]
        week *= counted & ~venues.kept[venue]
        prime, kind = float(week[venues.prime].sum()), int(venues.kind[venue])
        for unit in venues.units[venues.unit_first[venue] : venues.unit_first[venue + 1]].tolist():
            if (kind, unit) not in done:
                done.add((kind, unit))
                total[kind] += week.sum() - max(0.0, prime - venues.prime_cap[unit])
    return np.floor(total + 1e-9).astype(np.int64)


def rule_of(plan: SeasonProblem) -> Rule:
    """The rule that the scenario names; not for `optimised`, which is none."""
    return RULES[plan.allocation.method.rule](plan)


def _greedy(plan: SeasonProblem) -> Rule:
    return Greedy(queue(_asked(plan), _lots(plan)))


def _first_come(plan: SeasonProblem) -> Rule:
    return FirstCome(_asked(plan), _lots(plan))


def _last_season(plan: SeasonProblem) -> Rule:
    return LastSeason(_asked(plan), _lots(plan))


def _priority_order(plan: SeasonProblem) -> Rule:
    """Bands: 0 by day, 1 at all other times."""
    method = cast("schema.PriorityOrder", plan.allocation.method)
    step = plan.problem.season.step
    band = np.ones((7, plan.problem.season.cells), dtype=np.int64)
    first, last = hours_of(method.daytime.hours)
    band[:5, first * 60 // step : last * 60 // step] = 0
    orders = (method.daytime.order, method.evening.order)
    by_priority = [-plan.problem.requests.weight] if method.within == "priority" else []
    return PriorityOrder(
        band=band,
        rank=np.stack([class_of(plan.rows, method.classes, order) for order in orders]),
        turn=queue(*by_priority, _asked(plan), _lots(plan)),
        likes=hours_of_classes(plan.rows, method.classes, method.likes, step),
    )


def _hours_by_level(plan: SeasonProblem) -> Rule:
    method = cast("schema.HoursByLevel", plan.allocation.method)
    season, count = plan.problem.season, len(plan.rows)
    hours = np.array([*method.hours.values(), method.others])
    of = class_of(plan.rows, method.classes, method.hours)
    account = GroupHours(
        group=np.arange(count),
        cells=(hours[of] * 60).astype(np.int64) // season.step,
        counted=np.ones((7, season.cells), dtype=bool),
    )
    return HoursInRounds(
        accounts=(account,),
        turn=queue(_asked(plan), _lots(plan)),
        hours=hours_of_classes(plan.rows, method.classes, method.only_within, season.step),
    )


def _hours_by_membership(plan: SeasonProblem) -> Rule:
    method = cast("schema.HoursByMembership", plan.allocation.method)
    turn, step = queue(_asked(plan), _lots(plan)), plan.problem.season.step
    return HoursInRounds(
        accounts=accounts_of(plan, method, turn),
        turn=turn,
        hours=hours_of_classes(plan.rows, method.classes, method.only_within, step),
    )


RULES: dict[str, Callable[[SeasonProblem], Rule]] = {
    "greedy": _greedy,
    "first_come": _first_come,
    "last_season": _last_season,
    "priority_order": _priority_order,
    "hours_by_level": _hours_by_level,
    "hours_by_membership": _hours_by_membership,
}
"""Rules by the name that `allocation.method.rule` has for them."""


def _asked(plan: SeasonProblem) -> I64:
    """Day of asking of each request; those without come after all others."""
    return np.array([(row.asked_on or dt.date.max).toordinal() for row in plan.rows])


def _lots(plan: SeasonProblem) -> I64:
    """Lot of each request, by its name and the season: another season, another order of equals."""
    season = plan.allocation.season.first.isoformat()
    keys = keys_of(f"lot of the season from {season}", tuple(row.request for row in plan.rows))
    return (keys >> np.uint64(1)).astype(np.int64)
