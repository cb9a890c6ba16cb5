"""What the programmes of many replications could draw: the cheap control of calibration."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from sim.analysis.turnout import Turnout
from sim.booking.diaries import bits_of, draw_off_platform
from sim.booking.policy import open_counter
from sim.model import Model
from sim.model.requests import no_requests
from sim.programme.outlook import Outlook, look_out
from sim.streams import replication_key

__all__ = ["Outlooks", "draw_outlooks"]

F64 = npt.NDArray[np.float64]
I64 = npt.NDArray[np.int64]


class Outlooks:
    """Sessions and rooms of many replications; what they draw at any level of interest."""

    def __init__(self, model: Model, outlooks: list[Outlook]) -> None:
        self._turnout = Turnout(model.world.scenario)
        self._kind = np.concatenate([o.kind for o in outlooks])
        self._capacity = np.concatenate([o.capacity for o in outlooks])
        self._drawn = np.concatenate([o.drawn for o in outlooks])
        self._replication = np.repeat(np.arange(len(outlooks)), [len(o.kind) for o in outlooks])
        self._n = len(outlooks)

    def at(self, interest: float) -> F64:
        """(n,) people who would come at a level of interest, popularity averaged out."""
        people = self._turnout.on_average(interest * self._drawn, self._kind, self._capacity)
        total = np.bincount(self._replication, weights=people, minlength=self._n)
        return total.astype(np.float64)


def draw_outlooks(model: Model, seed: int, number: int) -> Outlooks:
    """Look out over the programmes of replications 0, 1, 2 ... in diaries without bookings."""
    return Outlooks(model, [_one(model, replication_key(seed, i)) for i in range(number)])


def _one(model: Model, root: int) -> Outlook:
    taken = draw_off_platform(model.off_platform, root)
    busy = bits_of(taken, model.off_platform.free)
    counter = open_counter(model.rooms, *no_requests(model.plan), busy)
    return look_out(model.programme, root, counter.desk)
