"""What every season rule is: a function from a block to the placements that it gives."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from optimise.arrays import I64, Bools
from optimise.slots.blocks import Block, Setting, split
from optimise.slots.placements import Placements
from optimise.slots.pricing import Pricing
from optimise.slots.problem import Problem
from optimise.slots.solution import Solution
from optimise.solver import Clock


class Rule(Protocol):
    """A way of giving sessions; what else it must know of requests are its own arrays.

    No rule depends on the order in which requests are numbered: equals are told apart by a lot of
    each request.
    """

    def __call__(self, problem: Problem, placements: Placements, block: Block, /) -> I64:
        """Placements that the rule gives.

        Parameters
        ----------
        placements
            All of the problem.
        block
            Those that locks leave (`blocks.whole_block`); ``block.columns`` are their numbers.

        Returns
        -------
        numpy.ndarray
            Numbers in the block, sorted; together with the locks they keep every hard rule.
        """
        ...


def queue(*keys: npt.NDArray[np.generic]) -> I64:
    """Place of each request in an order, 0 first: by the first key, equals by the next one."""
    order = np.lexsort(keys[::-1])
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    return place


@dataclass(frozen=True, slots=True)
class Hours:
    """A stretch of each weekday for each request.

    Parameters
    ----------
    begin, end
        Cells, end exclusive, shape (requests, 7); the whole day where a request has no limit.
    """

    begin: I64
    end: I64

    def hold(self, placements: Placements) -> Bools:
        """Whether each placement lies within, shape (placements,)."""
        at = placements.request, placements.weekday
        stop = placements.start + placements.length
        return np.asarray((placements.start >= self.begin[at]) & (stop <= self.end[at]))


_ROUNDS, _LARGE = 2, 100_000
"""Rounds of prices; blocks of more placements have the prices of steps alone, a percent or two off
instead of a few tenths, since a round of theirs takes minutes."""


def allocate(problem: Problem, rule: Rule) -> Solution:
    """Put the locks in and give the rest by a rule.

    The bound is that of prices of time, found in a few rounds: it says what any other rule, or the
    search of `solve`, could give more.

    Raises
    ------
    locks.Impossible
        If the locks contradict each other or the rules of a single session.
    """
    began = time.monotonic()
    setting = Setting.from_problem(problem)
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
