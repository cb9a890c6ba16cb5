"""Policy part `waitlist`: refused bookers wait for the slot they asked for first.

A line is of the rooms of one centre and kind that the same people may use, and of one day. Whenever
slots come back, whoever gives them back, those who want any of them are offered what they asked
first, in order of their refusals. A booker who no longer wants it says so then, and leaves.

A request stands in the line of the pool it asked first, on the day on which its preferred start
lies. It is taken out when the line is next looked through, if it has got a booking meanwhile or its
booker has given up.
"""

from __future__ import annotations

from sim.booking.catalogue import part
from sim.booking.counter import Counter
from sim.booking.layout import BookableRooms
from sim.booking.requests import Outcome
from sim.booking.timing import SLACK
from sim.scenario.schema.policy import Waitlist
from sim.streams import key_of, uniforms

Line = dict[int, int]
"""Request -> number of joining, in that order."""
_FULL = int(Outcome.FULL)


class Lines:
    """The lines of one part of a policy.

    A request that waits has its preferred start and its whole length in the desk's lists.
    """

    def __init__(self, rooms: BookableRooms, counter: Counter) -> None:
        desk, requests = counter.desk, counter.requests
        self._outcome, self._start, self._length = desk.outcome, desk.start, desk.length
        self._gives_up: list[float] = requests.gives_up.tolist()
        self._first: list[int] = requests.pools[:, 0].tolist()
        self._slots, self._n_pools, self._pools_of = rooms.slots, len(rooms.rooms), rooms.pools_of
        self._lines: dict[int, Line] = {}
        self._joined = 0
        # days before a slot's own on which a wish for it may begin
        longest = int(requests.duration.max(initial=1))
        self._back = (longest + rooms.slots - 2) // rooms.slots

    def line_of(self, i: int) -> Line:
        """The line in which a request would stand."""
        key = self._start[i] // self._slots * self._n_pools + self._first[i]
        line = self._lines.get(key)
        if line is None:
            line = self._lines[key] = {}
        return line

    def join(self, line: Line, i: int) -> None:
        """Put a request at the end of a line."""
        line[i] = self._joined
        self._joined += 1

    def leave(self, i: int) -> None:
        """Take a request out of its line."""
        self.line_of(i).pop(i, None)

    def waits(self, i: int, now: float) -> bool:
        """Whether a request has no booking yet and its booker has not given up."""
        return self._outcome[i] == _FULL and self._gives_up[i] > now

    def touching(self, venue: int, start: int, slots: int, now: float) -> list[tuple[int, int]]:
        """(request, pool) of those who wait for any of these slots of a venue, longest first."""
        found, end = [], start + slots
        first_day = max(0, start // self._slots - self._back)
        for day in range(first_day, (end - 1) // self._slots + 1):
            for pool in self._pools_of[venue]:
                line = self._lines.get(day * self._n_pools + pool)
                if line:
                    found += [(n, i, pool) for i, n in self._current(line, start, end, now)]
        return [(i, pool) for _, i, pool in sorted(found)]

    def _current(self, line: Line, start: int, end: int, now: float) -> list[tuple[int, int]]:
        """(request, number) of those who still wait for a stretch; clears the line of others."""
        gone = [i for i in line if not self.waits(i, now)]
        for i in gone:
            del line[i]
        begins, length = self._start, self._length
        return [
            (i, n) for i, n in line.items() if begins[i] < end and begins[i] + length[i] > start
        ]


STILL_WANTS = key_of("purpose", "still wants")


@part("waitlist", lambda rules, rooms: rules.waitlist, turn=4)
class WaitingLines:
    """Lines of those who wait; a promotion is an offer of the counter."""

    def __init__(self, spec: Waitlist, rooms: BookableRooms, counter: Counter) -> None:
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
        line = self._lines.line_of(i)
        if self._at_most is None or len(line) < self._at_most or self._has_room(line, now):
            self._lines.join(line, i)

    def freed(self, venue: int, start: int, slots: int, now: float) -> None:
        """Promote waiting bookers to the slots that came back, as far as there is room."""
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
