"""A rule's timetable of a whole problem, in the form in which `solve` gives its own."""

from __future__ import annotations

import time

import numpy as np

from optimise.slots.blocks import whole_block
from optimise.slots.locks import remaining
from optimise.slots.placements import placements_of
from optimise.slots.prices import Relaxation
from optimise.slots.problem import Problem, Sessions
from optimise.slots.rules.rule import Rule
from optimise.slots.solution import Solution

__all__ = ["allot"]


def allot(problem: Problem, rule: Rule) -> Solution:
    """Put the locks in and give the rest by a rule.

    The bound is what requests would be worth if nobody were in anybody's way (that of prices 0).

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
    alone = Relaxation(block)
    value = int(placements.value[which].sum())
    bound = int(placements.value[left.locked].sum()) + round(alone.bound(alone.free()))
    return Solution(
        value=value,
        bound=bound,
        status="optimal" if value == bound else "feasible",
        assignment=placements.sessions(which) if len(which) else Sessions(),
        seconds=time.monotonic() - began,
        prover="requests alone",
        greedy=value,
    )
