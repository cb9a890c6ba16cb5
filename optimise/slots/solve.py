"""The best weekly timetable within a time limit, with a bound."""

from __future__ import annotations

import time
from collections.abc import Sequence

import numpy as np

from optimise.slots.block_search import BlockSearch
from optimise.slots.blocks import Setting, epoch_cuts, split
from optimise.slots.problem import Problem
from optimise.slots.programs import SEARCHER
from optimise.slots.solution import Certificate, Solution
from optimise.solver import Clock, side_by_side

RESERVE = 0.03
"""Share of the time that is kept for the solvers' delay in stopping."""
_PLANNED = 1.2
"""Units of work for each second of the time limit."""
_PRICING = 0.3
"""Part of the work after which no new round of prices begins."""
_LEAST = 0.5
"""Least work that is worth another round of searches."""


def solve(problem: Problem, time_limit: float = 60.0, workers: int = 2) -> Solution:
    """Find the timetable worth most.

    Prices by subgradient steps and linear programs give the bound and say which placements are
    promising; a greedy timetable along the prices is the start; integer programs over the
    promising placements of each block improve it, until bound and value meet or the work planned
    is done: what two idle cores do in three fifths of the time limit, counted in units of work
    (`solver`). The same problem and limit give the same timetable unless the clock cuts the search
    (`Solution.cut`).

    Parameters
    ----------
    time_limit
        Seconds, enumeration of placements included.
    workers
        Blocks worked on at the same time.

    Raises
    ------
    locks.Impossible
        If the locks contradict each other or the rules of a single session.
    """
    began, clock = time.monotonic(), Clock(time_limit * (1 - RESERVE))
    setting = Setting.from_problem(problem)
    searches = [BlockSearch(block) for block in split(setting.whole)]
    work = _PLANNED * time_limit
    each = _PRICING * work / max(len(setting.whole), 1)
    side_by_side(lambda one: one.price(each * len(one.block), clock), searches, max(1, workers))
    _improve(searches, max(1, workers), work, clock)
    none = np.zeros(0, dtype=np.int64)
    chosen = np.concatenate([none, *(e.block.columns[e.chosen] for e in searches)])
    fixed = setting.locked_worth()
    value = fixed + sum(e.value for e in searches)
    bound = fixed + sum(e.bound for e in searches)
    greedy = fixed + sum(e.greedy for e in searches)
    return Solution(
        value=value,
        bound=bound,
        status=_status(value, bound, greedy),
        assignment=setting.sessions(chosen),
        seconds=time.monotonic() - began,
        prover=_prover(searches),
        greedy=greedy,
        cut=clock.cut,
        certificate=_certificate(problem, searches, fixed),
    )


def _improve(searches: Sequence[BlockSearch], workers: int, work: float, clock: Clock) -> None:
    """Search all blocks that are not proven, the largest first.

    Work is shared by size, and every block takes its own to the end without waiting for others;
    what blocks leave that are proven early goes to the others in the next round.
    """
    while not clock.cut:
        left = work - sum(search.work for search in searches)
        to_do = sorted((e for e in searches if e.gap), key=lambda e: len(e.block), reverse=True)
        if left < _LEAST or not to_do:
            return
        due = left / sum(len(search.block) for search in to_do)
        _search_by_size(to_do, workers, due, clock)


def _search_by_size(
    searches: Sequence[BlockSearch], workers: int, due: float, clock: Clock
) -> None:
    side_by_side(lambda one: one.search(due * len(one.block), clock), searches, workers)


def _status(value: int, bound: int, greedy: int) -> str:
    if value == bound:
        return "optimal"
    return "feasible" if value > greedy else "greedy"


def _certificate(problem: Problem, searches: Sequence[BlockSearch], fixed: int) -> Certificate:
    """Prices of all blocks in one array."""
    cuts, units = epoch_cuts(problem), problem.venues.unit_count
    epochs = len(cuts) - 1
    cell = np.zeros((units, 7, epochs, problem.season.cells))
    share = np.zeros((units, epochs))
    for search in searches:
        numbers, during = search.block.unit_numbers, search.block.epoch_numbers
        cell[np.ix_(numbers, np.arange(7), during)] = search.pricing.prices.cell
        share[np.ix_(numbers, during)] = search.pricing.prices.share
    return Certificate(cuts, cell, share, fixed + sum(e.pricing.bound for e in searches))


def _prover(searches: Sequence[BlockSearch]) -> str:
    """The prover of the bound, where it is not computed from prices."""
    if all(search.pricing.bound <= search.claimed for search in searches):
        return "prices"
    return f"{SEARCHER} in OR-Tools"
