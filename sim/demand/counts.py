"""Poisson counts by inversion, so that a larger mean never lowers a count (nested wishes)."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import special

__all__ = ["poisson_ppf"]

SMALL = 30.0


def poisson_ppf(u: npt.NDArray[np.float64], mean: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
    """Smallest n with P(N <= n) >= u for N ~ Poisson(mean), element by element."""
    counts = np.zeros(u.shape, dtype=np.int64)
    small = mean < SMALL
    counts[small] = _by_steps(u[small], mean[small])
    large = ~small
    if large.any():
        counts[large] = _by_inverse(u[large], mean[large])
    return counts


def _by_steps(u: npt.NDArray[np.float64], mean: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
    """Walk up the distribution function; entries that are done leave the arrays."""
    counts = np.zeros(u.shape, dtype=np.int64)
    index = np.arange(len(u))
    term = np.exp(-mean)
    below = term.copy()
    n = 0
    while len(index):
        open_ = u > below
        if n > 400:  # beyond the last representable probability
            break
        index, u, mean = index[open_], u[open_], mean[open_]
        n += 1
        counts[index] = n
        term = term[open_] * mean / n
        below = below[open_] + term
    return counts


def _by_inverse(u: npt.NDArray[np.float64], mean: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
    guess = np.ceil(special.pdtrik(u, mean))
    lower = np.maximum(guess - 1.0, 0.0)
    fits = special.pdtr(lower, mean) >= u
    return np.asarray(np.where(fits, lower, guess), dtype=np.int64)
