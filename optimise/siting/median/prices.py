"""Prices of service and the bound that they prove (Lagrangian relaxation of the assignment).

Every demand point i offers a price u_i for being served. A site j alone is then worth

    r_j = sum_i min(0, c_ij - u_i),

and no plan of at most p sites costs less than sum_i u_i + (the p smallest r_j, sites that must be
open always counted), whatever the prices (Cornuejols, Fisher, Nemhauser: Location of bank accounts
to optimize float. Management Science 23, 1977). The best prices give the bound of the linear
relaxation; they are approached by subgradient steps that remember their direction, of a length
that aims at the best plan known (Held, Wolfe, Crowder: Validation of subgradient optimization.
Mathematical Programming 6, 1974).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from optimise.siting.median.neighbours import Neighbours
from optimise.siting.median.record import Record

__all__ = ["Priced", "Relaxation", "Steps"]

F64 = npt.NDArray[np.float64]
I64 = npt.NDArray[np.int64]
Bool = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Priced:
    """A bound and what proves it.

    Parameters
    ----------
    bound
        No plan costs less.
    price
        (points,) u.
    worth
        (sites,) r, 0 or less.
    share
        (sites,) how often each was chosen along the way: near the linear relaxation's solution.
    """

    bound: float
    price: F64
    worth: F64
    share: F64


@dataclass(frozen=True, slots=True)
class Steps:
    """How hard to try.

    Parameters
    ----------
    most
        Steps at most.
    length
        Of the first ones, as a share of what would bring the bound to the value at once.
    patience
        So many steps without progress halve the length.
    shortest
        End once the length is below this.
    memory
        Part of the last direction in the next one: more is slower, and better in the end.
    """

    most: int
    length: float
    patience: int
    shortest: float
    memory: float


ROOT = Steps(most=5_000, length=1.0, patience=40, shortest=1e-3, memory=0.95)
"""Chosen on the OR-Library instances and fl1400: within 0.01 % of the linear relaxation."""
_PROGRESS = 1e-4
"""A smaller share of the gap is no progress."""
_FADING = 0.05
"""Weight of the newest choice in the shares."""
_MARGIN = 0.1
"""Lists are cut so far above the prices, as a share of what these exceed the cheapest cost by."""


class Relaxation:
    """The bound at prices, over some sites of an instance.

    Parameters
    ----------
    near
        Lists of these sites. Prices stay below their cap, so what is not listed never counts.
    forced
        (sites,) sites that must be open.
    p
        Sites at most, the forced ones among them.
    scale
        (points,) above 0: steps of a point's price are in proportion to it.

    Attributes
    ----------
    low
        (points,) no site costs less; infinite where none of these sites reaches the point.
    """

    def __init__(self, near: Neighbours, forced: Bool, p: int, scale: F64) -> None:
        self.near, self.forced, self.p, self.scale = near, forced, p, scale
        self.low = np.minimum(near.cost[:, 0], near.cap)
        self._limit = np.full(len(self.low), -np.inf)

    def choose(self, worth: F64) -> I64:
        """The sites that the bound counts."""
        if self.p >= len(worth):
            return np.arange(len(worth))
        ranked = np.where(self.forced, -np.inf, worth)
        return np.argpartition(ranked, self.p - 1)[: self.p]

    def clip(self, price: F64) -> F64:
        """Prices below the cheapest cost, or above the cap, never help."""
        return np.clip(price, self.low, self.near.cap)

    def evaluate(self, price: F64) -> tuple[float, F64, I64, F64]:
        """Bound, worth of sites, sites chosen, and (points,) how many of them each would use."""
        if (price > self._limit).any():
            self._cut(price)
        below = np.minimum(self._cost - np.repeat(price, self._lengths), 0.0)
        worth = np.bincount(self._site, below, self.near.sites).astype(np.float64, copy=False)
        chosen = self.choose(worth)
        taken = np.zeros(self.near.sites, dtype=bool)
        taken[chosen] = True
        used = np.add.reduceat(taken[self._site] & (below < 0), self._starts, dtype=np.float64)
        return float(price.sum() + worth[chosen].sum()), worth, chosen, used

    def _cut(self, price: F64) -> None:
        """Keep what is cheaper than prices a little above these, at least one site a point."""
        self._limit = price + _MARGIN * (price - self.low)
        listed = self.near.cost < self._limit[:, None]
        listed[:, 0] = True
        self._cost, self._site = self.near.cost[listed], self.near.site[listed]
        self._lengths = listed.sum(axis=1)
        self._starts = np.cumsum(self._lengths) - self._lengths

    def ascend(
        self,
        price: F64,
        record: Record,
        steps: Steps,
        deadline: float,
        visit: Callable[[I64], None] | None = None,
    ) -> Priced:
        """Improve the bound.

        Parameters
        ----------
        price
            (points,) where to begin.
        record
            Its value is what steps aim at; they stop once the bound is enough for it.
        visit
            Called with the sites chosen whenever steps get shorter; may improve the record.
        """
        price = self.clip(price)
        direction, length, stalled = np.zeros(len(price)), steps.length, 0
        share = np.zeros(self.near.sites)
        best = Priced(-np.inf, price, share, share)
        for _ in range(steps.most):
            bound, worth, chosen, used = self.evaluate(price)
            share = (1 - _FADING) * share
            share[chosen] += _FADING
            stalled += 1
            if bound > best.bound:
                if not bound <= best.bound + _PROGRESS * (record.value - best.bound):
                    stalled = 0
                best = Priced(bound, price, worth, share)
            if best.bound >= record.enough or time.monotonic() >= deadline:
                break
            if stalled >= steps.patience:
                length, stalled, price = length / 2, 0, best.price
                if length < steps.shortest:
                    break
                if visit is not None:
                    visit(chosen)
            direction = steps.memory * direction + self.scale * (1.0 - used)
            square = float(direction @ (direction / self.scale))
            if not square:
                break
            price = self.clip(price + length * (record.value - bound) / square * direction)
        return best
