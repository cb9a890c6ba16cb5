"""Good prices of a block's time: subgradient steps with memory, then rounds of linear programs.

Direction as in P. M. Camerini, L. Fratta, F. Maffioli: On improving relaxation methods by modified
gradient techniques. Mathematical Programming Study 3, 1975; step length after B. T. Polyak, 1969.
"""

from __future__ import annotations

import numpy as np

from optimise.arrays import F64, I64
from optimise.slots.blocks import Block
from optimise.slots.prices import Prices, Relaxation, mixed
from optimise.slots.programs import relax
from optimise.solver import Clock

_MEMORY, _PATIENCE, _SHRINK, _SMALLEST = 0.6, 12, 0.6, 1e-3
_AIM = 0.97
"""Steps aim at this share of the best bound: a little below what can be reached."""


def descend(
    relaxation: Relaxation,
    start: Prices,
    steps: int,
    clock: Clock,
    aim: float | None = None,
) -> tuple[Prices, float]:
    """Lower the bound.

    Parameters
    ----------
    start
        Prices to begin with.
    steps
        At most so many evaluations.
    aim
        What the bound can fall to, if known (the worth of a timetable, or of a relaxation over
        some placements); without it steps aim a little below the best bound.

    Returns
    -------
    tuple
        The best prices seen and their bound.
    """
    prices = best = start
    spare = relaxation.block.spare
    bound, reach, idle = np.inf, 1.0, 0
    cell, share = np.zeros_like(prices.cell), np.zeros_like(prices.share)
    for _ in range(steps):
        worth, chosen = relaxation.choose(relaxation.margins(prices))
        now = float(worth.sum()) + relaxation.cost(prices)
        if now < bound * (1 - 1e-6):
            bound, best, idle = now, prices, 0
        else:
            idle += 1
        if not len(chosen) or reach < _SMALLEST or clock.is_over():
            break
        if idle >= _PATIENCE:
            reach, idle, prices = reach * _SHRINK, 0, best
        use = relaxation.use(chosen)
        cell = _MEMORY * cell + _inward(use.cell - 1.0, prices.cell)
        share = _MEMORY * share + _inward(use.share - spare, prices.share)
        length = float((cell**2).sum() + (share**2).sum())
        goal = _AIM * min(bound, now) if aim is None else aim
        step = reach * max(now - goal, 0.0) / max(length, 1e-9)
        prices = Prices(
            np.maximum(prices.cell + step * cell, 0.0), np.maximum(prices.share + step * share, 0.0)
        )
    return best, bound


def _inward(excess: F64, price: F64) -> F64:
    """Use beyond what there is; prices at 0 do not fall."""
    excess[(price <= 0) & (excess < 0)] = 0.0
    return excess


_STEPS, _MORE_STEPS = 400, 150
_WHOLE = 10_000
"""The linear program of a block of so many placements is solved whole."""
_PROMISING, _ATTRACTIVE = 0.1, 0.03
"""Largest loss, as a share of worth, of placements in the first linear program and later ones."""
_PER_STEP = 1e-7
"""Work of a step for each placement."""
_CLOSE = 5e-4
"""Relative distance of bound and linear relaxation at which prices are good enough."""


class Pricing:
    """The best prices so far and what they prove.

    Attributes
    ----------
    prices, bound
        The best prices, and the bound that they prove.
    losses
        By how much, at least, the bound falls if a placement is taken.
    rough
        Whether another round may help.
    work, round_work
        Work of all rounds, and of the last one.
    """

    def __init__(self, block: Block) -> None:
        self.block, self.relaxation = block, Relaxation(block)
        self.prices: Prices = self.relaxation.free()
        self.bound = np.inf
        self.losses: F64 = np.zeros(len(block))
        self.rough, self.work, self.round_work = True, 0.0, 0.0
        self._program: I64 = np.arange(len(block))

    def start(self, known: I64, clock: Clock) -> F64:
        """Subgradient steps; worth of placements beyond their price.

        A small block's linear program is solved whole, so steps would be for nothing.

        Parameters
        ----------
        known
            Placements of a timetable, which linear programs hold in any case.
        """
        steps = 1 if len(self.block) <= _WHOLE else _STEPS
        margins = self._descend(self.prices, steps, clock)
        self._begin(known)
        return margins

    def resume(self, prices: Prices, known: I64) -> F64:
        """Begin with good prices of a nearly equal block; worth of placements beyond them."""
        margins = self._keep(prices, self.relaxation.bound(prices))
        self._begin(known)
        return margins

    def round(self, clock: Clock) -> F64 | None:
        """Improve prices; worth of placements beyond the new price, None without any.

        A linear program over promising placements gives other prices and what steps may aim at;
        steps from half-way between the two kinds of prices lower the bound; placements that are
        attractive at either join the program (column generation with smoothing, P. Wentges:
        Weighted Dantzig-Wolfe decomposition for linear mixed-integer programming. International
        Transactions in Operational Research 4, 1997).
        """
        before = self.work
        prices, reached, work = relax(self.block, self._program, self.prices, clock)
        self.work += work
        margins = None if prices is None else self._follow(prices, reached, clock)
        self.round_work = self.work - before
        return margins

    def _descend(self, start: Prices, steps: int, clock: Clock, aim: float | None = None) -> F64:
        self.work += _PER_STEP * steps * len(self.block)
        return self._keep(*descend(self.relaxation, start, steps, clock, aim))

    def _begin(self, known: I64) -> None:
        """Choose the placements of the first linear program."""
        if len(self.block) > _WHOLE:
            self._program = np.union1d(self._attractive(self.prices, _PROMISING), known)

    def _follow(self, prices: Prices, reached: float, clock: Clock) -> F64:
        if len(self._program) == len(self.block):
            self.rough = False
            return self._keep(prices, self.relaxation.bound(prices))
        margins = self._descend(mixed(self.prices, prices), _MORE_STEPS, clock, reached)
        more = [self._attractive(p, _ATTRACTIVE) for p in (self.prices, prices)]
        wider = np.union1d(self._program, np.concatenate(more))
        grown = len(wider) > len(self._program)
        self._program = wider
        self.rough = grown and self.bound - reached > _CLOSE * self.bound
        return margins

    def _attractive(self, prices: Prices, within: float) -> I64:
        """Placements whose loss at some prices is at most a share of their worth."""
        losses = self.relaxation.losses(self.relaxation.margins(prices))
        return np.flatnonzero(losses <= within * self.block.value)

    def _keep(self, prices: Prices, bound: float) -> F64:
        """Keep prices if they prove more; worth of placements beyond them in any case."""
        margins = self.relaxation.margins(prices)
        if bound < self.bound:
            self.prices, self.bound = prices, bound
            self.losses = self.relaxation.losses(margins)
        return margins
