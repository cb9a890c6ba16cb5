"""Random variables by key: against their definitions and a slow second implementation."""

from __future__ import annotations

import math

import numpy as np
import pytest
from one_by_one import uniform
from scipy import special, stats

from sim.streams import child_keys, key_of, uniforms
from sim.variates import SMALL, gamma_by_key, gamma_factors, poisson_ppf

KEYS = child_keys(np.array([key_of("variates")], dtype=np.uint64), np.arange(200))
PURPOSE = key_of("purpose", "test")


def poisson(u: float, mean: float) -> int:
    return int(poisson_ppf(np.array([u]), np.array([mean]))[0])


def test_one_number_is_as_many() -> None:
    """`uniform` is `uniforms`, to the last bit."""
    one = [uniform(key, PURPOSE) for key in KEYS.tolist()]
    assert one == uniforms(KEYS, PURPOSE).tolist()


def test_a_purpose_for_each_key() -> None:
    """Purposes may be an array too."""
    purposes = np.array([PURPOSE, 7], dtype=np.uint64)
    each = uniforms(KEYS[:2], purposes)
    assert each.tolist() == [uniform(int(KEYS[0]), PURPOSE), uniform(int(KEYS[1]), 7)]


@pytest.mark.parametrize("mean", [0.3, 5.0, SMALL - 0.5, SMALL, 31.7, 250.0])
def test_poisson_counts_between_the_steps(mean: float) -> None:
    """Half-way up each step of the distribution function lies its count, far into both tails."""
    n = np.arange(stats.poisson.ppf(1e-9, mean), stats.poisson.ppf(1 - 1e-9, mean) + 1)
    upto = special.pdtr(n, mean)
    below = np.where(n > 0, special.pdtr(np.maximum(n - 1, 0), mean), 0.0)
    counts = poisson_ppf((upto + below) / 2, np.full(len(n), mean))
    assert counts.dtype == np.int64
    assert counts.tolist() == n.tolist()


@pytest.mark.parametrize("mean", [SMALL, 47.0, 250.0])
def test_poisson_counts_on_the_steps(mean: float) -> None:
    """P(N <= n) itself belongs to n, the next number above it to n + 1."""
    n = np.arange(int(mean) - 20, int(mean) + 20)
    on = special.pdtr(n, mean)
    means = np.full(len(n), mean)
    assert poisson_ppf(on, means).tolist() == n.tolist()
    assert poisson_ppf(on + 1e-12, means).tolist() == (n + 1).tolist()


def test_poisson_at_the_ends() -> None:
    assert poisson(0.3, 0.0) == 0
    assert poisson(1 - 2**-53, 0.0) == 0
    assert poisson(math.exp(-40.0) / 2, 40.0) == 0
    assert poisson(1 - 2**-53, 1e-3) == int(stats.poisson.ppf(1 - 2**-53, 1e-3))
    # the steps add up to a little less than 1: what lies above, once in 10^15, ends at the cap
    assert poisson(1 - 2**-53, SMALL - 1e-9) <= 401
    assert 60 < poisson(1 - 1e-14, SMALL - 1e-9) < 100
    assert len(poisson_ppf(np.zeros(0), np.zeros(0))) == 0


def test_large_and_small_means_together() -> None:
    """Each entry as alone, whichever method its mean asks for."""
    u = uniforms(KEYS, PURPOSE)
    means = np.where(np.arange(len(u)) % 3 == 0, 60.0, 2.5)
    together = poisson_ppf(u, means)
    assert together.tolist() == [poisson(a, b) for a, b in zip(u, means, strict=True)]


@pytest.mark.parametrize("cv", [0.2, 1.0, 1.7])
def test_gamma_factors_are_quantiles(cv: float) -> None:
    u = np.array([1e-6, 0.2, 0.5, 0.9, 1 - 1e-9])
    exact = stats.gamma.ppf(u, cv**-2, scale=cv**2)
    assert gamma_factors(u, cv) == pytest.approx(exact, rel=1e-9)


def test_no_variation_is_a_factor_of_one() -> None:
    assert gamma_factors(np.array([0.1, 0.9]), 0).tolist() == [1.0, 1.0]


def slow_gamma(key: int, shape: float) -> float:
    """Marsaglia and Tsang (2000), one number, as their paper has it.

    v = (1 + c x)^3 with x normal; accept if v > 0 and log u < x^2 / 2 + d - d v + d log v; for
    shapes below 1 a variable of shape + 1 times u^(1 / shape).
    """
    normal, accept, boost = (
        key_of("purpose", p) for p in ("activity normal", "activity accept", "activity boost")
    )
    d = (shape if shape >= 1 else shape + 1) - 1 / 3
    for round_ in range(100):
        now = int(child_keys(np.array([key], dtype=np.uint64), np.array([round_]))[0])
        x = float(special.ndtri(uniform(now, normal)))
        v = (1 + x / math.sqrt(9 * d)) ** 3
        if v > 0 and math.log(uniform(now, accept)) < x * x / 2 + d - d * v + d * math.log(v):
            less = uniform(key, boost) ** (1 / shape) if shape < 1 else 1.0
            return max(d * v * less / shape, 1e-300)
    raise AssertionError("no number in 100 rounds")


@pytest.mark.parametrize("shape", [0.02, 0.6, 0.999, 1.0, 4.5])
def test_gamma_by_key_is_the_slow_one(shape: float) -> None:
    fast = gamma_by_key(KEYS, np.full(len(KEYS), shape))
    assert fast.tolist() == pytest.approx([slow_gamma(k, shape) for k in KEYS.tolist()], rel=1e-9)


def test_gamma_is_never_zero() -> None:
    assert gamma_by_key(KEYS, np.full(len(KEYS), 1e-4)).min() == 1e-300
