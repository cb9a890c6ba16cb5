"""How much it helps that scenarios share residents."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from sim.stats.columns import FloatArray, matrix, moments, unvaried

__all__ = ["variance_ratio"]


def variance_ratio(a: ArrayLike, b: ArrayLike) -> FloatArray:
    """(K,) (var a + var b) / var(a - b) of (R, K) paired runs, over pairs that both have.

    How many times more replications unpaired runs would need for the same interval. 1 = pairing
    did nothing; infinite where only the difference never varied; NaN where nothing varied or
    there are fewer than two pairs.
    """
    x, y = matrix(a), matrix(b)
    known = ~np.isnan(x - y)
    size = np.maximum(np.abs(x), np.abs(y))
    _, apart, n = moments(x - y, known)
    _, var_x, _ = moments(x, known)
    _, var_y, _ = moments(y, known)
    apart = np.where(unvaried(x - y, known, size), 0.0, apart)
    flat = unvaried(x, known, size) & unvaried(y, known, size)
    total = np.where(flat, 0.0, var_x + var_y)
    unknown = np.where((total > 0) & (n > 1), np.inf, np.nan)
    ratio = np.divide(total, apart, out=unknown, where=(apart > 0) & (n > 1))
    return np.asarray(ratio)
