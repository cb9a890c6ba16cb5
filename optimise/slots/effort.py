"""The search for the best timetable of one block."""

from __future__ import annotations

import time

import numpy as np
import numpy.typing as npt

from optimise.slots.blocks import Block
from optimise.slots.descent import descend
from optimise.slots.diary import fill
from optimise.slots.neighbourhoods import Neighbourhoods
from optimise.slots.prices import Prices, Relaxation, mixed
from optimise.slots.programs import relax, search

__all__ = ["Effort"]

I64 = npt.NDArray[np.int64]
F64 = npt.NDArray[np.float64]

_STEPS, _MORE_STEPS = 400, 150
_FIRST_COLUMNS, _GROWTH, _NEIGHBOURHOOD_SECONDS = 500, 1.35, 2.0
_PROMISING, _ATTRACTIVE = 0.1, 0.03
"""Largest loss, as a share of worth, of placements in the first linear program and later ones."""
_NO_LOSS = 1e-3
_CLOSE = 5e-4
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
        self._neighbourhoods = Neighbourhoods(self.relaxation, seed=1)
        self._columns, self._stuck = 0, False
        self.chosen = self._program = fill(block, np.argsort(-block.value, kind="stable"))
        self.value = self.greedy = self._worth(self.chosen)

    @property
    def bound(self) -> int:
        """The better of the bounds; worths are whole numbers."""
        return int(np.floor(min(self.proven, self.claimed) + 1e-6))

    @property
    def gap(self) -> int:
        """Bound less value."""
        return self.bound - self.value

    def start(self, deadline: float) -> None:
        """Find prices by subgradient steps, then a timetable that follows them."""
        self._reprice(*descend(self.relaxation, self.prices, _STEPS, deadline))
        self._program = np.union1d(self._attractive(self.prices, _PROMISING), self.chosen)

    def tighten(self, deadline: float) -> bool:
        """One round of better prices; whether another one may help.

        A linear program over promising placements gives other prices and what steps may aim at;
        steps from half-way between the two kinds of prices lower the bound; placements that are
        attractive at either join the program (column generation with smoothing, P. Wentges:
        Weighted Dantzig-Wolfe decomposition for linear mixed-integer programming. International
        Transactions in Operational Research 4, 1997).
        """
        seconds = deadline - time.monotonic()
        if not self.gap or seconds <= 0:
            return False
        answer = relax(self.block, self._program, self.prices, seconds)
        if answer is None:
            return False
        prices, reached = answer
        start = mixed(self.prices, prices)
        self._reprice(*descend(self.relaxation, start, _MORE_STEPS, deadline, aim=reached))
        more = [self._attractive(p, _ATTRACTIVE) for p in (self.prices, prices)]
        wider = np.union1d(self._program, np.concatenate(more))
        grown = len(wider) > len(self._program)
        self._program = wider
        return grown and self.proven - reached > _CLOSE * self.proven

    def improve(self, seconds: float) -> None:
        """Search for at most so long.

        Programs over few placements are solved first, those that lose least, each the start of the
        next and larger one; once one does not end in time, neighbourhoods of venues take turns
        with it.
        """
        until = time.monotonic() + seconds
        if not self._columns:
            self._columns = max(_FIRST_COLUMNS, int((self._losses < _NO_LOSS).sum()))
        if self._stuck:
            before = self.value
            self._search_neighbourhoods(until)
            self._stuck = self.value > before
            return
        while self.gap and time.monotonic() < until and not self._stuck:
            self._search_promising(until)

    def _search_promising(self, until: float) -> None:
        """One search among the most promising placements; more of them the next time.

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
        found = search(self.block, some, self.chosen, until - time.monotonic())
        if found.chosen is not None:
            self._offer(found.chosen)
        self.claimed = min(
            self.claimed, max(found.bound, self.proven - left_out, float(self.value))
        )
        if time.monotonic() < until:
            self._columns = round(_GROWTH * self._columns)
        else:
            self._stuck = True

    def _search_neighbourhoods(self, until: float) -> None:
        while self.gap and (left := until - time.monotonic()) > 0:
            seconds = min(left, _NEIGHBOURHOOD_SECONDS)
            self._offer(
                self._neighbourhoods.improve(self.chosen, self.prices, self._losses, seconds)
            )

    def _attractive(self, prices: Prices, within: float) -> I64:
        """Placements whose loss at some prices is at most a share of their worth."""
        losses = self.relaxation.losses(self.relaxation.margins(prices))
        return np.flatnonzero(losses <= within * self.block.value)

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
