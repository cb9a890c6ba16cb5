"""The radius within which p sites reach everyone, by halving between what is proven and found."""

from __future__ import annotations

import time

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from optimise.siting.covering.cheapest import Cheapest
from optimise.siting.covering.inputs import Options
from optimise.siting.covering.prices import set_cover_bound
from optimise.siting.covering.record import Record
from optimise.siting.covering.whole import whole_of
from optimise.siting.reach import reaching

__all__ = ["Radii"]

F64 = npt.NDArray[np.float64]


class Radii:
    """Best plan and bound of a p-centre instance.

    Attributes
    ----------
    record
        Value and bound.
    chosen
        Open sites, ascending.
    price, priced
        Prices of a set cover just below the bound `priced`, which they prove. At first that is one
        point's nearest site, and the point's price alone is more than p sites cost.
    why
        What makes it infeasible, if anything does.
    """

    def __init__(self, cost: F64, p: int, options: Options) -> None:
        self._cost, self._p, self._options = cost, p, options
        self.record = Record(larger=False, rounds=False)
        self._until = self.record.begin + options.time_limit
        self.why, self.price = "", np.zeros(len(cost))
        nearest = cost.min(axis=1)
        self.priced = float(nearest.max())
        if not np.isfinite(self.priced):
            self.why = f"no site can be reached from demand point {int(nearest.argmax())}"
            self.record.prover = "no site reaches a demand point"
            return
        self.price[nearest.argmax()] = p + 1.0
        self.record.prove(self.priced, "multipliers")
        self.chosen: tuple[int, ...] = ()
        self._offer(self._farthest_first())
        if np.isinf(self.record.value):
            self._reach()
        self._radii = np.unique(cost[(cost >= self.priced) & np.isfinite(cost)])

    def halve(self) -> None:
        """Until value and bound meet or the time is up; a plan that reaches everyone is known."""
        radii, low = self._radii, 0  # the answer is radii[low] or more
        high = int(np.searchsorted(radii, self.record.value))  # and radii[high] or less
        while low < high:
            middle = (low + high) // 2
            enough = self._decide(float(radii[middle]))
            if enough is None:
                return
            if enough:
                high = int(np.searchsorted(radii, self.record.value))
            else:
                low = middle + 1
                self._prove(float(radii[low]))

    def _reach(self) -> None:
        """A first plan that reaches everyone, or why there is none; or neither, in short time."""
        fixed = np.zeros(self._cost.shape[1], dtype=bool)
        fixed[list(self._options.fixed_open)] = True
        left = self._until - time.monotonic()
        reach = reaching(np.isfinite(self._cost), fixed, self._p, left)
        self.why = reach.why
        if reach.why:
            self.record.prover = "HiGHS"
        else:
            self._offer(tuple(reach.sites.tolist()))

    def _decide(self, radius: float) -> bool | None:
        """Whether p sites reach everyone within a radius; None if the time is up."""
        if time.monotonic() >= self._until:
            return None
        covers = sp.csr_array((self._cost <= radius).astype(np.float64))
        fixed = self._options.fixed_open
        unit = np.ones(covers.shape[1])
        whole = whole_of(covers, unit, fixed, self._until)
        self._proof, self._prover = np.zeros(len(self._cost)), "multipliers"
        if not len(whole.points):
            self._offer(fixed)
            return True

        def certify(price: F64) -> float:
            return set_cover_bound(covers, unit, fixed, whole.prices(price, len(self._cost)))

        record = Record(larger=False, rounds=True)
        work = Cheapest(whole, record, len(fixed), certify, self._options.seed)
        work.run(self._until, self._p)
        if record.value <= self._p:
            self._offer((*fixed, *whole.columns[work.chosen].tolist()))
            return True
        if record.bound > self._p:
            self._proof, self._prover = whole.prices(work.price, len(self._cost)), record.prover
            return False
        return None

    def _prove(self, bound: float) -> None:
        """No plan is nearer than this, by the set cover that was just decided."""
        self.record.prove(bound, self._prover)
        if self._prover == "multipliers":
            self.price, self.priced = self._proof, bound

    def _offer(self, sites: tuple[int, ...]) -> None:
        value = float(self._cost[:, list(sites)].min(axis=1).max())
        if value < self.record.value or not self.chosen:
            self.chosen = tuple(sorted(sites))
            self.record.offer(value)

    def _farthest_first(self) -> tuple[int, ...]:
        """Open the nearest site of whichever point is farthest, one by one.

        T. F. Gonzalez: Clustering to minimize the maximum intercluster distance. Theoretical
        Computer Science 38, 1985, 293-306.
        """
        chosen = list(self._options.fixed_open)
        away = self._cost[:, chosen].min(axis=1, initial=np.inf)
        while len(chosen) < self._p:
            point = int(self._cost.min(axis=1).argmax()) if not chosen else int(away.argmax())
            site = int(self._cost[point].argmin())
            if site in chosen:
                break
            chosen.append(site)
            away = np.minimum(away, self._cost[:, site])
        return tuple(chosen)
