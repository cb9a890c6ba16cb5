"""Distributions: mean, variance, quantiles and distribution functions agree; bounds hold."""

from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np
import pytest
from pydantic import TypeAdapter
from scipy import stats

from sim.scenario.derived.samplers import TAIL, Sampler, sampler
from sim.scenario.schema.distributions import Distribution
from sim.streams import child_keys, key_of, uniforms

N = 400_000
U = uniforms(child_keys(np.array([key_of("samplers")], dtype=np.uint64), np.arange(N)), 5)
ADAPTER: TypeAdapter[Distribution] = TypeAdapter(Distribution)

MOMENTS: list[tuple[dict[str, Any], float, float]] = [
    ({"rule": "uniform", "low": 2, "high": 5}, 3.5, 9 / 12),
    ({"rule": "exponential", "mean": 7}, 7, 49),
    ({"rule": "gamma", "mean": 10, "cv": 0.5}, 10, 25),
    ({"rule": "gamma", "mean": 3, "cv": 1.5}, 3, 20.25),
    ({"rule": "lognormal", "mean": 60, "cv": 0.4}, 60, 576),
    ({"rule": "poisson", "mean": 3.3}, 3.3, 3.3),
    ({"rule": "poisson", "mean": 250}, 250, 250),
    ({"rule": "negative_binomial", "mean": 6, "dispersion": 2}, 6, 6 + 36 / 2),
    ({"rule": "choice", "values": [4, 1, 2], "weights": [1, 2, 1]}, 2, 1.5),
    ({"rule": "histogram", "edges": [0, 1, 2, 4], "weights": [1, 0, 1]}, 1.75, 85 / 48),
]


def made(rule: dict[str, Any]) -> Sampler:
    return sampler(ADAPTER.validate_python(rule))


@pytest.mark.parametrize(("rule", "mean", "variance"), MOMENTS, ids=lambda r: str(r)[:40])
def test_mean_and_variance(rule: dict[str, Any], mean: float, variance: float) -> None:
    """Both within 4 standard errors of what the rule says."""
    x = made(rule).ppf(U)
    assert abs(x.mean() - mean) <= 4 * math.sqrt(variance / N)
    squares = (x - mean) ** 2
    assert abs(squares.mean() - variance) <= 4 * squares.std() / math.sqrt(N)


@pytest.mark.parametrize("rule", [m[0] for m in MOMENTS], ids=str)
def test_the_distribution_function_is_that_of_the_draws(rule: dict[str, Any]) -> None:
    """P(X <= x) matches the share of draws, 4 standard errors, at 40 points; ends at `upper`."""
    s = made(rule)
    draws = s.ppf(U)
    points = np.unique(s.ppf(np.linspace(0.01, 0.99, 40)))
    for x, p in zip(points.tolist(), s.cdf(points).tolist(), strict=True):
        assert abs((draws <= x).mean() - p) <= 4 * math.sqrt(max(p * (1 - p), 1e-6) / N)
    assert s.cdf(np.array([s.upper]))[0] >= 1 - 1.1e-9
    assert draws.max() <= s.upper
    assert s.cdf(np.array([-1.0]))[0] == 0


@pytest.mark.parametrize("rule", [m[0] for m in MOMENTS], ids=str)
def test_quantiles_invert(rule: dict[str, Any]) -> None:
    """P(X <= quantile(u)) is u where continuous and the first step above u where not."""
    s = made(rule)
    u = np.linspace(0.001, 0.999, 997)
    x = s.ppf(u)
    assert np.all(s.cdf(x) >= u - 1e-9)
    assert np.all(s.cdf(x * (1 - 1e-9) - 1e-9) <= u + 1e-6)
    assert np.all(np.diff(x) >= 0)


def test_counts_have_the_bits_of_scipy_stats() -> None:
    """Tables of counts, and where they end: drawn values of shipped scenarios depend on them."""
    for mean, dispersion in itertools.product(
        (0.02, 0.7, 6.0, 45.0, 300.0), (None, 0.3, 3.0, 80.0)
    ):
        if dispersion is None:
            ours, theirs = made({"rule": "poisson", "mean": mean}), stats.poisson(mean)
        else:
            rule = {"rule": "negative_binomial", "mean": mean, "dispersion": dispersion}
            ours, theirs = made(rule), stats.nbinom(dispersion, dispersion / (dispersion + mean))
        assert ours.upper == theirs.ppf(1 - TAIL)
        counts = np.arange(-2, ours.upper + 1) + 0.5
        assert np.array_equal(ours.cdf(counts), theirs.cdf(np.floor(counts)))


def test_constant() -> None:
    """Always the value; the distribution function jumps there."""
    s = made({"rule": "constant", "value": 90})
    assert set(s.ppf(U[:100])) == {90.0}
    assert s.cdf(np.array([89.999, 90.0])).tolist() == [0, 1]
    assert s.upper == 90


@pytest.mark.parametrize(
    "rule",
    [
        {"rule": "poisson", "mean": 6, "min": 2, "max": 9},
        {"rule": "lognormal", "mean": 6, "cv": 1, "min": 2, "max": 9},
        {"rule": "exponential", "mean": 6, "min": 2, "max": 9},
        {"rule": "gamma", "mean": 6, "cv": 1, "min": 2, "max": 9},
        {"rule": "negative_binomial", "mean": 6, "dispersion": 3, "min": 2, "max": 9},
    ],
    ids=lambda r: str(r["rule"]),
)
def test_bounds_hold_and_carry_the_mass_beyond(rule: dict[str, Any]) -> None:
    """No draw lies outside; what would lies on the bound, as the distribution function says."""
    bounded = made(rule)
    free = made({k: v for k, v in rule.items() if k not in ("min", "max")})
    x, wild = bounded.ppf(U), free.ppf(U)
    assert (x.min(), x.max(), bounded.upper) == (2, 9, 9)
    assert np.array_equal(x == 9, wild >= 9)
    assert np.array_equal(x == 2, wild <= 2)
    at = np.array([1.999, 2.0, 5.0, 8.999, 9.0])
    assert bounded.cdf(at)[[0, 4]].tolist() == [0, 1]
    assert bounded.cdf(at)[1:4] == pytest.approx(free.cdf(at)[1:4])


def test_unlikely_values_of_a_choice_and_empty_bands() -> None:
    """A weight of zero is never drawn, and `upper` does not count it."""
    s = made({"rule": "choice", "values": [1, 2, 3], "weights": [1, 1, 0]})
    assert set(s.ppf(U)) == {1.0, 2.0}
    assert s.upper == 2
    h = made({"rule": "histogram", "edges": [0, 1, 2, 3, 4], "weights": [0, 1, 0, 0]})
    x = h.ppf(U)
    assert x.min() >= 1
    assert x.max() <= 2
    assert h.upper == 2
