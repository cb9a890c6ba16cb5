"""The best weekly timetable within a time limit, with a bound."""

from __future__ import annotations

import time
from collections.abc import Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait

import numpy as np

from optimise.slots.blocks import epoch_cuts, split
from optimise.slots.effort import Effort
from optimise.slots.problem import Problem
from optimise.slots.programs import SEARCHER
from optimise.slots.setting import Setting
from optimise.slots.solution import Certificate, Solution

__all__ = ["RESERVE", "solve"]

RESERVE = 0.03
"""Share of the time that is kept for the solvers' delay in stopping."""
_PRICING = 0.3
"""Most of the time that goes into prices."""
_LEAST = 1.0
"""Least seconds that a block is searched at a time."""


def solve(problem: Problem, time_limit: float = 60.0, workers: int = 2) -> Solution:
    """Find the timetable worth most.

    Prices by subgradient steps and linear programs give the bound and say which placements are
    promising; a greedy timetable along the prices is the start; integer programs over the
    promising placements of one block after the other improve it, the block with the largest gap
    first, until bound and value meet or the time is over.

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
    began = time.monotonic()
    deadline = began + time_limit * (1 - RESERVE)
    setting = Setting.of(problem)
    efforts = [Effort(block) for block in split(setting.whole)]
    with ThreadPoolExecutor(max(1, workers)) as pool:
        pricing = time.monotonic() + _PRICING * (deadline - time.monotonic())
        list(pool.map(lambda effort: effort.start(pricing), efforts))
        rough = efforts
        while rough:
            more = pool.map(lambda effort: effort.tighten(pricing), rough)
            rough = [effort for effort, again in zip(rough, more, strict=True) if again]
        _improve(efforts, pool, workers, deadline)
    none = np.zeros(0, dtype=np.int64)
    chosen = np.concatenate([none, *(e.block.columns[e.chosen] for e in efforts)])
    fixed = setting.locked_worth()
    value = fixed + sum(e.value for e in efforts)
    bound = fixed + sum(e.bound for e in efforts)
    greedy = fixed + sum(e.greedy for e in efforts)
    return Solution(
        value=value,
        bound=bound,
        status=_status(value, bound, greedy),
        assignment=setting.sessions(chosen),
        seconds=time.monotonic() - began,
        prover=_prover(efforts),
        greedy=greedy,
        certificate=_certificate(problem, efforts, fixed),
    )


def _improve(
    efforts: Sequence[Effort], pool: ThreadPoolExecutor, workers: int, deadline: float
) -> None:
    """Search blocks until the time is over, each time the one with the largest gap for its size.

    Time is shared by size among the blocks that are not finished.
    """
    running: dict[Future[None], Effort] = {}
    while True:
        left = deadline - time.monotonic()
        busy = set(map(id, running.values()))
        idle = [e for e in efforts if e.gap and id(e) not in busy]
        idle.sort(key=lambda e: e.gap / len(e.block), reverse=True)
        size = sum(len(e.block) for e in efforts if e.gap)
        for effort in idle[: max(0, workers - len(running))] if left > 0 else ():
            due = min(1.0, workers * len(effort.block) / size) * left
            seconds = min(left, max(_LEAST, effort.patience * due))
            running[pool.submit(effort.improve, seconds)] = effort
        if not running:
            return
        done, _ = wait(running, return_when=FIRST_COMPLETED)
        for future in done:
            future.result()
            del running[future]


def _status(value: int, bound: int, greedy: int) -> str:
    if value == bound:
        return "optimal"
    return "feasible" if value > greedy else "greedy"


def _certificate(problem: Problem, efforts: Sequence[Effort], fixed: int) -> Certificate:
    """Prices of all blocks in one array."""
    cuts, units = epoch_cuts(problem), problem.venues.unit_count
    epochs = len(cuts) - 1
    cell = np.zeros((units, 7, epochs, problem.season.cells))
    share = np.zeros((units, epochs))
    for effort in efforts:
        numbers, during = effort.block.unit_numbers, effort.block.epoch_numbers
        cell[np.ix_(numbers, np.arange(7), during)] = effort.pricing.prices.cell
        share[np.ix_(numbers, during)] = effort.pricing.prices.share
    return Certificate(cuts, cell, share, fixed + sum(e.pricing.bound for e in efforts))


def _prover(efforts: Sequence[Effort]) -> str:
    """Whose claim the bound is, where it is not computed from prices."""
    if all(effort.pricing.bound <= effort.claimed for effort in efforts):
        return "prices"
    return f"{SEARCHER} in OR-Tools"
