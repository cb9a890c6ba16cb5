"""The search for the best timetable of one block."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from optimise.arrays import F64, I64
from optimise.slots.blocks import Block, fill
from optimise.slots.neighbourhoods import Neighbourhoods
from optimise.slots.prices import Prices
from optimise.slots.pricing import Pricing
from optimise.slots.programs import search
from optimise.solver import Clock

_FIRST_COLUMNS, _GROWTH = 500, 1.35
"""Placements in the first program, and by how much the next one is larger."""
_NO_LOSS = 1e-3
_PROVEN_AT_ONCE, _MOST_PROVEN = 4_000, 30_000
"""With at most so many useful placements the proof begins at once; with more than the second
number it never does."""
_ROOT_WORK, _NODE_SHARE = 6e-4, 0.5
"""Work of the root of a program for each placement, which no limit ends; the share of the work left
that goes into the nodes below it, which take up to twice the work that limits count."""
_PROOF_ROOTS = 3
"""The proof begins before the work left falls below so many times the work of its root."""
_LONG_PROGRAM = 1.0
"""Work of a program after which neighbourhoods bring more: they are no larger, and easier."""
_SMALL_GAIN = 0.1
"""A gain in neighbourhoods below this share of the gap is small, and the proof comes next."""
_PRICE_ROUNDS = 4
"""Prices are improved further in a search with more than so many times the work of a round."""
_STAGE_SHARE = 0.3
"""Share of a block's work that its next stage gets at once, unless that stage is the proof."""


class BlockSearch:
    """Best timetable and bounds of a block, improved step by step.

    Attributes
    ----------
    pricing
        Prices and the bound that they prove.
    claimed
        Bound that the solver reports, infinite at first.
    chosen, value
        The best timetable so far (placements of the block) and its worth.
    greedy
        Worth of the timetable that takes what is worth most first.
    searched
        Work of its programs and neighbourhoods.
    """

    def __init__(self, block: Block) -> None:
        self.block, self.pricing = block, Pricing(block)
        self.claimed, self.searched = np.inf, 0.0
        self.chosen = fill(block, np.argsort(-block.value, kind="stable"))
        self.value = self.greedy = self._worth(self.chosen)
        self._neighbourhoods = Neighbourhoods(self.pricing.relaxation, seed=1)
        self._columns, self._stage = 0, "programs"

    @property
    def bound(self) -> int:
        """The better of the bounds; worths are whole numbers."""
        return int(np.floor(min(self.pricing.bound, self.claimed) + 1e-6))

    @property
    def gap(self) -> int:
        """Bound less value, never below 0."""
        return max(self.bound - self.value, 0)

    def resume(self, prices: Prices, timetables: Sequence[I64]) -> None:
        """Begin with what is known of a block that is nearly the same, instead of `start`.

        Parameters
        ----------
        prices
            Any prices of this block; good ones of the other.
        timetables
            Timetables of this block.
        """
        for chosen in timetables:
            self._offer(chosen)
        self._move_prices(self.pricing.resume(prices, self.chosen))

    def claim(self, bound: float) -> None:
        """Take over a bound that is known from elsewhere."""
        self.claimed = min(self.claimed, bound)

    @property
    def work(self) -> float:
        """Work done so far."""
        return self.pricing.work + self.searched

    def price(self, work: float, clock: Clock) -> None:
        """Find prices and timetables that follow them, in rounds until so much work is done."""
        self._move_prices(self.pricing.start(self.chosen, clock))
        while self.gap and self.pricing.rough and self.pricing.work < work and not clock.is_over():
            self._tighten(clock)

    def search(self, work: float, clock: Clock) -> None:
        """Search with so much work, until the best timetable is proven."""
        until = self.work + work
        while self.gap and self.work < until and not clock.is_over():
            self.improve(until - self.work, clock)

    def improve(self, work: float, clock: Clock) -> None:
        """Take the next of the stages that follow each other, with a part of so much work.

        *Programs* over few placements, those that lose least, each the start of the next and
        larger one; once one does not end, *neighbourhoods* of venues; once these bring
        little, one program over all placements that can be part of a better timetable, for the
        *proof*, unless these are too many.
        """
        if self.pricing.rough and work > _PRICE_ROUNDS * self.pricing.round_work:
            self._tighten(clock)
        if self._stage == "programs" and _ROOT_WORK * _GROWTH * self._columns > work:
            self._stage = "neighbourhoods"
        if self._stage == "programs":
            self._search_programs(self.searched + _STAGE_SHARE * work, clock)
        elif self._stage == "neighbourhoods":
            self._search_neighbourhoods(work, clock)
        else:
            beyond = _NODE_SHARE * max(work - self._root_work(), 0.0)
            self._search_among(self._useful(), self.searched + beyond, clock)
            self._stage = "neighbourhoods"

    def _tighten(self, clock: Clock) -> None:
        """Go one round of better prices."""
        margins = self.pricing.round(clock)
        if margins is not None:
            self._move_prices(margins)

    def _useful(self) -> I64:
        """Placements that can be part of a better timetable.

        It loses less than the present gap at these prices, and so does each of its placements.
        """
        pricing, least = self.pricing, self.value + 1
        return np.flatnonzero(pricing.losses <= pricing.bound - least + 1e-6)

    def _search_programs(self, until: float, clock: Clock) -> None:
        first = max(_FIRST_COLUMNS, int((self.pricing.losses < _NO_LOSS).sum()))
        before, self._columns = self.searched, round(_GROWTH * self._columns) or first
        ended = self._search_least_losing(until, clock)
        while self.gap and self._stage == "programs" and not clock.is_over():
            if len(self._useful()) <= _PROVEN_AT_ONCE:
                self._stage = "proof"
            elif not ended or self.searched >= min(until, before + _LONG_PROGRAM):
                self._stage = "neighbourhoods"
            else:
                before, self._columns = self.searched, round(_GROWTH * self._columns)
                ended = self._search_least_losing(until, clock)

    def _search_least_losing(self, until: float, clock: Clock) -> bool:
        useful = self._useful()
        order = useful[np.argsort(self.pricing.losses[useful], kind="stable")]
        return self._search_among(order[: self._columns], until, clock)

    def _search_neighbourhoods(self, work: float, clock: Clock) -> None:
        """Take a part of the work, and go on to the proof while there is enough left for it."""
        before, gap = self.value, self.gap
        due, root_work = self.searched + work, self._root_work()
        until = self.searched + _STAGE_SHARE * (work - root_work if root_work <= work else work)
        while self.gap and self.searched < until and not clock.is_over():
            prices, losses = self.pricing.prices, self.pricing.losses
            chosen, spent = self._neighbourhoods.improve(self.chosen, prices, losses, clock)
            self._offer(chosen)
            self.searched += spent
        left, root_work = due - self.searched, self._root_work()
        small = self.value - before < _SMALL_GAIN * gap
        if root_work <= left and (small or left < _PROOF_ROOTS * root_work):
            self._stage = "proof"
        elif self.value == before:
            self._stage = "programs"

    def _root_work(self) -> float:
        """Work that the root of a proof is likely to take; infinite with too many placements."""
        useful = len(self._useful())
        return _ROOT_WORK * useful if useful <= _MOST_PROVEN else np.inf

    def _search_among(self, placements: I64, until: float, clock: Clock) -> bool:
        """Search among some placements, those that lose least among the useful ones.

        The solver's bound holds for timetables of these; any other loses at least as much as the
        best placement that was left out.

        Returns
        -------
        bool
            Whether the search ended.
        """
        left_out = np.ones(len(self.block), dtype=bool)
        placements = np.union1d(placements, self.chosen)
        left_out[placements] = False
        others = self.pricing.bound - self.pricing.losses[left_out].min(initial=np.inf)
        found = search(self.block, placements, self.chosen, until - self.searched, clock)
        self.searched += found.work
        if found.chosen is not None:
            self._offer(found.chosen)
        self.claimed = min(self.claimed, max(found.bound, others, float(self.value)))
        return found.proven

    def _move_prices(self, margins: F64) -> None:
        """Try the timetable that takes what is worth most beyond its price first."""
        self._offer(fill(self.block, np.argsort(-margins, kind="stable")))

    def _offer(self, chosen: I64) -> None:
        if self._worth(chosen) > self.value:
            self.chosen, self.value = chosen, self._worth(chosen)

    def _worth(self, chosen: I64) -> int:
        return round(float(self.block.value[chosen].sum()))
