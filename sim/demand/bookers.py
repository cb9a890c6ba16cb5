"""Who a wish belongs to: bookers with uneven activity, grouped in households.

Every origin, segment and layer has adopters; a booker's activity (gamma) is the share of the cell's
wishes that are theirs. It decides who, not how many: the rate belongs to the cell. The bookers of
a layer lie in slices along it, and a wish belongs to one of the slice in which it lies: so growth
within a layer brings more bookers too, not more wishes per booker.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.arrays import F64, I64, U64
from sim.demand.plan import DemandPlan
from sim.demand.wishes import POSITION
from sim.streams import child_keys, key_of, mix, uniforms
from sim.variates import gamma_by_key

SLICES = 20
"""Slices of a layer: growth by less than a twentieth of a layer brings wishes before bookers."""
IN_A_SLICE = 10
"""Bookers a slice has at least: with fewer, activity could not differ between them."""
PER_HOUSEHOLD = 1.5  # adopters per adopting household; assumption, used by household limits only
_WHO, _HOUSE = (key_of("purpose", p) for p in ("booker", "household"))


@dataclass(frozen=True, slots=True)
class Bookers:
    """All bookers of a replication, by group (origin, segment) and layer.

    Attributes
    ----------
    first
        (groups * layers + 1,) where each group and layer starts.
    upto
        (B,) activity summed up to and including each booker.
    group_of
        (O, S) group of an origin and segment.
    key
        (B,) key of each booker, the same in every scenario that has the booker.
    household
        (B,) key of the booker's household.
    """

    first: I64
    upto: F64
    group_of: I64
    layers: int
    key: U64
    household: U64

    def drawn_for(self, key: U64, origin: I64, segment: I64, layer: I64) -> I64:
        """Booker of each wish, drawn in proportion to activity within the wish's slice."""
        row = self.group_of[origin, segment] * self.layers + layer
        first, number = self.first[row], self.first[row + 1] - self.first[row]
        slices = np.clip(number // IN_A_SLICE, 1, SLICES)
        at = np.floor(uniforms(key, POSITION) * slices).astype(np.int64)
        low, high = first + at * number // slices, first + (at + 1) * number // slices
        below = np.where(low > 0, self.upto[low - 1], 0.0)
        mark = below + uniforms(key, _WHO) * (self.upto[high - 1] - below)
        return np.asarray(np.clip(np.searchsorted(self.upto, mark, side="right"), low, high - 1))


def draw_bookers(plan: DemandPlan, root: int) -> Bookers:
    """Draw the bookers of a replication by name."""
    world = plan.world
    groups = world.people
    segment = groups.segment
    spec = list(world.scenario.segments.values())
    adopters = np.array([s.adopters for s in spec])
    shape = np.array([s.activity_shape for s in spec])
    number = np.maximum(1, np.rint(groups.people * adopters[segment])).astype(np.int64)
    layer_keys = child_keys(
        mix(groups.keys ^ np.uint64(root))[:, None], np.arange(plan.layers)[None, :]
    )
    counts = np.repeat(number, plan.layers)
    first = np.concatenate([[0], np.cumsum(counts)])
    within = np.arange(first[-1]) - np.repeat(first[:-1], counts)
    booker_keys = child_keys(np.repeat(layer_keys.ravel(), counts), within)
    activity = gamma_by_key(booker_keys, np.repeat(shape[segment], number * plan.layers))
    households = np.maximum(1, np.rint(counts / PER_HOUSEHOLD)).astype(np.int64)
    drawn = np.floor(uniforms(booker_keys, _HOUSE) * np.repeat(households, counts))
    house_keys = mix(np.repeat(layer_keys.ravel(), counts) ^ np.uint64(_HOUSE))
    return Bookers(
        first=first,
        upto=np.cumsum(activity),
        group_of=groups.numbers,
        layers=plan.layers,
        key=booker_keys,
        household=child_keys(house_keys, drawn.astype(np.int64)),
    )
