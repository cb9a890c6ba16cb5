"""Hours in which drop-in places can be used: venues only while nobody holds them."""

from __future__ import annotations

from sim.arrays import Bools
from sim.model.build import Model
from sim.places.plan import Stretches
from sim.places.process import open_stretches
from sim.world.opening import runs


def place_stretches(model: Model, busy: Bools) -> list[Stretches]:
    """Per place the stretches in which it can be used, from opening hours and final diaries."""
    found = list(open_stretches(model.places))
    for p, venue in enumerate(model.world.places.venue.tolist()):
        if venue >= 0:
            found[p] = runs(~busy[venue])
    return found
