"""Moves that no plan better than a known one makes, and the search of what is left, in two halves.

What a block can bring is known twice: from its own search, and from the prices of its rows, which
also say what it loses by every unit of a move (its reduced cost). If the other blocks' searches
make less good than that loss, the move is out of the question. The gap that counts is that between
blocks, and one block's between its search and its relaxation: far less than the whole relaxation's.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from optimise.siting.planner.blocks import Parts
from optimise.siting.planner.joint import with_rows
from optimise.siting.planner.pricing import Prices
from optimise.siting.planner.problem import Problem
from optimise.siting.planner.program import Found, Program, Relaxed, Written, search

__all__ = ["halves", "narrowed", "search_halves"]

F64 = npt.NDArray[np.float64]
I64 = npt.NDArray[np.int64]
Bool = npt.NDArray[np.bool_]

_SURE = 1e-7
"""Part of the best value by which a loss must be larger than what it is held against."""
_BETWEEN = 0.15
"""How far from a whole number a count of rooms must be to be worth halving at."""


def narrowed(
    problem: Problem, parts: Parts, relaxed: Relaxed, prices: Prices, asked: F64, best: float
) -> Problem:
    """The problem with `most` and `fixed` as near as any plan better than `best` may need.

    Parameters
    ----------
    prices, asked
        Prices that blocks were asked at, from this relaxation, and (blocks,) bounds answered.
    best
        Value of a known plan.
    """
    program = parts.program
    low, high = program.low[: program.moves].copy(), program.high[: program.moves].copy()
    loss = program.gain - program.matrix.T @ relaxed.price
    pay = parts.coupling.T @ prices.rows
    rest = prices.charges.sum(axis=1) - pay[parts.shared]
    between = program.constant + float(prices.rows @ parts.limit) + float(asked.sum())
    between += float(np.maximum(rest * low[parts.shared], rest * high[parts.shared]).sum()) - best
    between += _SURE * abs(best)
    _tighten(low, high, parts.shared, rest, between)
    couple = np.zeros(len(program.limit), dtype=bool)
    for name in ("moves", "groups"):
        couple[program.parts.get(name, slice(0, 0))] = True
    for block, bound in zip(parts.blocks, asked, strict=True):
        own = block.columns[: block.moves]
        own = own[~np.isin(own, parts.shared)]
        by_prices = _proven(program, relaxed, loss, own, block.columns[block.moves :], couple)
        _tighten(low, high, own, loss[own], between + by_prices - float(bound))
    moves = problem.moves
    fixed, most = np.rint(low).astype(np.int64), np.rint(high).astype(np.int64)
    return replace(problem, moves=replace(moves, fixed=fixed, most=most))


def _proven(
    program: Written, relaxed: Relaxed, loss: F64, own: I64, others: I64, couple: Bool
) -> float:
    """What the prices of a block's rows prove of it: no solution of it brings more."""
    rows = np.unique(sp.csc_array(program.matrix)[:, others].indices)
    rows = rows[~couple[rows]]
    every = np.concatenate([own, others])
    # Shares of offers are at most 1 by rows that have their price.
    ends = np.where(np.isfinite(program.high[every]), program.high[every], 1.0)
    beyond = np.maximum(loss[every] * program.low[every], loss[every] * ends).sum()
    return float(relaxed.price[rows] @ program.limit[rows]) + float(beyond)


def _tighten(low: F64, high: F64, moves: I64, loss: F64, room: float) -> None:
    """Move the ends of moves that lose more than there is room for."""
    if not np.isfinite(room):
        return
    steps = np.floor(np.maximum(room, 0.0) / np.maximum(np.abs(loss), 1e-12))
    high[moves] = np.where(loss < 0, np.minimum(high[moves], low[moves] + steps), high[moves])
    low[moves] = np.where(loss > 0, np.maximum(low[moves], high[moves] - steps), low[moves])


def halves(program: Program, x: F64, counts: Sequence[I64]) -> list[Program]:
    """The program cut in two at a number of rooms that is fractional in x; whole if there is none.

    Parameters
    ----------
    counts
        Moves whose total may be cut at; the first that is far enough from whole is.
    """
    for moves in counts:
        total = float(x[moves].sum())
        if _BETWEEN <= total % 1.0 <= 1.0 - _BETWEEN:
            row = np.zeros(len(program.gain))
            row[moves] = 1.0
            below = float(np.floor(total))
            return [
                with_rows(program, sp.csr_array(row[None, :]), np.array([below])),
                with_rows(program, sp.csr_array(-row[None, :]), np.array([-below - 1.0])),
            ]
    return [program]


def search_halves(parts: Sequence[Program], seconds: float, gap: float, workers: int) -> Found:
    """Search each part, side by side if there are workers; the best of them and their bound."""
    share = seconds if workers > 1 else seconds / len(parts)
    with ThreadPoolExecutor(max(workers, 1)) as pool:
        found = list(pool.map(lambda part: search(part, share, gap), parts))
    plans = [
        (float(part.gain @ each.x), each.x)
        for part, each in zip(parts, found, strict=True)
        if each.x is not None
    ]
    best = max(plans, key=lambda plan: plan[0])[1] if plans else None
    bound = max(-np.inf if each.infeasible else each.bound for each in found)
    return Found(best, float(bound), all(each.infeasible for each in found))
