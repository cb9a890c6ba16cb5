"""`fair-slots`: fair weekly timetables of 400 requests in 219 venues, 60 s each."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from typing import Any

import numpy as np

from benchmarks.figures import Figure, to_json
from benchmarks.slots_check import faults, value_of
from benchmarks.slots_drawn import Shape, draw
from optimise.slots.objectives.lexicographic import Objective, solve_lexicographic
from optimise.slots.solution import Solution

__all__ = ["run"]

NAME = "fair-slots"
LIMIT = 60.0
OVER = 1.0
"""Seconds that a search may take beyond its limit."""
WORKERS = 2
LOADS = (1.0, 1.5)
CASES = tuple((alpha, by) for alpha in (1.0, 2.0, math.inf) for by in ("request", "club"))


@dataclass(frozen=True, slots=True)
class _Run:
    found: Solution
    cpu: float


def run(quick: bool) -> list[dict[str, Any]]:
    """Solve each case once; at the first load only if quick."""
    figures = []
    for load in LOADS[:1] if quick else LOADS:
        for alpha, by in CASES:
            name = "leximin" if math.isinf(alpha) else f"alpha {alpha:g}"
            figures += _figures(f"{name} between {by}s, load {load:g}", _solve(load, alpha, by))
    return to_json(figures)


def _solve(load: float, alpha: float, by: str) -> _Run:
    """Search, and let the checker go over the timetable.

    Raises
    ------
    RuntimeError
        If it breaks a rule or is not worth what is said.
    """
    problem = draw(Shape(400, 219, load))
    asked = problem.requests
    began = time.process_time()
    between = np.arange(len(asked)) if by == "request" else asked.club
    objective = Objective("fairness", alpha=alpha, between=between)
    found = solve_lexicographic(problem, [objective], LIMIT, WORKERS)
    cpu = time.process_time() - began
    broken = faults(problem, found.assignment)
    if broken or value_of(problem, found.assignment) != found.value:
        raise RuntimeError(f"alpha {alpha:g}, {by}, load {load:g}: {'; '.join(broken) or 'value'}")
    return _Run(found, cpu)


def _figures(name: str, run: _Run) -> list[Figure]:
    found = run.found
    assert found.price is not None
    proven = sum(level.status == "optimal" for level in found.levels)
    note = "; ".join(
        f"{level.name} {level.kept:.6g}, bound {level.bound:.6g}" for level in found.levels
    )
    return [
        Figure(
            NAME, f"{name}: time", found.seconds, "wall s", sense="at most", target=LIMIT + OVER
        ),
        Figure(NAME, f"{name}: time of all threads", run.cpu, "CPU s"),
        Figure(NAME, f"{name}: levels proven", proven, f"of {len(found.levels)}", note=note),
        Figure(NAME, f"{name}: price of fairness, at least", found.price.low, "share"),
        Figure(NAME, f"{name}: price of fairness, at most", found.price.high, "share"),
    ]
