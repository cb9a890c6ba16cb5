"""Where a curve known at some points first falls below a target, and how well that is known."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Fall", "first_fall"]

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Fall:
    """First fall of a piecewise linear curve below a target.

    Attributes
    ----------
    at
        Abscissa; -inf if the curve starts below, +inf if it never falls below.
    left, right
        The known points on either side of it; infinite where there is none.
    error
        Estimated error of `at` by linear interpolation, at most its distance to the farther of
        the two points; 0 outside the points.
    again
        Whether the curve reaches the target again after having been below.
    """

    at: float
    left: float
    right: float
    error: float
    again: bool


def first_fall(x: FloatArray, y: FloatArray, target: float) -> Fall | None:
    """First fall of (M,) `y` at ascending (M,) `x` below `target`; None if no y is known.

    Points with a NaN are passed over. The curve is below a target where y < target. The error is
    that of the chord, |y''| (at - left) (right - at) / (2 |slope|), with the larger second
    difference of the neighbouring cells for y''; without neighbours only the points themselves
    bound it.
    """
    known = ~np.isnan(y)
    x, y = x[known], y[known]
    if not len(x):
        return None
    below = y < target
    if not below.any():
        return Fall(np.inf, float(x[-1]), np.inf, 0.0, again=False)
    j = int(np.argmax(below))
    again = bool((~below[j:]).any())
    if j == 0:
        return Fall(-np.inf, -np.inf, float(x[0]), 0.0, again)
    left, right = float(x[j - 1]), float(x[j])
    slope = float(y[j] - y[j - 1]) / (right - left)
    at = min(max(left + float(target - y[j - 1]) / slope, left), right)
    farthest = max(at - left, right - at)
    bends = _second_differences(x, y)[max(j - 2, 0) : j]
    if not len(bends):
        return Fall(at, left, right, farthest, again)
    bend = float(np.abs(bends).max())
    error = bend * (at - left) * (right - at) / (2 * abs(slope))
    return Fall(at, left, right, min(error, farthest), again)


def _second_differences(x: FloatArray, y: FloatArray) -> FloatArray:
    """(M - 2,) estimate of y'' at each inner point."""
    slopes = np.diff(y) / np.diff(x)
    return np.asarray(2 * np.diff(slopes) / (x[2:] - x[:-2]))
