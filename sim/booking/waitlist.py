"""Policy part `waitlist`: who was refused waits for what was asked first.

A line is of the rooms of one centre and kind that the same people may use, and of one day. Whenever
slots come back, whoever gives them back, those who want any of them are offered what they asked
first, in order of their refusals. Who no longer wants it says so then, and leaves.
"""

from __future__ import annotations

from sim.booking.counter import Counter
from sim.booking.layout import Rooms
from sim.booking.lines import Line, Lines
from sim.booking.timing import SLACK
from sim.scenario.schema.policy import Waitlist
from sim.streams import key_of, uniforms

__all__ = ["STILL_WANTS", "WaitingLines"]

STILL_WANTS = key_of("purpose", "still wants")


class WaitingLines:
    """Lines of those who wait; a promotion is an offer of the counter."""

    def __init__(self, spec: Waitlist, rooms: Rooms, counter: Counter) -> None:
        self._counter, self._grid, self._at_most = counter, rooms.grid, spec.at_most
        self._until = spec.until_hours_ahead * 60.0
        self._start = counter.desk.start
        self._lines = Lines(rooms, counter)
        wants = uniforms(counter.askers.key, STILL_WANTS) < rooms.responses.still_wants
        self._wants = wants.tobytes()

    def refused(self, i: int, now: float) -> None:
        """Join the line, unless it is full or nobody could be promoted any more."""
        if self._too_late(i, now):
            return
        line = self._lines.of(i)
        if self._at_most is None or len(line) < self._at_most or self._has_room(line, now):
            self._lines.join(line, i)

    def freed(self, venue: int, start: int, slots: int, now: float) -> None:
        """Promote who waits for what came back, as far as there is room."""
        for i, pool in self._lines.touching(venue, start, slots, now):
            if self._too_late(i, now):
                continue
            if not self._wants[i] or self._counter.offer(i, pool, self._start[i], now):
                self._lines.leave(i)

    def _too_late(self, i: int, now: float) -> bool:
        begins = self._start[i] * self._grid
        return now >= begins or now > begins - self._until + SLACK

    def _has_room(self, line: Line, now: float) -> bool:
        """Whether somebody has left a line that looks full."""
        for i in [i for i in line if not self._lines.waits(i, now) or self._too_late(i, now)]:
            del line[i]
        return self._at_most is None or len(line) < self._at_most
