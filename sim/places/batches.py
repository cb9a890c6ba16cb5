"""A place's horizon cut into batches of stretches with some thousand callers each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from sim.arrays import F64, I64
from sim.places.plan import Stretches
from sim.world.calendar import Calendar

DAY = 1440.0
SIZE = 4096
"""Callers of a batch: enough for numpy, few enough to stay in the cache."""


@dataclass(frozen=True, slots=True)
class StretchBatch:
    """Stretches that are drawn and summed up together.

    Attributes
    ----------
    begin, end
        Callers in between belong to it, minutes of the horizon.
    stretches
        (stretches, 2) opening and closing, minutes of the horizon.
    """

    begin: float
    end: float
    stretches: F64


def batches_of(
    calendar: Calendar, counts: I64, stretches: Stretches, grid: int, size: int = SIZE
) -> Iterator[StretchBatch]:
    """Cut stretches into batches; only whole stretches that reach into the counting window.

    Closing empties a place, so nothing that happens in the others can be seen in the window.

    Parameters
    ----------
    counts
        (D',) callers a day.
    """
    first, last = calendar.count_from * DAY, calendar.count_until * DAY
    spans = np.array(stretches, dtype=np.float64).reshape(-1, 2) * grid
    spans = spans[(spans[:, 1] > first) & (spans[:, 0] < last)]
    close = spans[:, 1]
    before = np.concatenate([[0], np.cumsum(counts)])
    # callers up to the end of the day on which each stretch ends
    upto = before[np.minimum(np.ceil(close / DAY).astype(np.int64), len(counts))]
    ends = np.searchsorted(close, last)
    begin = min(first, float(spans[0, 0])) if len(spans) else first
    done, low = before[int(begin // DAY)], 0
    while (at := max(low, int(np.searchsorted(upto, done + size)))) < ends:
        yield StretchBatch(begin, float(close[at]), spans[low : at + 1])
        begin, done, low = float(close[at]), upto[at], at + 1
    yield StretchBatch(begin, last, spans[low:])
