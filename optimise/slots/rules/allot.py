"""A rule's timetable of a whole problem, in the form in which `solve` gives its own."""

from __future__ import annotations

import math
import time

import numpy as np

from optimise.slots.blocks import Block, split, whole_block
from optimise.slots.locks import remaining
from optimise.slots.placements import placements_of
from optimise.slots.pricing import Pricing
from optimise.slots.problem import Problem, Sessions
from optimise.slots.rules.rule import Rule
from optimise.slots.solution import Solution

__all__ = ["allot"]

_ROUNDS, _LARGE = 2, 100_000
"""Rounds of prices; blocks of more placements have the prices of steps alone, a percent or two off
instead of a few tenths, since a round of theirs takes minutes."""


def allot(problem: Problem, rule: Rule) -> Solution:
    """Put the locks in and give the rest by a rule.

    The bound is that of prices of time, found in a few rounds: it says what any other rule, or the
    search of `solve`, could give more.

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
    value = int(placements.value[which].sum())
    bound = int(placements.value[left.locked].sum()) + sum(map(_bound, split(block)))
    return Solution(
        value=value,
        bound=bound,
        status="optimal" if value == bound else "feasible",
        assignment=placements.sessions(which) if len(which) else Sessions(),
        seconds=time.monotonic() - began,
        prover="prices",
        greedy=value,
    )


def _bound(block: Block) -> int:
    pricing = Pricing(block)
    pricing.start(np.zeros(0, dtype=np.int64), math.inf)
    for _ in range(_ROUNDS):
        if pricing.rough and len(block) <= _LARGE:
            pricing.round(math.inf)
    return math.floor(pricing.bound + 1e-6)
