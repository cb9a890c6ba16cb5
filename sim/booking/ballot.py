"""Selection `ballot`: a draw among all who entered, with weights."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from sim.booking.counter import Counter
from sim.booking.layout import Rooms
from sim.booking.lots import Lots
from sim.scenario.schema.selection import Ballot

__all__ = ["BallotDraw"]

I64 = npt.NDArray[np.int64]


class BallotDraw:
    """Serves the entrants of a batch in the order of their lots."""

    def __init__(self, spec: Ballot, rooms: Rooms, counter: Counter) -> None:
        self._counter, self._lots = counter, Lots(spec, rooms, counter)

    def draw(self, entrants: I64, now: float) -> None:
        """Decide a batch."""
        order = self._lots.order(entrants, now).tolist()
        ask = self._counter.ask
        self._lots.won([i for i in order if ask(i, now)], now)
