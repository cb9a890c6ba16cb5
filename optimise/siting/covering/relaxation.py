"""Linear relaxations by interior point: their prices prove the bound, without the solver's word.

Sites have no upper limit of 1 (a second copy covers nothing more). So no site earns more than the
price of opening one, not even those that were dropped as dominated, and the prices prove the value
of the relaxation for the whole matrix.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp
from scipy.optimize import linprog

__all__ = ["covering_prices", "set_cover_prices"]

F64 = npt.NDArray[np.float64]


def covering_prices(
    matrix: sp.csr_array, weights: F64, p: int, seconds: float
) -> tuple[F64, F64] | None:
    """Shares of sites and prices of demand points at the optimum of the relaxation.

    Maximise the sum of weights x covered, with covered <= 1, covered <= open sites that cover it,
    and p sites open. None if it takes too long.
    """
    points, sites = matrix.shape
    rows = sp.vstack(
        [
            sp.hstack([-matrix, sp.eye_array(points)]),
            sp.csr_array(np.repeat((1.0, 0.0), (sites, points))[None]),
        ],
        format="csr",
    )
    limit = np.append(np.zeros(points), float(p))
    bounds = np.zeros((sites + points, 2))
    bounds[:sites, 1], bounds[sites:, 1] = np.inf, 1.0
    cost = np.concatenate((np.zeros(sites), -weights))
    found = _minimise(cost, rows, limit, bounds, seconds)
    return None if found is None else (found[0][:sites], found[1][:points])


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
    program: Any = linprog  # its stubs know no sparse rows
    found = program(
        cost,
        A_ub=rows,
        b_ub=limit,
        bounds=bounds,
        method="highs-ipm",
        options={"time_limit": max(seconds, 0.01)},
    )
    if found.status != 0 or found.x is None:
        return None
    return np.asarray(found.x), -np.asarray(found.ineqlin.marginals)
