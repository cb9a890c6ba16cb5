"""The ways in which slots are allotted, by the `rule` that the scenario gives."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from optimise.slots.in_turn import in_turn
from optimise.slots.solution import Solution
from optimise.slots.solve import solve
from sim.season.plan import Plan

__all__ = ["METHODS", "allot"]

Method = Callable[[Plan, float, int], Solution]


def _optimised(plan: Plan, seconds: float, workers: int) -> Solution:
    return solve(plan.problem, seconds, workers)


def _greedy(plan: Plan, _seconds: float, _workers: int) -> Solution:
    return in_turn(plan.problem, _turns(plan, "priority", "asked"))


def _first_come(plan: Plan, _seconds: float, _workers: int) -> Solution:
    return in_turn(plan.problem, _turns(plan, "asked", "priority"))


def _last_season(plan: Plan, _seconds: float, _workers: int) -> Solution:
    turns = _turns(plan, "asked", "priority")
    return in_turn(plan.problem, turns, first=plan.problem.last_season)


METHODS: dict[str, Method] = {
    "optimised": _optimised,
    "greedy": _greedy,
    "first_come": _first_come,
    "last_season": _last_season,
}
"""By `allocation.method.rule`."""


def allot(plan: Plan, seconds: float, workers: int) -> Solution:
    """Find a timetable by the method of the scenario.

    Parameters
    ----------
    seconds
        What a search may take.
    workers
        Threads of a search.
    """
    return METHODS[plan.allocation.method.rule](plan, seconds, workers)


def _turns(plan: Plan, *by: str) -> npt.NDArray[np.int64]:
    """Place of each request in an order: by `asked` (who asked first) or `priority`."""
    keys = {
        "asked": [(row.asked_on or dt.date.max).toordinal() for row in plan.rows],
        "priority": [-row.priority for row in plan.rows],
    }
    order = np.lexsort([np.array(keys[name]) for name in reversed(by)])
    turns = np.empty(len(order), dtype=np.int64)
    turns[order] = np.arange(len(order))
    return turns
