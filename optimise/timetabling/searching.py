"""Run CP-SAT within what is left of a time limit."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, field

from ortools.sat.python import cp_model

from optimise.timetabling.outcome import Status

__all__ = ["Search", "bound_of"]

STATUS: dict[cp_model.CpSolverStatus, Status] = {
    cp_model.OPTIMAL: "optimal",
    cp_model.FEASIBLE: "feasible",
    cp_model.INFEASIBLE: "infeasible",
    cp_model.UNKNOWN: "unknown",
}
SEEDS_APART = 1000
"""Attempts of one seed and of the next do not meet."""


@dataclass(frozen=True, slots=True)
class Search:
    """Time limit, seed and processes of a search; the clock runs from when it is made.

    Attributes
    ----------
    limit
        Wall seconds. CP-SAT looks at its clock now and then: it may take some seconds more on a
        large model.
    seed
        Seed of CP-SAT, below two million. With more than one worker the same seed may still take
        another path, because the workers run against the clock.
    workers
        Threads of CP-SAT.
    """

    limit: float
    seed: int = 0
    workers: int = 2
    began: float = field(default_factory=time.perf_counter)

    @property
    def seconds(self) -> float:
        """Wall seconds since the search began."""
        return time.perf_counter() - self.began

    @property
    def left(self) -> float:
        """Wall seconds that are left, at least 0."""
        return max(0.0, self.limit - self.seconds)

    def solve(
        self, model: cp_model.CpModel, share: float = 1.0, attempt: int = 0
    ) -> tuple[Status, cp_model.CpSolver]:
        """Solve a model in a share of the time that is left; other attempts take other paths.

        Raises
        ------
        ValueError
            If CP-SAT finds the model malformed.
        """
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = self.workers
        solver.parameters.random_seed = self.seed * SEEDS_APART + attempt
        solver.parameters.max_time_in_seconds = self.left * share
        code = solver.solve(model)
        if code not in STATUS:
            raise ValueError(f"CP-SAT refuses the model: {model.validate()}")
        return STATUS[code], solver


def bound_of(solver: cp_model.CpSolver) -> int:
    """Smallest whole cost that a search leaves possible; costs are 0 or more.

    CP-SAT gives bounds as floats.
    """
    return max(0, math.ceil(solver.best_objective_bound - 1e-6))
