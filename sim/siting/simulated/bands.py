"""Hour bands of a planner's model: working hours and leisure, weekdays and weekends."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from sim.siting.simulated.estimate import Bands
from sim.world.world import World

__all__ = ["band_of_slots", "week_bands"]

I64 = npt.NDArray[np.int64]

EVENING = 18
NAMES = ("weekday day", "weekday evening", "weekend day", "weekend evening")


def week_bands() -> Bands:
    """Days until 18:00 and evenings, of weekdays and of weekends.

    Rooms are scarce in weekday evenings and on weekends; finer bands would let the planner's
    model forbid what bookers do in truth: shift by an hour.
    """
    hour, day = np.arange(168) % 24, np.arange(168) // 24
    return Bands(NAMES, (2 * (day >= 5) + (hour >= EVENING)).astype(np.int64))


def band_of_slots(world: World, bands: Bands) -> I64:
    """(T,) band of each slot of the horizon."""
    day = np.repeat(np.arange(world.n_days), world.slots)
    hour = np.tile(np.arange(world.slots) * world.grid // 60, world.n_days)
    return np.asarray(bands.of_hour[world.calendar.weekday[day] * 24 + hour])
