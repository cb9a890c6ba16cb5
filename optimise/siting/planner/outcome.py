"""A solution from moves, a bound and a problem."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from optimise.siting.planner.problem import Problem
from optimise.siting.planner.solution import Aim, PlanSolution
from optimise.siting.planner.value import worth_of
from optimise.siting.solution import Certificate, Trace

__all__ = ["GAP", "close", "infeasible", "solution_of"]

I64 = npt.NDArray[np.int64]

GAP = 1e-6
"""Relative gap at which value and bound are said to meet."""


def close(value: float, bound: float) -> bool:
    """Whether value and bound meet."""
    return bound - value <= GAP * max(abs(bound), abs(value)) + 1e-9


def solution_of(
    problem: Problem,
    aim: Aim,
    times: I64,
    bound: float,
    seconds: float,
    *,
    trace: Trace = (),
    prover: str = "HiGHS",
    certificate: Certificate | None = None,
) -> PlanSolution:
    """The best use of the moves, with what is proven of better moves."""
    worth = worth_of(problem, times, aim)
    # A bound is a sum of many figures: rounding may leave it a hair below a value that meets it.
    bound = max(bound, worth.value)
    return PlanSolution(
        value=worth.value,
        bound=bound,
        status="optimal" if close(worth.value, bound) else "feasible",
        times=times,
        shares=worth.shares,
        cost=float(problem.moves.cost @ times),
        worst=worth.worst,
        seconds=seconds,
        trace=(*trace, (seconds, worth.value, bound)),
        prover=prover,
        certificate=certificate,
    )


def infeasible(problem: Problem, why: str, seconds: float) -> PlanSolution:
    """There is no plan at all."""
    nan = float("nan")
    return PlanSolution(
        value=nan,
        bound=nan,
        status="infeasible",
        times=np.zeros(len(problem.moves.cost), np.int64),
        shares=np.zeros(len(problem.options.asked)),
        cost=nan,
        worst=nan,
        seconds=seconds,
        trace=(),
        prover="moves",
        why=why,
    )
