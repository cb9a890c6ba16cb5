"""Random variables as functions of keys and uniform numbers, for arrays.

Poisson counts are by inversion, so that a larger mean never lowers a count (nested wishes).
"""

from __future__ import annotations

import numpy as np
from scipy import special

from sim.arrays import F64, I64, U64
from sim.compiled import compiled
from sim.streams import child_keys, key_of, uniforms

_NORMAL, _ACCEPT, _BOOST = (
    key_of("purpose", p) for p in ("activity normal", "activity accept", "activity boost")
)

SMALL = 30.0


def poisson_ppf(u: F64, mean: F64) -> I64:
    """Smallest n with P(N <= n) >= u for N ~ Poisson(mean), element by element."""
    counts = np.zeros(u.shape, dtype=np.int64)
    small = mean < SMALL
    counts[small] = _by_steps(u[small], mean[small])
    large = ~small
    if large.any():
        counts[large] = _by_inverse(u[large], mean[large])
    return counts


def _by_steps(u: F64, mean: F64) -> I64:
    counts = np.empty(u.shape, dtype=np.int64)
    _walk(u, mean, np.exp(-mean), counts)
    return counts


@compiled
def _walk(u: F64, mean: F64, none: F64, counts: I64) -> None:
    """Walk up the distribution function, from the chance of none."""
    for i in range(len(u)):
        n, term, below = 0, none[i], none[i]
        while u[i] > below and n <= 400:  # further on no probability can be represented
            n += 1
            term = term * mean[i] / n
            below += term
        counts[i] = n


def _by_inverse(u: F64, mean: F64) -> I64:
    guess = np.ceil(special.pdtrik(u, mean))
    lower = np.maximum(guess - 1.0, 0.0)
    fits = special.pdtr(lower, mean) >= u
    return np.asarray(np.where(fits, lower, guess), dtype=np.int64)


def gamma_factors(u: F64, cv: float) -> F64:
    """Gamma factors of mean 1 and coefficient of variation `cv`, by inversion."""
    if cv == 0:
        return np.ones_like(u)
    shape = cv**-2
    return np.asarray(special.gammaincinv(shape, u) / shape)


def gamma_by_key(keys: U64, shape: F64) -> F64:
    """Gamma variables of mean 1, one per key (Marsaglia & Tsang 2000, with keyed rounds)."""
    boosted = np.where(shape < 1.0, shape + 1.0, shape)
    d = boosted - 1.0 / 3.0
    c = 1.0 / np.sqrt(9.0 * d)
    result = np.empty(len(keys))
    open_ = np.arange(len(keys))
    round_ = 0
    while len(open_):
        now = child_keys(keys[open_], np.full(1, round_))
        x = special.ndtri(uniforms(now, _NORMAL))
        v = (1.0 + c[open_] * x) ** 3
        safe = np.maximum(v, 1e-300)
        bound = 0.5 * x**2 + d[open_] * (1.0 - v + np.log(safe))
        taken = (v > 0) & (np.log(uniforms(now, _ACCEPT)) < bound)
        result[open_[taken]] = (d[open_] * v)[taken]
        open_ = open_[~taken]
        round_ += 1
    small = shape < 1.0
    if small.any():
        result[small] *= uniforms(keys[small], _BOOST) ** (1.0 / shape[small])
    return np.maximum(result / shape, 1e-300)
