"""What ends a search: work, which is the same on every machine, and a clock that ends it anyway.

A unit of work is about what one idle core does in a second. It is counted from what solvers and
steps did (iterations, nodes, rows), never measured, so that the same problem and the same work give
the same timetable on an idle machine and on a busy one, whatever the number of workers.
"""

from __future__ import annotations

import time

__all__ = ["Clock"]


class Clock:
    """A limit by the clock, for machines too slow or too busy for the work that was planned.

    Attributes
    ----------
    cut
        Whether it ended something that had work left: then another machine may find another
        timetable.
    """

    def __init__(self, seconds: float) -> None:
        self._deadline = time.monotonic() + seconds
        self.cut = False

    @property
    def left(self) -> float:
        """Seconds left, not below 0 and at most a year."""
        return min(max(0.0, self._deadline - time.monotonic()), 3e7)

    def over(self) -> bool:
        """Whether the time is over; whoever asks has work left and stops."""
        if self.left == 0.0:
            self.cut = True
        return self.left == 0.0
