"""Linear programs with sparse rows, by HiGHS through scipy."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import scipy.optimize
import scipy.sparse as sp

__all__ = ["Rows", "minimise"]

F64 = npt.NDArray[np.float64]
Rows = tuple[sp.csr_array, F64]
"""A matrix and the right-hand side of each of its rows."""

_OPTIMAL = 0


def minimise(
    cost: F64, *, equal: Rows | None = None, most: Rows | None = None, least: F64, seconds: float
) -> Any | None:
    """Minimise cost @ x with least <= x <= 1 as scipy's `OptimizeResult`; None without an optimum.

    Parameters
    ----------
    equal, most
        Rows with equality, and rows that are at most their right-hand side.
    seconds
        Time limit.
    """
    # The stubs know no sparse rows.
    solve: Any = scipy.optimize.linprog
    found = solve(
        cost,
        A_ub=None if most is None else most[0],
        b_ub=None if most is None else most[1],
        A_eq=None if equal is None else equal[0],
        b_eq=None if equal is None else equal[1],
        bounds=np.column_stack((least, np.ones_like(least))),
        method="highs",
        options={"time_limit": max(seconds, 0.05)},
    )
    return found if found.status == _OPTIMAL else None
