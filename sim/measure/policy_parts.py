"""Metrics of policy parts: what was given later, left unclaimed, had by standing by; gaps of draws.

Each is written only where a part that could make it other than 0 belongs to some set of rules, so
that other scenarios keep their tables.
"""

from __future__ import annotations

import numpy as np

from sim.arrays import F64, I64
from sim.booking.layout import BookableRooms
from sim.booking.parts.next_days import next_days_of
from sim.booking.parts.retry import retry_of
from sim.booking.requests import Outcome
from sim.measure.collector import Collector
from sim.measure.groups import FirstChoices, Grouping, Groups, first_choices
from sim.metrics import METRICS
from sim.model import History, Model
from sim.scenario.schema.policy import Batch


def add_policy_parts(
    out: Collector,
    model: Model,
    groups: Groups,
    history: History,
    first: FirstChoices | None = None,
) -> None:
    """Add the metrics of the parts that the policy has, over bookings of the counting window.

    The bookings are those of `service`: of wishes whose time of asking lies in the window, also if
    given up later; `first` as there.
    """
    _add_draws(out, model, history)
    written = _written(model.rooms)
    if not written:
        return
    wishes = history.wishes
    counted = model.world.calendar.counts(wishes.wished_at[history.asked])
    at = np.flatnonzero(counted & (history.outcome == Outcome.BOOKED))
    wish = history.asked[at]
    first = first_choices(groups, wishes) if first is None else first
    cell = wishes.cell[wish].astype(np.int64)
    by_group = {
        "all": (groups.cell["all"], cell),
        "tier": (groups.pool["tier"], first.pool[wish]),
        "kind": (groups.cell["kind"], cell),
    }
    hours = (history.decided_at - history.asked_at) / 60.0
    values: dict[str, F64] = {
        "unclaimed_share": history.unclaimed.astype(np.float64),
        "standby_bookings": history.standby.astype(np.float64),
        "given_later_share": history.given_later.astype(np.float64),
        "mean_hours_to_decision": hours,
    }
    for metric in written:
        for name, (grouping, code) in by_group.items():
            top, number = _sums(grouping, code, values[metric][at])
            bottom = None if METRICS[metric].form == "total" else number
            out.add(metric, name, grouping.levels, top, bottom)


def _add_draws(out: Collector, model: Model, history: History) -> None:
    """How far batches decided by optimisation in the counting window may be from the best."""
    if not any(rules.selection.rule == "optimised" for rules in model.rooms.book.sets):
        return
    inside = model.world.calendar.counts(np.array([d.time for d in history.decided]))
    found = [d for d, counts in zip(history.decided, inside.tolist(), strict=True) if counts]
    gaps, bounds = sum(d.bound - d.value for d in found), sum(d.bound for d in found)
    unproven = sum(d.value < d.bound for d in found)

    def add(metric: str, top: float, bottom: float | None) -> None:
        below = None if bottom is None else np.array([float(bottom)])
        out.add(metric, "all", ("all",), np.array([float(top)]), below)

    add("draws", len(found), None)
    add("draws_not_proven", unproven, None)
    add("draw_gap", gaps, bounds)


def _sums(grouping: Grouping, code: I64, values: F64) -> tuple[F64, F64]:
    """Sum of the values of each level, and how many there are."""
    n, level = len(grouping.levels), grouping.code[code]
    top = np.bincount(level, weights=values, minlength=n)
    return top.astype(np.float64), np.bincount(level, minlength=n).astype(np.float64)


def _written(rooms: BookableRooms) -> tuple[str, ...]:
    """Metrics that some set of rules, or how bookers respond, gives a meaning."""
    sets = rooms.book.sets
    releases = any(r.auto_release is not None for r in sets)
    stands_by = any(r.auto_release is not None and r.auto_release.standby for r in sets)
    later = stands_by or retry_of(rooms) is not None
    later |= any(r.waitlist is not None or next_days_of(r) is not None for r in sets)
    together = any(isinstance(r.selection, Batch) for r in sets)
    found = {
        "unclaimed_share": releases,
        "standby_bookings": stands_by,
        "given_later_share": later,
        "mean_hours_to_decision": later or together,
    }
    return tuple(metric for metric, has in found.items() if has)
