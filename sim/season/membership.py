"""Hours of the venues of a kind, shared among groups by their units."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from optimise.slots.problem import Problem
from optimise.slots.rules.rounds import Account, cells_counted
from optimise.slots.rules.shares import proportional
from sim.scenario.schema.allocation_method import HoursByMembership
from sim.season.classes import cells_of, class_of
from sim.season.plan import Plan

__all__ = ["accounts_of", "open_cells"]

I64 = npt.NDArray[np.int64]
F64 = npt.NDArray[np.float64]
Bool = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class _Groups:
    """Groups as they ask for one kind; one that asks for two kinds is two of them.

    Parameters
    ----------
    of
        Of each request, shape (requests,).
    kind, units, lot
        Of each group.
    wanted, shortest
        Of each request: counted cells a week that it can use at most, and those of its shortest
        session (0 where it asks for no counted hour).
    """

    of: I64
    kind: I64
    units: F64
    lot: I64
    wanted: I64
    shortest: I64

    def most(self, values: I64) -> I64:
        """Greatest value among a group's requests."""
        found = np.zeros(len(self.kind), dtype=np.int64)
        np.maximum.at(found, self.of, values)
        return found

    def share(self, total: I64, least: I64, of_whom: Bool) -> I64:
        """Share the cells of each kind among groups, nobody more than these requests can use."""
        used = np.bincount(self.of, self.wanted * of_whom, minlength=len(self.kind))
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


def accounts_of(plan: Plan, method: HoursByMembership, turn: I64) -> tuple[Account, ...]:
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
        accounts.append(Account(np.where(members, groups.of, -1), cells, counted))
        total -= np.bincount(groups.kind, cells, minlength=len(total)).astype(np.int64)
    least = groups.most(groups.shortest) if method.everyone else np.zeros_like(groups.kind)
    hours = np.array([*method.at_least.values(), 0.0])
    of_class = class_of(plan.rows, method.classes, method.at_least)
    least = np.maximum(least, groups.most((hours[of_class] * 60).astype(np.int64) // step))
    cells = groups.share(total, least, np.ones(len(plan.rows), dtype=bool))
    return (*accounts, Account(groups.of, cells, counted))


def _kept(plan: Plan, method: HoursByMembership, groups: _Groups) -> Iterator[tuple[Bool, I64]]:
    """Requests of each class for which hours are kept, and the cells of each group."""
    of_class = class_of(plan.rows, method.classes, method.kept)
    rooms = np.bincount(plan.problem.venues.kind, minlength=len(plan.world.kinds))
    for i, hours in enumerate(method.kept.values()):
        total = rooms * (int(hours * 60) // plan.problem.season.step)
        members = of_class == i
        yield members, groups.share(total, np.zeros_like(groups.kind), members)


def _groups(plan: Plan, method: HoursByMembership, counted: Bool, turn: I64) -> _Groups:
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


def _counted(plan: Plan, counted: Bool) -> tuple[I64, I64]:
    """Most and least counted cells of one session of each request, 0 where it can have none."""
    cost = cells_counted(counted, plan.placements)
    request = plan.placements.request
    most = np.zeros(len(plan.rows), dtype=np.int64)
    np.maximum.at(most, request, cost)
    least = np.full(len(plan.rows), counted.size)
    np.minimum.at(least, request[cost > 0], cost[cost > 0])
    return most, np.where(most > 0, least, 0)


def open_cells(problem: Problem, counted: Bool, kinds: int) -> I64:
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
