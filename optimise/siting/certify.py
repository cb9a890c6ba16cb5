"""Bounds from multipliers and the instance alone, by weak duality, without a solver.

Each function says what its certificate's multipliers are and what they prove. They share no code
with the solvers. Any multipliers prove a bound; good ones prove a good one. A certificate's own
`bound` is not read, except by `centre`, which is asked whether that radius is proven.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from optimise.siting.solution import Certificate

__all__ = ["assignment", "centre", "covering", "facility", "set_cover"]

F64 = npt.NDArray[np.float64]
Bool = npt.NDArray[np.bool_]
Covers = npt.NDArray[np.bool_] | sp.sparray | sp.spmatrix

_BLOCK = 2_000_000
"""Entries of a matrix that are looked at together."""
_ROUNDING = 1e-9


def assignment(
    certificate: Certificate, cost: F64, p: int, weights: F64, fixed_open: Iterable[int] = ()
) -> float:
    """p-median, kind ``assignment``: ``price`` (demand points,) for being served.

    A site earns from each point what its price exceeds the weighted cost by. No plan costs less
    than all prices less the most that p sites earn:
    sum_i price_i + least sum over p sites j of sum_i min(0, w_i cost_ij - price_i).
    """
    price = _prices(certificate, "assignment", len(cost))
    worth = np.empty(cost.shape[1])
    step = max(1, _BLOCK // len(cost))
    for begin in range(0, len(worth), step):
        part = cost[:, begin : begin + step]
        with np.errstate(invalid="ignore"):
            weighted = np.where(np.isinf(part), np.inf, weights[:, None] * part)
        worth[begin : begin + step] = np.minimum(weighted - price[:, None], 0.0).sum(axis=0)
    return float(price.sum()) + _least(worth, p, fixed_open)


def covering(
    certificate: Certificate, covers: Covers, p: int, weights: F64, fixed_open: Iterable[int] = ()
) -> float:
    """Maximal covering, kind ``covering``: ``price`` (demand points,), 0 <= price <= weight.

    A covered point is worth its weight: at most weight - price, plus the price for each site that
    covers it. No plan covers more than
    sum_i (w_i - price_i) + most over p sites j of sum_{i covered by j} price_i.
    """
    price = _prices(certificate, "covering", len(weights))
    if (price < 0).any() or (price > weights).any():
        raise ValueError("prices of covering must lie between 0 and the weight")
    earned = _columns(covers).T @ price
    return float((weights - price).sum()) - _least(-earned, p, fixed_open)


def set_cover(
    certificate: Certificate, covers: Covers, opening_cost: F64, fixed_open: Iterable[int] = ()
) -> float:
    """Set cover, kind ``set_cover``: ``price`` (demand points,) >= 0 for being covered.

    No plan costs less than sum_i price_i + sum_j min(0, opening_cost_j - sum_{i covered} price_i);
    sites that are open in any case count whatever their sign.
    """
    matrix = _columns(covers)
    price = _prices(certificate, "set_cover", matrix.shape[0])
    return _cover_bound(matrix, price, opening_cost, fixed_open)


def centre(certificate: Certificate, cost: F64, p: int, fixed_open: Iterable[int] = ()) -> float:
    """p-centre, kind ``centre``: ``price`` (demand points,) >= 0 for being nearer than `bound`.

    They are prices of a set cover in which a site covers what is nearer than the certificate's
    bound. If that needs more than p sites, nobody does better than the bound; minus infinity if the
    prices do not show it.
    """
    price = _prices(certificate, "centre", len(cost))
    needed = _cover_bound(
        _columns(cost < certificate.bound), price, np.ones(cost.shape[1]), fixed_open
    )
    return certificate.bound if needed > p + _ROUNDING else -np.inf


def facility(
    certificate: Certificate,
    cost: F64,
    demand: F64,
    capacity: F64,
    opening_cost: F64,
    p: int | None = None,
    fixed_open: Iterable[int] = (),
) -> float:
    """Facility location, kind ``facility``: ``price`` (demand points,) for being served.

    With v_j = opening_cost_j + min sum_i (cost_ij - price_i) x_ij over shares x in [0, 1] whose
    demand fits into j (a continuous knapsack), no plan costs less than
    sum_i price_i + least sum of v_j over at most p sites. It holds for split and whole demand.
    """
    price = _prices(certificate, "facility", len(cost))
    worth = np.array(
        [
            fee + _knapsack(cost[:, site] - price, demand, room)
            for site, (fee, room) in enumerate(zip(opening_cost, capacity, strict=True))
        ]
    )
    return float(price.sum()) + _least(worth, len(worth) if p is None else p, fixed_open)


def _knapsack(margin: F64, demand: F64, room: float) -> float:
    """Least sum of margins of shares that fit: those with the most gain per demand first."""
    free = (demand == 0) & (margin < 0)
    asking = np.flatnonzero((demand > 0) & (margin < 0))
    order = asking[np.argsort(margin[asking] / demand[asking])]
    total = float(margin[free].sum())
    for point in order.tolist():
        share = min(1.0, room / demand[point])
        total += share * margin[point]
        room -= share * demand[point]
        if room <= 0:
            break
    return total


def _cover_bound(
    covers: sp.csr_array, price: F64, opening_cost: F64, fixed_open: Iterable[int]
) -> float:
    if (price < 0).any():
        raise ValueError("prices of being covered must not be negative")
    worth = opening_cost - covers.T @ price
    return float(price.sum()) + _least(worth, len(worth), fixed_open)


def _least(worth: F64, p: int, fixed_open: Iterable[int]) -> float:
    """Least sum over at most p sites, with those that are open in any case."""
    kept = np.zeros(len(worth), dtype=bool)
    kept[list(fixed_open)] = True
    others = np.sort(np.minimum(worth[~kept], 0.0))
    return float(worth[kept].sum() + others[: p - int(kept.sum())].sum())


def _prices(certificate: Certificate, kind: str, points: int) -> F64:
    if certificate.kind != kind:
        raise ValueError(f"the certificate is of kind {certificate.kind}, not {kind}")
    price = np.asarray(certificate.multipliers["price"], dtype=np.float64)
    if price.shape != (points,) or not np.isfinite(price).all():
        raise ValueError(f"price must be {points} finite numbers")
    return price


def _columns(covers: Covers) -> sp.csr_array:
    """Zeros and ones as sparse floats."""
    given: Any = covers  # the stubs know no union of dense and sparse
    matrix = sp.csr_array(given)
    return sp.csr_array(matrix.astype(bool).astype(np.float64))
