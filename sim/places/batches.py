"""A place's horizon cut into batches of stretches with some thousand callers each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sim.places.plan import Stretches
from sim.world.calendar import Calendar

__all__ = ["Batch", "batches_of"]

I64 = npt.NDArray[np.int64]
DAY = 1440.0
SIZE = 4096
"""Callers of a batch: enough for numpy, few enough to stay in the cache."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Stretches that are drawn and summed up together.

    Attributes
    ----------
    begin, end
        Callers in between belong to it, minutes of the horizon.
    stretches
        Opening and closing, minutes of the horizon.
    """

    begin: float
    end: float
    stretches: tuple[tuple[float, float], ...]


def batches_of(
    calendar: Calendar, counts: I64, stretches: Stretches, grid: int, size: int = SIZE
) -> Iterator[Batch]:
    """Cut stretches into batches; only whole stretches that reach into the counting window.

    Closing empties a place, so nothing that happens in the others can be seen in the window.

    Parameters
    ----------
    counts
        (D',) callers a day.
    """
    first, last = calendar.count_from * DAY, calendar.count_until * DAY
    spans = [(o * float(grid), c * float(grid)) for o, c in stretches]
    spans = [(o, c) for o, c in spans if c > first and o < last]
    before = np.concatenate([[0], np.cumsum(counts)])
    begin = min(first, spans[0][0]) if spans else first
    chosen: list[tuple[float, float]] = []
    done = int(before[int(begin // DAY)])
    for opens, close in spans:
        chosen.append((opens, close))
        until = int(before[min(int(-(-close // DAY)), len(counts))])
        if until - done >= size and close < last:
            yield Batch(begin, close, tuple(chosen))
            begin, done, chosen = close, until, []
    yield Batch(begin, last, tuple(chosen))
