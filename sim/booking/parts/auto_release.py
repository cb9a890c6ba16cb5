"""Policy part `auto_release`: bookings that nobody claims are given up.

After the grace the rest of the booking, in whole slots, is free: first for those on a waitlist,
then for anybody who was refused that hour and stands by, then for anybody who asks. Only bookers
who would not turn up anyway (`Askers.no_show`) leave a booking unclaimed: that somebody is at
another booking or session at the time is known only when all is over.
"""

from __future__ import annotations

import math

from sim.booking.catalogue import part
from sim.booking.counter import Counter
from sim.booking.layout import BookableRooms
from sim.booking.parts.waitlist import Lines
from sim.booking.requests import Outcome
from sim.booking.timing import SLACK
from sim.scenario.schema.policy import AutoRelease
from sim.streams import key_of, uniforms

STANDS_BY = key_of("purpose", "stands by")
_BOOKED = int(Outcome.BOOKED)


@part("auto_release", lambda rules, rooms: rules.auto_release, turn=5)
class Release:
    """Notes when bookings of people who would not come are given up, and who stands by."""

    def __init__(self, spec: AutoRelease, rooms: BookableRooms, counter: Counter) -> None:
        desk, askers = counter.desk, counter.askers
        self._counter, self._grid = counter, rooms.grid
        self._grace = spec.unclaimed_after_minutes
        self._kept = math.ceil((self._grace - SLACK) / rooms.grid)
        self._outcome, self._start, self._length = desk.outcome, desk.start, desk.length
        self._stays_away = askers.no_show.tobytes()
        self._gives_up: list[float] = counter.requests.gives_up.tolist()
        self._standby = counter.notes.standby
        self._lines = Lines(rooms, counter)
        stands = uniforms(askers.key, STANDS_BY) < rooms.responses.stands_by
        self._stands = (stands & spec.standby).tobytes()
        self.concerned = {"booked": askers.no_show, "refused": stands & spec.standby}

    def booked(self, i: int, _now: float) -> None:
        """Note when the booking is given up if nobody will claim it and something is left then."""
        if self._stays_away[i] and self._length[i] > self._kept and i not in self._standby:
            self._counter.agenda.note(self._start[i] * self._grid + self._grace, self._give_up, i)

    def refused(self, i: int, _now: float) -> None:
        """Some of those who were refused stand by."""
        if self._stands[i]:
            self._lines.join(self._lines.line_of(i), i)

    def _give_up(self, i: int, now: float) -> None:
        at = self._start[i]
        if self._outcome[i] != _BOOKED or self._gives_up[i] <= at * self._grid:
            return
        counter, kept = self._counter, self._kept
        venues, left = counter.desk.venues(i), self._length[i] - kept
        counter.desk.shorten(i, kept)
        counter.notes.unclaimed.add(i)
        for venue in venues:
            counter.freed(venue, at + kept, left, now)
        for venue in venues:
            self._call(venue, at + kept, left, now)

    def _call(self, venue: int, at: int, slots: int, now: float) -> None:
        """Let the first of those standing by have the rest of what they had asked for."""
        for i, pool in self._lines.touching(venue, at, 1, now):
            rest = self._start[i] + self._length[i] - at
            if self._counter.stand_by(i, pool, at, min(rest, slots), now):
                return
