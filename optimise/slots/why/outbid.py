"""The least weight at which a request gets what it lacks."""

from __future__ import annotations

import math

import numpy as np

from optimise.slots.placements import placements_of
from optimise.slots.why.altered import alone, with_values
from optimise.slots.why.changes import Change
from optimise.slots.why.goal import Goal
from optimise.slots.why.present import Present
from optimise.slots.why.remedies import ALWAYS, Remedy, tried
from optimise.slots.why.resolved import Resolved, Row, rows_of

__all__ = ["outbid"]

STEP = 0.01
"""Weights are told to this precision."""
_NEWTON, _ROUNDS, _RISE = 8, 4, 0.05


def outbid(present: Present, goal: Goal, served: Resolved) -> Remedy | None:
    """Find it by Newton steps from above.

    What others lose to a timetable that serves the request, divided by the minutes that the
    request gains, is the weight at which it draws level; the best timetable a step below may serve
    it at a lower one.

    Parameters
    ----------
    served
        A timetable that reaches the goal, of the problem with the present weight.

    Returns
    -------
    Remedy
        None if more minutes at any weight do not lead there, or no weight was proven to do.
    """
    now = float(present.problem.requests.weight[goal.request])
    best, below = None, math.inf
    for _ in range(_NEWTON):
        found = _proven(present, goal, served, below)
        if found is None or (best is not None and found.change.number >= best.change.number):
            return best
        best = found
        below = round(found.change.number - STEP, 2)
        if below <= now:
            return best
        problem = with_values(present.problem, goal.request, weight=below)
        served = present.resolve(problem, goal.request)
        if not goal.reached(served):
            return best
    return best


def _proven(present: Present, goal: Goal, served: Resolved, found_at: float) -> Remedy | None:
    """The weight at which a timetable draws level, raised until it is proven to lead there.

    Worths are whole numbers: it may be ahead already at the weight at which it was found.
    """
    r, now = goal.request, float(present.problem.requests.weight[goal.request])
    mine = served.of(r)
    others = served.gain - served.worth_of(r)
    lost = -others - sum(present.values[row] for row in goal.got)
    gained = _worth(present, r, mine, now) - _worth(present, r, goal.got, now)
    if gained <= 0:
        return None
    row = next(row for row in mine if goal.is_wanted(row, served.choice_of(row)))
    weight, found = max(now, min(now * lost / gained, found_at - STEP)), None
    for _ in range(_ROUNDS):
        weight = _above(weight)
        while others + (gain := _worth(present, r, mine, weight)) <= _more(present, goal, weight):
            weight = _above(weight)
        remedy = tried(present, goal, Change("priority", 0, row, weight), others + gain)
        if remedy.verified == ALWAYS:
            return remedy
        found = found or (remedy if remedy.verified else None)
        weight += _RISE * (weight - now)
    return found


def _above(weight: float) -> float:
    """The next weight on the grid of steps."""
    return round((math.floor(weight / STEP + 1e-6) + 1) * STEP, 2)


def _more(present: Present, goal: Goal, weight: float) -> int:
    """What the present sessions of a request are worth more at another weight."""
    now = sum(present.values[row] for row in goal.got)
    return _worth(present, goal.request, goal.got, weight) - now


def _worth(present: Present, request: int, rows: tuple[Row, ...], weight: float) -> int:
    """Weighted minutes of sessions of a request at another weight."""
    one = with_values(alone(present.problem, request), 0, weight=weight)
    placements = placements_of(one)
    which = np.arange(len(placements))
    values = dict(zip(rows_of(placements, which), placements.value.tolist(), strict=True))
    return sum(values[(0, *row[1:])] for row in rows)
