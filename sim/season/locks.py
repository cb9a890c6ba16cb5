"""Locks of the planner: which rule a session breaks, and which exclude each other."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from optimise.slots import problem as slots
from sim.scenario.problems import InputProblem
from sim.scenario.schema.timetable import listed
from sim.season.plan import Decision, Row, SeasonProblem
from sim.season.timetable import clock

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True, slots=True)
class Lock:
    """A decision and its session."""

    decision: Decision
    row: Row


def session_words(plan: SeasonProblem, row: Row) -> str:
    """Weekday and times of a session."""
    step = plan.problem.season.step
    return f"{_DAYS[row[2]]} {clock(row[3] * step)}-{clock((row[3] + row[4]) * step)}"


def broken_rule(plan: SeasonProblem, lock: Lock, rejections: Sequence[tuple[Decision, Row]]) -> str:
    """Which rule the session of a lock breaks."""
    r, v, weekday, start, length = lock.row
    asked, venues, row = plan.problem.requests, plan.problem.venues, plan.rows[r]
    name, step, when = plan.venues[v], plan.problem.season.step, session_words(plan, lock.row)
    for decision, entry in rejections:
        if all(e in (-1, own) for e, own in zip(entry, lock.row, strict=True)):
            return f"the session is ruled out {decision.words}"
    if listed(row.venues) and name not in listed(row.venues):
        return f"{row.request} does not accept {name}: it names {', '.join(listed(row.venues))}"
    if venues.kind[v] != asked.kind[r]:
        kind = plan.world.kinds[int(venues.kind[v])]
        return f"{name} is of kind {kind}; {row.request} asks for {row.kind}"
    if venues.capacity[v] < row.party_size:
        return f"{name} holds {venues.capacity[v]} people; {row.request} has {row.party_size}"
    if (venues.equipment[v] & asked.equipment[r]) != asked.equipment[r]:
        return f"{name} lacks {' or '.join(listed(row.equipment))}, which {row.request} needs"
    if not plan.enters[r, v]:
        return f"{name} lets in only people of its own community or compound"
    if not listed(row.venues) and plan.walk[r, v] > plan.allocation.within_minutes:
        return (
            f"{name} is {plan.walk[r, v]:.0f} minutes from {row.home}; {row.request} names no "
            f"venue and so accepts those within {plan.allocation.within_minutes:g}"
        )
    if not row.shortest_minutes <= length * step <= row.longest:
        return (
            f"{length * step} minutes; {row.request} asks for {row.shortest_minutes} to "
            f"{row.longest}"
        )
    if not any(
        day == weekday and since <= start * step and (start + length) * step <= until
        for day, since, until, _ in row.windows
    ):
        return f"{when} lies in no stretch of first_choice or second_choice of {row.request}"
    return _why_not_then(plan, lock, when)


def _why_not_then(plan: SeasonProblem, lock: Lock, when: str) -> str:
    """Obstacles to a session of a venue that suits, in a stretch that is asked for."""
    r, v, weekday, start, length = lock.row
    name, season = plan.venues[v], plan.problem.season
    venues, asked = plan.problem.venues, plan.problem.requests
    if venues.kept[v, weekday, start : start + length].any():
        return f"{name} is kept for residents on {when}, or in a part of it"
    dates = np.arange(season.dates)
    mine = (season.weekdays() == weekday) & (dates >= asked.first_date[r])
    mine &= dates <= asked.last_date[r]
    opens = venues.hours[venues.hours_of[v]][:, start : start + length].all(axis=1)
    closed = np.flatnonzero(mine & ~opens)
    total, lost = int(mine.sum()), float(asked.lost_share[r])
    if len(closed) == total or len(closed) > lost * total:
        day = plan.allocation.season.first + dt.timedelta(days=int(closed[0]) if total else 0)
        return (
            f"{name} is closed on {when} on {len(closed)} of {total} dates ({day} the first); "
            f"{plan.rows[r].request} may lose {lost:.0%}"
        )
    return (
        f"{when}: sessions start at multiples of {season.start_step * season.step} minutes and "
        f"are longer than their shortest by multiples of {season.length_step * season.step}"
    )


def check_together(plan: SeasonProblem, locks: Sequence[Lock]) -> Iterator[InputProblem]:
    """Say which locks no timetable can hold together, each with the other's place."""
    yield from _of_one_request(plan, locks)
    yield from _in_one_room(plan, locks)
    yield from _too_much_peak(plan, locks)


def _of_one_request(plan: SeasonProblem, locks: Sequence[Lock]) -> Iterator[InputProblem]:
    """Find more locks than sessions, and locks too near to each other."""
    by_request: dict[int, list[Lock]] = {}
    for lock in locks:
        by_request.setdefault(lock.row[0], []).append(lock)
    for r, mine in by_request.items():
        asked = plan.rows[r]
        for n, lock in enumerate(mine):
            twin = next((o for o in mine[:n] if o.row == lock.row), None)
            if twin is not None:
                yield lock.decision.problem(f"locked twice, first {twin.decision.words}")
                continue
            near = [o for o in mine[:n] if _apart(o.row, lock.row) < asked.spacing_days]
            if near:
                wanted = (
                    "different days"
                    if asked.spacing_days == 1
                    else (f"days at least {asked.spacing_days} apart")
                )
                mine_words, near_words = (session_words(plan, x.row) for x in (lock, near[0]))
                yield lock.decision.problem(
                    f"{mine_words}, but {near_words} is locked "
                    f"{near[0].decision.words} and sessions of {asked.request} are on {wanted}"
                )
        distinct = {lock.row for lock in mine}
        if len(distinct) > asked.sessions:
            yield mine[-1].decision.problem(
                f"{len(distinct)} sessions of {asked.request} are locked "
                f"({', '.join(lock.decision.words for lock in mine)}), but it asks for "
                f"{asked.sessions} a week"
            )


def _apart(a: Row, b: Row) -> int:
    """Days between two weekdays, around the week."""
    days = abs(a[2] - b[2])
    return min(days, 7 - days)


def _in_one_room(plan: SeasonProblem, locks: Sequence[Lock]) -> Iterator[InputProblem]:
    """Locks at the time of another in the same room, or in a part or the whole of it."""
    for n, lock in enumerate(locks):
        for other in itertools.islice(locks, n):
            if lock.row[0] != other.row[0] and _collide(plan, lock.row, other.row):
                room, there = plan.venues[lock.row[1]], plan.venues[other.row[1]]
                also = "" if room == there else f" {there}, which shares room with it,"
                yield lock.decision.problem(
                    f"{room} on {session_words(plan, lock.row)}:{also or ' it'} is locked for "
                    f"{plan.rows[other.row[0]].request} on {session_words(plan, other.row)} "
                    f"{other.decision.words}{_changeover(plan, lock.row, other.row)}"
                )
                break


def _collide(plan: SeasonProblem, a: Row, b: Row) -> bool:
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


def _changeover(plan: SeasonProblem, a: Row, b: Row) -> str:
    """Say that only the changeover is in the way; empty if it is not."""
    if a[3] < b[3] + b[4] and b[3] < a[3] + a[4]:
        return ""
    earlier = min(a, b, key=lambda row: row[3])
    minutes = int(plan.problem.venues.changeover[earlier[1]]) * plan.problem.season.step
    return f" and stays empty for {minutes} minutes after a session"


def _units(plan: SeasonProblem, venue: int) -> list[int]:
    venues = plan.problem.venues
    units: list[int] = venues.units[
        venues.unit_first[venue] : venues.unit_first[venue + 1]
    ].tolist()
    return units


def _too_much_peak(plan: SeasonProblem, locks: Sequence[Lock]) -> Iterator[InputProblem]:
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


def known_names(
    decisions: Sequence[Decision], requests: Mapping[str, object], plan: SeasonProblem
) -> Iterator[InputProblem]:
    """Decisions of the scenario or the command line that name what is not there.

    Those of the table are checked with all tables.
    """
    step = plan.problem.season.step
    for one in decisions:
        if one.key == "request":
            continue
        if one.row.request not in requests:
            message = f"{one.row.request}: no request of this name"
            yield one.problem(message, tuple(requests), one.row.request)
        if one.row.venue is not None and one.row.venue not in plan.venues:
            message = f"{one.row.venue}: no venue of this name"
            yield one.problem(message, plan.venues, one.row.venue)
        if one.start >= 0 and (one.start % step or one.minutes % step):
            words = f"{one.row.start}-{one.row.end}"
            yield one.problem(f"{words} lies on no multiple of {step} minutes")


def check_locks(plan: SeasonProblem, decisions: Sequence[Decision]) -> Iterator[InputProblem]:
    """Locks that break a rule, that exclude each other, or that are too many."""
    step = plan.problem.season.step
    on_grid = [d for d in decisions if d.start < 0 or not (d.start % step or d.minutes % step)]
    locks = [Lock(d, row) for d in on_grid if (row := _row(plan, d, "lock")) is not None]
    rejections = [(d, row) for d in on_grid if (row := _row(plan, d, "reject")) is not None]
    allowed = set(plan.placements.sessions(np.arange(len(plan.placements))).rows())
    for lock in locks:
        if lock.row not in allowed:
            yield lock.decision.problem(broken_rule(plan, lock, rejections))
    yield from check_together(plan, locks)


def _row(plan: SeasonProblem, decision: Decision, kind: str) -> Row | None:
    if decision.row.decision != kind:
        return None
    locks, rejections = plan.decided([decision])
    rows = (locks if kind == "lock" else rejections).rows()
    return rows[0] if rows else None
