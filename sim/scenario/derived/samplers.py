"""Named distributions compiled to inverse and direct distribution functions on arrays."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import special

from sim.arrays import F64
from sim.scenario.schema import distributions as d

Function = Callable[[F64], F64]

TAIL = 1e-9  # unbounded distributions are treated as ending at this quantile


@dataclass(frozen=True, slots=True)
class Sampler:
    """A distribution ready for arrays.

    Attributes
    ----------
    ppf
        Uniform numbers in (0, 1) -> values.
    cdf
        Values -> P(X <= value).
    upper
        Largest value (the 1 - 1e-9 quantile if unbounded).
    """

    ppf: Function
    cdf: Function
    upper: float


def sampler(dist: d.Distribution) -> Sampler:
    """Compile a distribution of the scenario."""
    match dist:
        case d.Constant():
            return _constant(dist.value)
        case d.Uniform():
            span = dist.high - dist.low
            return Sampler(
                ppf=lambda u: dist.low + u * span,
                cdf=lambda x: np.clip((x - dist.low) / span, 0.0, 1.0),
                upper=dist.high,
            )
        case d.Choice():
            return _choice(np.array(dist.values), np.array(dist.weights))
        case d.Histogram():
            return _histogram(np.array(dist.edges), np.array(dist.weights))
        case d.Poisson() | d.NegativeBinomial():
            return _bounded(_counts(dist), dist.min, dist.max)
        case _:
            return _bounded(_continuous(dist), dist.min, dist.max)


def _constant(value: float) -> Sampler:
    return Sampler(
        ppf=lambda u: np.full(u.shape, value),
        cdf=lambda x: (x >= value).astype(np.float64),
        upper=value,
    )


def _choice(values: F64, weights: F64) -> Sampler:
    order = np.argsort(values, kind="stable")
    values, weights = values[order], weights[order]
    total = np.cumsum(weights) / weights.sum()
    inner = total[:-1]
    steps = np.concatenate([[0.0], total])
    return Sampler(
        ppf=lambda u: values[np.searchsorted(inner, u, side="right")],
        cdf=lambda x: steps[np.searchsorted(values, x, side="right")],
        upper=float(values[weights > 0].max()),
    )


def _histogram(edges: F64, weights: F64) -> Sampler:
    """Uniform within bands; bands of weight zero are skipped by interpolation."""
    total = np.concatenate([[0.0], np.cumsum(weights) / weights.sum()])
    keep = weights > 0
    lows, widths = edges[:-1][keep], np.diff(edges)[keep]
    starts, inner = total[:-1][keep], total[1:][keep][:-1]
    shares = weights[keep] / weights.sum()

    def ppf(u: F64) -> F64:
        band = np.searchsorted(inner, u, side="right")
        return np.asarray(lows[band] + (u - starts[band]) / shares[band] * widths[band])

    return Sampler(
        ppf=ppf,
        cdf=lambda x: np.interp(x, edges, total),
        upper=float(edges[1:][keep].max()),
    )


def _counts(dist: d.Poisson | d.NegativeBinomial) -> Sampler:
    """Counts by a table of the distribution function: exact to the 1e-9 tail.

    By special functions: scipy.stats, which has the same bits, takes a second to import.
    """

    def at_most(count: F64) -> F64:
        if isinstance(dist, d.Poisson):
            return np.asarray(special.pdtr(count, dist.mean), dtype=np.float64)
        p = dist.dispersion / (dist.dispersion + dist.mean)
        return np.asarray(special.betainc(dist.dispersion, count + 1, p), dtype=np.float64)

    size = 16
    while (table := at_most(np.arange(size, dtype=np.float64)))[-1] < 1.0 - TAIL:
        size *= 2
    last = int(np.searchsorted(table, 1.0 - TAIL))
    inner = table[:last]
    return Sampler(
        ppf=lambda u: np.searchsorted(inner, u, side="left").astype(np.float64),
        cdf=lambda x: np.where(x < 0, 0.0, at_most(np.floor(np.maximum(x, 0.0)))),
        upper=float(last),
    )


def _continuous(dist: d.Exponential | d.Gamma | d.Lognormal) -> Sampler:
    mean = dist.mean
    if isinstance(dist, d.Exponential):
        return Sampler(
            ppf=lambda u: -mean * np.log1p(-u),
            cdf=lambda x: -np.expm1(-np.maximum(x, 0.0) / mean),
            upper=float(-mean * np.log(TAIL)),
        )
    if isinstance(dist, d.Gamma):
        shape = dist.cv**-2
        scale = mean / shape
        return Sampler(
            ppf=lambda u: np.asarray(special.gammaincinv(shape, u) * scale, dtype=np.float64),
            cdf=lambda x: np.asarray(
                special.gammainc(shape, np.maximum(x, 0.0) / scale), dtype=np.float64
            ),
            upper=float(special.gammainccinv(shape, TAIL) * scale),
        )
    sigma = float(np.sqrt(np.log1p(dist.cv**2)))
    mu = float(np.log(mean)) - sigma**2 / 2
    return Sampler(
        ppf=lambda u: np.asarray(np.exp(mu + sigma * special.ndtri(u)), dtype=np.float64),
        cdf=lambda x: np.asarray(
            special.ndtr((np.log(np.maximum(x, 1e-300)) - mu) / sigma), dtype=np.float64
        ),
        upper=float(np.exp(mu - sigma * special.ndtri(TAIL))),
    )


def _bounded(inner: Sampler, low: float | None, high: float | None) -> Sampler:
    """Clip to [low, high]: mass beyond a bound sits on it."""
    if low is None and high is None:
        return inner
    lo = -np.inf if low is None else low
    hi = np.inf if high is None else high

    def cdf(x: F64) -> F64:
        return np.where(x >= hi, 1.0, np.where(x < lo, 0.0, inner.cdf(x)))

    return Sampler(
        ppf=lambda u: np.clip(inner.ppf(u), lo, hi),
        cdf=cdf,
        upper=float(min(max(inner.upper, lo), hi)),
    )
