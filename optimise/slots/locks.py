"""What the planner's locks leave to decide."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from optimise.arrays import I64, Bools
from optimise.slots.placements import Placements
from optimise.slots.problem import Problem


class Impossible(ValueError):
    """Locks that no timetable can hold; the message names them by their numbers."""


@dataclass(frozen=True, slots=True)
class Remaining:
    """The problem that is left after the locks are in.

    Parameters
    ----------
    locked
        Their placements.
    free
        Whether each placement can still be added, shape (placements,).
    sessions
        Sessions that each request may still get.
    """

    locked: I64
    free: Bools
    sessions: I64


def remaining(problem: Problem, placements: Placements) -> Remaining:
    """Put the locks in and rule out what they exclude.

    Raises
    ------
    Impossible
        If a lock is no allowed placement, two exclude each other, or a request has more locks than
        sessions.
    """
    free = np.ones(len(placements), dtype=bool)
    sessions = problem.requests.sessions.copy()
    locked: list[int] = []
    for number, lock in enumerate(problem.locks.rows()):
        at = _find(placements, lock)
        if at is None:
            raise Impossible(f"lock {number} {lock} is no allowed placement")
        if not free[at]:
            raise Impossible(f"lock {number} {lock} excludes another lock")
        free &= ~excluded(problem, placements, at)
        sessions[lock[0]] -= 1
        locked.append(at)
        if sessions[lock[0]] < 0:
            raise Impossible(f"lock {number} {lock}: more locks than sessions of its request")
    free &= sessions[placements.request] > 0
    return Remaining(np.array(locked, dtype=np.int64), free, sessions)


def excluded(problem: Problem, placements: Placements, at: int) -> Bools:
    """Placements that cannot stand beside one of them (itself among them), shape (placements,)."""
    p, asked = placements, problem.requests
    request, day = int(p.request[at]), int(p.weekday[at])
    apart = np.abs(p.weekday - day)
    near = np.minimum(apart, 7 - apart) < asked.spacing[request]
    out = (p.request == request) & near
    changeover = problem.venues.changeover[p.venue]
    stop = p.start + p.length + changeover
    sharing = _sharing(problem, int(p.venue[at]))
    meets = sharing[p.venue] & (p.weekday == day) & (p.start < stop[at]) & (p.start[at] < stop)
    meets &= asked.first_date[p.request] <= asked.last_date[request]
    meets &= asked.last_date[p.request] >= asked.first_date[request]
    return np.asarray(out | meets)


def _sharing(problem: Problem, venue: int) -> Bools:
    """Venues that share a unit with one, itself among them."""
    first, units = problem.venues.unit_first, problem.venues.units
    mine = units[first[venue] : first[venue + 1]]
    of_venue = np.repeat(np.arange(len(problem.venues)), np.diff(first))
    sharing = np.zeros(len(problem.venues), dtype=bool)
    sharing[of_venue[np.isin(units, mine)]] = True
    return sharing


def _find(placements: Placements, session: tuple[int, int, int, int, int]) -> int | None:
    low, high = np.searchsorted(placements.request, [session[0], session[0] + 1])
    part = slice(int(low), int(high))
    hit = np.ones(part.stop - part.start, dtype=bool)
    names = ("venue", "weekday", "start", "length")
    for name, wanted in zip(names, session[1:], strict=True):
        hit &= getattr(placements, name)[part] == wanted
    found = np.flatnonzero(hit)
    return part.start + int(found[0]) if len(found) else None
