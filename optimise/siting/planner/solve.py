"""The best plan within a budget, with a proven bound."""

from __future__ import annotations

import time

import numpy as np
import numpy.typing as npt

from optimise.siting.planner.core import core_of
from optimise.siting.planner.moving import cheapest
from optimise.siting.planner.proof import certificate
from optimise.siting.planner.problem import Problem
from optimise.siting.planner.program import program_of, relax, search
from optimise.siting.planner.solution import Aim, PlanSolution
from optimise.siting.planner.valid import require_valid
from optimise.siting.planner.value import worth_of

__all__ = ["GAP", "best_plan"]

I64 = npt.NDArray[np.int64]

GAP = 1e-6
"""Relative gap at which value and bound are said to meet."""


def best_plan(
    problem: Problem,
    aim: Aim,
    *,
    time_limit: float = 10.0,
    workers: int = 2,
    seed: int = 0,
    start: I64 | None = None,
) -> PlanSolution:
    """Find the best moves.

    Parameters
    ----------
    time_limit
        Wall seconds; over by the larger of 5 % and 1 s at most.
    workers
        Threads at most.
    seed
        Of what is tried at random.
    start
        (M,) times of a plan to be no worse than, if it is allowed.

    Raises
    ------
    ValueError
        If the problem is malformed.
    """
    began = time.monotonic()
    require_valid(problem, aim)
    first, why = cheapest(problem)
    if first is None:
        return infeasible(problem, why, time.monotonic() - began)
    core = core_of(problem, aim)
    program = program_of(core)
    until = began + 0.95 * time_limit
    relaxed = relax(program, until - time.monotonic())
    found = search(program, until - time.monotonic(), GAP / 10)
    times = first if found.x is None else np.rint(found.x[: program.moves]).astype(np.int64)
    bound = min(found.bound, np.inf if relaxed is None else relaxed.value)
    worth = worth_of(problem, times, aim)
    seconds = time.monotonic() - began
    bound = max(bound, worth.value)
    close = bound - worth.value <= GAP * abs(bound) + 1e-9
    return PlanSolution(
        value=worth.value,
        bound=bound,
        status="optimal" if close else "feasible",
        times=times,
        shares=worth.shares,
        cost=float(problem.moves.cost @ times),
        worst=worth.worst,
        seconds=seconds,
        trace=((seconds, worth.value, bound),),
        prover="HiGHS",
        certificate=None if relaxed is None else certificate(core, program, relaxed),
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
