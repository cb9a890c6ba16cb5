"""A rule's timetable of a whole problem, in the form in which `solve` gives its own."""

from __future__ import annotations

import math
import time

import numpy as np

from optimise.slots.blocks import Block, split
from optimise.slots.clock import Clock
from optimise.slots.pricing import Pricing
from optimise.slots.problem import Problem
from optimise.slots.rules.rule import Rule
from optimise.slots.setting import Setting
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
    setting = Setting.of(problem)
    given = setting.whole.columns[rule(problem, setting.placements, setting.whole)]
    fixed = setting.locked_worth()
    value = fixed + int(setting.placements.value[given].sum())
    bound = fixed + sum(map(_bound, split(setting.whole)))
    return Solution(
        value=value,
        bound=bound,
        status="optimal" if value == bound else "feasible",
        assignment=setting.sessions(given),
        seconds=time.monotonic() - began,
        prover="prices",
        greedy=value,
    )


def _bound(block: Block) -> int:
    pricing, clock = Pricing(block), Clock(math.inf)
    pricing.start(np.zeros(0, dtype=np.int64), clock)
    for _ in range(_ROUNDS):
        if pricing.rough and len(block) <= _LARGE:
            pricing.round(clock)
    return math.floor(pricing.bound + 1e-6)
