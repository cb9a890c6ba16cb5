"""All wishes of a replication with their choices, as arrays."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

from sim.arrays import F32, F64, I32, U64
from sim.demand.choice import Choices, NotAsked, choose
from sim.demand.plan import DemandPlan
from sim.demand.wishes import WishBlock, draw_replication, sample_blocks


@dataclass(frozen=True, slots=True)
class Wishes:
    """All wishes of a replication, asked or not; arrays of equal length.

    Attributes
    ----------
    key
        Everything else about a wish is drawn from it.
    cell, layer
        Index of the cell (origin, segment, kind), and of the layer of bookers.
    start, duration
        Preferred start (slot of the horizon) and length in slots.
    party, rooms
        People, and rooms of one centre that they take at once.
    wished_at, lead
        Time of asking as no rule alters it, minutes of the horizon; days from it to the start.
    reason
        `NotAsked`: why the wish is not asked, or that it is.
    best
        Pool of the best centre (-1: none suitable).
    walk_minutes, travel_minutes
        One way to the best centre, on foot and by the mode taken.
    """

    key: U64
    cell: I32
    layer: I32
    start: I32
    duration: I32
    party: I32
    rooms: npt.NDArray[np.uint8]
    wished_at: F64
    lead: F32
    reason: npt.NDArray[np.uint8]
    best: I32
    walk_minutes: F32
    travel_minutes: F32

    def __len__(self) -> int:
        return len(self.key)


def sample_wishes(plan: DemandPlan, root: int) -> tuple[Wishes, I32]:
    """All wishes of a replication, and the ranked pools of those that are asked."""
    parts: list[Wishes] = []
    ranked: list[I32] = [np.zeros((0, plan.tried), dtype=np.int32)]
    if plan.layers:
        for block in sample_blocks(plan, draw_replication(plan, root)):
            choices = choose(plan, block)
            parts.append(_narrowed(block, choices))
            ranked.append(choices.ranked[choices.reason == NotAsked.ASKED])
    return _joined(parts), np.concatenate(ranked)


def _narrowed(b: WishBlock, c: Choices) -> Wishes:
    """A block's wishes in as few bytes as they need."""
    return Wishes(
        key=b.key,
        cell=b.cell.astype(np.int32),
        layer=b.layer.astype(np.int32),
        start=b.start.astype(np.int32),
        duration=b.duration.astype(np.int32),
        party=b.party.astype(np.int32),
        rooms=b.rooms.astype(np.uint8),
        wished_at=b.wished_at,
        lead=b.lead.astype(np.float32),
        reason=c.reason,
        best=c.ranked[:, 0].copy(),
        walk_minutes=c.walk_minutes.astype(np.float32),
        travel_minutes=c.travel_minutes.astype(np.float32),
    )


_DTYPES = {
    "key": np.uint64,
    "wished_at": np.float64,
    "rooms": np.uint8,
    "reason": np.uint8,
    "lead": np.float32,
    "walk_minutes": np.float32,
    "travel_minutes": np.float32,
}


def _joined(parts: list[Wishes]) -> Wishes:
    """Join the parts one after the other."""
    columns = {}
    for name in (f.name for f in fields(Wishes)):
        empty = np.zeros(0, dtype=_DTYPES.get(name, np.int32))
        columns[name] = np.concatenate([empty, *(getattr(p, name) for p in parts)])
    return Wishes(**columns)
