"""The ways in which slots are allotted, by the `rule` that the scenario gives."""

from __future__ import annotations

from optimise.slots.rules.allot import allot as by_rule
from optimise.slots.solution import Solution
from optimise.slots.solve import solve
from sim.season.plan import Plan
from sim.season.rules import RULES, rule_of

__all__ = ["METHODS", "allot"]

OPTIMISED = "optimised"
METHODS = (OPTIMISED, *RULES)
"""Values of `allocation.method.rule`."""


def allot(plan: Plan, seconds: float, workers: int) -> Solution:
    """Find a timetable by the method of the scenario.

    Parameters
    ----------
    seconds
        What a search may take.
    workers
        Threads of a search.
    """
    if plan.allocation.method.rule == OPTIMISED:
        return solve(plan.problem, seconds, workers)
    return by_rule(plan.problem, rule_of(plan))
