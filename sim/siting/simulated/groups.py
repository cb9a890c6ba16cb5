"""Groups of wishes that plans are told by; they do not change with the plan.

Tier and band are those of the nearest centre that is suitable *today*, so that the same wishes are
in a group before and after: a band that loses its far wishes would flatter every plan.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from sim.analysis.groups import Grouping
from sim.model import Model
from sim.siting.simulated.tally import Tally
from sim.world.places import TIERS

__all__ = ["BY", "SiteGroups", "site_groups"]

F64 = npt.NDArray[np.float64]
I64 = npt.NDArray[np.int64]

BY = ("all", "community", "zone", "segment", "kind", "tier", "distance_band")
"""Groups that are told; beside them `origin` is kept, for maps, and `origin*kind`, for the loop."""


@dataclass(frozen=True, slots=True)
class SiteGroups:
    """Levels of all groups, one below the other."""

    by: dict[str, Grouping]

    def grouped(self, tally: Tally) -> Tally:
        """The same with rows by level of all groups instead of by cell."""
        rows = np.concatenate([by.summed(tally.rows) for by in self.by.values()])
        return Tally(rows, tally.use, tally.best)

    def of(self, rows: F64, group: str) -> F64:
        """(..., levels, COLUMNS) rows of a group."""
        first = 0
        for name, by in self.by.items():
            if name == group:
                return rows[..., first : first + len(by.levels), :]
            first += len(by.levels)
        raise KeyError(group)


def site_groups(model: Model) -> SiteGroups:
    """Groups of today's world."""
    world, cells = model.world, model.plan.cells
    tier, minutes = _nearest(model)
    edges = np.array(world.scenario.travel.distance_bands)
    band = np.where(np.isnan(minutes), len(edges) + 1, np.searchsorted(edges, minutes, side="left"))
    ends = [0.0, *world.scenario.travel.distance_bands]
    bands = [f"{a:g}-{b:g} min" for a, b in pairwise(ends)]
    origin = Grouping(world.origins.names, cells.origin)
    kind = Grouping(world.kinds, cells.kind)
    return SiteGroups(
        {
            "all": Grouping(("all",), np.zeros_like(cells.origin)),
            "community": Grouping(world.communities, world.origins.community[cells.origin]),
            "zone": Grouping(world.zones, world.origins.zone[cells.origin]),
            "segment": Grouping(world.segments, cells.segment),
            "kind": kind,
            "tier": Grouping((*TIERS, "none"), tier),
            "distance_band": Grouping(
                (*bands, f"over {ends[-1]:g} min", "none"), band.astype(np.int64)
            ),
            "origin": origin,
            "origin*kind": origin.times(kind),
        }
    )


def _nearest(model: Model) -> tuple[I64, F64]:
    """(cells,) tier of the nearest suitable centre (last: none), and minutes on foot to it."""
    world, cells = model.world, model.plan.cells
    tier = np.full(len(cells.origin), len(TIERS), dtype=np.int64)
    minutes = np.full(len(cells.origin), np.nan)
    limit = world.scenario.travel.max_minutes
    for k, (pool, km) in enumerate(zip(world.reach.pool, world.reach.km, strict=True)):
        at = np.flatnonzero(cells.kind == k)
        origin = cells.origin[at]
        first, away = pool[origin, 0], km[origin, 0] * model.plan.pace[cells.segment[at]]
        some = (first >= 0) & (away <= limit)
        minutes[at[some]] = away[some]
        tier[at[some]] = world.centres.tier[world.pools.centre[first[some]]]
    return tier, minutes
