"""Which share of the wishes for a kind a room suits: people, opening hours, starts."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from sim.arrays import F64, I64, Bools
from sim.scenario.derived.samplers import sampler
from sim.world.world import World


@dataclass(slots=True)
class Suitability:
    """Rooms of a world; what was worked out is kept, since many rooms are alike.

    Parameters
    ----------
    band
        (T,) band of each slot.
    bands
        How many there are.
    hour
        (K, 168) how wishes of a kind lie over the hours of the week.
    """

    world: World
    band: I64
    bands: int
    hour: F64
    _weights: dict[int, F64] = field(default_factory=dict)
    _open: dict[tuple[int, int, int], F64] = field(default_factory=dict)

    def share(self, venue: int) -> F64:
        """(B,) share of wishes of its kind that a room is large enough and open for.

        Both are independent in the model of demand: the party of a wish says nothing of its time.
        """
        venues = self.world.venues
        kind = int(venues.kind[venue])
        spec, capacity = self.world.scenario.kinds[self.world.kinds[kind]], venues.capacity[venue]
        numbers, weights = zip(*spec.shares_of_rooms.items(), strict=True)
        # parties are rounded to whole people, one at least, and spread over several rooms
        holds = sampler(spec.party).cdf(capacity * np.array(numbers) + 0.5)
        large = float(holds @ np.array(weights))
        return large * self._while_open(kind, venue)

    def open_hours(self, venue: int) -> F64:
        """(B,) open hours in the counting window."""
        is_open = self.world.opening.is_open[self.world.venues.profile[venue]] & self._counted()
        slots = np.bincount(self.band[is_open], minlength=self.bands)
        return np.asarray(slots * (self.world.grid / 60.0))

    def _while_open(self, kind: int, venue: int) -> F64:
        """(B,) share of a band's wishes whose start is offered and that end before closing."""
        venues = self.world.venues
        key = kind, int(venues.profile[venue]), int(venues.start_slots[venue])
        if key not in self._open:
            weight = self._weight(kind)
            run = self.world.opening.run[key[1]].astype(np.int64)
            offered = np.arange(len(run)) % self.world.slots % key[2] == 0
            fits = self._no_longer(kind, run) * offered
            total = np.bincount(self.band, weight, self.bands)
            inside = np.bincount(self.band, weight * fits, self.bands)
            self._open[key] = np.asarray(inside / np.maximum(total, 1e-300))
        return self._open[key]

    def _no_longer(self, kind: int, slots: I64) -> F64:
        """P(a wish is no longer than so many slots); none is shorter than one."""
        duration = sampler(self.world.scenario.kinds[self.world.kinds[kind]].duration_minutes)
        values, at = np.unique(slots, return_inverse=True)
        share = duration.cdf(((values + 0.5) * self.world.grid).astype(np.float64))
        return np.asarray(np.where(values >= 1, share, 0.0)[at])

    def _weight(self, kind: int) -> F64:
        """(T,) how many wishes of a kind start in each counted slot: as the hours of the week.

        Within an hour they lie on the starts that people of the kind prefer.
        """
        if kind not in self._weights:
            world = self.world
            slot = np.arange(world.n_days * world.slots)
            minute = slot % world.slots * world.grid
            week = world.calendar.weekday[slot // world.slots] * 24 + minute // 60
            step = world.scenario.kinds[world.kinds[kind]].start_minutes or world.grid
            preferred = (minute % step == 0) & self._counted()
            self._weights[kind] = self.hour[kind][week] * preferred
        return self._weights[kind]

    def _counted(self) -> Bools:
        calendar = self.world.calendar
        day = np.arange(self.world.n_days * self.world.slots) // self.world.slots
        return np.asarray((day >= calendar.count_from) & (day < calendar.count_until))
