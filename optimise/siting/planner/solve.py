"""The best plan within a budget, with a proven bound."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from optimise.siting.planner.core import Core, core_of, everything
from optimise.siting.planner.decomposed import LARGE, Decomposed
from optimise.siting.planner.joint import apart
from optimise.siting.planner.moving import allowed, cheapest
from optimise.siting.planner.narrowed import halves, narrowed, search_halves
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
_RELAXING = 0.4
"""Part of the time for the linear relaxation at most."""
_FEW = 0.4
"""Part of the time left, at most, for the program of the moves that blocks have asked for."""


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
    relaxed = relax(written, _RELAXING * (until - time.monotonic()))
    known = everything(core) if relaxed is None else relaxed.value
    if len(written.gain) < LARGE:
        found = search(apart(written, unlike, differ_by), until - time.monotonic(), GAP / 10)
    else:
        search_large = _Large(core, aim, written, plans, until, workers, unlike, differ_by)
        found, bound = search_large.found(relaxed)
        known = min(known, bound)
    if found.x is not None:
        plans.append(np.rint(found.x[: written.moves]).astype(np.int64))
    plans = [n for n in plans if all(np.abs(n - m).sum() >= differ_by for m in unlike)]
    if not plans:
        words = f"no plan differs by {differ_by} moves from the others"
        return infeasible(problem, words, time.monotonic() - began)
    best = max(plans, key=lambda times: worth_of(problem, times, aim).value)
    proof = None if relaxed is None else certificate(core, written, relaxed)
    bound = min(found.bound, known)
    return solution_of(problem, aim, best, bound, time.monotonic() - began, certificate=proof)


@dataclass(frozen=True, slots=True)
class _Large:
    """Search of a large program, block by block and then whole; plans it finds are added."""

    core: Core
    aim: Aim
    program: Written
    plans: list[I64]
    until: float
    workers: int
    unlike: Sequence[I64]
    differ_by: int

    def found(self, relaxed: Relaxed | None) -> tuple[Found, float]:
        """What the search of the moves that are left says, and the bound of blocks."""
        problem = self.core.problem
        blocks = Decomposed(problem, self.program, self.plans, self.workers)
        if relaxed is None:
            blocks.feel(self.core, self.until)
        else:
            blocks.learn(self.until, problem.budget, relaxed)
        left = self.until - time.monotonic()
        soon = self.until - (0.0 if relaxed is None else (1 - _FEW) * left)
        blocks.best(soon, problem.budget, self.unlike, self.differ_by)
        self.plans.extend(blocks.plans[len(self.plans) :])
        bound = blocks.bound(problem.budget)
        if relaxed is None:
            return Found(None, np.inf, False), bound
        return self._rest(relaxed, blocks), bound

    def _rest(self, relaxed: Relaxed, blocks: Decomposed) -> Found:
        """Search what may still be better than the best plan known."""
        problem, moves = self.core.problem, self.core.problem.moves
        fresh = [n for n in self.plans if self._differs(n)]
        best = max((worth_of(problem, n, self.aim).value for n in fresh), default=-np.inf)
        fewer = problem
        if fresh:
            asked = blocks.market.bounds
            fewer = narrowed(problem, blocks.parts, relaxed, blocks.prices, asked, best)
        program = program_of(core_of(fewer, self.aim))
        built = np.flatnonzero((moves.takes < 0) & (moves.gives >= 0))
        by_block = [np.intersect1d(b.columns[: b.moves], built) for b in blocks.parts.blocks]
        counts = [built, *sorted(by_block, key=len, reverse=True)]
        different = apart(program, self.unlike, self.differ_by)
        parts = halves(different, relaxed.x, counts)
        found = search_halves(parts, self.until - time.monotonic(), GAP / 10, self.workers)
        return replace(found, bound=max(found.bound, best))

    def _differs(self, times: I64) -> bool:
        return all(np.abs(times - m).sum() >= self.differ_by for m in self.unlike)
