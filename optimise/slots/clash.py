"""A smallest set of sessions and rules that no timetable can follow together.

Every session that must be and every rule is an assumption of a CP-SAT model. Where the assumptions
contradict each other the solver names some that do, and those that are not needed are deleted one
by one, first sessions and then rules, until every one that is left is needed.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from optimise.arrays import I64
from optimise.slots.problem import Problem

Row = tuple[int, int, int, int, int]
"""Request, venue, weekday, start and length."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule about several sessions.

    Parameters
    ----------
    kind
        ``sessions`` a week and ``spacing`` of a request; one session at a time in a ``room``, its
        ``changeover``, and the ``share`` of its prime time that sessions may hold.
    number
        Of the request, or of the unit.
    """

    kind: Literal["sessions", "spacing", "room", "changeover", "share"]
    number: int


@dataclass(frozen=True, slots=True)
class Clash:
    """Sessions, by their place in the list, and rules that cannot all be followed."""

    sessions: tuple[int, ...]
    rules: tuple[Rule, ...]


def clashes(problem: Problem, rows: Sequence[Row]) -> Iterator[Clash]:
    """Yield clashes of sessions that are allowed one by one; of each the last session is dropped.

    Parameters
    ----------
    rows
        Distinct sessions that must be.
    """
    left = list(range(len(rows)))
    while len(left) > 1:
        found = _smallest(problem, [rows[at] for at in left])
        if found is None:
            return
        clash = Clash(tuple(left[at] for at in found.sessions), found.rules)
        left.remove(clash.sessions[-1])
        yield clash


def _smallest(problem: Problem, rows: Sequence[Row]) -> Clash | None:
    from ortools.sat.python import cp_model

    model = cp_model.CpModel()
    held = [model.new_bool_var(f"session {at}") for at in range(len(rows))]
    rules: dict[Rule, Any] = {}
    for rule, weights, most in _limits(problem, rows):
        if rule not in rules:
            rules[rule] = model.new_bool_var(f"{rule.kind} {rule.number}")
        total = cp_model.LinearExpr.weighted_sum(
            [held[at] for at in weights], list(weights.values())
        )
        model.add(total <= most).only_enforce_if(rules[rule])
    sessions, named = [one.index for one in held], [one.index for one in rules.values()]
    if _core(model, [*named, *sessions]) is None:
        return None
    sessions = _irreducible(model, named, sessions)
    named = _irreducible(model, sessions, named)
    return Clash(
        tuple(at for at, literal in enumerate(held) if literal.index in sessions),
        tuple(rule for rule, literal in rules.items() if literal.index in named),
    )


def _irreducible(model: Any, assumed: Sequence[int], some: Sequence[int]) -> list[int]:
    """Those of some assumptions that contradict each other and the others, as few as can be."""
    left = list(some)
    for one in reversed(some):
        if one in left:
            core = _core(model, [*assumed, *(other for other in left if other != one)])
            left = left if core is None else [other for other in left if other in core]
    return left


def _core(model: Any, assumed: Sequence[int]) -> list[int] | None:
    """Assumptions, by their index, that contradict each other; None if all can hold."""
    from ortools.sat.python import cp_model

    model.clear_assumptions()
    model.add_assumptions([model.get_bool_var_from_proto_index(at) for at in assumed])
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    if solver.solve(model) != cp_model.INFEASIBLE:
        return None
    core = set(solver.sufficient_assumptions_for_infeasibility())
    return [at for at in assumed if at in core]


def _limits(problem: Problem, rows: Sequence[Row]) -> Iterator[tuple[Rule, dict[int, int], int]]:
    """Rules, the sessions that each counts with their weights, and the most that it allows."""
    asked, venues = problem.requests, problem.venues
    for one, other in itertools.combinations(range(len(rows)), 2):
        for rule in _pair_rules(problem, rows[one], rows[other]):
            yield rule, {one: 1, other: 1}, 1
    for request in sorted({row[0] for row in rows}):
        mine = {at: 1 for at, row in enumerate(rows) if row[0] == request}
        yield Rule("sessions", request), mine, int(asked.sessions[request])
    # Dates on which some request begins are enough: that is where use can be highest.
    begins = sorted({int(asked.first_date[row[0]]) for row in rows})
    prime = [
        int(venues.prime[day, start : start + length].sum()) for _, _, day, start, length in rows
    ]
    for unit, date in itertools.product(range(venues.unit_count), begins):
        there = {
            at: prime[at]
            for at, row in enumerate(rows)
            if unit in _units(problem, row[1])
            and asked.first_date[row[0]] <= date <= asked.last_date[row[0]]
        }
        if sum(there.values()) > venues.prime_cap[unit]:
            yield Rule("share", unit), there, int(venues.prime_cap[unit])


def _pair_rules(problem: Problem, one: Row, other: Row) -> Iterator[Rule]:
    """Rules that two sessions break together."""
    asked, changeover = problem.requests, problem.venues.changeover
    if one[0] == other[0]:
        days = abs(one[2] - other[2])
        if min(days, 7 - days) < asked.spacing[one[0]]:
            yield Rule("spacing", one[0])
        return
    shared = sorted({*_units(problem, one[1])} & {*_units(problem, other[1])})
    if one[2] != other[2] or not shared:
        return
    first, last = asked.first_date, asked.last_date
    if first[one[0]] > last[other[0]] or first[other[0]] > last[one[0]]:
        return
    begins, ends = (one[3], other[3]), (one[3] + one[4], other[3] + other[4])
    if begins[0] < ends[1] and begins[1] < ends[0]:
        yield Rule("room", shared[0])
    elif begins[0] < ends[1] + changeover[other[1]] and begins[1] < ends[0] + changeover[one[1]]:
        yield Rule("changeover", shared[0])


def _units(problem: Problem, venue: int) -> list[int]:
    first: I64 = problem.venues.unit_first
    units: list[int] = problem.venues.units[first[venue] : first[venue + 1]].tolist()
    return units
