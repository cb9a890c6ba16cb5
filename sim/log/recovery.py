r"""Demand recovered where hours sell out, from when each booking was made.

In week w a cell (rooms of a group, an hour of the week) is asked for at the rate lambda g_w, with
g_w a gamma effect of mean 1 and shape k shared by the cells of a group, and can be booked for a
share t of its asking time (1 if it never filled). With y bookings, g integrated out, a week's log
likelihood is

    lgamma(k + y) - lgamma(k) + k log k + y log(lambda) - (k + y) log(k + lambda t).

Beside it stands the cautious figure, bookings / time open, which is too low where days differ.
Intervals come from resampling whole weeks, so what the cells of a week share stays in them, with
the clock read off the weeks drawn (see `rates.asking_rates`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize
from scipy.special import digamma, gammaln

from sim.arrays import F64, Bools
from sim.stats.intervals import t_quantile

MOST_FULL = 0.8
"""Share of weeks full from which there is no level without times of booking."""
_LOG_SHAPE = (-2.0, 7.0)
_LOG_RATE = (-12.0, 9.0)


@dataclass(frozen=True, slots=True)
class Sales:
    """What was booked and when it could be, by cell and week; nan where a cell was closed.

    Attributes
    ----------
    bookings, open_share
        (C, W).
    """

    bookings: F64
    open_share: F64

    @property
    def known(self) -> Bools:
        """(C, W) whether each cell was open at all."""
        return ~np.isnan(self.open_share)

    @property
    def full(self) -> F64:
        """(C,) share of weeks that sold out."""
        return self._mean(self.known & (np.nan_to_num(self.open_share, nan=1.0) < 1.0))

    @property
    def plain(self) -> F64:
        """(C,) mean of bookings."""
        return self._mean(np.where(self.known, self.bookings, 0.0))

    @property
    def cautious(self) -> F64:
        """(C,) bookings / time open."""
        return self.plain / np.maximum(self._mean(np.nan_to_num(self.open_share)), 1e-9)

    def _mean(self, values: F64 | Bools) -> F64:
        return np.asarray(values.sum(axis=1) / np.maximum(self.known.sum(axis=1), 1))


def rates_of(sales: Sales, shape: float = 4.0) -> tuple[F64, float]:
    """(C,) rates, and the shape of the day effect its cells share, from a first guess."""
    known = sales.known
    y, t = np.where(known, sales.bookings, 0.0), np.nan_to_num(sales.open_share)
    rate = np.asarray(y.sum(axis=1) / np.maximum(t.sum(axis=1), 1e-9))
    sold_out = (known & (t < 1.0)).any(axis=1)  # the others' rates are their means
    if sold_out.any():
        rate[sold_out], shape = fit_rates(y[sold_out], t[sold_out], known[sold_out], shape)
    return rate, shape


def log_interval(rate: F64, draws: F64, weeks: int) -> tuple[F64, F64]:
    """95 % intervals on the log scale, with the t of as many weeks; draws (B, ...)."""
    few = np.sqrt(weeks / max(weeks - 1, 1))  # resampled weeks vary too little by this
    spread = few * draws.std(axis=0, ddof=1) / np.maximum(rate, 1e-12)
    wide = np.minimum(spread * t_quantile(0.95, max(weeks - 1, 1)), 5.0)
    return rate * np.exp(-wide), rate * np.exp(wide)


def fit_rates(y: F64, t: F64, known: Bools, shape: float = 4.0) -> tuple[F64, float]:
    """Maximise the likelihood over the rates (C,) and the shape, from a first guess of it."""
    total, asked = y.sum(axis=1), t.sum(axis=1)
    some = (total > 0) & (asked > 0)
    if not some.any():
        return np.zeros(len(y)), shape
    y, t, known = y[some], t[some], known[some]
    counts = np.bincount(y[known].astype(np.int64))
    values = np.arange(len(counts))

    def loss(x: F64) -> tuple[float, F64]:
        rate, k = np.exp(x[:-1])[:, None], float(np.exp(x[-1]))
        spent = k + rate * t
        weight = np.where(known, k + y, 0.0)
        value = (counts * gammaln(k + values)).sum() + (x[:-1] * total[some]).sum()
        value += counts.sum() * (k * np.log(k) - gammaln(k)) - (weight * np.log(spent)).sum()
        by_rate = total[some] - (weight * rate * t / spent).sum(axis=1)
        by_shape = (counts * digamma(k + values)).sum() - (weight / spent).sum()
        by_shape += counts.sum() * (np.log(k) + 1.0 - digamma(k))
        by_shape -= np.log(spent)[known].sum()
        return -float(value), -np.append(by_rate, k * by_shape)

    first = np.append(np.log(total[some] / asked[some]), np.log(shape))
    bounds = [_LOG_RATE] * int(some.sum()) + [_LOG_SHAPE]
    found = minimize(loss, first, jac=True, method="L-BFGS-B", bounds=bounds)
    rate = np.zeros(len(some))
    rate[some] = np.exp(found.x[:-1])
    return rate, float(np.exp(found.x[-1]))


def pool(rate: F64, low: F64, high: F64, prior: F64) -> tuple[F64, F64]:
    """Pool like cells: normal random effects on the log scale about a prior shape (C,).

    The variance between cells is DerSimonian and Laird's.

    Returns
    -------
    pooled
        (C,) rates.
    own
        (C,) weight of each cell's own record, 1: not pooled at all.
    """
    usable = (rate > 0) & (low > 0) & (prior > 0)
    spread = np.log(high[usable] / low[usable]) / 3.92
    variance = np.maximum(spread, 0.02) ** 2
    gap = np.log(rate[usable] / prior[usable])
    weight = 1.0 / variance
    centre = (weight * gap).sum() / weight.sum() if usable.any() else 0.0
    excess = (weight * (gap - centre) ** 2).sum() - (usable.sum() - 1)
    scale = weight.sum() - (weight**2).sum() / weight.sum() if usable.sum() > 1 else 1.0
    between = max(0.0, float(excess / scale))
    own = np.zeros(len(rate))
    own[usable] = between / (between + variance)
    pooled = prior * np.exp(centre)
    pooled[usable] *= np.exp(own[usable] * (gap - centre))
    return pooled, own
