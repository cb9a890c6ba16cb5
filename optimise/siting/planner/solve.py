"""The best plan within a budget, with a proven bound."""

from __future__ import annotations

import time
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from optimise.siting.planner.core import core_of
from optimise.siting.planner.joint import apart
from optimise.siting.planner.moving import allowed, cheapest
from optimise.siting.planner.outcome import GAP, infeasible, solution_of
from optimise.siting.planner.problem import Problem
from optimise.siting.planner.program import program_of, relax, search
from optimise.siting.planner.proof import certificate
from optimise.siting.planner.solution import Aim, PlanSolution
from optimise.siting.planner.valid import require_valid
from optimise.siting.planner.value import worth_of

__all__ = ["best_plan"]

I64 = npt.NDArray[np.int64]


def best_plan(
    problem: Problem,
    aim: Aim,
    *,
    time_limit: float = 10.0,
    workers: int = 2,
    seed: int = 0,
    start: I64 | None = None,
    unlike: Sequence[I64] = (),
    differ_by: int = 1,
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
    unlike, differ_by
        Plans, each (M,) times, from which the plan must differ by so many moves, more or fewer,
        and then the bound is one for such plans only.

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
    written = program_of(core)
    program = apart(written, unlike, differ_by)
    until = began + 0.93 * time_limit
    relaxed = relax(written, until - time.monotonic())
    found = search(program, until - time.monotonic(), GAP / 10)
    bound = min(found.bound, np.inf if relaxed is None else relaxed.value)
    plans = [first] if found.x is None else [np.rint(found.x[: program.moves]).astype(np.int64)]
    if start is not None and allowed(problem, start):
        plans.append(start)
    plans = [n for n in plans if all(np.abs(n - m).sum() >= differ_by for m in unlike)]
    if not plans:
        words = f"no plan differs by {differ_by} moves from the others"
        return infeasible(problem, words, time.monotonic() - began)
    best = max(plans, key=lambda times: worth_of(problem, times, aim).value)
    proof = None if relaxed is None else certificate(core, written, relaxed)
    return solution_of(problem, aim, best, bound, time.monotonic() - began, certificate=proof)
