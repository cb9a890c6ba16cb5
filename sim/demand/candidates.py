"""Candidate centres of every origin, per kind, as tables whose rows are gathered per wish."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.arrays import F64, I32, U64
from sim.scenario.schema.demand import NestedLogit
from sim.world.places import TIERS
from sim.world.world import World


@dataclass(frozen=True, slots=True)
class RoomClass:
    """Rooms of the candidates that share capacity, opening profile and start step.

    Attributes
    ----------
    rooms
        (O, C) how many; 0 where there are none.
    capacity
        (O, C) people.
    first_slot
        (O, C) where the profile begins in the flattened table of open runs.
    step
        (O, C) starts are offered at multiples of this many slots.
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
        The rooms, class by class.
    any_start
        Whether every venue offers every start that people prefer.
    """

    pool: I32
    km: F64
    key: U64
    utility: F64
    classes: tuple[RoomClass, ...]
    any_start: bool


def build_candidates(world: World, kind: int, step_slots: int, spec: NestedLogit) -> Candidates:
    """Gather what choice needs to know of the candidates of a kind."""
    pools, pool = world.pools, world.reach.pool[kind]
    known = pool >= 0
    centre = pools.centre[pool] if len(pools.centre) else np.zeros(pool.shape, dtype=np.int64)
    tier = np.array([spec.tiers.get(t, 0.0) for t in TIERS])  # type: ignore[call-overload]
    n_slots = world.opening.run.shape[1]
    classes = []
    for c in range(pools.class_rooms.shape[1] if len(pools.centre) else 0):
        rooms = np.where(known, pools.class_rooms[pool, c], 0)
        if not rooms.any():
            continue
        classes.append(
            RoomClass(
                rooms=rooms.astype(np.int32),
                capacity=pools.class_capacity[pool, c].astype(np.int32),
                first_slot=(pools.class_profile[pool, c] * n_slots).astype(np.int32),
                step=pools.class_step[pool, c].astype(np.int32),
            )
        )
    return Candidates(
        pool=pool,
        km=np.where(known, world.reach.km[kind], 1e9).astype(np.float64),  # 0 x infinity is NaN
        key=world.centres.keys[centre],
        utility=tier[world.centres.tier[centre]],
        classes=tuple(classes),
        any_start=all(bool((step_slots % c.step[c.rooms > 0] == 0).all()) for c in classes),
    )
