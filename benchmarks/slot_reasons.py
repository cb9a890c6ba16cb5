"""`slot-reasons`: changes that explanations of a season suggest, each solved again from scratch."""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from benchmarks.figures import Figure, medians, to_json
from benchmarks.slots_drawn import Shape, draw
from optimise.slots.problem import Problem, Sessions
from optimise.slots.reasons.changes import apply_change
from optimise.slots.reasons.explanation import Explanation, explain, unmet_requests
from optimise.slots.reasons.goal import ExplainedGoal
from optimise.slots.reasons.remedies import ALWAYS
from optimise.slots.reasons.timetable import PresentTimetable
from optimise.slots.solve import solve

__all__ = ["run", "served"]

NAME = "slot-reasons"
LOADS = (1.0, 1.5)
EACH, QUICK = 50, 4
SECONDS, WORKERS = 60.0, 2


@dataclass(frozen=True, slots=True)
class Tried:
    """One explanation: CPU seconds, and whether its suggestion serves the request from scratch."""

    cpu: float
    explanation: Explanation
    served: bool


def run(quick: bool) -> list[dict[str, Any]]:
    """Explain random requests of both instances and try what is suggested."""
    tried = [one for load in LOADS for one in _tried(load, QUICK if quick else EACH)]
    kinds = [t.explanation.remedy.change.kind for t in tried if t.explanation.remedy]
    count = len(tried)
    always = sum(t.explanation.remedy.verified == ALWAYS for t in tried if t.explanation.remedy)
    told = ", ".join(f"{kind} {kinds.count(kind)}" for kind in sorted(set(kinds)))
    harmless = sum(t.explanation.remedy.harmless for t in tried if t.explanation.remedy)
    return to_json(
        [
            Figure(
                NAME,
                "suggestions that serve the request when solved from scratch",
                sum(t.served for t in tried),
                f"of {count}",
                sense="at least",
                target=count,
                note=f"{told}; {harmless} harm nobody; {count - len(kinds)} without a suggestion",
            ),
            Figure(NAME, "proven for every optimum", always, f"of {count}"),
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
        explanation = explain(present, request, depth="help")
        cpu = time.process_time() - began + laying_out
        found.append(Tried(cpu, explanation, _from_scratch(problem, explanation)))
        if not found[-1].served:
            print(f"{NAME}: load {load}: {explanation.goal} {explanation.remedy}", file=sys.stderr)
    return found


def _from_scratch(problem: Problem, explanation: Explanation) -> bool:
    """Whether the best timetable of the changed problem serves the request."""
    if explanation.remedy is None:
        return False
    again = _of_its_kind(apply_change(problem, explanation.remedy.change), explanation.goal.request)
    solution = solve(again, SECONDS, WORKERS)
    served_now = served(again, solution.assignment, explanation.goal)
    return solution.status == "optimal" and served_now > explanation.goal.good


def _of_its_kind(problem: Problem, request: int) -> Problem:
    """Nobody but requests for the same kind of venue: others share no venue with them."""
    asked = problem.requests
    sessions = np.where(asked.kind == asked.kind[request], asked.sessions, 0)
    return replace(problem, requests=replace(asked, sessions=sessions))


def served(problem: Problem, assignment: Sessions, goal: ExplainedGoal) -> int:
    """Sessions of a request that count towards a goal, by the windows that hold them."""
    asked = problem.requests
    windows = range(asked.window_first[goal.request], asked.window_first[goal.request + 1])
    return sum(
        any(
            asked.window_choice[w] in goal.choices
            and asked.window_weekday[w] == weekday
            and asked.window_begin[w] <= start
            and start + length <= asked.window_end[w]
            for w in windows
        )
        for request, _, weekday, start, length in assignment.rows()
        if request == goal.request
    )
