"""Selection `priority`: classes of people, the first served first."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim.arrays import I64, Bools
from sim.booking.catalogue import selection
from sim.booking.counter import Counter
from sim.booking.layout import BookableRooms
from sim.booking.requests import Askers
from sim.scenario.schema.policy import Priority
from sim.streams import key_of, uniforms

_LOT = key_of("purpose", "lot within a class")


@selection("priority")
class PriorityDraw:
    """Serves a batch class by class; within one, in order of asking or by lot, ties by key."""

    def __init__(self, spec: Priority, rooms: BookableRooms, counter: Counter) -> None:
        self._counter = counter
        self._rank = _ranks(
            spec.order, rooms, counter.askers, counter.requests.pools[:, 0].astype(np.int64)
        )
        self._second = (
            counter.requests.asked_at
            if spec.within == "asked"
            else uniforms(counter.askers.key, _LOT)
        )

    def draw(self, entrants: I64, now: float) -> None:
        """Decide a batch."""
        # stable, and entrants come in order of their keys
        order = np.lexsort((self._second[entrants], self._rank[entrants]))
        self._counter.decide(entrants[order], now)


def _ranks(order: Sequence[Sequence[str]], rooms: BookableRooms, askers: Askers, pool: I64) -> I64:
    """Class of each request: the first that holds its booker; beyond the last if none does."""
    rank = np.full(len(askers.key), len(order), dtype=np.int64)
    for number in reversed(range(len(order))):
        for name in order[number]:
            rank[_is(name, rooms, askers, pool)] = number
    return rank


def _is(name: str, rooms: BookableRooms, askers: Askers, pool: I64) -> Bools:
    """Whether the booker of each request is one of those named.

    Residents are those of what the centre asked first is for.
    """
    if name == "residents":
        return np.asarray(rooms.residents[askers.origin, pool])
    return np.asarray(askers.segment == rooms.segments.index(name))
