"""The ways in which slots are allotted, by the `rule` that the scenario gives."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from optimise.slots.aimed.in_order import Objective, in_order
from optimise.slots.rules.allot import allot as by_rule
from optimise.slots.solution import Solution
from optimise.slots.solve import solve
from sim.season.plan import Plan
from sim.season.rules import RULES, rule_of

__all__ = ["METHODS", "allot"]

OPTIMISED = "optimised"
LEVELS = 10
"""Of shares, for the most to who has least."""
METHODS = (OPTIMISED, *RULES)
"""Values of `allocation.method.rule`."""


def allot(plan: Plan, seconds: float, workers: int) -> Solution:
    """Find a timetable by the method of the scenario.

    Parameters
    ----------
    seconds
        What a search may take: so many units of work are planned (`optimise.slots.clock`).
    workers
        Threads of a search.
    """
    if plan.allocation.method.rule != OPTIMISED:
        return by_rule(plan.problem, rule_of(plan))
    aims = plan.aims
    if not aims.order or (aims.order == ("fairness",) and aims.alpha == 0):
        return solve(plan.problem, seconds, workers)
    return in_order(plan.problem, _objectives(plan), seconds, workers)


def _objectives(plan: Plan) -> list[Objective]:
    """Aims in order."""
    aims = plan.aims
    return [
        Objective(name, give, aims.alpha, _groups(plan), LEVELS)
        if name == "fairness"
        else Objective(name, give)
        for name, give in zip(aims.order, aims.give, strict=True)
    ]


def _groups(plan: Plan) -> npt.NDArray[np.int64]:
    """Number of each request's group, between which hours are to be fair."""
    asked = plan.problem.requests
    groups = {
        "request": np.arange(len(asked)),
        "club": asked.club,
        "zone": asked.zone,
        "segment": asked.segment,
    }
    return groups[plan.aims.between]
