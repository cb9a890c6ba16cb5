"""A lock of the planner, and which rule its session breaks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.scenario.schema.allocation_rows import listed
from sim.season.decisions import Decision
from sim.season.plan import Plan, Row
from sim.season.timetable import clock

__all__ = ["Lock", "in_words", "why_not"]

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True, slots=True)
class Lock:
    """A decision and its session."""

    decision: Decision
    row: Row


def in_words(plan: Plan, row: Row) -> str:
    """Weekday and times of a session."""
    step = plan.problem.season.step
    return f"{_DAYS[row[2]]} {clock(row[3] * step)}-{clock((row[3] + row[4]) * step)}"


def why_not(plan: Plan, lock: Lock, rejections: Sequence[tuple[Decision, Row]]) -> str:
    """Which rule the session of a lock breaks."""
    r, v, weekday, start, length = lock.row
    asked, venues, row = plan.problem.requests, plan.problem.venues, plan.rows[r]
    name, step, when = plan.venues[v], plan.problem.season.step, in_words(plan, lock.row)
    for decision, entry in rejections:
        if all(e in (-1, own) for e, own in zip(entry, lock.row, strict=True)):
            return f"the session is ruled out {decision.said}"
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


def _why_not_then(plan: Plan, lock: Lock, when: str) -> str:
    """What stands against a session of a venue that suits, in a stretch that is asked for."""
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
