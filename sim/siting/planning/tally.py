"""Sums of one replication by which a plan is judged: wishes by people and kind, and their worth.

Cohort as everywhere: wishes whose time of asking lies in the counting window. Groups do not change
with the plan: tier and band are those of the nearest centre that is suitable *today*, so that the
same wishes are in a group before and after. A band that loses its far wishes would flatter every
plan.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from sim.arrays import F64, I64
from sim.booking.requests import Outcome
from sim.demand.choice import NotAsked
from sim.experiment.study import Recipe
from sim.measure.groups import Grouping
from sim.model import History, Model
from sim.world.places import TIERS
from sim.world.world import World

COLUMNS = (
    "wishes", "asked", "booked", "met", "wished_hours", "met_hours", "walk", "near", "near_known",
    "uncovered",
)  # fmt: skip
"""Of `CellTally.rows`: wishes, asked, booked and used ones; person-hours wished and used; walking
minutes one way of used ones; walking minutes to the best suitable centre of all that have one, and
how many have; how many have none within the standard."""


class Column:
    """Position of each of `COLUMNS`."""

    (
        WISHES, ASKED, BOOKED, MET, WISHED_HOURS, MET_HOURS, WALK, NEAR, NEAR_KNOWN, UNCOVERED,
    ) = range(len(COLUMNS))  # fmt: skip


@dataclass(frozen=True, slots=True)
class CellTally:
    """One replication, by cell; in the counting window, not a year.

    Attributes
    ----------
    rows
        (cells, COLUMNS) or, once grouped, (levels, COLUMNS).
    best
        (O, N) wishes by origin and best suitable centre.
    """

    rows: F64
    best: F64


@dataclass(frozen=True, slots=True)
class TallyContext:
    """The part of counting that no replication changes.

    Attributes
    ----------
    km
        (O, N) route kilometres of every origin to every centre that it may use; NaN elsewhere.
    within
        Minutes of the standard.
    """

    model: Model
    km: F64
    within: float


def prepare(model: Model) -> TallyContext:
    """Distances, as choice sees them, and the standard of the scenario."""
    siting = model.world.scenario.siting
    return TallyContext(
        model, km_of(model.world), 15.0 if siting is None else siting.aim.within_minutes
    )


def km_of(world: World) -> F64:
    """(O, N) route kilometres to the centres that an origin may use: of `world.reach`, all kinds.

    So a walk that is known by name or shortened by a link is as long here as it is in choice.
    """
    km = np.full((len(world.origins.names), len(world.centres.names)), np.nan)
    for pool, away in zip(world.reach.pool, world.reach.km, strict=True):
        origin, column = np.nonzero(pool >= 0)
        km[origin, world.pools.centre[pool[origin, column]]] = away[origin, column]
    return km


def walk_to_rooms(context: TallyContext, history: History, request: I64) -> F64:
    """(n,) walking minutes one way of requests to the rooms that they were given."""
    world, plan = context.model.world, context.model.plan
    cell = history.wishes.cell[history.asked[request]].astype(np.int64)
    centre = world.venues.centre[history.venue[request]]
    return np.asarray(
        context.km[plan.cells.origin[cell], centre] * plan.pace[plan.cells.segment[cell]]
    )


def tally(context: TallyContext, history: History) -> CellTally:
    """Count a replication."""
    model, wishes = context.model, history.wishes
    world, n_cells = model.world, len(model.plan.cells.rate)
    counted = world.calendar.counts(wishes.wished_at)
    cohort = np.flatnonzero(counted)
    cell = wishes.cell[cohort].astype(np.int64)
    near = wishes.walk_minutes[cohort].astype(np.float64)
    per_slot = world.grid / 60.0
    hours = (wishes.duration[cohort] * wishes.party[cohort]).astype(np.float64) * per_slot
    known = ~np.isnan(near)
    asked = history.wishes.reason[cohort] == NotAsked.ASKED

    mine = np.flatnonzero(counted[history.asked])
    booked = mine[history.outcome[mine] == Outcome.BOOKED]
    used = booked[~history.cancelled[booked] & ~history.no_show[booked]]
    wish = history.asked[used]
    met_hours = (history.length[used] * wishes.party[wish]).astype(np.float64) * per_slot
    of = wishes.cell[wish].astype(np.int64)

    def by_cell(at: I64, weights: F64 | None = None) -> F64:
        return np.bincount(at, weights=weights, minlength=n_cells).astype(np.float64)

    rows = np.stack(
        [
            by_cell(cell),
            by_cell(cell[asked]),
            by_cell(wishes.cell[history.asked[booked]].astype(np.int64)),
            by_cell(of),
            by_cell(cell, hours),
            by_cell(of, met_hours),
            by_cell(of, walk_to_rooms(context, history, used)),
            by_cell(cell[known], near[known]),
            by_cell(cell[known]),
            by_cell(cell[~known | (near > context.within)]),
        ],
        axis=1,
    )
    return CellTally(rows, _best(model, history, cohort))


def _best(model: Model, history: History, cohort: I64) -> F64:
    """(O, N) wishes by origin and best suitable centre."""
    world, wishes = model.world, history.wishes
    best = wishes.best[cohort].astype(np.int64)
    some = cohort[best >= 0]
    origin = model.plan.cells.origin[wishes.cell[some].astype(np.int64)]
    n = len(world.centres.names)
    flat = origin * n + world.pools.centre[best[best >= 0]]
    counts = np.bincount(flat, minlength=len(world.origins.names) * n)
    return counts.reshape(-1, n).astype(np.float64)


SITED: Recipe[TallyContext, CellTally] = Recipe(prepare, tally, visits="none")
"""Tallies, of replications without visits and points."""


BY = ("all", "community", "zone", "segment", "kind", "tier", "distance_band")
"""Groups that are reported; beside them `origin` is kept, for maps."""


@dataclass(frozen=True, slots=True)
class SiteGroups:
    """Levels of all groups, one below the other."""

    groupings: dict[str, Grouping]

    def grouped(self, tally: CellTally) -> CellTally:
        """Sum the rows of cells to rows by level of all groups."""
        rows = np.concatenate([by.summed(tally.rows) for by in self.groupings.values()])
        return CellTally(rows, tally.best)

    def rows_of(self, rows: F64, group: str) -> F64:
        """(..., levels, COLUMNS) rows of a group."""
        first = 0
        for name, by in self.groupings.items():
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
    return SiteGroups(
        {
            "all": Grouping(("all",), np.zeros_like(cells.origin)),
            "community": Grouping(world.communities, world.origins.community[cells.origin]),
            "zone": Grouping(world.zones, world.origins.zone[cells.origin]),
            "segment": Grouping(world.segments, cells.segment),
            "kind": Grouping(world.kinds, cells.kind),
            "tier": Grouping((*TIERS, "none"), tier),
            "distance_band": Grouping(
                (*bands, f"over {ends[-1]:g} min", "none"), band.astype(np.int64)
            ),
            "origin": Grouping(world.origins.names, cells.origin),
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
