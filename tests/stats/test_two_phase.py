"""Two-phase regression: unbiased, covers as often as it says, and narrower than without."""

from __future__ import annotations

import numpy as np
import pytest

from sim.stats.control import controlled_mean
from sim.stats.intervals import t_interval
from sim.stats.two_phase import two_phase_mean

ROUNDS, N, MANY = 2000, 25, 120


def drawn(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Metric of mean 10, a control of known mean 3, and a cheap control of unknown mean."""
    cheap, known = rng.normal(7.0, 2.0, MANY), rng.normal(3.0, 1.0, N)
    y = 10 + 1.5 * (cheap[:N] - 7) - 0.8 * (known - 3) + rng.normal(0, 0.5, N)
    return y, known, cheap


def test_mean_and_coverage() -> None:
    """Over many rounds the mean is 10 and 95 % of intervals hold it, both by z-score."""
    rng = np.random.default_rng(1)
    found = []
    for _ in range(ROUNDS):
        y, known, cheap = drawn(rng)
        found.append(two_phase_mean(y, known, [3.0], cheap))
    means = np.array([f.mean for f in found])
    assert abs(means.mean() - 10) / (means.std(ddof=1) / np.sqrt(ROUNDS)) < 4
    covered = np.mean([f.low <= 10 <= f.high for f in found])
    assert abs(covered - 0.95) / np.sqrt(0.95 * 0.05 / ROUNDS) < 4


def test_it_is_narrower_than_without_the_cheap_control() -> None:
    y, known, cheap = drawn(np.random.default_rng(2))
    with_it = two_phase_mean(y, known, [3.0], cheap).half_width
    assert with_it < 0.6 * controlled_mean(y, known, [3.0]).half_width


def test_a_control_that_says_nothing_leaves_the_plain_interval() -> None:
    y = np.random.default_rng(3).normal(0, 1, 20)
    same = two_phase_mean(y, np.zeros((20, 0)), [], np.full(50, 4.0))
    plain = t_interval(y)
    assert (same.mean, same.low, same.high) == pytest.approx((plain.mean, plain.low, plain.high))


def test_as_many_cheap_values_as_replications_at_least() -> None:
    with pytest.raises(ValueError, match="3 cheap values for 5"):
        two_phase_mean(np.arange(5.0), np.zeros((5, 0)), [], np.arange(3.0))


def test_few_replications_have_no_interval() -> None:
    short = two_phase_mean([1.0, 2.0], [[0.0], [1.0]], [0.5], [1.0, 2.0, 3.0])
    assert short.mean == 1.5
    assert np.isnan(short.half_width)
