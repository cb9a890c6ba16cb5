"""Integer programs by HiGHS over the sites that may be part of a better plan."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp
from scipy.optimize import Bounds, LinearConstraint, milp

__all__ = ["Found", "heaviest_cover", "cheapest_cover"]

I64 = npt.NDArray[np.int64]
F64 = npt.NDArray[np.float64]

_SOLVED, _INFEASIBLE = 0, 2  # as scipy numbers them
_ANY = 1e6  # relative gap at which the first plan found will do


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """What a search ended with.

    Attributes
    ----------
    chosen
        Columns of the best plan, None if there is none.
    bound
        By the solver's word; infinite (on the side that says nothing) if it proved none.
    done
        Whether it searched to the end. With no plan: there is none within the limits.
    """

    chosen: I64 | None
    bound: float
    done: bool


def heaviest_cover(
    matrix: sp.csr_array, weights: F64, p: int, least: float, seconds: float
) -> Found:
    """Cover the most weight with p sites, `least` or more; nothing else is searched for.

    Covered amounts follow from the sites: only these are whole.
    """
    points, sites = matrix.shape
    rows = sp.vstack(
        [
            sp.hstack([-matrix, sp.eye_array(points)]),
            sp.csr_array(np.repeat((1.0, 0.0), (sites, points))[None]),
            sp.csr_array(-np.concatenate((np.zeros(sites), weights))[None]),
        ],
        format="csr",
    )
    limit = np.concatenate((np.zeros(points), (float(p), -least)))
    found = _solve(
        np.concatenate((np.zeros(sites), -weights)),
        LinearConstraint(rows, -np.inf, limit),
        sites,
        seconds,
    )
    return Found(found.chosen, -found.bound, found.done)


def cheapest_cover(
    matrix: sp.csr_array, cost: F64, seconds: float, enough: float | None = None
) -> Found:
    """Cover every point at the least cost; or, with `enough`, at any cost up to that."""
    rows, low, high = matrix, np.ones(matrix.shape[0]), np.full(matrix.shape[0], np.inf)
    if enough is not None:
        rows = sp.vstack([matrix, sp.csr_array(cost[None])], format="csr")
        low, high = np.append(low, -np.inf), np.append(high, enough)
    constraint = LinearConstraint(rows, low, high)
    return _solve(cost, constraint, len(cost), seconds, 0.0 if enough is None else _ANY)


def _solve(
    cost: F64, rows: LinearConstraint, sites: int, seconds: float, gap: float = 0.0
) -> Found:
    """Minimise; the first `sites` variables are whole, all are from 0 to 1."""
    found = milp(
        cost,
        constraints=rows,
        bounds=Bounds(0, 1),
        integrality=(np.arange(len(cost)) < sites).astype(np.int64),
        options={"time_limit": max(seconds, 0.01), "mip_rel_gap": gap},
    )
    chosen = None if found.x is None else np.flatnonzero(found.x[:sites] > 0.5)
    bound = -np.inf if found.mip_dual_bound is None else float(found.mip_dual_bound)
    return Found(chosen, bound, found.status in (_SOLVED, _INFEASIBLE))
