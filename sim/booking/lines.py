"""Lines of people who were refused, one for each pool and day, in order of joining.

A request stands in the line of the pool it asked first, on the day on which its preferred start
lies. Who has got a booking meanwhile, or has given up, leaves when somebody looks.
"""

from __future__ import annotations

from sim.booking.counter import Counter
from sim.booking.layout import Rooms
from sim.booking.requests import Outcome

__all__ = ["Line", "Lines"]

Line = dict[int, int]
"""Request -> number of joining, in that order."""
_FULL = int(Outcome.FULL)


class Lines:
    """The lines of one part of a policy.

    A request that waits has its preferred start and its whole length in the desk's lists.
    """

    def __init__(self, rooms: Rooms, counter: Counter) -> None:
        desk, requests = counter.desk, counter.requests
        self._outcome, self._start, self._length = desk.outcome, desk.start, desk.length
        self._gives_up: list[float] = requests.gives_up.tolist()
        self._first: list[int] = requests.pools[:, 0].tolist()
        self._slots, self._n_pools, self._pools_of = rooms.slots, len(rooms.rooms), rooms.pools_of
        self._lines: dict[int, Line] = {}
        self._joined = 0
        # days before a slot's own on which a wish for it may begin
        longest = int(requests.duration.max(initial=1))
        self._back = 0 if rooms.simple else (longest + rooms.slots - 2) // rooms.slots

    def of(self, i: int) -> Line:
        """The line in which a request would stand."""
        key = self._start[i] // self._slots * self._n_pools + self._first[i]
        line = self._lines.get(key)
        if line is None:
            line = self._lines[key] = {}
        return line

    def join(self, line: Line, i: int) -> None:
        """Stand at the end."""
        line[i] = self._joined
        self._joined += 1

    def leave(self, i: int) -> None:
        """Stand there no more."""
        self.of(i).pop(i, None)

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
