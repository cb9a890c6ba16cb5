"""The cheapest cover as an integer program, by HiGHS."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp
from scipy.optimize import Bounds, LinearConstraint, milp

from optimise.siting.units import unit_of

__all__ = ["Found", "cheapest_cover"]

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


def cheapest_cover(
    matrix: sp.csr_array, cost: F64, seconds: float, enough: float | None = None
) -> Found:
    """Cover every point at the least cost; or, with `enough`, at any cost up to that."""
    rows, low, high = matrix, np.ones(matrix.shape[0]), np.full(matrix.shape[0], np.inf)
    if enough is not None:
        rows = sp.vstack([matrix, sp.csr_array(cost[None])], format="csr")
        low, high = np.append(low, -np.inf), np.append(high, enough)
    unit = unit_of(cost)
    found = milp(
        cost / unit,
        constraints=LinearConstraint(rows, low, high),
        bounds=Bounds(0, 1),
        integrality=np.ones(len(cost), dtype=np.int64),
        options={
            "time_limit": max(seconds, 0.01),
            "mip_rel_gap": 0.0 if enough is None else _ANY,
        },
    )
    chosen = None if found.x is None else np.flatnonzero(found.x > 0.5)
    bound = -np.inf if found.mip_dual_bound is None else unit * float(found.mip_dual_bound)
    return Found(chosen, bound, found.status in (_SOLVED, _INFEASIBLE))
