"""Prices of demand points and the bound that they prove for maximal covering.

If covering point i earns a site `price_i` for every site that covers it, and the plan keeps
`w_i - price_i` of each point in any case, then no plan covers more than

    sum_i (w_i - price_i) + the p largest of (sum over points that j covers of price_i)

for any 0 <= price_i <= w_i (Lagrangian relaxation of `covered_i <= sum of open sites that cover
i`; R. D. Galvao, C. ReVelle: A Lagrangean heuristic for the maximal covering location problem.
European Journal of Operational Research 88, 1996, 114-123).
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from optimise.siting.covering.odd_sets import OddSets

__all__ = ["Priced", "covering_bound", "improve", "price_out", "set_cover_bound"]

I64 = npt.NDArray[np.int64]
F64 = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Priced:
    """Prices, what each site earns at them, and the bound."""

    price: F64
    earns: F64
    bound: float

    def losses(self, p: int) -> F64:
        """(sites,) by how much the bound falls, at least, if a site must be open; 0 or more."""
        last = np.partition(self.earns, -p)[-p]
        return np.asarray(np.maximum(last - self.earns, 0.0))


def covering_bound(
    covers: sp.csr_array, weights: F64, p: int, fixed_open: tuple[int, ...], price: F64
) -> float:
    """The bound above for a whole instance: the fixed sites are always among the p."""
    earns = np.asarray(covers.T @ price)
    fixed = float(earns[list(fixed_open)].sum())
    others = np.delete(earns, list(fixed_open))
    free = min(p - len(fixed_open), len(others))
    top = np.partition(others, -free)[-free:].sum() if free else 0.0
    return float((weights - price).sum() + fixed + top)


def set_cover_bound(
    covers: sp.csr_array, cost: F64, fixed_open: tuple[int, ...], price: F64
) -> float:
    """No plan costs less than this (the formula of `optimise.siting.set_cover`)."""
    reduced = cost - np.asarray(covers.T @ price)
    fixed = list(fixed_open)
    low = np.minimum(reduced, 0.0)
    low[fixed] = reduced[fixed]
    return float(price.sum() + low.sum())


def price_out(
    matrix: sp.csr_array,
    weights: F64,
    p: int,
    price: F64,
    cuts: OddSets | None = None,
    paid: F64 | None = None,
) -> Priced:
    """What prices (cut to what is allowed) prove.

    With `paid` >= 0 for each cut, a plan keeps of each point at most what its price and its cuts
    leave, sites earn by the cuts as well, and each cut adds its limit of 1.
    """
    price = np.clip(price, 0.0, weights)
    earns, left = np.asarray(matrix.T @ price), weights - price
    fixed = 0.0
    if cuts is not None and paid is not None:
        earns = earns + np.asarray(cuts.sites.T @ paid)
        left = np.maximum(left - np.asarray(cuts.points.T @ paid), 0.0)
        fixed = float(paid.sum())
    top = np.partition(earns, -p)[-p:]
    return Priced(price, earns, float(left.sum() + top.sum()) + fixed)


def improve(
    matrix: sp.csr_array, weights: F64, p: int, value: float, until: float, rounds: int = 150
) -> Priced:
    """Prices after some subgradient steps, from an even share of each weight among its sites.

    Or no prices at all, where these prove as much.

    Parameters
    ----------
    value
        Of a plan; steps are as long as the gap to it.
    until
        When to stop at the latest, by `time.monotonic`.
    """
    per_point = np.diff(matrix.indptr)
    now = price_out(matrix, weights, p, weights / np.maximum(per_point, 1))
    none = price_out(matrix, weights, p, np.zeros(len(weights)))
    best, step, waited = min(none, now, key=lambda prices: prices.bound), 1.0, 0
    for _ in range(rounds):
        open_sites = np.zeros(matrix.shape[1])
        open_sites[np.argpartition(-now.earns, p - 1)[:p]] = 1.0
        direction = (now.price < weights) - matrix @ open_sites
        direction[(now.price >= weights) & (direction > 0)] = 0.0
        square = float(direction @ direction)
        if not square or now.bound <= value or time.monotonic() >= until:
            break
        now = price_out(
            matrix, weights, p, now.price + step * (now.bound - value) / square * direction
        )
        waited = 0 if now.bound < best.bound else waited + 1
        best = min(best, now, key=lambda prices: prices.bound)
        if waited == 8:
            now, step, waited = best, step * 0.6, 0
    return best
