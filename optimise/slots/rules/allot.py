"""A rule's timetable of a whole problem, in the form in which `solve` gives its own."""

from __future__ import annotations

import time

import numpy as np
import numpy.typing as npt

from optimise.slots.blocks import whole_block
from optimise.slots.locks import remaining
from optimise.slots.placements import Placements, placements_of
from optimise.slots.problem import Problem, Sessions
from optimise.slots.rules.rule import Rule
from optimise.slots.solution import Solution

__all__ = ["allot", "best_alone"]

I64 = npt.NDArray[np.int64]


def allot(problem: Problem, rule: Rule) -> Solution:
    """Put the locks in and give the rest by a rule.

    Raises
    ------
    locks.Impossible
        If the locks contradict each other or the rules of a single session.
    """
    began = time.monotonic()
    placements = placements_of(problem)
    left = remaining(problem, placements)
    block = whole_block(problem, placements, left)
    given = block.columns[rule(problem, placements, block)]
    which = np.sort(np.concatenate((left.locked, given)))
    value, bound = int(placements.value[which].sum()), best_alone(problem, placements)
    return Solution(
        value=value,
        bound=bound,
        status="optimal" if value == bound else "feasible",
        assignment=placements.sessions(which) if len(which) else Sessions(),
        seconds=time.monotonic() - began,
        prover="requests alone",
        greedy=value,
    )


def best_alone(problem: Problem, placements: Placements) -> int:
    """Worth if nobody were in anybody's way: no timetable is worth more.

    The best placement of each weekday, and of these as many as the request may have sessions.
    """
    best = np.zeros((len(problem.requests), 7), dtype=np.int64)
    np.maximum.at(best, (placements.request, placements.weekday), placements.value)
    ranked = -np.sort(-best, axis=1)
    within = np.arange(7)[None, :] < problem.requests.sessions[:, None]
    return int((ranked * within).sum())
