"""Hours in which a rule lets a request have sessions at all, or that a request likes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from optimise.slots.placements import Placements

__all__ = ["Hours"]

I64 = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Hours:
    """A stretch of each weekday for each request.

    Parameters
    ----------
    begin, end
        Cells, end exclusive, shape (requests, 7); the whole day where a request has no limit.
    """

    begin: I64
    end: I64

    def hold(self, placements: Placements) -> npt.NDArray[np.bool_]:
        """Whether each placement lies within, shape (placements,)."""
        at = placements.request, placements.weekday
        stop = placements.start + placements.length
        return np.asarray((placements.start >= self.begin[at]) & (stop <= self.end[at]))
