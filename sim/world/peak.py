"""Peak hours of the horizon, as `analysis.peak_*` says."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from sim.scenario.schema.base import hours_of
from sim.world.world import World

__all__ = ["peak_slots"]


def peak_slots(world: World) -> npt.NDArray[np.bool_]:
    """(T,) whether each slot of the horizon lies in peak hours."""
    hour = np.arange(world.slots) * world.grid // 60
    analysis = world.scenario.analysis

    def inside(band: str) -> npt.NDArray[np.bool_]:
        first, end = hours_of(band)
        return (hour >= first) & (hour < end)

    weekend = world.calendar.weekend[:, None]
    both = np.where(weekend, inside(analysis.peak_weekend), inside(analysis.peak_weekday))
    return np.asarray(both.ravel())
