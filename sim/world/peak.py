"""Peak hours of the horizon, as `analysis.peak_*` says."""

from __future__ import annotations

import numpy as np

from sim.arrays import Bools
from sim.scenario.schema.base import hours_of
from sim.world.world import World


def peak_slots(world: World) -> Bools:
    """(T,) whether each slot of the horizon lies in peak hours."""
    hour = np.arange(world.slots) * world.grid // 60
    analysis = world.scenario.analysis

    def inside(band: str) -> Bools:
        first, end = hours_of(band)
        return (hour >= first) & (hour < end)

    weekend = world.calendar.weekend[:, None]
    both = np.where(weekend, inside(analysis.peak_weekend), inside(analysis.peak_weekday))
    return np.asarray(both.ravel())
