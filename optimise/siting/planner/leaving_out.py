"""What each move of a plan adds, and what would replace it."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from optimise.siting.planner.problem import Problem
from optimise.siting.planner.solution import Aim, PlanSolution
from optimise.siting.planner.solve import best_plan

__all__ = ["LeftOut", "left_out"]

I64 = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class LeftOut:
    """The best plan without a move.

    Parameters
    ----------
    move
        Made no more often than is decided.
    solution
        Best plan without it, with its bound.
    regret
        By how much it is worth less than the whole plan; no less than `regret_low`.
    changes
        (M,) how much more often each move is made than in the whole plan.
    """

    move: int
    solution: PlanSolution
    regret: float
    regret_low: float
    changes: I64


def left_out(
    problem: Problem,
    solution: PlanSolution,
    aim: Aim,
    *,
    time_limit: float = 60.0,
    workers: int = 2,
    seed: int = 0,
) -> list[LeftOut]:
    """Leave out each move of a plan, spend its money as well as can be, and see what is lost.

    Moves that are decided cannot be left out and are not tried beyond what is decided.

    Raises
    ------
    ValueError
        If the problem is malformed.
    """
    until = time.monotonic() + time_limit
    moves, found = problem.moves, []
    tried = np.flatnonzero(solution.times > moves.fixed).tolist()
    for number, move in enumerate(tried):
        most, kept = moves.most.copy(), solution.times.copy()
        most[move] = kept[move] = moves.fixed[move]
        other = best_plan(
            replace(problem, moves=replace(moves, most=most)),
            aim,
            time_limit=max(until - time.monotonic(), 0.1) / (len(tried) - number),
            workers=workers,
            seed=seed,
            start=kept,
        )
        found.append(
            LeftOut(
                move=move,
                solution=other,
                regret=solution.value - other.value,
                regret_low=solution.value - other.bound,
                changes=other.times - solution.times,
            )
        )
    return found
