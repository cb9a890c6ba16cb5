"""The search for the best timetable of one block."""

from __future__ import annotations

import time

import numpy as np
import numpy.typing as npt

from optimise.slots.blocks import Block
from optimise.slots.descent import descend
from optimise.slots.diary import fill
from optimise.slots.prices import Prices, Relaxation
from optimise.slots.programs import relax, search

__all__ = ["Effort"]

I64 = npt.NDArray[np.int64]
F64 = npt.NDArray[np.float64]

_STEPS = 400
_FIRST_COLUMNS, _MOST_COLUMNS = 6_000, 60_000
_WITHIN = 0.1
"""Placements whose loss is within this share of their worth enter the linear program."""
_CLOSE = 1e-4
"""Relative distance of bound and linear relaxation at which prices are good enough."""


class Effort:
    """Best timetable, bounds and prices of a block, improved step by step.

    Attributes
    ----------
    chosen, value
        The best timetable so far (placements of the block) and its worth.
    proven
        Bound by prices.
    claimed
        Bound by the solver's word, infinite at first.
    """

    def __init__(self, block: Block) -> None:
        self.block = block
        self.relaxation = Relaxation(block)
        self.prices: Prices = self.relaxation.free()
        self.proven = self.claimed = np.inf
        self._losses: F64 = np.zeros(len(block))
        self._columns = _FIRST_COLUMNS
        self.chosen = fill(block, np.argsort(-block.value, kind="stable"))
        self.value = self.greedy = self._worth(self.chosen)

    @property
    def bound(self) -> int:
        """The better of the bounds; worths are whole numbers."""
        return int(np.floor(min(self.proven, self.claimed) + 1e-6))

    @property
    def gap(self) -> int:
        """Bound less value."""
        return self.bound - self.value

    def prepare(self, deadline: float) -> None:
        """Find prices, then a timetable that follows them."""
        self._reprice(*descend(self.relaxation, _STEPS, deadline))
        while self.gap and time.monotonic() < deadline:
            before = self.proven
            reached = self._tighten(deadline)
            if reached is None or self.proven - reached < _CLOSE * self.proven:
                break
            if before - self.proven < _CLOSE / 10 * self.proven:
                break

    def improve(self, seconds: float) -> None:
        """One search among the most promising placements; more of them at each call.

        A timetable that beats the best one loses less than the present gap at these prices, and so
        does each of its placements: where all such placements are searched, the solver's bound is
        one for the whole block, and else together with the least loss that was left out.
        """
        useful = np.flatnonzero(self._losses <= self.proven - self.value - 1 + 1e-6)
        some, left_out = useful, np.inf
        if len(useful) > self._columns:
            order = useful[np.argsort(self._losses[useful], kind="stable")]
            left_out = float(self._losses[order[self._columns]])
            some = order[: self._columns]
        some = np.union1d(some, self.chosen)
        found = search(self.block, some, self.chosen, seconds)
        if found.chosen is not None:
            self._offer(found.chosen)
        self.claimed = min(
            self.claimed, max(found.bound, self.proven - left_out, float(self.value))
        )
        self._columns = min(2 * self._columns, _MOST_COLUMNS)

    def _tighten(self, deadline: float) -> float | None:
        """Prices from a linear program over promising placements; its value."""
        some = np.flatnonzero(self._losses <= _WITHIN * self.block.value)
        some = np.union1d(some, self.chosen)
        answer = relax(self.block, some, self.prices, deadline - time.monotonic())
        if answer is None:
            return None
        prices, value = answer
        self._reprice(prices, self.relaxation.bound(prices))
        return value

    def _reprice(self, prices: Prices, bound: float) -> None:
        """Keep prices if they prove more; follow them in any case."""
        margins = self.relaxation.margins(prices)
        if bound < self.proven:
            self.prices, self.proven = prices, bound
            self._losses = self.relaxation.losses(margins)
        self._offer(fill(self.block, np.argsort(-margins, kind="stable")))

    def _offer(self, chosen: I64) -> None:
        if self._worth(chosen) > self.value:
            self.chosen, self.value = chosen, self._worth(chosen)

    def _worth(self, chosen: I64) -> int:
        return round(float(self.block.value[chosen].sum()))
