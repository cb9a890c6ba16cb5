"""Good prices quickly: subgradient steps with memory.

Direction as in P. M. Camerini, L. Fratta, F. Maffioli: On improving relaxation methods by modified
gradient techniques. Mathematical Programming Study 3, 1975; step length after B. T. Polyak, 1969.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from optimise.slots.clock import Clock
from optimise.slots.prices import Prices, Relaxation

__all__ = ["descend"]

F64 = npt.NDArray[np.float64]

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
        if not len(chosen) or reach < _SMALLEST or clock.over():
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
    """What is used beyond what there is; prices at 0 do not fall."""
    excess[(price <= 0) & (excess < 0)] = 0.0
    return excess
