"""The fairest weekly timetable between groups, and what fairness costs."""

from __future__ import annotations

import math
import time
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from optimise.slots.aimed.fair_solution import FairSolution, outcome
from optimise.slots.aimed.fairness import fairness
from optimise.slots.aimed.filling import fill_evenly
from optimise.slots.aimed.goals import worth
from optimise.slots.aimed.sequence import in_sequence
from optimise.slots.aimed.shares import Shares
from optimise.slots.blocks import split
from optimise.slots.problem import Problem
from optimise.slots.setting import Setting
from optimise.slots.solve import RESERVE, solve

__all__ = ["fair"]

I64 = npt.NDArray[np.int64]

_SYSTEM = 0.25
"""Most of the time that goes into the timetable worth most."""
_START, _STARTS_AT = 0.3, 2.0
"""Leximin: part of the time that goes into a timetable to begin with, and its alpha.

Between 94 requests for one kind of hall at load 1.5 it reached the best counts at all ten levels.
"""


def fair(
    problem: Problem,
    between: I64,
    alpha: float = math.inf,
    levels: int = 10,
    time_limit: float = 60.0,
    workers: int = 2,
) -> FairSolution:
    """Find the fairest timetable; of equally fair ones, the one worth most.

    Parameters
    ----------
    between
        Whom it is to be fair between: group of each request (`problem.Requests.club`, `zone`,
        `segment`; ``numpy.arange`` for each request by itself). Every group counts once, whatever
        its size and weight.
    alpha
        0 for weighted minutes alone, 1 for proportional fairness, infinity for leximin.
    levels
        Of shares between nothing and all, for leximin.
    time_limit
        Seconds, for everything.
    workers
        Blocks searched at the same time.

    Raises
    ------
    ValueError
        If `alpha` is negative, or so large that gains cannot be told from rounding; if `between`
        has not one entry a request; if `levels` is not positive.
    locks.Impossible
        If the locks contradict each other or the rules of a single session.
    """
    if not alpha >= 0 or levels < 1:
        raise ValueError(f"alpha {alpha:g} and {levels} levels: alpha >= 0, levels >= 1")
    began = time.monotonic()
    deadline = began + time_limit * (1 - RESERVE)
    setting = Setting.of(problem)
    shares = Shares.of(setting, between)
    goals = fairness(shares, alpha, levels) if alpha else []
    system = solve(problem, _SYSTEM * time_limit if goals else time_limit, workers)
    starts = (setting.chosen(system.assignment), fill_evenly(setting, shares))
    start = max(starts, key=lambda chosen: [goal.value(chosen) for goal in goals])
    blocks = split(setting.whole, shares.member[setting.whole.columns])
    guide = None
    if math.isinf(alpha):
        *first, guide = fairness(shares, _STARTS_AT, levels)
        until = time.monotonic() + _START * (deadline - time.monotonic())
        start, _ = in_sequence(blocks, [*first, guide], start, until, workers)
    goals.append(replace(worth(setting), known=float(system.bound)))
    chosen, found = in_sequence(blocks, goals, start, deadline, workers, guide)
    return outcome(setting, system, chosen, found, time.monotonic() - began)
