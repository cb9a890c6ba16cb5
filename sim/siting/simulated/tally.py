"""What a plan is judged by, of one replication: wishes by who and what, and use by room.

Cohort as everywhere: wishes whose time of asking lies in the counting window.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sim.booking.requests import Outcome
from sim.demand.choice import NotAsked
from sim.experiment.study import Recipe
from sim.model import History, Model
from sim.world.world import World

__all__ = ["COLUMNS", "SITED", "Column", "Tally", "Teller", "km_of", "prepare", "tally"]

F64 = npt.NDArray[np.float64]
I64 = npt.NDArray[np.int64]

COLUMNS = (
    "wishes", "asked", "booked", "met", "wished_hours", "met_hours", "walk", "near", "near_known",
    "uncovered",
)  # fmt: skip
"""Of `Tally.rows`: wishes, asked, booked and used ones; person-hours wished and used; walking
minutes one way of used ones; walking minutes to the best suitable centre of all that have one, and
how many have; how many have none within the standard."""


class Column:
    """Where each of `COLUMNS` is."""

    (
        WISHES, ASKED, BOOKED, MET, WISHED_HOURS, MET_HOURS, WALK, NEAR, NEAR_KNOWN, UNCOVERED,
    ) = range(len(COLUMNS))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Tally:
    """One replication, by cell; in the counting window, not a year.

    Attributes
    ----------
    rows
        (cells, COLUMNS) or, once grouped, (levels, COLUMNS).
    use
        (2, O, V) wishes met and person-hours used, by origin, in each room.
    best
        (O, N) wishes by origin and best suitable centre.
    """

    rows: F64
    use: F64
    best: F64


@dataclass(frozen=True, slots=True)
class Teller:
    """What telling needs and no replication changes.

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


def prepare(model: Model) -> Teller:
    """Distances, as choice sees them, and the standard of the scenario."""
    siting = model.world.scenario.siting
    return Teller(model, km_of(model.world), 15.0 if siting is None else siting.aim.within_minutes)


def km_of(world: World) -> F64:
    """(O, N) route kilometres to the centres that an origin may use: of `world.reach`, all kinds.

    So a walk that is known by name or shortened by a link is as long here as it is in choice.
    """
    km = np.full((len(world.origins.names), len(world.centres.names)), np.nan)
    for pool, away in zip(world.reach.pool, world.reach.km, strict=True):
        origin, column = np.nonzero(pool >= 0)
        km[origin, world.pools.centre[pool[origin, column]]] = away[origin, column]
    return km


def walk_to_rooms(teller: Teller, history: History, request: I64) -> F64:
    """(n,) walking minutes one way of requests to the rooms that they were given."""
    world, plan = teller.model.world, teller.model.plan
    cell = history.wishes.cell[history.asked[request]].astype(np.int64)
    centre = world.venues.centre[history.venue[request]]
    return np.asarray(
        teller.km[plan.cells.origin[cell], centre] * plan.pace[plan.cells.segment[cell]]
    )


def tally(teller: Teller, history: History) -> Tally:
    """Count a replication."""
    model, wishes = teller.model, history.wishes
    world, n_cells = model.world, len(model.plan.cells.rate)
    counted = world.calendar.counts(wishes.ask)
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
            by_cell(of, walk_to_rooms(teller, history, used)),
            by_cell(cell[known], near[known]),
            by_cell(cell[known]),
            by_cell(cell[~known | (near > teller.within)]),
        ],
        axis=1,
    )
    shape = len(world.origins.names), len(world.venues)
    flat = model.plan.cells.origin[of] * shape[1] + history.venue[used]
    use = [np.bincount(flat, weights=w, minlength=shape[0] * shape[1]) for w in (None, met_hours)]
    by_room = np.stack(use).reshape(2, *shape).astype(np.float64)
    return Tally(rows, by_room, _best(model, history, cohort))


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


def measure(teller: Teller, history: History) -> Tally:
    """As a recipe calls it."""
    return tally(teller, history)


SITED: Recipe[Teller, Tally] = Recipe(prepare, measure, bookings_only=True)
"""Tallies, of replications without visits and points."""
