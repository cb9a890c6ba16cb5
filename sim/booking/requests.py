"""Requests as the booking desk sees them: parallel arrays, one entry a request."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import numpy.typing as npt

__all__ = ["Outcome", "Requests"]

I64 = npt.NDArray[np.int64]
F64 = npt.NDArray[np.float64]


class Outcome(IntEnum):
    """What became of a request; codes above `BOOKED` are refusals."""

    WAITING = 0
    BOOKED = 1
    FULL = 2
    WINDOW = 3
    LIMIT = 4
    SUSPENDED = 5


@dataclass(frozen=True, slots=True)
class Requests:
    """Requests in no particular order.

    Attributes
    ----------
    ask
        Time of asking, minutes of the horizon.
    start, duration
        Preferred start and length in slots.
    party
        People.
    kind
        Index of the kind.
    pools
        (n, R) pools in order of preference, -1 beyond those better than not asking.
    others
        How many pools beyond the first the booker tries.
    shift
        Slots by which the booker would start earlier or later.
    gives_up
        Time at which the booker cancels, if there is a booking then; infinite if never.
    """

    ask: F64
    start: I64
    duration: I64
    party: I64
    kind: I64
    pools: npt.NDArray[np.int32]
    others: I64
    shift: I64
    gives_up: F64

    def __len__(self) -> int:
        return len(self.ask)
