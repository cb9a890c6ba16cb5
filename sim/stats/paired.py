"""Differences of means between two scenarios, over replications.

Scenarios that share residents are compared replication by replication: what both have in common
cancels, and the interval is that of the mean of the differences. Scenarios that do not are
compared by Welch's interval.

Intervals that must hold together over a family of comparisons are Bonferroni's: each of m has
confidence 1 - (1 - c) / m. This holds whatever the comparisons have in common (they share the
baseline and the residents). Holm's steps are sharper as tests but give no intervals of their own;
see docs/decisions/0021-comparing-policies.md.

The replication is the unit; means over replications are taken for roughly normal.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from sim.arrays import F64, I64, Bools
from sim.stats.intervals import ROUNDING, matrix, moments, t_quantile, unvaried

Limits = tuple[F64, F64]


@dataclass(frozen=True, eq=False, slots=True)
class Differences:
    """Scenario minus baseline of K metrics; NaN limits where there is no interval.

    Attributes
    ----------
    difference
        (K,) difference of means.
    low, high
        (K,) interval of each metric by itself.
    adjusted_low, adjusted_high
        (K,) interval that holds jointly over the family; NaN if no family was named.
    n
        (K,) pairs of replications used; of unpaired ones the smaller number.
    same
        (K,) whether nothing varied between replications, so that the spread says nothing.
    paired
        Whether replications were compared one by one.
    """

    difference: F64
    low: F64
    high: F64
    adjusted_low: F64
    adjusted_high: F64
    n: I64
    same: Bools
    paired: bool


@dataclass(frozen=True, eq=False, slots=True)
class _Estimate:
    """Difference, standard error and degrees of freedom of K metrics.

    `unseen` gives, for a confidence, the limits of shares that never varied.
    """

    difference: F64
    error: F64
    freedom: F64
    n: I64
    same: Bools
    unseen: Callable[[float], Limits]
    paired: bool


def family_confidence(confidence: float, family: int) -> float:
    """Confidence that each of `family` intervals needs for all to hold at once (Bonferroni)."""
    if family < 1:
        raise ValueError(f"a family has at least 1 comparison, not {family}")
    return 1 - (1 - confidence) / family


def paired_differences(
    a: ArrayLike,
    b: ArrayLike,
    confidence: float = 0.95,
    *,
    family: int | None = None,
    shares: ArrayLike = False,
    units_a: ArrayLike | None = None,
    units_b: ArrayLike | None = None,
) -> Differences:
    """Mean of a - b over replications that both have, with t intervals.

    Parameters
    ----------
    a, b
        (R, K) scenario and baseline: replications x metrics, row by row the same residents. NaN
        where undefined; a pair with either missing is left out of that metric.
    confidence
        Coverage of each interval, exact for normal differences.
    family
        Number of comparisons that the adjusted intervals hold for jointly (scenarios other than
        the baseline x primary metrics). None: no adjusted intervals (exploratory).
    shares
        (K,) or one bool: metrics in [0, 1]. Their intervals stay within [-1, 1]. Where the
        difference was the same in every replication the spread says nothing, and the interval
        allows for what may not have been seen: had a unit (or replication) a chance p to differ,
        all N would have been alike with chance (1 - p)^N, so p is at most
        1 - (alpha / 2)^(1 / N), as by Clopper and Pearson, and the mean lies within p of the rest
        of [-1, 1].
    units_a, units_b
        (R, K) what each share is a share of (requests, say): N is then the sum of the smaller of
        both, units taken as independent, as `share_intervals` does. Without them N is the number
        of pairs, which needs no such assumption and is much wider.

    Raises
    ------
    ValueError
        If `a` and `b` differ in shape, or the family is empty.

    Notes
    -----
    A metric that is no share and whose difference never varied gets an interval of width zero
    and `same`: there is no bound that says how far off it might be.
    """
    x, y = matrix(a), matrix(b)
    if x.shape != y.shape:
        raise ValueError(f"paired runs must have the same shape, not {x.shape} and {y.shape}")
    apart = x - y
    known = ~np.isnan(apart)
    mean, variance, n = moments(apart, known)
    same = (n > 1) & unvaried(apart, known, np.maximum(np.abs(x), np.abs(y)))
    units = None
    if units_a is not None and units_b is not None:
        units = np.minimum(matrix(units_a), matrix(units_b))
    trials = _pooled(units, known, n)
    error = np.where(same, 0.0, np.sqrt(variance / np.maximum(n, 1)))

    def unseen(level: float) -> Limits:
        return _unseen(mean, -1.0, trials, 1 - level)

    found = _Estimate(
        _rounded(mean, x, y), error, np.asarray(n - 1.0), n, same, unseen, paired=True
    )
    return _intervals(found, confidence, family, shares)


def unpaired_differences(
    a: ArrayLike,
    b: ArrayLike,
    confidence: float = 0.95,
    *,
    family: int | None = None,
    shares: ArrayLike = False,
    units_a: ArrayLike | None = None,
    units_b: ArrayLike | None = None,
) -> Differences:
    """Difference of means of runs that do not share residents, by Welch's t interval.

    Degrees of freedom after Satterthwaite (1946) and Welch (1947); coverage is close to
    `confidence` for normal values with any two variances. `a` is (Ra, K), `b` (Rb, K); each run
    leaves out its own NaN. The rest is as in `paired_differences`; where neither run varied, each
    share is allowed half of the error.

    Raises
    ------
    ValueError
        If `a` and `b` differ in their number of metrics, or the family is empty.
    """
    x, y = matrix(a), matrix(b)
    if x.shape[1] != y.shape[1]:
        raise ValueError(f"runs must have the same metrics, not {x.shape[1]} and {y.shape[1]}")
    seen_x, seen_y = ~np.isnan(x), ~np.isnan(y)
    mean_x, var_x, n_x = moments(x, seen_x)
    mean_y, var_y, n_y = moments(y, seen_y)
    flat_x, flat_y = unvaried(x, seen_x, np.abs(x)), unvaried(y, seen_y, np.abs(y))
    part_x = np.where(flat_x, 0.0, var_x / np.maximum(n_x, 1))
    part_y = np.where(flat_y, 0.0, var_y / np.maximum(n_y, 1))
    both = (n_x > 1) & (n_y > 1)
    same = both & flat_x & flat_y
    below = np.asarray(part_x**2 / np.maximum(n_x - 1, 1) + part_y**2 / np.maximum(n_y - 1, 1))
    freedom = np.divide(
        (part_x + part_y) ** 2, below, out=np.full(len(below), np.nan), where=below > 0
    )
    freedom = np.where(same, n_x + n_y - 2.0, np.where(both, freedom, 0.0))
    trials_x = _pooled(units_a, seen_x, n_x)
    trials_y = _pooled(units_b, seen_y, n_y)

    def unseen(level: float) -> Limits:
        low_x, high_x = _unseen(mean_x, 0.0, trials_x, (1 - level) / 2)
        low_y, high_y = _unseen(mean_y, 0.0, trials_y, (1 - level) / 2)
        return low_x - high_y, high_x - low_y

    error = np.where(both, np.sqrt(part_x + part_y), np.nan)
    n = np.minimum(n_x, n_y)
    found = _Estimate(
        _rounded(mean_x - mean_y, x, y), error, freedom, n, same, unseen, paired=False
    )
    return _intervals(found, confidence, family, shares)


def _intervals(
    found: _Estimate, confidence: float, family: int | None, shares: ArrayLike
) -> Differences:
    share = np.broadcast_to(np.asarray(shares, dtype=np.bool_), found.difference.shape)

    def limits(level: float) -> Limits:
        half = t_quantile(level, found.freedom) * found.error
        low, high = found.difference - half, found.difference + half
        low = np.where(share, np.maximum(low, -1.0), low)
        high = np.where(share, np.minimum(high, 1.0), high)
        unseen_low, unseen_high = found.unseen(level)
        bound = share & found.same
        return np.where(bound, unseen_low, low), np.where(bound, unseen_high, high)

    none = np.full(found.difference.shape, np.nan)
    joint = (none, none)
    if family is not None:
        joint = limits(family_confidence(confidence, family))
    own = limits(confidence)
    return Differences(found.difference, *own, *joint, found.n, found.same, found.paired)


def _rounded(difference: F64, x: F64, y: F64) -> F64:
    """Take what differs by no more than rounding of its values for no difference."""
    size = np.fmax.reduce(np.abs(np.vstack([x, y])), axis=0, initial=0.0)
    return np.where(np.abs(difference) <= ROUNDING * size, 0.0, difference)


def _unseen(value: F64, floor: float, trials: F64, alpha: float) -> Limits:
    """Limits of a mean in [floor, 1] of which only `value` was seen, `trials` times."""
    chance = 1 - (alpha / 2) ** (1 / np.maximum(trials, 1.0))
    return value - chance * (value - floor), value + chance * (1 - value)


def _pooled(units: ArrayLike | None, known: Bools, n: I64) -> F64:
    """(K,) trials behind each metric: its units, or else its replications."""
    if units is None:
        return n.astype(np.float64)
    return np.asarray(np.where(known, matrix(units), 0.0).sum(axis=0))


def variance_ratio(a: ArrayLike, b: ArrayLike) -> F64:
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
