"""Linear relaxations by interior point: their prices prove the bound, without the solver's word.

Sites have no upper limit of 1 (a second copy covers nothing more). So no site earns more than the
price of opening one, not even those that were dropped as dominated, and the prices prove the value
of the relaxation for the whole matrix.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp
from scipy.optimize import linprog

from optimise.siting.covering.odd_sets import OddSets
from optimise.siting.units import unit_of

__all__ = ["Relaxed", "covering_prices", "set_cover_prices"]

F64 = npt.NDArray[np.float64]

_READING = 1e-6
"""Seconds an entry before HiGHS begins; if that takes all the time there is, it knows no limit."""


@dataclass(frozen=True, slots=True, eq=False)
class Relaxed:
    """The optimum of the relaxation of maximal covering.

    Parameters
    ----------
    share, covered
        How far each site is open and each demand point is covered.
    price, paid
        Prices of demand points and of cuts, 0 or more.
    """

    share: F64
    covered: F64
    price: F64
    paid: F64


def covering_prices(
    matrix: sp.csr_array, weights: F64, p: int, seconds: float, cuts: OddSets | None = None
) -> Relaxed | None:
    """The optimum of the relaxation; None if it takes too long.

    Maximise the sum of weights x covered, with covered <= 1, covered <= open sites that cover it,
    p sites open, and the cuts.
    """
    points, sites = matrix.shape
    rows = [
        sp.hstack([-matrix, sp.eye_array(points)]),
        sp.csr_array(np.repeat((1.0, 0.0), (sites, points))[None]),
    ]
    limit = np.append(np.zeros(points), float(p))
    if cuts is not None:
        rows.append(sp.hstack([-cuts.sites, cuts.points]))
        limit = np.append(limit, np.ones(len(cuts)))
    bounds = np.zeros((sites + points, 2))
    bounds[:sites, 1], bounds[sites:, 1] = np.inf, 1.0
    cost = np.concatenate((np.zeros(sites), -weights))
    found = _minimise(cost, sp.vstack(rows, format="csr"), limit, bounds, seconds)
    if found is None:
        return None
    variables, prices = found
    price, paid = prices[:points], prices[points + 1 :]
    return Relaxed(variables[:sites], variables[sites:], price, np.maximum(paid, 0.0))


def set_cover_prices(matrix: sp.csr_array, cost: F64, seconds: float) -> tuple[F64, F64] | None:
    """Shares of sites and prices of demand points at the optimum of the relaxation.

    Minimise cost of what is open, every point covered. None if it takes too long.
    """
    limits = np.repeat([[0.0, np.inf]], len(cost), axis=0)
    return _minimise(cost, -matrix, -np.ones(matrix.shape[0]), limits, seconds)


def _minimise(
    cost: F64, rows: sp.csr_array, limit: F64, bounds: F64, seconds: float
) -> tuple[F64, F64] | None:
    """Variables at the optimum with `rows` at most `limit`, and what a unit of each limit saves."""
    if seconds < _READING * rows.nnz:
        return None
    program: Any = linprog  # its stubs know no sparse rows
    unit = unit_of(cost)
    found = program(
        cost / unit,
        A_ub=rows,
        b_ub=limit,
        bounds=bounds,
        method="highs-ipm",
        options={"time_limit": seconds},
    )
    if found.status != 0 or found.x is None:
        return None
    return np.asarray(found.x), -unit * np.asarray(found.ineqlin.marginals)
