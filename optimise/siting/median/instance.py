"""An instance as the solver works on it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

__all__ = ["Instance", "instance_of"]

F64 = npt.NDArray[np.float64]
Bool = npt.NDArray[np.bool_]

_EXACT = 2.0**52
"""Sums of whole numbers are exact in floats up to here."""
_ROWS = 256
"""Looked at together, so that no array of the matrix's size is made."""


@dataclass(frozen=True, slots=True)
class Instance:
    """Weighted costs and what is asked.

    Parameters
    ----------
    cost
        (points, sites), weights multiplied in; infinite where a site cannot be reached.
    fixed
        (sites,) must be open.
    p
        Sites at most, `fixed` among them.
    whole
        Whether every cost is a whole number, or infinite, and their sums are exact.
    barred
        Whether some cost is infinite.
    """

    cost: F64
    fixed: Bool
    p: int
    whole: bool
    barred: bool


def instance_of(cost: F64, weights: F64 | None, opened: tuple[int, ...], p: int) -> Instance:
    """Multiply weights in (this copies `cost`; without weights it is used as it is).

    A point of weight 0 must be reached all the same.

    Raises
    ------
    ValueError
        Costs so large that their sum overflows.
    """
    if weights is not None:
        with np.errstate(invalid="ignore", over="ignore"):  # 0 * infinity, and what is told below
            weighted = cost * weights[:, None]
        weighted[np.isinf(cost)] = np.inf
    else:
        weighted = cost
    largest, whole, barred = 0.0, True, False
    for first in range(0, len(cost), _ROWS):
        rows, reached = weighted[first : first + _ROWS], np.isfinite(cost[first : first + _ROWS])
        barred |= not reached.all()
        largest = max(largest, float(np.abs(rows).max(initial=0.0, where=reached)))
        whole = whole and bool((np.floor(rows) == rows).all())
    if not np.isfinite(largest * len(cost)):
        raise ValueError(f"cost times weights is up to {largest}: too large to be summed")
    fixed = np.zeros(cost.shape[1], dtype=bool)
    fixed[list(opened)] = True
    return Instance(weighted, fixed, p, whole and largest * len(cost) < _EXACT, barred)
