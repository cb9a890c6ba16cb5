"""Prices of what couples the blocks, and the bound that they prove block by block.

For any prices of coupling rows (at least 0) and any charges for copies of shared moves, the best
of every block on its own adds up to a bound (Lagrangian relaxation; blocks are solved with whole
moves, so it is mostly far better than the linear relaxation's). Prices come from that linear
relaxation: better ones were searched for along the price of money, and found to prove no more.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from optimise.siting.planner.blocks import Column, Parts, side_by_side, solve_block
from optimise.siting.planner.program import Relaxed

__all__ = ["Market", "Prices", "prices_from"]

F64 = npt.NDArray[np.float64]
I64 = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Prices:
    """Prices of coupling rows, and (shared moves, blocks) charges for copies of shared moves."""

    rows: F64
    charges: F64


def prices_from(parts: Parts, relaxed: Relaxed) -> Prices:
    """Prices of the linear relaxation: a copy is charged what its block's rows gain by it."""
    program = parts.program
    couples = np.zeros(len(program.limit), dtype=bool)
    couples[program.parts["moves"]] = True
    if "groups" in program.parts:
        couples[program.parts["groups"]] = True
    price = np.where(couples, 0.0, relaxed.price)
    charges = np.zeros((len(parts.shared), len(parts.blocks)))
    body = sp.csr_array(program.matrix[:, : program.moves])
    # Rows of a block are those in which its columns are.
    for number, block in enumerate(parts.blocks):
        mine = np.isin(parts.shared, block.columns[: block.moves])
        if mine.any():
            lines = np.unique(sp.csc_array(program.matrix)[:, block.columns[block.moves :]].indices)
            charges[mine, number] = -(body[lines][:, parts.shared[mine]].T @ price[lines])
    return Prices(relaxed.price[couples], charges)


class Market:
    """Blocks and what they have answered.

    Attributes
    ----------
    pools
        Solutions of each block with whole moves.
    spent
        What the solutions of the last round use of the first coupling row: money, if it is limited.
    bounds
        (blocks,) of the last round.
    """

    def __init__(self, parts: Parts, workers: int) -> None:
        self.parts, self.workers = parts, workers
        self.pools: list[list[Column]] = [[] for _ in parts.blocks]
        self.spent = 0.0
        self.bounds = np.full(len(parts.blocks), np.inf)

    def ask(self, prices: Prices, until: float, gap: float, whole: bool = True) -> float:
        """Solve every block at these prices; the bound that this proves.

        Solutions are added to the pools. A block that time runs out on has its solver's bound, the
        worse for it, and an infinite one if there was none.
        """
        program, parts = self.parts.program, self.parts
        pay = parts.coupling.T @ prices.rows
        order = sorted(range(len(parts.blocks)), key=lambda k: -len(parts.blocks[k].columns))
        size = np.array([1.0 + len(block.columns) for block in parts.blocks])
        after = dict(zip(order, np.cumsum(size[order][::-1])[::-1].tolist(), strict=True))

        def solve(number: int) -> tuple[Column | None, float]:
            block = parts.blocks[number]
            # Those after it need their time too; most need far less than this.
            left = until - time.monotonic()
            seconds = left * min(1.0, 2.0 * self.workers * size[number] / after[number])
            gain = self._gain(number, prices, pay)
            return solve_block(program, block, gain, seconds, gap, whole)

        found = side_by_side(solve, order, self.workers)
        total = program.constant + float(prices.rows @ parts.limit)
        rest = prices.charges.sum(axis=1) - pay[parts.shared]
        low, high = program.low[parts.shared], program.high[parts.shared]
        total += float(np.maximum(rest * low, rest * high).sum())
        cost = parts.coupling[[0]].toarray().ravel() if len(parts.limit) else np.zeros(0)
        self.spent = 0.0
        for number, (column, bound) in zip(order, found, strict=True):
            total += bound
            self.bounds[number] = bound
            if column is None:
                continue
            if len(cost):
                self.spent += float(cost[parts.blocks[number].columns] @ column.x)
            if whole:
                self.pools[number].append(column)
        return total

    def _gain(self, number: int, prices: Prices, pay: F64) -> F64:
        """On a block's columns: what they bring, less what they pay."""
        block = self.parts.blocks[number]
        gain: F64 = self.parts.program.gain[block.columns] - pay[block.columns]
        copied = np.isin(block.columns[: block.moves], self.parts.shared)
        place = np.searchsorted(self.parts.shared, block.columns[: block.moves][copied])
        gain[: block.moves][copied] = -prices.charges[place, number]
        return gain

    def union(self) -> I64:
        """(M,) times of the last solutions of all blocks; of copies the least."""
        program = self.parts.program
        times = np.full(program.moves, np.iinfo(np.int64).max)
        for block, pool in zip(self.parts.blocks, self.pools, strict=True):
            if pool:
                made = pool[-1].x[: block.moves].astype(np.int64)
                np.minimum.at(times, block.columns[: block.moves], made)
        low = program.low[: program.moves].astype(np.int64)
        return np.where(times == np.iinfo(np.int64).max, low, times)

    def range_of_moves(self, plans: Sequence[I64 | F64]) -> tuple[F64, F64]:
        """(M,) fewest and most times that any solution or plan makes each move."""
        program = self.parts.program
        low, high = np.array(plans).min(axis=0), np.array(plans).max(axis=0)
        for block, pool in zip(self.parts.blocks, self.pools, strict=True):
            some = block.columns[: block.moves]
            for column in pool:
                np.minimum.at(low, some, column.x[: block.moves].astype(np.int64))
                np.maximum.at(high, some, column.x[: block.moves].astype(np.int64))
        return (
            np.maximum(low, program.low[: program.moves]),
            np.minimum(high, program.high[: program.moves]),
        )
