"""Confidence intervals over replications: shares in [0, 1], amounts from 0, means by Student's t.

Shares and amounts lean to where rare events leave more room: exact binomial and Poisson intervals
for as many independent units as would vary as much as the replications did. How well they cover,
and what else was tried, is in `docs/verification.md`.

The replication is the unit: wishes of one replication share their day effects, so they are
never counted as independent. A share or ratio is that of the totals of all replications
(bookings / requests), which is what a planner means by it; a mean of the replications' own ratios
gives a quiet month the weight of a busy one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import betaincinv, gammaincinv, ndtri, stdtrit

from sim.arrays import F64, I64, Bools

ROUNDING = 1e-12
"""What varies by less than this, relative to its mean, does not vary but for rounding."""
TINY = 1e-300
"""Above 0, where a function has no value at 0."""


def moments(x: F64, known: Bools) -> tuple[F64, F64, I64]:
    """(K,) mean, variance and number of the known values; NaN where there are too few."""
    n = known.sum(axis=0)
    mean = np.where(known, x, 0.0).sum(axis=0) / np.where(n > 0, n, np.nan)
    square = np.where(known, (x - mean) ** 2, 0.0).sum(axis=0)
    return mean, square / np.where(n > 1, n - 1, np.nan), n.astype(np.int64)


def unvaried(x: F64, known: Bools, size: F64) -> Bools:
    """(K,) whether the known values vary by no more than rounding of what has (R, K) `size`."""
    top = np.where(known, x, -np.inf).max(axis=0, initial=-np.inf)
    bottom = np.where(known, x, np.inf).min(axis=0, initial=np.inf)
    span = np.where(known.any(axis=0), top, 0.0) - np.where(known.any(axis=0), bottom, 0.0)
    return np.asarray(span <= ROUNDING * np.where(known, size, 0.0).max(axis=0, initial=0.0))


def matrix(values: ArrayLike) -> F64:
    """(R, K) floats; a ValueError for any other number of dimensions."""
    x = np.asarray(values, dtype=np.float64)
    if x.ndim != 2:
        raise ValueError(f"replications x metrics expected, got {x.ndim} dimensions")
    return x


@dataclass(frozen=True)
class Interval:
    """A mean over replications and its confidence interval (NaN where there is none).

    Attributes
    ----------
    mean, low, high
        Estimate and limits.
    n
        Replications in which the figure is defined.
    """

    mean: float
    low: float
    high: float
    n: int

    @property
    def half_width(self) -> float:
        """Half of the interval's width; NaN where it is empty."""
        return (self.high - self.low) / 2


@dataclass(frozen=True, eq=False)
class Intervals:
    """Many intervals as arrays of one length, one entry a metric."""

    mean: F64
    low: F64
    high: F64
    n: I64

    def __len__(self) -> int:
        return len(self.mean)

    def __getitem__(self, i: int) -> Interval:
        return Interval(
            float(self.mean[i]), float(self.low[i]), float(self.high[i]), int(self.n[i])
        )

    @property
    def half_width(self) -> F64:
        """Half of each interval's width."""
        return np.asarray((self.high - self.low) / 2, dtype=np.float64)


def t_quantile(confidence: float, df: ArrayLike) -> F64:
    """Two-sided quantile of Student's t; NaN where there is no degree of freedom."""
    if not 0 < confidence < 1:
        raise ValueError(f"confidence must lie between 0 and 1, not {confidence!r}")
    freedom = np.asarray(df, dtype=np.float64)
    inside = np.where(freedom >= 1, freedom, 1.0)
    return np.where(freedom >= 1, stdtrit(inside, (1 + confidence) / 2), np.nan)


def t_intervals(matrix: ArrayLike, confidence: float = 0.95) -> Intervals:
    """Mean and t interval of every column, leaving out NaN.

    Parameters
    ----------
    matrix
        Replications in rows, metrics in columns; NaN where a replication has no value.
    confidence
        Coverage asked for.
    """
    x = np.asarray(matrix, dtype=np.float64)
    if x.ndim != 2:
        raise ValueError(f"replications x metrics expected, got {x.ndim} dimensions")
    columns = np.ascontiguousarray(x.T)  # so a column's sum does not depend on its neighbours
    known = ~np.isnan(columns)
    n = known.sum(axis=1)
    mean = np.where(known, columns, 0.0).sum(axis=1) / np.where(n > 0, n, np.nan)
    square = np.where(known, (columns - mean[:, None]) ** 2, 0.0).sum(axis=1)
    error = np.sqrt(square / np.where(n > 1, n - 1, np.nan) / np.maximum(n, 1))
    half = t_quantile(confidence, n - 1) * error
    return Intervals(mean, mean - half, mean + half, n.astype(np.int64))


def t_interval(values: ArrayLike, confidence: float = 0.95) -> Interval:
    """Mean and t interval of one metric; see `t_intervals`."""
    return t_intervals(np.asarray(values, dtype=np.float64).reshape(-1, 1), confidence)[0]


def linearised(numerators: ArrayLike, denominators: ArrayLike) -> F64:
    """(R, K) values of replications whose mean is the ratio of totals and whose spread is its own.

    The value of a replication is q + (numerator - q x denominator) / mean denominator, q being the
    ratio of totals: the linear part of a ratio of means (the delta method). So whatever is done
    with values of replications - t intervals, paired differences, ranks - is done with ratios of
    totals too. Where denominators are all alike these are the plain ratios, bit for bit. NaN where
    the denominator is 0: nothing was seen there.
    """
    part = np.ascontiguousarray(np.asarray(numerators, dtype=np.float64).T)
    whole = np.ascontiguousarray(np.asarray(denominators, dtype=np.float64).T)
    known = whole > 0
    plain = np.divide(part, whole, out=np.full(part.shape, np.nan), where=known)
    above, below = (np.where(known, x, 0.0) for x in (part, whole))
    alike = np.all(~known | (whole == below.max(axis=1, initial=0.0)[:, None]), axis=1)
    total = below.sum(axis=1)
    total[total == 0] = np.nan
    ratio = above.sum(axis=1) / total
    scale = known.sum(axis=1) / total
    values = ratio[:, None] + (above - ratio[:, None] * below) * scale[:, None]
    return np.asarray(np.where(alike[:, None] | ~known, plain, values).T)


def share_intervals(
    numerators: ArrayLike, denominators: ArrayLike, confidence: float = 0.95
) -> Intervals:
    """Interval of sum of numerators / sum of denominators over replications, within [0, 1].

    Clopper and Pearson's exact binomial interval for the number of independent units that would
    vary as much as the replications did (Korn and Graubard 1998): share (1 - share) / error^2,
    shrunk by (normal quantile / Student's t quantile)^2. It leans towards 1/2 where few refusals
    were seen, and is the t interval where many were. A replication in which nothing (or
    everything) was refused says little of how much refusals vary: degrees of freedom count those
    in which something was (`_freedom`). Replications with denominator 0 are left out. Where every
    ratio is exactly 0 (or 1) the spread says nothing, and units are those of the pooled counts:
    that treats them as independent, so it is a lower bound of what is unknown, never zero. Two
    replications often agree by luck: they count as no more units than there were.

    E. Korn, B. Graubard: Confidence intervals for proportions with small expected number of
    positive counts estimated from survey data. Survey Methodology 24 (1998) 193-201.

    Parameters
    ----------
    numerators, denominators
        Replications in rows, metrics in columns.
    confidence
        Coverage asked for.
    """
    part = np.asarray(numerators, dtype=np.float64)
    whole = np.asarray(denominators, dtype=np.float64)
    if part.shape != whole.shape:
        raise ValueError(f"shapes differ: {part.shape} and {whole.shape}")
    defined = whole > 0
    if np.any(defined & ((part < 0) | (part > whole))):
        raise ValueError("a share's numerator must lie between 0 and its denominator")
    plain = t_intervals(linearised(part, whole), confidence)
    share, several = np.clip(plain.mean, 0, 1), plain.n > 1
    some = (defined & (part > 0)).sum(axis=0)
    rest = (defined & (part < whole)).sum(axis=0)
    seen = np.minimum(some, rest)
    units = np.where(defined, whole, 0.0).sum(axis=0)
    half, asked = _widened(plain, seen, confidence)
    varies = half > ROUNDING * share
    likely = np.divide(
        asked**2 * share * (1 - share), half**2, out=np.zeros(share.shape), where=varies
    )
    likely = np.where(plain.n == 2, np.minimum(likely, units), likely)
    likely = np.where(varies, likely, np.where(seen > 0, np.inf, units))
    low, high = share.copy(), share.copy()
    finite = several & np.isfinite(likely)
    count, size, alpha = (likely * share)[finite], likely[finite], (1 - confidence) / 2
    with np.errstate(under="ignore"):
        below = betaincinv(np.maximum(count, TINY), size - count + 1, alpha)
        above = betaincinv(count + 1, np.maximum(size - count, TINY), 1 - alpha)
    low[finite] = np.where(some[finite] > 0, below, 0.0)
    high[finite] = np.where(rest[finite] > 0, above, 1.0)
    low[~several], high[~several] = np.nan, np.nan
    return Intervals(share, np.minimum(low, share), np.maximum(high, share), plain.n)


def amount_intervals(
    numerators: ArrayLike, denominators: ArrayLike, confidence: float = 0.95
) -> Intervals:
    """Interval of sum of numerators / sum of denominators of amounts that are never negative.

    Garwood's exact Poisson interval for the number of independent events that would vary as much
    as the replications did, (mean / error)^2, shrunk as that of `share_intervals`, of which it is
    the limit for small shares. It leans upwards where few events were seen, as counts do, and is
    the t interval where many were. An amount that did not vary has an interval without width, and
    one that is negative in some replication has the t interval.

    Parameters
    ----------
    numerators, denominators
        Replications in rows, metrics in columns.
    confidence
        Coverage asked for.
    """
    part = np.asarray(numerators, dtype=np.float64)
    defined = np.asarray(denominators, dtype=np.float64) > 0
    plain = t_intervals(linearised(part, denominators), confidence)
    half, asked = _widened(plain, (defined & (part != 0)).sum(axis=0), confidence)
    varies = (plain.n > 1) & (half > ROUNDING * np.abs(plain.mean))
    exact = varies & (plain.mean > 0) & ~np.any(defined & (part < 0), axis=0)
    still = (plain.n > 1) & ~varies
    mean, alpha = plain.mean[exact], (1 - confidence) / 2
    events = (asked * mean / half[exact]) ** 2
    low, high = plain.low.copy(), plain.high.copy()
    low[exact] = mean * gammaincinv(events, alpha) / events
    high[exact] = mean * gammaincinv(events + 1, 1 - alpha) / events
    low[still], high[still] = plain.mean[still], plain.mean[still]
    return Intervals(plain.mean, low, high, plain.n)


def _freedom(n: I64, seen: I64) -> F64:
    """Degrees of freedom of n replications of which some show what an interval is of, 1 or more.

    The variance is known no better than the number of replications that make it up.
    """
    return np.maximum(np.minimum(n - 1, seen), 1).astype(np.float64)


def _widened(plain: Intervals, seen: I64, confidence: float) -> tuple[F64, float]:
    """Half-widths of t intervals by the degrees of freedom of `_freedom`; the normal quantile."""
    own = t_quantile(confidence, np.maximum(plain.n - 1, 1))
    half = plain.half_width / own * t_quantile(confidence, _freedom(plain.n, seen))
    return half, float(ndtri((1 + confidence) / 2))


def share_interval(
    numerators: ArrayLike, denominators: ArrayLike, confidence: float = 0.95
) -> Interval:
    """Interval of one share; see `share_intervals`."""
    part = np.asarray(numerators, dtype=np.float64).reshape(-1, 1)
    whole = np.asarray(denominators, dtype=np.float64).reshape(-1, 1)
    return share_intervals(part, whole, confidence)[0]
