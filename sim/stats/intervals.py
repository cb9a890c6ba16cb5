"""Confidence intervals over replications: means by Student's t, shares that stay in [0, 1].

The replication is the unit: wishes of one replication share their day effects, so they are
never counted as independent.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import stdtrit

__all__ = [
    "Interval",
    "Intervals",
    "share_interval",
    "share_intervals",
    "t_interval",
    "t_intervals",
    "t_quantile",
]

FloatArray = NDArray[np.float64]


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

    mean: FloatArray
    low: FloatArray
    high: FloatArray
    n: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.mean)

    def __getitem__(self, i: int) -> Interval:
        return Interval(
            float(self.mean[i]), float(self.low[i]), float(self.high[i]), int(self.n[i])
        )

    @property
    def half_width(self) -> FloatArray:
        """Half of each interval's width."""
        return np.asarray((self.high - self.low) / 2, dtype=np.float64)


def t_quantile(confidence: float, df: ArrayLike) -> FloatArray:
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


def share_intervals(
    numerators: ArrayLike, denominators: ArrayLike, confidence: float = 0.95
) -> Intervals:
    """Interval of the mean over replications of numerator / denominator, within [0, 1].

    Replications with denominator 0 are left out. Where every ratio is exactly 0 (or 1) the
    spread says nothing, and the exact binomial limit (Clopper-Pearson) of the pooled counts is
    used: it treats them as independent, so it is a lower bound of what is unknown, never zero.

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
    ratio = np.divide(part, whole, out=np.full(part.shape, np.nan), where=defined)
    plain = t_intervals(ratio, confidence)
    low, high = np.clip(plain.low, 0, 1), np.clip(plain.high, 0, 1)
    pooled = np.maximum(np.where(defined, whole, 0.0).sum(axis=0), 1.0)
    limit = ((1 - confidence) / 2) ** (1 / pooled)
    several = plain.n > 1
    none = several & np.all(~defined | (part == 0), axis=0)
    every = several & np.all(~defined | (part == whole), axis=0)
    low, high = np.where(none, 0.0, low), np.where(none, 1 - limit, high)
    low, high = np.where(every, limit, low), np.where(every, 1.0, high)
    return Intervals(np.clip(plain.mean, 0, 1), low, high, plain.n)


def share_interval(
    numerators: ArrayLike, denominators: ArrayLike, confidence: float = 0.95
) -> Interval:
    """Interval of one share; see `share_intervals`."""
    part = np.asarray(numerators, dtype=np.float64).reshape(-1, 1)
    whole = np.asarray(denominators, dtype=np.float64).reshape(-1, 1)
    return share_intervals(part, whole, confidence)[0]
