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
_WHOLE = 10_000
"""A block of so many placements is small."""
_FIRST_COLUMNS, _GROWTH, _NEIGHBOURHOOD_SECONDS = 500, 1.35, 2.0
_PROMISING, _ATTRACTIVE = 0.1, 0.03
"""Largest loss, as a share of worth, of placements in the first linear program and later ones."""
_SLICE, _LITTLE, _FEW, _PROVABLE = 0.3, 0.1, 4_000, 30_000
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
        self._columns, self._stage = 0, "programs"
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
        """Find prices by subgradient steps, then a timetable that follows them.

        A small block's linear program is solved whole, so steps would be for nothing.
        """
        small = len(self.block) <= _WHOLE
        self._reprice(*descend(self.relaxation, self.prices, 1 if small else _STEPS, deadline))
        if small:
            self._program = np.arange(len(self.block))
        else:
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
        if len(self._program) == len(self.block):
            self._reprice(prices, self.relaxation.bound(prices))
            return False
        start = mixed(self.prices, prices)
        self._reprice(*descend(self.relaxation, start, _MORE_STEPS, deadline, aim=reached))
        more = [self._attractive(p, _ATTRACTIVE) for p in (self.prices, prices)]
        wider = np.union1d(self._program, np.concatenate(more))
        grown = len(wider) > len(self._program)
        self._program = wider
        return grown and self.proven - reached > _CLOSE * self.proven

    @property
    def patience(self) -> float:
        """Part of the time that is due to it that the next stage should get at once."""
        return 1.0 if self._stage == "proof" else _SLICE

    def improve(self, seconds: float) -> None:
        """Search for at most so long, in stages that follow each other.

        *Programs* over few placements, those that lose least, each the start of the next and
        larger one; once one does not end in time, *neighbourhoods* of venues; once these bring
        little, one program over all placements that can be part of a better timetable, for the
        *proof*, unless these are too many.
        """
        until, before, gap = time.monotonic() + seconds, self.value, self.gap
        if self._stage == "programs":
            self._search_programs(until)
        elif self._stage == "neighbourhoods":
            self._search_neighbourhoods(until)
            provable = len(self._useful()) <= _PROVABLE
            if provable and self.value - before < _LITTLE * gap:
                self._stage = "proof"
            elif self.value == before:
                self._stage = "programs"
        else:
            self._search_among(self._useful(), until)
            self._stage = "neighbourhoods"

    def _useful(self) -> I64:
        """Placements that can be part of a better timetable.

        It loses less than the present gap at these prices, and so does each of its placements.
        """
        return np.flatnonzero(self._losses <= self.proven - self.value - 1 + 1e-6)

    def _search_programs(self, until: float) -> None:
        if not self._columns:
            self._columns = max(_FIRST_COLUMNS, int((self._losses < _NO_LOSS).sum()))
            self._search_least_losing(until)
        while self.gap and self._stage == "programs":
            if len(self._useful()) <= _FEW:
                self._stage = "proof"
            elif time.monotonic() >= until:
                self._stage = "neighbourhoods"
            else:
                self._columns = round(_GROWTH * self._columns)
                self._search_least_losing(until)

    def _search_least_losing(self, until: float) -> None:
        useful = self._useful()
        order = useful[np.argsort(self._losses[useful], kind="stable")]
        self._search_among(order[: self._columns], until)

    def _search_among(self, some: I64, until: float) -> None:
        """Search among some placements, those that lose least among the useful ones.

        The solver's bound holds for timetables of these; any other loses at least as much as the
        best placement that was left out.
        """
        left_out = np.ones(len(self.block), dtype=bool)
        some = np.union1d(some, self.chosen)
        left_out[some] = False
        others = self.proven - self._losses[left_out].min(initial=np.inf)
        found = search(self.block, some, self.chosen, until - time.monotonic())
        if found.chosen is not None:
            self._offer(found.chosen)
        self.claimed = min(self.claimed, max(found.bound, others, float(self.value)))

    def _search_neighbourhoods(self, until: float) -> None:
        while self.gap and (left := until - time.monotonic()) > 0:
            seconds = min(left, _NEIGHBOURHOOD_SECONDS)
            near = self._neighbourhoods.improve(self.chosen, self.prices, self._losses, seconds)
            self._offer(near)

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
