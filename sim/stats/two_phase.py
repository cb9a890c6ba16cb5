"""Two-phase regression: a control whose mean is estimated on more replications than the metric.

Example: participations vary mostly with where the year's rooms put which session. That can be drawn
without simulating anything else, so its mean is learnt from many cheap draws, and participations
are regressed on it in few full ones (Cochran 1977, *Sampling Techniques*, section 12.6).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from sim.stats.control import ROUNDING, regression
from sim.stats.intervals import Interval, t_quantile

__all__ = ["two_phase_mean"]


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
