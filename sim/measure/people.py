"""Metrics of people: walks to what they used, how unevenly hours fall on them, points they have."""

from __future__ import annotations

import numpy as np

from sim.arrays import F64, I64
from sim.booking.requests import Outcome
from sim.demand.choice import has_bicycle
from sim.measure.collector import Collector
from sim.measure.groups import Groups
from sim.model import History, Model
from sim.points.record import PointsRecord, Source
from sim.stats.fairness import gini, jain, tenth_percentile
from sim.world.reach import travel_minutes


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
        booker = history.bookers.drawn_for(wishes.key[wish], origin, segment, layer)
        length = history.length[at] * wishes.rooms[wish] * (world.grid / 60.0)
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
    at: I64,
    wish: I64,
    cell: I64,
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


SOURCES = {
    Source.PARTICIPATION: "participation",
    Source.USE: "use",
    Source.VOLUNTEERING: "volunteering",
}


def add_points(out: Collector, model: Model, history: History) -> None:
    """Add every metric of points; nothing where the scenario has none."""
    record, world = history.points, model.world
    if record is None:
        return
    by_segment = record.by_segment(world)
    flows = {
        "points_before": by_segment.before,
        "points_earned": by_segment.earned,
        "points_spent": by_segment.spent,
        "points_expired": by_segment.expired,
        "points_balance": by_segment.held,
    }
    for metric, points in flows.items():
        of = points.astype(np.float64)
        out.add(metric, "all", ("all",), of.sum(keepdims=True))
        out.add(metric, "segment", world.segments, of)
    _add_sources(out, model, record)
    bought = float(record.redemptions(world))
    out.add("redemptions", "all", ("all",), np.array([bought]))
    if record.paid is not None:
        inside = world.calendar.counts(record.paid.time)
        total = np.array([float(record.paid.points[inside].sum())])
        out.add("points_spent_on_slots", "all", ("all",), total)
    _add_holders(out, model, record)


def _add_sources(out: Collector, model: Model, record: PointsRecord) -> None:
    """Points earned by what they were earned for."""
    inside = model.world.calendar.counts(record.earned.time)
    source, points = record.earned.source[inside], record.earned.points[inside]
    total = np.bincount(source, weights=points, minlength=len(SOURCES)).astype(np.float64)
    levels = tuple(SOURCES[s] for s in sorted(SOURCES))
    out.add("points_earned", "points_source", levels, total)


def _add_holders(out: Collector, model: Model, record: PointsRecord) -> None:
    """How evenly balances fall, and how much lies with people who never spent any (hoarding).

    Among those who had earned any by the end of the counting window.
    """
    until = model.world.calendar.count_until * 1440.0
    known = np.isin(record.person, record.earned.person[record.earned.time < until])
    balance = record.balance_window[known].astype(np.float64)
    spent = record.spent.person[record.spent.time < until]
    if record.paid is not None:
        spent = np.concatenate([spent, record.paid.person[record.paid.time < until]])
    spenders = np.isin(record.person[known], spent)
    held, idle = balance.sum(), balance[~spenders].sum()
    holders = np.array([float((balance > 0).sum())])
    top = np.sort(balance)[::-1][: max(1, len(balance) // 10)].sum() if len(balance) else 0.0
    whole = np.array([held])
    out.add("points_holders", "all", ("all",), holders)
    metric = "points_never_spent_share"
    out.add(metric, "all", ("all",), np.array([idle]), whole)
    metric = "points_top_tenth_share"
    out.add(metric, "all", ("all",), np.array([top]), whole)
    out.add("gini_points", "all", ("all",), np.array([gini(balance)]))
