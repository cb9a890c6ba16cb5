"""Locks of the planner: which rule a session breaks, and which exclude each other."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from optimise.slots.clash import Rule, clashes
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


def _twice(locks: Sequence[Lock]) -> Iterator[InputProblem]:
    first: dict[Row, Lock] = {}
    for lock in locks:
        if first.setdefault(lock.row, lock) is not lock:
            yield lock.decision.problem(f"locked twice, first {first[lock.row].decision.words}")


def _clashes(
    plan: SeasonProblem, locks: Sequence[Lock], where: Callable[[Rule], str]
) -> Iterator[InputProblem]:
    """Say which locks no timetable can hold together and by which rules, each with its place."""
    distinct = list({lock.row: lock for lock in reversed(locks)}.values())[::-1]
    for clash in clashes(plan.problem, [lock.row for lock in distinct]):
        *others, last = (distinct[at] for at in clash.sessions)
        beside = ", ".join(f"{_place_words(plan, one)} ({one.decision.words})" for one in others)
        rules = "; ".join(_rule_words(plan, rule, [*others, last], where) for rule in clash.rules)
        yield last.decision.problem(
            f"{_place_words(plan, last)} cannot be locked beside {beside}: {rules}"
        )


def _place_words(plan: SeasonProblem, lock: Lock) -> str:
    """Request, weekday, times and venue of a lock."""
    request, venue = plan.rows[lock.row[0]].request, plan.venues[lock.row[1]]
    return f"{request} on {session_words(plan, lock.row)} in {venue}"


def _rule_words(
    plan: SeasonProblem, rule: Rule, locks: Sequence[Lock], where: Callable[[Rule], str]
) -> str:
    """A rule in words with its place, by the venues of the locks that break it."""
    venues, hour = plan.problem.venues, 60 / plan.problem.season.step
    if rule.kind in ("sessions", "spacing"):
        asked = plan.rows[rule.number]
        if rule.kind == "sessions":
            return f"{asked.request} asks for {asked.sessions} sessions a week ({where(rule)})"
        if asked.spacing_days == 1:
            return f"sessions of {asked.request} are on different days ({where(rule)})"
        days = asked.spacing_days
        return f"sessions of {asked.request} are on days at least {days} apart ({where(rule)})"
    there = [
        v
        for v in dict.fromkeys(lock.row[1] for lock in locks)
        if rule.number in venues.units[venues.unit_first[v] : venues.unit_first[v + 1]]
    ]
    names = " and ".join(plan.venues[v] for v in there)
    if rule.kind == "share":
        most = venues.prime_cap[rule.number] / hour
        return f"groups may have {most:g} peak hours a week of {names} ({where(rule)})"
    if rule.kind == "changeover":
        minutes = max(int(venues.changeover[v]) for v in there) * plan.problem.season.step
        return f"{names} must stay empty for {minutes} minutes after a session ({where(rule)})"
    if len(there) > 1:
        return f"{names} share a room ({where(rule)})"
    return f"{names} holds one session at a time"


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


def check_locks(
    plan: SeasonProblem,
    decisions: Sequence[Decision],
    where: Callable[[Rule], str] = lambda _: "",
) -> Iterator[InputProblem]:
    """Locks that break a rule, and smallest sets of locks that no timetable can hold together.

    Parameters
    ----------
    where
        Place of a rule, in words.
    """
    step = plan.problem.season.step
    on_grid = [d for d in decisions if d.start < 0 or not (d.start % step or d.minutes % step)]
    locks = [Lock(d, row) for d in on_grid if (row := _row(plan, d, "lock")) is not None]
    rejections = [(d, row) for d in on_grid if (row := _row(plan, d, "reject")) is not None]
    allowed = set(plan.placements.sessions(np.arange(len(plan.placements))).rows())
    for lock in locks:
        if lock.row not in allowed:
            yield lock.decision.problem(broken_rule(plan, lock, rejections))
    yield from _twice(locks)
    yield from _clashes(plan, [lock for lock in locks if lock.row in allowed], where)


def _row(plan: SeasonProblem, decision: Decision, kind: str) -> Row | None:
    if decision.row.decision != kind:
        return None
    locks, rejections = plan.decided([decision])
    rows = (locks if kind == "lock" else rejections).rows()
    return rows[0] if rows else None
