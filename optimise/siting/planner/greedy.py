"""The plan that takes what gains most a yuan, again and again: a rival, with no bound."""

from __future__ import annotations

import heapq
import time

import numpy as np
import numpy.typing as npt

from optimise.siting.planner.moving import allowed, cheapest
from optimise.siting.planner.problem import Problem
from optimise.siting.planner.separate import Separate
from optimise.siting.planner.solution import Aim

__all__ = ["greedy_plan"]

I64 = npt.NDArray[np.int64]


def greedy_plan(problem: Problem, aim: Aim, *, time_limit: float = 60.0) -> I64 | None:
    """(M,) moves that each gained most a yuan when they were made; None if none are allowed.

    Gains are those of the day before the last plan until a move is first in line, and are then
    computed anew: a move gains less the more there is, but for links and conversions, whose gain
    may rise and which may so be overlooked. Moves that cost nothing come first if they lose
    nothing. When time is out, the plan is as far as it got.
    """
    until = time.monotonic() + time_limit
    times, _ = cheapest(problem)
    if times is None:
        return None
    worth = Separate(problem, aim)
    value = worth.value(times)
    # Nobody has been asked yet: everybody is first in line, cheapest first.
    queue = [(-np.inf, float(cost), move) for move, cost in enumerate(problem.moves.cost)]
    heapq.heapify(queue)
    while queue and time.monotonic() < until:
        known, cost, move = heapq.heappop(queue)
        more = times.copy()
        more[move] += 1
        if not allowed(problem, more):
            continue
        after = worth.value(more)
        rate = (after - value) / cost if cost > 0 else np.inf
        if after < value or (cost > 0 and after == value):
            continue
        if queue and -rate > queue[0][0] and -rate > known:
            heapq.heappush(queue, (-rate, cost, move))
            continue
        times, value = more, after
        heapq.heappush(queue, (-rate, cost, move))
    return times
