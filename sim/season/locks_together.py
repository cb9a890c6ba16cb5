"""Locks that exclude each other: of one request, in one room, or of more peak than there is."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence

from optimise.slots import problem as slots
from sim.scenario.problems import Problem
from sim.season.locks import Lock, in_words
from sim.season.plan import Plan, Row

__all__ = ["check_together"]


def check_together(plan: Plan, locks: Sequence[Lock]) -> Iterator[Problem]:
    """Say which locks no timetable can hold together, each with the other's place."""
    yield from _of_one_request(plan, locks)
    yield from _in_one_room(plan, locks)
    yield from _too_much_peak(plan, locks)


def _of_one_request(plan: Plan, locks: Sequence[Lock]) -> Iterator[Problem]:
    """More locks than sessions, and locks too near to each other."""
    by_request: dict[int, list[Lock]] = {}
    for lock in locks:
        by_request.setdefault(lock.row[0], []).append(lock)
    for r, mine in by_request.items():
        asked = plan.rows[r]
        for n, lock in enumerate(mine):
            twin = next((o for o in mine[:n] if o.row == lock.row), None)
            if twin is not None:
                yield lock.decision.problem(f"locked twice, first {twin.decision.said}")
                continue
            near = [o for o in mine[:n] if _apart(o.row, lock.row) < asked.spacing_days]
            if near:
                wanted = (
                    "different days"
                    if asked.spacing_days == 1
                    else (f"days at least {asked.spacing_days} apart")
                )
                yield lock.decision.problem(
                    f"{in_words(plan, lock.row)}, but {in_words(plan, near[0].row)} is locked "
                    f"{near[0].decision.said} and sessions of {asked.request} are on {wanted}"
                )
        distinct = {lock.row for lock in mine}
        if len(distinct) > asked.sessions:
            yield mine[-1].decision.problem(
                f"{len(distinct)} sessions of {asked.request} are locked "
                f"({', '.join(lock.decision.said for lock in mine)}), but it asks for "
                f"{asked.sessions} a week"
            )


def _apart(a: Row, b: Row) -> int:
    """Days between two weekdays, around the week."""
    days = abs(a[2] - b[2])
    return min(days, 7 - days)


def _in_one_room(plan: Plan, locks: Sequence[Lock]) -> Iterator[Problem]:
    """Locks at the time of another in the same room, or in a part or the whole of it."""
    for n, lock in enumerate(locks):
        for other in itertools.islice(locks, n):
            if lock.row[0] != other.row[0] and _collide(plan, lock.row, other.row):
                room, there = plan.venues[lock.row[1]], plan.venues[other.row[1]]
                also = "" if room == there else f" {there}, which shares room with it,"
                yield lock.decision.problem(
                    f"{room} on {in_words(plan, lock.row)}:{also or ' it'} is locked for "
                    f"{plan.rows[other.row[0]].request} on {in_words(plan, other.row)} "
                    f"{other.decision.said}{_changeover(plan, lock.row, other.row)}"
                )
                break


def _collide(plan: Plan, a: Row, b: Row) -> bool:
    venues, asked = plan.problem.venues, plan.problem.requests
    shared = set(_units(plan, a[1])) & set(_units(plan, b[1]))
    if a[2] != b[2] or not shared:
        return False
    if asked.first_date[a[0]] > asked.last_date[b[0]]:
        return False
    if asked.first_date[b[0]] > asked.last_date[a[0]]:
        return False
    ends = [row[3] + row[4] + int(venues.changeover[row[1]]) for row in (a, b)]
    return a[3] < ends[1] and b[3] < ends[0]


def _changeover(plan: Plan, a: Row, b: Row) -> str:
    """That only the changeover is in the way, if so."""
    if a[3] < b[3] + b[4] and b[3] < a[3] + a[4]:
        return ""
    earlier = min(a, b, key=lambda row: row[3])
    minutes = int(plan.problem.venues.changeover[earlier[1]]) * plan.problem.season.step
    return f" and stays empty for {minutes} minutes after a session"


def _units(plan: Plan, venue: int) -> list[int]:
    venues = plan.problem.venues
    units: list[int] = venues.units[
        venues.unit_first[venue] : venues.unit_first[venue + 1]
    ].tolist()
    return units


def _too_much_peak(plan: Plan, locks: Sequence[Lock]) -> Iterator[Problem]:
    """Locks that take more of a venue's peak than its share for residents leaves."""
    problem = plan.problem
    used: dict[tuple[int, int], int] = {}
    seen: set[Row] = set()
    for lock in locks:
        r, v, weekday, start, length = lock.row
        prime = int(problem.venues.prime[weekday, start : start + length].sum())
        if not prime or lock.row in seen:
            continue
        seen.add(lock.row)
        # dates on which some request begins are enough: that is where use can be highest
        starts = {int(problem.requests.first_date[other.row[0]]) for other in locks}
        mine = [d for d in starts if problem.requests.first_date[r] <= d]
        mine = [d for d in mine if d <= problem.requests.last_date[r]]
        for unit, date in itertools.product(_units(plan, v), mine):
            used[unit, date] = used.get((unit, date), 0) + prime
        over = [u for u in _units(plan, v) if _over(problem, used, u, mine)]
        if over:
            hour = 60 / problem.season.step
            most = max(used[over[0], date] for date in mine)
            yield lock.decision.problem(
                f"{plan.venues[v]} has {most / hour:g} peak hours a week locked, this one "
                f"included, but groups may have {problem.venues.prime_cap[over[0]] / hour:g} of "
                "them (`kept_for_residents`)"
            )


def _over(
    problem: slots.Problem, used: Mapping[tuple[int, int], int], unit: int, dates: Sequence[int]
) -> bool:
    return any(used[unit, date] > problem.venues.prime_cap[unit] for date in dates)
