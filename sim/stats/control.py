"""Control variates: use quantities whose mean is known to narrow an interval.

Example: the number of wishes of a replication has a known mean; a replication with more wishes
than that refuses more requests, and regression takes this part of the noise away.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from numpy.typing import ArrayLike

from sim.stats.intervals import Interval, t_quantile

__all__ = ["ROUNDING", "Regression", "controlled_mean", "regression"]

ROUNDING = 1e-12
"""What varies by less than this, relative to its mean, does not vary but for rounding."""


def controlled_mean(
    y: ArrayLike, controls: ArrayLike, known_means: ArrayLike, confidence: float = 0.95
) -> Interval:
    """Mean of `y` adjusted by regression on controls of known mean.

    The estimate is the intercept of the least-squares fit of y on (control - known mean); its
    t interval has n - k - 1 degrees of freedom (Lavenberg and Welch 1981; exact if jointly
    normal). Controls that do not vary, or repeat others, are not counted in k.

    Parameters
    ----------
    y
        The metric, one value a replication.
    controls
        Replications x controls.
    known_means
        Exact expectation of each control.
    confidence
        Coverage asked for.
    """
    target = np.asarray(y, dtype=np.float64)
    means = np.atleast_1d(np.asarray(known_means, dtype=np.float64))
    n, k = len(target), len(means)
    centred = np.asarray(controls, dtype=np.float64).reshape(n, k) - means
    known = np.isfinite(target) & np.isfinite(centred).all(axis=1)
    target, centred = target[known], centred[known]
    n = len(target)
    if n == 0:
        return Interval(np.nan, np.nan, np.nan, 0)
    centred = centred[:, np.ptp(centred, axis=0) > ROUNDING * (1.0 + np.abs(means))]
    found = regression(target, centred)
    if found is None:
        mean = float(target.mean())
        return Interval(mean, np.nan, np.nan, n)
    half = float(t_quantile(confidence, found.freedom)) * float(np.sqrt(found.variance))
    return Interval(found.mean, found.mean - half, found.mean + half, n)


@dataclass(frozen=True, slots=True)
class Regression:
    """A metric regressed on centred controls.

    Attributes
    ----------
    mean, variance, freedom
        Intercept, its variance, degrees of freedom of the residuals.
    slopes
        (k,) by control, in its own unit.
    """

    mean: float
    variance: float
    freedom: int
    slopes: npt.NDArray[np.float64]


def regression(y: npt.NDArray[np.float64], centred: npt.NDArray[np.float64]) -> Regression | None:
    """Least squares of (n,) `y` on (n, k) controls that vary; None if n is too small for k."""
    n = len(y)
    scale = centred.std(axis=0)
    design = np.column_stack([np.ones(n), centred / scale])
    rank = int(np.linalg.matrix_rank(design))
    if n <= rank:
        return None
    inverse = np.linalg.pinv(design)
    coefficients = inverse @ y
    residual = y - design @ coefficients
    variance = float(residual @ residual) / (n - rank) * float(inverse[0] @ inverse[0])
    return Regression(float(coefficients[0]), variance, n - rank, coefficients[1:] / scale)
