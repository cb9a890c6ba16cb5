"""The largest least value over demands, by weights on them.

For any weights that add up to 1, the least of a plan's values is no more than their weighted mean,
so the best plan for the mean is a bound on every plan's least value (Lagrangian duality: the
weights price the demands). Weights that make the bound small come from the plans found so far:
those for which the best known plan's mean is least (Kelley's cutting planes). What is left between
the best least value and the bound is said, not closed: no one plan need be best for the weights and
alike in all demands.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.optimize import linprog

from optimise.siting.planner.mixture import mixture
from optimise.siting.planner.outcome import close
from optimise.siting.planner.problem import Problem
from optimise.siting.planner.solution import Aim
from optimise.siting.planner.solve import best_plan
from optimise.siting.planner.value import worth_of

__all__ = ["by_weights"]

F64 = npt.NDArray[np.float64]
I64 = npt.NDArray[np.int64]

_ROUNDS = 5
"""Weights tried at most; each has its part of the time."""


def by_weights(
    problems: Sequence[Problem],
    aim: Aim,
    less: F64,
    plans: Sequence[I64],
    *,
    time_limit: float,
    workers: int = 2,
) -> tuple[list[I64], float]:
    """Find plans whose least of values - less is large; they, and a bound on what any plan has.

    Parameters
    ----------
    less
        (N,) taken off the value in each demand.
    plans
        At least one, each (M,) times, to begin with.
    time_limit
        Wall seconds.
    """
    until = time.monotonic() + time_limit
    found, bound = list(plans), np.inf
    table = np.array([_values(problems, n, aim) - less for n in found])
    weights = np.full(len(problems), 1.0 / len(problems))
    for turn in range(_ROUNDS):
        best = found[int(np.argmax(table.min(axis=1)))]
        solved = best_plan(
            mixture(problems, weights),
            aim,
            time_limit=(until - time.monotonic()) / (_ROUNDS - turn),
            workers=workers,
            start=best,
        )
        bound = min(bound, solved.bound - float(weights @ less))
        found.append(solved.times)
        table = np.vstack([table, _values(problems, solved.times, aim) - less])
        weights, least = _cheapest(table)
        if close(float(table.min(axis=1).max()), bound) or close(least, bound):
            break
    return found, bound


def _values(problems: Sequence[Problem], times: I64, aim: Aim) -> F64:
    return np.array([worth_of(p, times, aim).value for p in problems])


def _cheapest(table: F64) -> tuple[F64, float]:
    """(N,) weights for which the best of the plans has the least mean, and that mean."""
    plans, count = table.shape
    solve: Any = linprog  # its stub knows no such bounds
    found = solve(
        np.append(np.zeros(count), 1.0),
        A_ub=np.column_stack([table, -np.ones(plans)]),
        b_ub=np.zeros(plans),
        A_eq=np.append(np.ones(count), 0.0)[None, :],
        b_eq=np.ones(1),
        bounds=[*[(0.0, 1.0)] * count, (None, None)],
        method="highs",
    )
    weights = np.maximum(found.x[:count], 0.0)
    return weights / weights.sum(), float(found.fun)
