"""Control variates: unbiased, covering, narrower."""

import numpy as np
import pytest

from sim.stats import controlled_mean, t_interval


def experiment(rng, n, shift=0.0):
    """y = 2 + 3 a - b + noise with controls a, b of mean 1 and 5."""
    controls = rng.normal([1.0, 5.0], [1.0, 2.0], size=(n, 2))
    y = 2 + 3 * (controls[:, 0] - 1) - (controls[:, 1] - 5) + rng.normal(0, 0.5, n) + shift
    return y, controls


def test_unbiased_and_covering_by_z_score():
    rng = np.random.default_rng(31)
    results = [controlled_mean(*experiment(rng, 12), [1, 5]) for _ in range(3_000)]
    means = np.array([r.mean for r in results])
    z = (means.mean() - 2) / (means.std(ddof=1) / np.sqrt(len(means)))
    assert abs(z) < 4
    covered = np.mean([r.low <= 2 <= r.high for r in results])
    assert abs(covered - 0.95) < 4 * np.sqrt(0.95 * 0.05 / 3_000)


def test_a_wrong_known_mean_is_seen():
    """The z-score above has the power to fail."""
    rng = np.random.default_rng(32)
    means = np.array([controlled_mean(*experiment(rng, 12), [1.05, 5]).mean for _ in range(500)])
    assert abs((means.mean() - 2) / (means.std(ddof=1) / np.sqrt(len(means)))) > 4


def test_variance_falls_by_what_the_controls_explain():
    """Of 13.25 only 0.25 is noise; 17 degrees of freedom cost a factor (n-2)/(n-k-2)."""
    rng = np.random.default_rng(33)
    pairs = [experiment(rng, 20) for _ in range(1_500)]
    plain = np.var([y.mean() for y, _ in pairs])
    better = np.var([controlled_mean(y, c, [1, 5]).mean for y, c in pairs])
    assert better / plain == pytest.approx(0.25 / 13.25 * 18 / 16, rel=0.2)


def test_without_information_it_is_the_t_interval():
    y = np.array([1.0, 2, 3, 4, 5])
    same = controlled_mean(y, np.ones((5, 1)), [1.0])
    assert same.mean == pytest.approx(3)
    assert same.half_width == pytest.approx(t_interval(y).half_width)


def test_doubled_controls_count_once():
    rng = np.random.default_rng(34)
    y, c = experiment(rng, 15)
    once = controlled_mean(y, c, [1, 5])
    twice = controlled_mean(y, np.column_stack([c, c]), [1, 5, 1, 5])
    assert twice.low == pytest.approx(once.low)
    assert twice.high == pytest.approx(once.high)


def test_too_few_replications_give_no_interval():
    got = controlled_mean([1.0, 2.0], [[0.0], [1.0]], [0.5])
    assert got.mean == 1.5
    assert np.isnan([got.low, got.high]).all()
    assert controlled_mean([np.nan], [[1.0]], [1.0]).n == 0
