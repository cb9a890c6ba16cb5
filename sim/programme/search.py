"""Looking for a free room when a session is published; and a programme before anybody signs up.

Such a preview is much cheaper than a replication, and most of what makes one replication's
participations differ from another's: where the luck of the year's rooms has put which session.
Calibration averages it over many replications (see `sim.studies.calibrate`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from sim.arrays import F64, I64
from sim.programme.plan import ProgrammePlan
from sim.programme.rooms import ranked
from sim.programme.sessions import Sessions, draw_sessions

AT_ONCE = 1024
"""Sessions whose rooms are ranked at a time: the table stays small, the calls few."""


class ProgrammeDiary(Protocol):
    """The programme's view of the diaries."""

    def take(self, venue: int, start: int, duration: int) -> bool:
        """Take slots if the venue is open and free for all of them; whether it was."""

    def give_back(self, venue: int, start: int, duration: int) -> None:
        """Free slots again."""


class RoomSearch:
    """Finds rooms for sessions in the order in which they are published.

    The planned start goes before all others: every room of the list is tried there first, then all
    at the nearest other start of the same day.
    """

    def __init__(self, plan: ProgrammePlan, sessions: Sessions) -> None:
        self.centre: list[int] = sessions.centre.tolist()
        self._plan, self._sessions = plan, sessions
        self._slots = plan.world.slots
        self._step: list[int] = plan.world.venues.start_slots.tolist()
        self._planned: list[int] = sessions.planned.tolist()
        self._duration: list[int] = sessions.duration.tolist()
        self._low = 0
        self._ranked: list[list[int]] = []

    def find(self, session: int, diary: ProgrammeDiary) -> tuple[int, int]:
        """Take a room; returns venue (-1: none is free) and start."""
        planned, duration = self._planned[session], self._duration[session]
        rooms = self._rooms(session)
        begin = planned - planned % self._slots
        for shift in self._plan.shifts:
            start = planned + shift
            clock = start - begin
            if not 0 <= clock < self._slots:
                continue
            for venue in rooms:
                if clock % self._step[venue] == 0 and diary.take(venue, start, duration):
                    return venue, start
        return -1, planned

    def _rooms(self, session: int) -> list[int]:
        """Rooms that hold the session, the best first."""
        if not 0 <= session - self._low < len(self._ranked):
            part = slice(session, session + AT_ONCE)
            s = self._sessions
            order, number = ranked(self._plan.rooms, s.site[part], s.wish[part], s.capacity[part])
            rows = zip(order.tolist(), number.tolist(), strict=True)
            self._low, self._ranked = session, [row[:n] for row, n in rows]
        return self._ranked[session - self._low]


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
    start, spot = sessions.planned.copy(), plan.centre_spot[np.maximum(sessions.centre, 0)]
    held = sessions.centre >= 0
    if plan.takes_rooms:
        search = RoomSearch(plan, sessions)
        found = [search.find(s, diary) for s in range(len(sessions))]
        venue, start = np.array(found, dtype=np.int64).reshape(-1, 2).T
        held, spot = venue >= 0, plan.venue_spot[venue]
    counted = plan.world.calendar.counts(np.asarray(start * float(plan.world.grid)))
    at = np.flatnonzero(held & counted)
    kind = sessions.kind[at]
    drawn = (plan.appeal[kind] * plan.crowd.mass[spot[at]]).sum(axis=1)
    return RoomedSessions(kind=kind, capacity=sessions.capacity[at], drawn=drawn)
