"""Metrics of points: earned, spent, lost and held inside the counting window."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from sim.analysis.collect import Collector
from sim.model import History, Model
from sim.points.record import PointsRecord, Source
from sim.stats.fairness import gini

__all__ = ["add_points"]

F64 = npt.NDArray[np.float64]

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
