"""Agenda of later events that the rules themselves cause, in order of time.

Requests and cancellations are known before the run and lie in sorted lists; what depends on the
run (draws, no-shows, promotions, other days) waits here. At one and the same time what was
noted first goes first, and all of it before requests.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from heapq import heappop, heappush

Due = Callable[[int, float], object]


class Agenda:
    """A heap of (time, number, call, argument)."""

    __slots__ = ("_number", "heap")

    def __init__(self) -> None:
        self.heap: list[tuple[float, int, Due, int]] = []
        self._number = 0

    def note(self, time: float, call: Due, argument: int) -> None:
        """Call `call(argument, time)` when the time has come."""
        self._number += 1
        heappush(self.heap, (time, self._number, call, argument))

    @property
    def next(self) -> float:
        """Time of what is due next; infinite if nothing is."""
        return self.heap[0][0] if self.heap else math.inf

    def run_next(self) -> None:
        """Make the call that is due next."""
        time, _, call, argument = heappop(self.heap)
        call(argument, time)
