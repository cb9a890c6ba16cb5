"""Hours in which drop-in places can be used: venues only while nobody holds them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim.arrays import Bools
from sim.model.build import Model
from sim.places.plan import Stretches
from sim.places.process import open_stretches
from sim.world.opening import runs


def free_slots(model: Model, busy: Sequence[int], venue: int) -> Bools:
    """(T,) slots of the horizon in which a venue is open and nobody holds it."""
    slots, n_venues = model.world.slots, len(model.world.venues)
    width = -(-slots // 8)
    data = b"".join(bits.to_bytes(width, "little") for bits in busy[venue::n_venues])
    rows = np.frombuffer(data, dtype=np.uint8).reshape(-1, width)
    taken = np.unpackbits(rows, axis=1, count=slots, bitorder="little")
    return np.asarray(taken.ravel() == 0)


def place_stretches(model: Model, busy: Sequence[int]) -> list[Stretches]:
    """Per place the stretches in which it can be used, from opening hours and final diaries."""
    found = list(open_stretches(model.places))
    for p, venue in enumerate(model.world.places.venue.tolist()):
        if venue >= 0:
            found[p] = runs(free_slots(model, busy, venue))
    return found
