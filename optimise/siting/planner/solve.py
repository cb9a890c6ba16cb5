"""The best plan within a budget, with a proven bound."""

from __future__ import annotations

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import numpy.typing as npt

from optimise.siting.planner.core import core_of
from optimise.siting.planner.decomposed import LARGE, Decomposed
from optimise.siting.planner.joint import apart
from optimise.siting.planner.moving import allowed, cheapest
from optimise.siting.planner.outcome import GAP, infeasible, solution_of
from optimise.siting.planner.problem import Problem
from optimise.siting.planner.program import Found, Relaxed, Written, program_of, relax, search
from optimise.siting.planner.proof import certificate
from optimise.siting.planner.solution import Aim, PlanSolution
from optimise.siting.planner.valid import require_valid
from optimise.siting.planner.value import worth_of

__all__ = ["best_plan"]

I64 = npt.NDArray[np.int64]

_USED = 0.88
"""Part of the limit for solvers, which look at their clocks late, and after which all is read."""
HUGE = 60_000
"""Columns from which a program is searched block by block only."""


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
        As for other models; nothing here is drawn at random.
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
    del seed
    began = time.monotonic()
    require_valid(problem, aim)
    first, why = cheapest(problem)
    if first is None:
        return infeasible(problem, why, time.monotonic() - began)
    core = core_of(problem, aim)
    written = program_of(core)
    until = began + _USED * time_limit
    plans = [first] if start is None or not allowed(problem, start) else [first, start]
    relaxed = relax(written, 0.6 * (until - time.monotonic()))
    known = np.inf if relaxed is None else relaxed.value
    program = apart(written, unlike, differ_by)
    if len(written.gain) < LARGE or unlike:
        found = search(program, until - time.monotonic(), GAP / 10)
    else:
        found, bound = _large(problem, written, relaxed, plans, until, workers)
        known = min(known, bound)
    if found.x is not None:
        plans.append(np.rint(found.x[: program.moves]).astype(np.int64))
    plans = [n for n in plans if all(np.abs(n - m).sum() >= differ_by for m in unlike)]
    if not plans:
        words = f"no plan differs by {differ_by} moves from the others"
        return infeasible(problem, words, time.monotonic() - began)
    best = max(plans, key=lambda times: worth_of(problem, times, aim).value)
    proof = None if relaxed is None else certificate(core, written, relaxed)
    bound = min(found.bound, known)
    return solution_of(problem, aim, best, bound, time.monotonic() - began, certificate=proof)


def _large(
    problem: Problem,
    program: Written,
    relaxed: Relaxed | None,
    plans: list[I64],
    until: float,
    workers: int,
) -> tuple[Found, float]:
    """Search the whole program and, beside it, its blocks; plans of these are added."""
    whole = len(program.gain) <= HUGE
    apart = Decomposed(problem, program, plans, workers - whole)

    def by_blocks() -> None:
        if apart.learn(until, problem.budget, relaxed):
            plans.append(apart.best(until, problem.budget))

    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(by_blocks)
        found = Found(None, np.inf, False)
        if whole:
            found = search(program, until - time.monotonic(), GAP / 10)
        running.result()
    return found, apart.bound(problem.budget)
