"""How results are grouped: levels of each group; the code of each cell, pool, venue and slot."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, reduce
from itertools import pairwise

import numpy as np
import numpy.typing as npt
from scipy import sparse

from sim.arrays import F64, I64, Bools
from sim.demand.sampling import Wishes
from sim.model import Model
from sim.world.places import TIERS
from sim.world.world import World, peak_slots

DAY_NAMES = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
HOURS_OF_WEEK = tuple(f"{d}-{h:02d}" for d in DAY_NAMES for h in range(24))
PEAK = ("off-peak", "peak")


@dataclass(frozen=True)
class Grouping:
    """A group: its levels and the level of each thing it is defined on."""

    levels: tuple[str, ...]
    code: I64

    @cached_property
    def _indicator(self) -> sparse.csr_array:
        """(levels, things) 1 where a thing belongs to a level."""
        n = len(self.code)
        ones = np.ones(n)
        return sparse.csr_array((ones, (self.code, np.arange(n))), shape=(len(self.levels), n))

    def summed(self, table: npt.NDArray[np.number]) -> F64:
        """Sum the rows (things) of a table by level."""
        return np.asarray(self._indicator @ table)

    def times(self, other: Grouping) -> Grouping:
        """The product group over things that both are defined on."""
        return Grouping(
            levels=tuple(f"{a}*{b}" for a in self.levels for b in other.levels),
            code=self.code * len(other.levels) + other.code,
        )


@dataclass(frozen=True, slots=True)
class Groups:
    """Groupings by what they are defined on.

    Attributes
    ----------
    cell
        Groups of a wish by its cell (who and what).
    pool
        Groups of a wish by its best centre; one entry more than pools, the last for none.
    venue
        Groups of venues.
    slot
        Hour of the week and peak of each slot of the horizon.
    counted
        (T,) bool: slots inside the counting window.
    bands, edges
        Bands of the walk to the best centre, the last for none, and where they end, in minutes.
    """

    cell: dict[str, Grouping]
    pool: dict[str, Grouping]
    venue: dict[str, Grouping]
    slot: dict[str, Grouping]
    counted: Bools
    bands: tuple[str, ...]
    edges: F64


@dataclass(frozen=True, slots=True)
class FirstChoices:
    """The pool of each wish's best centre (the last of `Groups.pool`: none) and its band."""

    pool: I64
    band: I64


def first_choices(groups: Groups, wishes: Wishes) -> FirstChoices:
    """First choices of wishes as they were drawn."""
    none = len(groups.pool["tier"].code) - 1
    best, walk = wishes.best.astype(np.int64), wishes.walk_minutes.astype(np.float64)
    band = np.searchsorted(groups.edges, walk, side="left")
    return FirstChoices(
        pool=np.where(best >= 0, best, none),
        band=np.where(np.isnan(walk), len(groups.bands) - 1, band).astype(np.int64),
    )


def build_groups(model: Model) -> Groups:
    """Codes of everything that results are grouped by."""
    world = model.world
    calendar = world.calendar
    day = np.repeat(np.arange(world.n_days), world.slots)
    hour = np.tile(np.arange(world.slots) * world.grid // 60, world.n_days)
    bands = world.scenario.travel.distance_bands
    edges = [0.0, *bands]
    names = tuple(f"{a:g}-{b:g} min" for a, b in pairwise(edges))
    return Groups(
        cell=_cell_groups(model),
        pool=_pool_groups(model),
        venue=_venue_groups(model),
        slot={
            "hour_of_week": Grouping(HOURS_OF_WEEK, calendar.weekday[day] * 24 + hour),
            "peak": Grouping(PEAK, peak_slots(world).astype(np.int64)),
        },
        counted=(day >= calendar.count_from) & (day < calendar.count_until),
        bands=(*names, f"over {bands[-1]:g} min", "none"),
        edges=np.array(bands),
    )


def operators(world: World, zone: I64) -> Grouping:
    """Group by operator; one may run several zones."""
    names = tuple(dict.fromkeys(world.operators))
    of_zone = np.array([names.index(o) for o in world.operators], dtype=np.int64)
    return Grouping(names, of_zone[zone])


def _cell_groups(model: Model) -> dict[str, Grouping]:
    world, cells = model.world, model.plan.cells
    zone = world.origins.zone[cells.origin]
    single = {
        "all": Grouping(("all",), np.zeros_like(zone)),
        "zone": Grouping(world.zones, zone),
        "operator": operators(world, zone),
        "kind": Grouping(world.kinds, cells.kind),
        "segment": Grouping(world.segments, cells.segment),
        "community": Grouping(world.communities, world.origins.community[cells.origin]),
        "origin": Grouping(world.origins.names, cells.origin),
    }
    return with_products(single, ("zone*kind", "zone*segment", "segment*kind"))


def _pool_groups(model: Model) -> dict[str, Grouping]:
    """Groups of the first-choice centre; `none` where no centre is suitable."""
    world, pools = model.world, model.world.pools
    tier = world.centres.tier[pools.centre]
    single = {
        "tier": Grouping((*TIERS, "none"), np.append(tier, len(TIERS))),
        "centre": Grouping(
            (*world.centres.names, "none"), np.append(pools.centre, len(world.centres.names))
        ),
        "kind": Grouping((*world.kinds, "none"), np.append(pools.kind, len(world.kinds))),
    }
    return with_products(single, ("tier*kind",))


def _venue_groups(model: Model) -> dict[str, Grouping]:
    world, venues = model.world, model.world.venues
    zone = world.centres.zone[venues.centre]
    single = {
        "all": Grouping(("all",), np.zeros_like(zone)),
        "tier": Grouping(TIERS, world.centres.tier[venues.centre]),
        "zone": Grouping(world.zones, zone),
        "operator": operators(world, zone),
        "kind": Grouping(world.kinds, venues.kind),
        "community": Grouping(world.communities, world.centres.community[venues.centre]),
        "centre": Grouping(world.centres.names, venues.centre),
        "venue": Grouping(venues.names, np.arange(len(venues))),
    }
    return with_products(single, ("tier*kind", "zone*kind", "zone*tier"))


def with_products(single: dict[str, Grouping], products: tuple[str, ...]) -> dict[str, Grouping]:
    """Add product groups named `a*b` to groups of the same things."""
    made = {
        name: reduce(Grouping.times, (single[part] for part in name.split("*")))
        for name in products
    }
    return {**single, **made}
