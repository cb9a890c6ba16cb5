"""What a programme could draw, before anybody signs up: sessions, their rooms, their neighbours.

Much cheaper than a replication, and most of what makes one replication's participations differ from
another's: where the luck of the year's rooms has put which session. Calibration averages it over
many replications (see `sim.studies.calibrate`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.arrays import F64, I64
from sim.programme.plan import ProgrammePlan
from sim.programme.search import ProgrammeDiary, RoomSearch
from sim.programme.sessions import draw_sessions


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
