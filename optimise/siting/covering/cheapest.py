"""The cheapest plan that covers every point: search, prices, integer program."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from optimise.siting.covering.pickers import cover_greedily
from optimise.siting.covering.program import cheapest_cover
from optimise.siting.covering.record import Record
from optimise.siting.covering.relaxation import set_cover_prices
from optimise.siting.covering.whole import Whole

__all__ = ["Cheapest", "even_prices"]

I64 = npt.NDArray[np.int64]
F64 = npt.NDArray[np.float64]

_TRIES = 20
_READING = 0.2
"""Seconds kept for the end."""


def even_prices(whole: Whole) -> F64:
    """Each point pays what its cheapest site costs per point: no site earns more than it costs."""
    size = np.asarray(whole.matrix.sum(axis=0)).reshape(-1)
    share = whole.cost / np.maximum(size, 1)
    return np.minimum.reduceat(share[whole.matrix.indices], whole.matrix.indptr[:-1])


class Cheapest:
    """Best plan and bound, noted in a record in the instance's units.

    Parameters
    ----------
    whole
        Every row has a column.
    settled
        Cost of the fixed sites.
    certify
        From prices to the bound that they prove for the whole instance.

    Attributes
    ----------
    chosen
        Columns of the best plan.
    price
        (rows,) the best prices.
    """

    def __init__(
        self,
        whole: Whole,
        record: Record,
        settled: float,
        certify: Callable[[F64], float],
        seed: int,
    ) -> None:
        self.whole, self.record, self._settled, self._certify = whole, record, settled, certify
        self._rng = np.random.default_rng(seed)
        self.chosen, self._value = np.zeros(0, dtype=np.int64), np.inf
        self.price, self._claim = np.zeros(len(whole.points)), -np.inf
        self._offer(cover_greedily(whole.matrix, whole.cost))
        self._claim_prices(even_prices(whole))

    def run(self, until: float, enough: float | None = None) -> None:
        """Work until the plan is proven, the time is up, or it is known whether `enough` can be.

        That is: a plan costs `enough` or less, or the bound is above it. All costs must be whole
        then.
        """
        until -= _READING
        if not self._over(enough):
            found = set_cover_prices(self.whole.matrix, self.whole.cost, until - time.monotonic())
            if found is not None:
                self._claim_prices(found[1])
        for _ in range(_TRIES):
            if self._over(enough) or time.monotonic() >= until:
                return
            self._offer(cover_greedily(self.whole.matrix, self.whole.cost, self._rng))
        if not self._over(enough):
            self._prove(until, enough)

    def _over(self, enough: float | None) -> bool:
        record = self.record
        if record.proven or enough is None:
            return record.proven
        return record.value <= enough or record.bound > enough

    def _prove(self, until: float, enough: float | None) -> None:
        """An integer program over the sites that can be part of a better plan.

        With `enough`, of one that costs no more than that: if there is none, any plan costs the
        next whole number at least.
        """
        whole = self.whole
        reduced = whole.cost - np.asarray(whole.matrix.T @ self.price)
        bound = float(self.price.sum() + np.minimum(reduced, 0.0).sum())
        most = None if enough is None else enough - self._settled
        best = self._value if most is None else most + 1.0
        limit = best - self.record.least_better
        kept = np.flatnonzero(bound + np.maximum(reduced, 0.0) <= limit)
        matrix = sp.csr_array(whole.matrix[:, kept])
        if len(kept) and (np.diff(matrix.indptr) > 0).all():
            found = cheapest_cover(matrix, whole.cost[kept], until - time.monotonic(), most)
            if found.chosen is not None:
                self._offer(kept[found.chosen])
            if found.chosen is not None or not found.done:
                best = min(best, self._value if found.done and most is None else found.bound)
        self.record.prove(self._settled + best, "HiGHS")

    def _offer(self, chosen: I64) -> None:
        value = float(self.whole.cost[chosen].sum())
        covered = (self.whole.matrix[:, chosen].sum(axis=1) > 0).all()
        if covered and value < self._value:
            self.chosen, self._value = chosen, value
            self.record.offer(self._settled + value)

    def _claim_prices(self, price: F64) -> None:
        price = np.maximum(price, 0.0)
        bound = self._certify(price)
        if bound > self._claim:
            self.price, self._claim = price, bound
        self.record.prove(bound, "multipliers")
