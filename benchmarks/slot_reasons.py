"""`slot-reasons`: what gives way to a request, each solved again from scratch."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from benchmarks.figures import Figure, medians, to_json
from benchmarks.slots_drawn import Shape, draw
from optimise.slots.problem import Problem, Sessions
from optimise.slots.reasons.explanation import Explanation, explain, unmet_requests
from optimise.slots.reasons.timetable import PresentTimetable
from optimise.slots.solve import solve

__all__ = ["run"]

NAME = "slot-reasons"
LOADS = (1.0, 1.5)
EACH, QUICK = 50, 4
SECONDS, WORKERS = 60.0, 2


@dataclass(frozen=True, slots=True)
class Tried:
    """One explanation: CPU seconds, and whether the cost of its session is that from scratch."""

    cpu: float
    explanation: Explanation
    agrees: bool


def run(quick: bool) -> list[dict[str, Any]]:
    """Explain random requests of both instances and solve what is said again."""
    tried = [one for load in LOADS for one in _tried(load, QUICK if quick else EACH)]
    count = len(tried)
    forced = [t.explanation.forced for t in tried if t.explanation.forced]
    return to_json(
        [
            Figure(
                NAME,
                "costs to others that are the same when solved from scratch",
                sum(t.agrees for t in tried),
                f"of {len(forced)}",
                sense="at least",
                target=len(forced),
                note=f"{count - len(forced)} of {count} requests can get nothing more",
            ),
            Figure(NAME, "proven least", sum(one.proven for one in forced), f"of {len(forced)}"),
            Figure(
                NAME,
                "CPU time of an explanation, mean",
                float(np.mean([t.cpu for t in tried])),
                "CPU s",
                sense="at most",
                target=1.0,
            ),
            medians(NAME, "CPU time of an explanation", [t.cpu for t in tried], "CPU s"),
        ]
    )


def _tried(load: float, count: int) -> list[Tried]:
    problem = draw(Shape(400, 219, load))
    solution = solve(problem, SECONDS, WORKERS)
    began = time.process_time()
    present = PresentTimetable(problem, solution.assignment, solution.bound, solution.certificate)
    candidates = unmet_requests(present)
    some = np.random.default_rng(1).choice(candidates, min(count, len(candidates)), replace=False)
    laying_out = (time.process_time() - began) / len(some)
    found = []
    for request in sorted(some.tolist()):
        began = time.process_time()
        explanation = explain(present, request)
        cpu = time.process_time() - began + laying_out
        found.append(Tried(cpu, explanation, _agrees(problem, solution.value, explanation)))
    return found


def _agrees(problem: Problem, value: int, explanation: Explanation) -> bool:
    """Whether the best timetable with the session forced is worth what the explanation says."""
    forced = explanation.forced
    if forced is None:
        return False
    rows = {*problem.locks.rows(), *forced.kept, forced.row}
    again = solve(replace(problem, locks=Sessions.from_rows(sorted(rows))), SECONDS, WORKERS)
    return forced.least_cost <= value - again.value <= forced.cost
