"""The plan that takes what gains most a yuan, again and again: a rival, with no bound."""

from __future__ import annotations

import heapq

import numpy as np
import numpy.typing as npt

from optimise.siting.moving import MoveLimits, cheapest
from optimise.siting.problem import Problem
from optimise.siting.separate import Separate
from optimise.siting.solution import Aim

__all__ = ["greedy_plan"]

I64 = npt.NDArray[np.int64]

NOTHING = 1e-9
"""A gain or loss that is rounding: a room closed without any loss must not seem to lose."""


def greedy_plan(
    problem: Problem, aim: Aim, *, worth: Separate | None = None, start: I64 | None = None
) -> I64 | None:
    """(M,) moves that each gained most a yuan when they were made; None if none are allowed.

    Gains are those of the day before the last plan until a move is first in line, and are then
    computed anew: a move gains less the more there is, but for links and conversions, whose gain
    may rise and which may so be overlooked. Moves that cost nothing come first if they lose
    nothing.

    Parameters
    ----------
    worth
        Of this problem, whatever its budget, floor areas and limits of moves: what was worked out
        for other plans need not be again.
    start
        (M,) allowed moves to begin with; None: the cheapest.
    """
    limits = MoveLimits(problem)
    times = cheapest(problem)[0] if start is None or not limits.keep(start) else start
    if times is None:
        return None
    worth = Separate(problem, aim) if worth is None else worth
    # Nobody has been asked yet: everybody is first in line, cheapest first.
    queue = [(-np.inf, float(cost), move) for move, cost in enumerate(problem.moves.cost)]
    heapq.heapify(queue)
    while queue:
        known, cost, move = heapq.heappop(queue)
        more = times.copy()
        more[move] += 1
        if not limits.keep(more):
            continue
        gain = worth.gain(times, move)
        gain = 0.0 if abs(gain) < NOTHING else gain
        rate = gain / cost if cost > 0 else np.inf
        if gain < 0 or (cost > 0 and gain <= 0):
            continue
        if queue and -rate > queue[0][0] and -rate > known:
            heapq.heappush(queue, (-rate, cost, move))
            continue
        times = more
        heapq.heappush(queue, (-rate, cost, move))
    return times
