"""Looking for free rooms when sessions are published; and a programme before anybody signs up.

Such a preview is much cheaper than a replication, and most of what makes one replication's
participations differ from another's: where the luck of the year's rooms has put which session.
Calibration averages it over many replications (see `sim.studies.calibrate`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np

from sim.arrays import F64, I64
from sim.programme.plan import ProgrammePlan
from sim.programme.rooms import AT_ONCE, in_parts, ranked
from sim.programme.sessions import Sessions, draw_sessions


class RoomsWanted(NamedTuple):
    """What sessions look for, in the order in which they look.

    The planned start goes before all others: every room of the list is tried there first, then all
    at the nearest other start of the same day.

    Attributes
    ----------
    rooms
        (n, V) venues, the best first.
    number
        (n,) how many of them hold the session.
    planned
        (n,) first slot, if the session is not shifted.
    duration
        (n,) slots.
    shifts
        (k,) slots by which a session may be shifted, in the order in which they are tried.
    """

    rooms: I64
    number: I64
    planned: I64
    duration: I64
    shifts: I64


class ProgrammeDiary(Protocol):
    """The programme's view of the diaries."""

    def take_rooms(self, wanted: RoomsWanted) -> tuple[I64, I64]:
        """Take for each session the first room that is open and free; venues (-1: none), starts."""

    def give_back(self, venue: int, start: int, duration: int) -> None:
        """Free slots again."""


class RoomSearch:
    """Finds rooms for sessions in the order in which they are published."""

    def __init__(self, plan: ProgrammePlan, sessions: Sessions) -> None:
        self._plan, self._sessions = plan, sessions
        self._shifts = np.array(plan.shifts, dtype=np.int64)
        self._low = self._high = -1  # of the sessions whose rooms are ranked
        self._ranked: tuple[I64, I64]

    def find(self, low: int, high: int, diary: ProgrammeDiary) -> tuple[I64, I64]:
        """Take rooms for the sessions from `low` to before `high`; venues (-1: none), starts."""
        s = self._sessions
        if not self._low <= low <= high <= self._high:
            self._low, self._high = low, max(high, low + AT_ONCE)
            part = slice(self._low, self._high)
            self._ranked = ranked(self._plan.rooms, s.site[part], s.wish[part], s.capacity[part])
        rooms, number = (column[low - self._low : high - self._low] for column in self._ranked)
        part = slice(low, high)
        return diary.take_rooms(
            RoomsWanted(rooms, number, s.planned[part], s.duration[part], self._shifts)
        )


@dataclass(frozen=True, slots=True)
class RoomedSessions:
    """Sessions of the counting window that have a room, or need none.

    Attributes
    ----------
    kind, capacity
        Of each session.
    drawn
        People who would sign up on average, at level and popularity 1.
    """

    kind: I64
    capacity: I64
    drawn: F64


def preview_sessions(plan: ProgrammePlan, root: int, diary: ProgrammeDiary) -> RoomedSessions:
    """Draw a replication's sessions and find them rooms in diaries that nobody else books."""
    sessions = draw_sessions(plan, root)
    start, spot = sessions.planned, plan.centre_spot[np.maximum(sessions.centre, 0)]
    held = sessions.centre >= 0
    if plan.takes_rooms:
        search, parts = RoomSearch(plan, sessions), in_parts(len(sessions))
        found = [search.find(part.start, part.stop, diary) for part in parts]
        venue, start = np.concatenate([np.zeros((2, 0), dtype=np.int64), *found], axis=1)
        held, spot = venue >= 0, plan.venue_spot[venue]
    counted = plan.world.calendar.counts(np.asarray(start * float(plan.world.grid)))
    at = np.flatnonzero(held & counted)
    kind = sessions.kind[at]
    drawn = (plan.appeal[kind] * plan.crowd.mass[spot[at]]).sum(axis=1)
    return RoomedSessions(kind=kind, capacity=sessions.capacity[at], drawn=drawn)
