"""The k best plans that differ from each other, one after the other."""

from __future__ import annotations

import time

from optimise.siting.planner.problem import Problem
from optimise.siting.planner.solution import Aim, PlanSolution
from optimise.siting.planner.solve import best_plan

__all__ = ["best_plans"]


def best_plans(
    problem: Problem,
    aim: Aim,
    k: int,
    differ_by: int,
    *,
    time_limit: float = 30.0,
    workers: int = 2,
    seed: int = 0,
) -> list[PlanSolution]:
    """The best plan, the best of those unlike it, the best of those unlike both, ...

    Parameters
    ----------
    differ_by
        Moves made more often or less often, added up, by which any two plans differ at least.
    time_limit
        Wall seconds for all of them.

    Returns
    -------
    list
        At most k plans; fewer if there are no more. The bound of each is one for plans that differ
        so from *those before it in the list*: no such plan is better. It says nothing of plans
        nearer to them. Values fall from one to the next unless an earlier one was not proven best.

    Raises
    ------
    ValueError
        If the problem is malformed, or k or `differ_by` is below 1.
    """
    if k < 1 or differ_by < 1:
        raise ValueError(f"k is {k} and differ_by {differ_by}; both must be at least 1")
    until = time.monotonic() + time_limit
    found: list[PlanSolution] = []
    for number in range(k):
        left = max(until - time.monotonic(), 0.1)
        solution = best_plan(
            problem,
            aim,
            time_limit=left / (k - number),
            workers=workers,
            seed=seed,
            unlike=[each.times for each in found],
            differ_by=differ_by,
        )
        if solution.status == "infeasible":
            return found or [solution]
        found.append(solution)
    return found
