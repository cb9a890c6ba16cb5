"""Moments of columns with gaps: replications in rows, metrics in columns, NaN where undefined."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.stats.control import ROUNDING

__all__ = ["BoolArray", "FloatArray", "matrix", "moments", "unvaried"]

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]


def moments(x: FloatArray, known: BoolArray) -> tuple[FloatArray, FloatArray, NDArray[np.int64]]:
    """(K,) mean, variance and number of the known values; NaN where there are too few."""
    n = known.sum(axis=0)
    mean = np.where(known, x, 0.0).sum(axis=0) / np.where(n > 0, n, np.nan)
    square = np.where(known, (x - mean) ** 2, 0.0).sum(axis=0)
    return mean, square / np.where(n > 1, n - 1, np.nan), n.astype(np.int64)


def unvaried(x: FloatArray, known: BoolArray, size: FloatArray) -> BoolArray:
    """(K,) whether the known values vary by no more than rounding of what has (R, K) `size`."""
    top = np.where(known, x, -np.inf).max(axis=0, initial=-np.inf)
    bottom = np.where(known, x, np.inf).min(axis=0, initial=np.inf)
    span = np.where(known.any(axis=0), top, 0.0) - np.where(known.any(axis=0), bottom, 0.0)
    return np.asarray(span <= ROUNDING * np.where(known, size, 0.0).max(axis=0, initial=0.0))


def matrix(values: ArrayLike) -> FloatArray:
    """(R, K) floats; a ValueError for any other number of dimensions."""
    x = np.asarray(values, dtype=np.float64)
    if x.ndim != 2:
        raise ValueError(f"replications x metrics expected, got {x.ndim} dimensions")
    return x
