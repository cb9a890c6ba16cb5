"""What a planner is given: the town with its census, its own belief, and one history of bookings.

Bookings tell origin, kind, hour of the week and centre; wishes that nobody asked for or that were
refused leave no trace. `View` is all that contenders (a) to (e) ever see.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from benchmarks.hidden_worlds.worlds import Behaviour, Town, World
from sim.booking.requests import Outcome
from sim.model import Model, simulate
from sim.siting.planning.today import Bands

__all__ = ["Bookings", "View", "observed", "view_of"]

I64 = npt.NDArray[np.int64]
F64 = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Bookings:
    """A history, one entry a booking.

    Attributes
    ----------
    origin, kind, centre
        In the order of the town.
    hour
        Of the week, of the start that was booked.
    """

    origin: I64
    kind: I64
    hour: I64
    centre: I64
    weeks: int

    def by_band(self, bands: Bands, origins: int, kinds: int) -> F64:
        """(O, K, B) bookings a week."""
        shape = origins, kinds, len(bands.names)
        flat = np.ravel_multi_index((self.origin, self.kind, bands.of_hour[self.hour]), shape)
        counts = np.bincount(flat, minlength=int(np.prod(shape))).reshape(shape)
        return np.asarray(counts / self.weeks)


@dataclass(frozen=True, slots=True)
class View:
    """What the planner knows; `weeks` is the window that it simulates."""

    town: Town
    belief: Behaviour
    bookings: Bookings
    weeks: int


def view_of(world: World, bookings: Bookings) -> View:
    """The public part of a world, and a history of it."""
    return View(world.town, world.belief, bookings, world.weeks)


def observed(model: Model, seed: int, weeks: int) -> Bookings:
    """One simulated history, told as a booking platform would tell it."""
    history, world = simulate(model, seed, 0), model.world
    wish = history.asked
    mine = world.calendar.counts(history.wishes.wished_at[wish]) & (
        history.outcome == Outcome.BOOKED
    )
    cell = history.wishes.cell[wish[mine]].astype(np.int64)
    slot = history.start[mine]
    day = world.calendar.weekday[slot // world.slots]
    return Bookings(
        origin=model.plan.cells.origin[cell],
        kind=model.plan.cells.kind[cell],
        hour=day * 24 + slot % world.slots * world.grid // 60,
        centre=world.venues.centre[history.venue[mine]],
        weeks=weeks,
    )
