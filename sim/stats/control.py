"""Control variates: use quantities whose mean is known to narrow an interval.

Example: the number of wishes of a replication has a known mean; a replication with more wishes
than that refuses more requests, and regression takes this part of the noise away.

A control whose mean is not known may be estimated on more replications than the metric (two-phase
regression). Participations vary mostly with where the year's rooms put which session. That can be
drawn without simulating anything else, so its mean is learnt from many cheap draws, and
participations are regressed on it in few full ones (Cochran 1977, *Sampling Techniques*, section
12.6).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from sim.arrays import F64
from sim.stats.intervals import ROUNDING, Interval, t_quantile


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
    slopes: F64


def regression(y: F64, centred: F64) -> Regression | None:
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


def two_phase_mean(
    y: ArrayLike,
    controls: ArrayLike,
    known_means: ArrayLike,
    cheap: ArrayLike,
    confidence: float = 0.95,
) -> Interval:
    """Mean of `y` adjusted by regression on controls and on a control drawn more often.

    The variance is that of the regression plus slope^2 x variance of the cheap control / its
    number; degrees of freedom after Welch and Satterthwaite.

    Parameters
    ----------
    y
        (n,) the metric, one value a replication.
    controls, known_means
        (n, k) quantities with exact expectation (k,).
    cheap
        (N,) the other control, N >= n; the first n are those of the replications of `y`.
    confidence
        Coverage asked for.

    Raises
    ------
    ValueError
        If there are fewer cheap values than replications.
    """
    target = np.asarray(y, dtype=np.float64)
    often = np.asarray(cheap, dtype=np.float64)
    n, many = len(target), len(often)
    if many < n:
        raise ValueError(f"{many} cheap values for {n} replications")
    means = np.atleast_1d(np.asarray(known_means, dtype=np.float64))
    centred = np.asarray(controls, dtype=np.float64).reshape(n, len(means)) - means
    centred = np.column_stack([often[:n] - often.mean(), centred])
    varies = np.ptp(centred, axis=0) > ROUNDING * (1.0 + np.abs([often.mean(), *means]))
    found = regression(target, centred[:, varies])
    if found is None:
        mean = float(target.mean())
        return Interval(mean, np.nan, np.nan, n)
    slope = float(found.slopes[0]) if varies[0] else 0.0
    learnt = float(slope**2 * often.var(ddof=1) / many)
    total = found.variance + learnt
    freedom = float(found.freedom)
    if total > 0:
        freedom = total**2 / (found.variance**2 / found.freedom + learnt**2 / (many - 1))
    half = float(t_quantile(confidence, freedom)) * float(np.sqrt(total))
    return Interval(found.mean, found.mean - half, found.mean + half, n)
