"""Large-neighbourhood search: free some venues, keep the rest of the timetable, search again."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy.sparse import csr_array

from optimise.arrays import F64, I64, Bools
from optimise.slots.blocks import Block, Diary
from optimise.slots.prices import Prices, Relaxation
from optimise.slots.programs import search
from optimise.solver import Clock

_SMALLEST, _FIRST, _LARGEST = 300, 1_200, 4_000
_GROW, _SHRINK = 1.15, 0.8
_WORK, _LITTLE, _MUCH = 2.0, 0.6, 1.8
"""Most work of one neighbourhood, beyond the root of its search tree; the next one is larger below
the second, smaller above the third."""


class Neighbourhoods:
    """Improve a timetable of a block venue group by venue group.

    A group grows from one venue along the requests that could go to both. What a timetable falls
    short of the bound is, exactly, the price of idle time plus what its requests forgo at these
    prices; the first venue is drawn in proportion to its part of that.
    """

    def __init__(self, relaxation: Relaxation, seed: int) -> None:
        self._relaxation, self._block = relaxation, relaxation.block
        self._rng = np.random.default_rng(seed)
        self._size = float(_FIRST)
        block = self._block
        venues = block.units.shape[0]
        asks = csr_array(
            (np.ones(len(block)), (block.request, block.venue)),
            shape=(len(block.sessions), venues),
        )
        asks.data[:] = 1.0
        self._common = (asks.T @ asks + 1e-3 * (block.units @ block.units.T)).tocsr()

    def improve(self, chosen: I64, prices: Prices, losses: F64, clock: Clock) -> tuple[I64, float]:
        """Search one neighbourhood: a timetable that is not worse, and the work it took."""
        block = self._block
        freed = self._freed(self._shortfall(chosen, prices, losses), losses)
        sub, columns = _subproblem(block, chosen, freed, losses, int(self._size))
        kept = chosen[~freed[block.venue[chosen]]]
        known = np.flatnonzero(np.isin(columns, chosen))
        found = search(sub, np.arange(len(columns)), known, _WORK, clock)
        if not found.proven or found.work > _MUCH:
            self._size = max(self._size * _SHRINK, _SMALLEST)
        elif found.work < _LITTLE:
            self._size = min(self._size * _GROW, _LARGEST)
        if found.chosen is None:
            return chosen, found.work
        return np.sort(np.concatenate((kept, columns[found.chosen]))), found.work

    def _shortfall(self, chosen: I64, prices: Prices, losses: F64) -> F64:
        """Price of idle time at each venue and what the requests there forgo."""
        block, use = self._block, self._relaxation.use(chosen)
        idle = (prices.cell * (1.0 - use.cell)).sum(axis=(1, 2, 3))
        idle += (prices.share * (block.spare - use.share)).sum(axis=1)
        missing = np.bincount(
            block.request[chosen], weights=losses[chosen], minlength=len(block.sessions)
        )
        served = np.bincount(block.request[chosen], minlength=len(block.sessions)) > 0
        worth, _ = self._relaxation.choose(self._relaxation.margins(prices))
        missing = np.where(served, missing, worth)
        at_venue = np.zeros(block.units.shape[0])
        np.maximum.at(at_venue, block.venue, missing[block.request])
        return np.asarray(np.maximum(block.units @ idle, 0.0) + at_venue + 1e-6)

    def _freed(self, shortfall: F64, losses: F64) -> Bools:
        """Venues of a neighbourhood: about `_size` promising placements."""
        block, venues = self._block, len(shortfall)
        near = np.bincount(block.venue[losses <= np.quantile(losses, 0.25)], minlength=venues)
        freed = np.zeros(venues, dtype=bool)
        first = int(self._rng.choice(venues, p=shortfall / shortfall.sum()))
        pull = np.zeros(venues)
        count, at = 0, first
        while True:
            freed[at] = True
            count += int(near[at])
            pull += self._common[[at]].toarray().reshape(-1) * self._rng.uniform(0.5, 1.5, venues)
            pull[freed] = 0.0
            if count >= self._size or not pull.any():
                return freed
            at = int(pull.argmax())


def _subproblem(
    block: Block, chosen: I64, freed: Bools, losses: F64, size: int
) -> tuple[Block, I64]:
    """Placements that still fit at the freed venues beside the rest, the most promising first."""
    diary = Diary(block)
    for at in chosen[~freed[block.venue[chosen]]].tolist():
        diary.put(at)
    there = np.flatnonzero(freed[block.venue])
    there = there[np.argsort(losses[there], kind="stable")]
    fitting: list[int] = []
    for at in there.tolist():
        if diary.fits(at):
            fitting.append(at)
            if len(fitting) >= 2 * size:
                break
    columns = np.union1d(np.array(fitting, dtype=np.int64), chosen[freed[block.venue[chosen]]])
    sub = replace(block.select(columns), sessions=diary.sessions_left(), spare=diary.spare_left())
    return sub, columns
