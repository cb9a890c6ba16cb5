"""Metrics of people: walking to what they used, and how unevenly hours fall on bookers."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from sim.analysis.collect import Collector
from sim.analysis.groups import Groups
from sim.booking.requests import Outcome
from sim.demand.choice import has_bicycle
from sim.model import History, Model
from sim.stats.fairness import gini, jain, tenth_percentile
from sim.world.reach import travel_minutes

__all__ = ["add_people"]

F64 = npt.NDArray[np.float64]


def add_people(out: Collector, model: Model, groups: Groups, history: History) -> None:
    """Walking and travel minutes of uses, hours per booker, the worst-off group."""
    world, wishes = model.world, history.wishes
    start = history.start
    used = (history.outcome == Outcome.BOOKED) & ~history.cancelled & ~history.no_show
    used &= groups.counted[np.minimum(start, len(groups.counted) - 1)]
    at = np.flatnonzero(used)
    # in order of wishes, not of asking: bookers are looked up in a sorted table
    at = at[np.argsort(history.asked[at])]
    wish = history.asked[at]
    cell = wishes.cell[wish].astype(np.int64)
    _add_minutes(out, model, groups, history, at, wish, cell)
    origin, segment = model.plan.cells.origin[cell], model.plan.cells.segment[cell]
    layer = wishes.layer[wish].astype(np.int64)
    hours: F64 = np.zeros(0)
    if len(wish):
        booker = history.bookers.who(wishes.key[wish], origin, segment, layer)
        length = history.length[at] * (world.grid / 60.0)
        _, where = np.unique(booker, return_inverse=True)
        hours = np.bincount(where, weights=length).astype(np.float64)
    for metric, value in (
        ("gini_hours", gini(hours)),
        ("jain_hours", jain(hours)),
        ("p10_hours", tenth_percentile(hours)),
        ("active_bookers", float(len(hours))),
    ):
        missing = np.isnan(value)
        top, bottom = np.array([0.0 if missing else value]), np.array([0.0 if missing else 1.0])
        out.add(metric, "all", ("all",), top, bottom)


def _add_minutes(
    out: Collector,
    model: Model,
    groups: Groups,
    history: History,
    at: npt.NDArray[np.int64],
    wish: npt.NDArray[np.int64],
    cell: npt.NDArray[np.int64],
) -> None:
    """Person-weighted minutes one way to the centre that was used."""
    world = model.world
    spec = world.scenario.travel
    origin, segment = model.plan.cells.origin[cell], model.plan.cells.segment[cell]
    centre = world.venues.centre[history.venue[at]]
    away = world.centres.xy[centre] - world.origins.xy[origin]
    km = world.routes.km(origin, centre, np.hypot(away[:, 0], away[:, 1]))
    rides = has_bicycle(model.plan, history.wishes.key[wish], segment)
    walk, travel = travel_minutes(km, model.plan.pace[segment], rides, spec.bicycle)
    people = history.wishes.party[wish].astype(np.float64)
    venue = history.venue[at]
    names = ("all", "zone", "kind", "segment", "community")
    for source, code, wanted in ((groups.cell, cell, names), (groups.venue, venue, ("tier",))):
        n = len(source[wanted[0]].code)
        bottom = np.bincount(code, weights=people, minlength=n)
        for metric, minutes in (("mean_walk_minutes", walk), ("mean_travel_minutes", travel)):
            top = np.bincount(code, weights=people * minutes, minlength=n)
            for name in wanted:
                by = source[name]
                out.add(metric, name, by.levels, by.summed(top), by.summed(bottom))
