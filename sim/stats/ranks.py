"""Ranks with intervals: which place a unit holds, and how sure that is.

Intervals follow Mogstad, Romano, Shaikh and Wilhelm (2024), "Inference for ranks with applications
to mobility across neighbourhoods and academic achievement across countries", Review of Economic
Studies 91: a unit's place lies between 1 + the number of units that are surely better and K - the
number that are surely worse. "Surely" is a paired t-test of every difference, corrected by Holm
over all K (K - 1) one-sided questions "is j better than k?". If none of the answers is wrong, all
intervals hold at once, so they cover jointly with the confidence asked for, whatever the units have
in common (the pairing takes care of it) and also where units are truly alike: then the intervals
hold every order of them. Holm over one-sided questions also guards against the wrong direction,
which Holm over two-sided tests does not.

The replication is the unit of the t-test. Its differences are taken for roughly normal; where a
difference is the same in every replication it is taken for certain.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import stdtr

from sim.arrays import F64, I64, Bools
from sim.stats.intervals import t_intervals

_ROUNDING = 1e-12
"""Relative size of a difference that is rounding: the units are alike."""


@dataclass(frozen=True, eq=False, slots=True)
class Ranks:
    """Places of K units, 1 the best; NaN for units that never have a value.

    Attributes
    ----------
    mean
        (K,) mean over the replications in which the unit has a value.
    rank
        (K,) place by the mean: 1 + number of units with a better one, so ties share it.
    low, high
        (K,) simultaneous interval of the place.
    held
        (K, K) share of replications in which unit j held place r + 1, of those in which it has a
        value.
    in_place
        (K,) share of replications in which the unit held the place that it has by the mean.
    n
        (K,) replications with a value.
    """

    mean: F64
    rank: F64
    low: F64
    high: F64
    held: F64
    in_place: F64
    n: I64


def places(values: ArrayLike, *, higher_is_better: bool = True) -> F64:
    """(n, K) place of every unit in every replication; NaN where it has no value.

    Ties share the better place (1, 1, 3). A unit without a value is left out of the comparison.
    """
    x = _oriented(values, higher_is_better)
    better = (_beats(x[:, None, :], x[:, :, None])).sum(axis=2)
    return np.where(np.isnan(x), np.nan, 1.0 + better)


def rank_intervals(
    values: ArrayLike, confidence: float = 0.95, *, higher_is_better: bool = True
) -> Ranks:
    """Places by the mean, their simultaneous intervals, and how often chance moves a unit.

    Parameters
    ----------
    values
        Replications in rows, units in columns, paired by row; NaN where a unit has no value. A
        pair of units is compared over the replications in which both have one; with fewer than
        two of them nothing is sure.
    confidence
        Joint coverage of all intervals.
    """
    x = _oriented(values, higher_is_better)
    mean = t_intervals(x, confidence).mean
    known = ~np.isnan(mean)
    rank = places(mean[None, :])[0]
    sure = surely_better(x, confidence)
    low = np.where(known, 1.0 + sure.sum(axis=0), np.nan)
    high = np.where(known, known.sum() - sure.sum(axis=1), np.nan)
    by_replication = places(x)
    n = (~np.isnan(x)).sum(axis=0)
    held = _shares(by_replication, n)
    in_place = _in_place(x, by_replication)
    return Ranks(
        mean=mean if higher_is_better else -mean,
        rank=rank,
        # with missing values means and paired differences may disagree: never leave the rank out
        low=np.fmin(low, rank),
        high=np.fmax(high, rank),
        held=held,
        in_place=in_place,
        n=n.astype(np.int64),
    )


def _in_place(x: F64, by_replication: F64) -> F64:
    """(K,) share of replications in which a unit holds the place that all the others give it.

    Against a mean that holds the replication itself noise would seem smaller than it is. NaN with
    fewer than two replications.
    """
    known = ~np.isnan(x)
    number = known.sum(axis=0)
    left = number - known
    total = np.nansum(x, axis=0) - np.where(known, x, 0.0)
    others = np.divide(total, left, out=np.full(x.shape, np.nan), where=left > 0)
    usual = places(others)
    both = known & ~np.isnan(usual)
    same = (both & (usual == by_replication)).sum(axis=0)
    ranked = both.sum(axis=0)
    unknown = np.full(len(ranked), np.nan)
    return np.asarray(np.divide(same, ranked, out=unknown, where=ranked > 0))


def surely_better(values: ArrayLike, confidence: float = 0.95) -> Bools:
    """(K, K) whether unit j is above unit k by Holm's test over all ordered pairs.

    The chance that any of them is wrong is at most 1 - `confidence`.
    """
    x = _oriented(values, True)
    k = x.shape[1]
    p = _p_values(x)
    ordered = np.argsort(p, axis=None, kind="stable")[: k * (k - 1)]  # the diagonal comes last
    left = np.arange(k * (k - 1), 0, -1)
    fails = p.ravel()[ordered] > (1 - confidence) / left
    rejected = ordered[: int(np.argmax(fails))] if fails.any() else ordered
    sure = np.zeros(k * k, dtype=bool)
    sure[rejected] = True
    return sure.reshape(k, k)


def _p_values(x: F64) -> F64:
    """(K, K) one-sided p that j is no better than k; infinite on the diagonal."""
    k = x.shape[1]
    first, second = np.divmod(np.arange(k * k), k)
    a, b = x[:, first], x[:, second]
    size = np.maximum(np.abs(a), np.abs(b))
    apart = np.where(np.abs(a - b) <= _ROUNDING * size, 0.0, a - b)
    known = ~np.isnan(apart)
    m = known.sum(axis=0)
    mean = np.where(known, apart, 0.0).sum(axis=0) / np.maximum(m, 1)
    off = np.where(known, apart - mean, 0.0)
    error = np.sqrt((off**2).sum(axis=0) / np.maximum(m - 1, 1) / np.maximum(m, 1))
    largest = np.where(known, size, 0.0).max(axis=0, initial=0.0)
    error[error <= _ROUNDING * largest] = 0.0
    certain = np.where(mean > 0, np.inf, np.where(mean < 0, -np.inf, 0.0))
    t = np.divide(mean, error, out=certain, where=error > 0)
    p = np.where(m >= 2, stdtr(np.maximum(m - 1, 1), -t), 1.0)
    p[first == second] = np.inf
    return p.reshape(k, k)


def _oriented(values: ArrayLike, higher_is_better: bool) -> F64:
    x = np.asarray(values, dtype=np.float64)
    if x.ndim != 2:
        raise ValueError(f"replications x units expected, got {x.ndim} dimensions")
    return x if higher_is_better else -x


def _beats(a: F64, b: F64) -> Bools:
    """Whether a is above b by more than rounding; never with NaN."""
    return np.asarray(a - b > _ROUNDING * np.maximum(np.abs(a), np.abs(b)))


def _shares(by_replication: F64, n: I64) -> F64:
    """(K, K) share of each unit's replications at each place."""
    k = by_replication.shape[1]
    count = np.stack([(by_replication == r + 1).sum(axis=0) for r in range(k)], axis=1)
    missing = np.full((k, k), np.nan)
    return np.asarray(np.divide(count, n[:, None], out=missing, where=n[:, None] > 0))
