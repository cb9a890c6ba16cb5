"""The programme on the clock: publications take rooms, decisions give some back; a preview.

Sign-ups and decisions touch nothing but the sessions themselves until a room is given back, so a
day's are worked off in one go at its beginning; the clock stops for publications and for rooms that
come back only. Nor does anybody look at a sign-up before its session is decided, unless another
session at the same time has been filled already: so sign-ups of some weeks' sessions are drawn
together, on the day of the first decision among them.

Such a preview is much cheaper than a replication, and most of what makes one replication's
participations differ from another's: where the luck of the year's rooms has put which session.
Calibration averages it over many replications (see `sim.studies.calibrate`).
"""

from __future__ import annotations

import math
from collections.abc import Generator
from dataclasses import dataclass, replace
from typing import Any, NamedTuple, Protocol

import numpy as np
import simpy

from sim.arrays import F64, I64
from sim.order import ordered
from sim.programme.admission import GONE, Admission
from sim.programme.plan import ProgrammePlan
from sim.programme.rooms import AT_ONCE, in_parts, ranked
from sim.programme.sessions import (
    ProgrammeRecord,
    Sessions,
    SignUpFate,
    Status,
    deadline,
    draw_sessions,
)
from sim.programme.signups import SignUps, draw_participants, draw_sign_ups, most_signed_up
from sim.streams import key_of, uniforms


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


DAY_MINUTES = 24 * 60
_NO_SHOW = key_of("purpose", "sign-up no-show")

_COLUMNS: dict[str, type[np.generic]] = {
    "session": np.int64,
    "key": np.uint64,
    "group": np.int64,
    "number": np.int64,
    "time": np.float64,
    "company": np.int64,
}


class Programme:
    """The programme of one replication.

    Attributes
    ----------
    first
        Time of the first publication, minutes of the horizon (infinite without sessions).
    """

    def __init__(self, plan: ProgrammePlan, root: int) -> None:
        self._plan = plan
        self._sessions = sessions = draw_sessions(plan, root)
        self._people = draw_participants(plan, root)
        self._start = sessions.planned.copy()
        self._venue = np.full(len(sessions), -1, dtype=np.int64)
        self._published: list[float] = sessions.published.tolist()
        self._search = RoomSearch(plan, sessions)
        scenario = plan.world.scenario
        self._admission = Admission(
            sessions,
            most_signed_up(plan.overbooking, sessions.capacity),
            self._start,
            self._people.first,
            scenario.activities.sign_up.at_least,
            strict=scenario.people.one_place_at_a_time,
        )
        self._waiting: list[int] = []
        self._due = math.inf  # when sign-ups of waiting sessions are needed
        self._filled = -1  # slot by which all sessions end that sign-ups are drawn for
        self._sign_ups: list[SignUps] = []
        self._expected = np.zeros(len(sessions))
        self._interested = np.zeros(len(sessions), dtype=np.int64)
        self.first = self._published[0] if len(sessions) else math.inf

    def process(
        self, env: simpy.Environment, diary: ProgrammeDiary
    ) -> Generator[simpy.Event, Any, None]:
        """Publish, fill and decide sessions in order of time, then end."""
        if not len(self._sessions):
            return
        takes_rooms, n = self._plan.takes_rooms, len(self._sessions)
        upto = 0
        for day in range(int(self.first // DAY_MINUTES), self._plan.world.n_days):
            midnight = float(day * DAY_MINUTES)
            low = upto
            while upto < n and self._published[upto] <= midnight:
                upto += 1
            if takes_rooms and upto > low and env.now < midnight:
                yield env.timeout(midnight - env.now)
            self._publish(low, upto, diary)
            if self._due < midnight + DAY_MINUTES:
                self._draw()
            for when, session in self._admission.run(day):
                if takes_rooms:
                    if env.now < when:
                        yield env.timeout(when - env.now)
                    self._give_back(session, diary)

    def _publish(self, low: int, high: int, diary: ProgrammeDiary) -> None:
        """Find rooms for sessions; those that have one, or need none, can be signed up for."""
        if low == high:
            return
        batch, held = np.arange(low, high), self._sessions.centre[low:high] >= 0
        if self._plan.takes_rooms:
            self._venue[batch], self._start[batch] = self._search.find(low, high, diary)
            held = self._venue[batch] >= 0
        for s in batch[~held].tolist():
            self._admission.status[s] = int(Status.NO_ROOM)
        opened = batch[held]
        decided = deadline(self._plan, self._start[opened], self._sessions.published[opened])
        self._waiting += opened.tolist()
        for s, when in zip(opened.tolist(), decided.tolist(), strict=True):
            self._admission.open(s, when)
            # who is busy at a time is known when all sessions of that time fill up together
            overlaps = self._start[s] < self._filled
            self._due = min(self._due, self._published[s] if overlaps else when)

    def _draw(self) -> None:
        """Draw the sign-ups of all sessions published so far that have none yet."""
        at = np.array(self._waiting, dtype=np.int64)
        start = self._start[at]
        if self._plan.takes_rooms:
            spot = self._plan.venue_spot[self._venue[at]]
        else:
            spot = self._plan.centre_spot[self._sessions.centre[at]]
        batch = draw_sign_ups(self._plan, self._people, self._sessions, at, start, spot)
        self._sign_ups.append(batch)
        self._expected[at], self._interested[at] = batch.expected, batch.interested
        self._admission.expect(batch)
        ends = (start + self._sessions.duration[at]).tolist()
        self._waiting, self._due, self._filled = [], math.inf, max([self._filled, *ends])

    def _give_back(self, session: int, diary: ProgrammeDiary) -> None:
        of_session = self._venue[session], self._start[session], self._sessions.duration[session]
        diary.give_back(*map(int, of_session))

    def record(self) -> ProgrammeRecord:
        """Return the outcome of sessions and sign-ups, once the process has ended."""
        status, fate = self._admission.status, self._admission.fate.copy()
        column = {
            name: np.concatenate([np.zeros(0, dtype), *(getattr(b, name) for b in self._sign_ups)])
            for name, dtype in _COLUMNS.items()
        }
        session = column["session"]
        fate[(fate == SignUpFate.ADMITTED) & (status[session] == Status.CANCELLED)] = (
            SignUpFate.CANCELLED
        )
        order = ordered(session, column["time"], column["key"])
        order = order[fate[order] != GONE]
        column = {name: values[order] for name, values in column.items()}
        no_show = self._plan.activities.sign_up.no_show
        return ProgrammeRecord(
            sessions=self._as_held(),
            venue=self._venue,
            status=status,
            expected=self._expected,
            interested=self._interested,
            fate=fate[order],
            comes=uniforms(column["key"], _NO_SHOW) >= no_show,
            turned_away=np.zeros(len(order), dtype=bool),
            **column,
        )

    def _as_held(self) -> Sessions:
        """The sessions with the start given, and the centre of the room given."""
        sessions = self._sessions
        start, venue = self._start, self._venue
        at = self._plan.world.venues.centre
        return replace(
            sessions,
            start=start,
            centre=np.where(venue >= 0, at[venue], sessions.centre),
            decided=deadline(self._plan, start, sessions.published),
        )
