"""Candidate centres of every origin, per kind, as tables whose rows are gathered per wish."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from sim.arrays import F64, I32, U64
from sim.scenario.schema.demand import NestedLogit
from sim.world.places import TIERS
from sim.world.world import World


class RoomClasses(NamedTuple):
    """Rooms of the candidates, those together that share capacity, opening profile and start step.

    Attributes
    ----------
    rooms
        (O, C, classes) how many; 0 where there are none.
    capacity
        (O, C, classes) people.
    first_slot
        (O, C, classes) where the profile begins in the flattened table of open runs.
    step
        (O, C, classes) starts are offered at multiples of this many slots.
    """

    rooms: I32
    capacity: I32
    first_slot: I32
    step: I32


@dataclass(frozen=True, slots=True)
class Candidates:
    """Candidates of one kind, nearest first, padded.

    Attributes
    ----------
    pool
        (O, C) pool, -1 where padded.
    km
        (O, C) route kilometres, infinite where padded.
    key
        (O, C) key of the centre.
    utility
        (O, C) utility of the centre's tier.
    classes
        The rooms.
    """

    pool: I32
    km: F64
    key: U64
    utility: F64
    classes: RoomClasses


def build_candidates(world: World, kind: int, spec: NestedLogit) -> Candidates:
    """Gather what choice needs to know of the candidates of a kind."""
    pools, pool = world.pools, world.reach.pool[kind]
    known = pool >= 0
    centre = pools.centre[pool] if len(pools.centre) else np.zeros(pool.shape, dtype=np.int64)
    tier = np.array([spec.tiers.get(t, 0.0) for t in TIERS])  # type: ignore[call-overload]
    if len(pools.centre):
        rooms = np.where(known[..., None], pools.class_rooms[pool], 0)
        # a class that no candidate has is looked at for every wish in vain
        some = np.flatnonzero(rooms.any(axis=(0, 1)))
        rooms, of = rooms[..., some], (pool[..., None], some)
        profile, step = pools.class_profile[of], pools.class_step[of]
        columns = rooms, pools.class_capacity[of], profile * world.opening.run.shape[1], step
    else:
        columns = (np.zeros((*pool.shape, 0)),) * 4
    return Candidates(
        pool=pool,
        km=np.where(known, world.reach.km[kind], 1e9).astype(np.float64),  # 0 x infinity is NaN
        key=world.centres.keys[centre],
        utility=tier[world.centres.tier[centre]],
        classes=RoomClasses(*(np.ascontiguousarray(c, dtype=np.int32) for c in columns)),
    )
