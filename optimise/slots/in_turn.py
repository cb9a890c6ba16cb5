"""Requests served one after the other: each takes the best that is left."""

from __future__ import annotations

import time

import numpy as np
import numpy.typing as npt

from optimise.slots.blocks import whole_block
from optimise.slots.diary import fill
from optimise.slots.locks import remaining
from optimise.slots.placements import Placements, placements_of
from optimise.slots.problem import Problem, Sessions
from optimise.slots.solution import Solution

__all__ = ["best_alone", "in_turn"]

I64 = npt.NDArray[np.int64]


def in_turn(problem: Problem, turn: I64, first: Sessions | None = None) -> Solution:
    """Serve requests one after the other.

    Parameters
    ----------
    turn
        Place of each request in the order, shape (requests,); equal ones by their number. Each
        takes its placements of the highest value that still fit, those of an earlier weekday among
        equals, up to the sessions that it asks for.
    first
        Sessions put in after the locks and before all others, in the same order, wherever they are
        allowed and fit.

    Raises
    ------
    locks.Impossible
        If the locks contradict each other or the rules of a single session.
    """
    began = time.monotonic()
    placements = placements_of(problem)
    left = remaining(problem, placements)
    block = whole_block(problem, placements, left)
    free = placements.take(block.columns)
    before = np.ones(len(free), dtype=np.int64)
    if first is not None:
        wanted = set(first.rows())
        rows = zip(*(getattr(free, name).tolist() for name in first.__slots__), strict=True)
        before = np.array([row not in wanted for row in rows], dtype=np.int64)
    order = np.lexsort((-free.value, free.request, turn[free.request], before))
    which = np.sort(np.concatenate((left.locked, block.columns[fill(block, order)])))
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
