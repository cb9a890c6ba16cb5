"""How evenly hours or shares fall on people and groups, and what evenness costs in total.

Measures of one replication (`gini`, `jain`, `tenth_percentile`) are functions of one vector;
means and intervals over replications are `t_intervals`' and `paired_differences`' business.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from sim.arrays import F64
from sim.stats.intervals import ROUNDING, Interval, matrix, moments, share_intervals, t_quantile


def gini(hours: ArrayLike) -> float:
    """Gini coefficient of non-negative hours: 0 even, near 1 all on one (NaN without hours)."""
    x: F64 = np.asarray(hours, dtype=np.float64)
    n, total = len(x), x.sum()
    if n == 0 or total <= 0:
        return float("nan")
    ordered = np.sort(x)
    return float((2.0 * np.arange(1, n + 1) - n - 1) @ ordered / (n * total))


def jain(hours: ArrayLike) -> float:
    """Jain's index (sum x)^2 / (n sum x^2): 1 even, 1/n all on one (NaN without hours).

    R. Jain, D.-M. Chiu, W. Hawe: A quantitative measure of fairness and discrimination. DEC
    Research Report TR-301 (1984).
    """
    x: F64 = np.asarray(hours, dtype=np.float64)
    if len(x) == 0 or not x.any():
        return float("nan")
    return float(x.sum() ** 2 / (len(x) * (x**2).sum()))


def tenth_percentile(hours: ArrayLike) -> float:
    """Hours that nine people in ten reach, interpolated between two of them (NaN without any)."""
    x: F64 = np.asarray(hours, dtype=np.float64)
    return float(np.quantile(x, 0.1)) if len(x) else float("nan")


def worst_group(shares: ArrayLike) -> int | None:
    """Column of (R, G) shares with the smallest mean over replications; the first of equals.

    It is chosen over all replications: the worst of each would be a small group's bad luck. Two
    policies may have different worst groups: their difference is that of the two columns. Its
    interval takes the choice for given; the smallest of several near-equal means is too small on
    average, in both alike. None if no column has a value.
    """
    x = matrix(shares)
    mean, _, n = moments(x, ~np.isnan(x))
    return int(np.nanargmin(mean)) if n.any() else None


def worst_share(
    numerators: ArrayLike, denominators: ArrayLike, confidence: float = 0.95
) -> tuple[int, Interval] | None:
    """The group with the smallest share, and an interval of the smallest share there is.

    The estimate is the smallest of the groups' shares; where several are about alike it is too
    low on average. The interval allows for that: its lower end is the lowest of the groups' lower
    ends, its upper end the lowest of upper ends that hold for all groups at once (Bonferroni). It
    misses above only where some group's upper end is missed, and below only where the worst
    group's own lower end is: so it covers at least as often as asked for, whichever group is worst.

    Parameters
    ----------
    numerators, denominators
        Replications in rows, groups in columns.
    confidence
        Coverage asked for.

    Returns
    -------
    tuple or None
        Column and interval; None if no group has a share.
    """
    own = share_intervals(numerators, denominators, confidence)
    seen = np.isfinite(own.mean)
    if not seen.any():
        return None
    joint = share_intervals(numerators, denominators, 1 - (1 - confidence) / int(seen.sum()))
    which = int(np.nanargmin(own.mean))
    low, high = (float(np.fmin.reduce(end)) for end in (own.low, joint.high))
    return which, Interval(float(own.mean[which]), low, high, int(own.n[which]))


def price_of_fairness(system: ArrayLike, fair: ArrayLike, confidence: float = 0.95) -> Interval:
    """(SYSTEM - FAIR) / SYSTEM of the means of paired values (Bertsimas, Farias, Trichakis 2011).

    The interval is Fieller's (1954): all ratios q at which the mean of fair - q x system does not
    differ from 0 by the paired t-test. It has exactly the coverage asked for when the pairs are
    normal, which the delta method has only for many replications.

    D. Bertsimas, V. Farias, N. Trichakis: The price of fairness. Operations Research 59 (2011).

    Parameters
    ----------
    system
        (R,) total of the policy that serves most (served requests, hours used, ...), above 0.
    fair
        (R,) the same total under the fair policy, by the same replications. Pairs with a NaN are
        left out.
    confidence
        Coverage of the interval.

    Raises
    ------
    ValueError
        If the two are not vectors of one length.

    Returns
    -------
    Interval
        Negative where the fair policy serves more. No limits (NaN) with fewer than two pairs,
        where the ratio was the same in every pair (the spread says nothing), and where SYSTEM
        itself may be 0 at this confidence: then no bounded interval has the coverage.
    """
    s, f = np.asarray(system, dtype=np.float64), np.asarray(fair, dtype=np.float64)
    if s.shape != f.shape or s.ndim != 1:
        raise ValueError(f"two vectors of one length expected, not {s.shape} and {f.shape}")
    known = ~np.isnan(s + f)
    s, f = s[known], f[known]
    n = len(s)
    mean = float(s.mean()) if n else 0.0
    if mean == 0:
        return Interval(np.nan, np.nan, np.nan, n)
    ratio = float(f.mean()) / mean
    residual = f - ratio * s
    if n < 2 or np.ptp(residual) <= ROUNDING * float(np.abs(s).max() + np.abs(f).max()):
        return Interval(1 - ratio, np.nan, np.nan, n)
    # (mean f - q mean s)^2 = t^2 var(f - q s) / n, written for q = ratio + d: there the mean of
    # the residual is 0, so a d^2 + 2 b d - c = 0 with the terms below
    spread = float(t_quantile(confidence, n - 1)) ** 2 / n
    covariance = np.cov(residual, s)
    a = mean**2 - spread * covariance[1, 1]
    b = spread * covariance[0, 1]
    c = spread * covariance[0, 0]
    if a <= 0:
        return Interval(1 - ratio, np.nan, np.nan, n)
    root = float(np.sqrt(b * b + a * c))
    low, high = ratio + (-b - root) / a, ratio + (-b + root) / a
    return Interval(1 - ratio, float(1 - high), float(1 - low), n)
