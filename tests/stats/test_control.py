"""Control variates: unbiased, covering, narrower."""

import numpy as np
import pytest
from scipy import stats

from sim.stats.control import controlled_mean, regression
from sim.stats.intervals import t_interval


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


def least_squares(y, controls, means, confidence):
    """(mean, low, high) by the normal equations: the intercept and its standard error."""
    design = np.column_stack([np.ones(len(y)), controls - np.asarray(means)])
    inverse = np.linalg.inv(design.T @ design)
    beta = inverse @ design.T @ y
    freedom = len(y) - design.shape[1]
    variance = ((y - design @ beta) ** 2).sum() / freedom * inverse[0, 0]
    half = stats.t.ppf((1 + confidence) / 2, freedom) * np.sqrt(variance)
    return beta[0], beta[0] - half, beta[0] + half


def limits(got):
    return got.mean, got.low, got.high


def test_it_is_the_intercept_of_the_normal_equations():
    """Also with one degree of freedom; replications without all values are left out."""
    rng = np.random.default_rng(35)
    y, c = experiment(rng, 9)
    for n in (9, 4):
        expected = least_squares(y[:n], c[:n], [1, 5], 0.8)
        assert limits(controlled_mean(y[:n], c[:n], [1, 5], 0.8)) == pytest.approx(expected)
    y[2], c[4, 1], y[6] = np.nan, np.nan, np.inf
    known = [0, 1, 3, 5, 7, 8]
    got = controlled_mean(y, c, [1, 5], 0.8)
    assert limits(got) == pytest.approx(least_squares(y[known], c[known], [1, 5], 0.8))
    assert got.n == 6


def test_as_many_replications_as_coefficients_are_too_few():
    y, c = experiment(np.random.default_rng(36), 3)
    assert regression(y, c) is None
    got = controlled_mean(y, c, [1, 5])
    assert (got.mean, got.n) == (pytest.approx(y.mean()), 3)
    assert np.isnan([got.low, got.high]).all()
    nothing = controlled_mean([np.nan], [[1.0]], [1.0])
    assert np.isnan(limits(nothing)).all()


def test_slopes_are_in_the_controls_units():
    """y = 4 + 2 a - 3 b exactly, with a in thousands."""
    a, b = np.array([-1000.0, 0, 500, 2000, 100]), np.array([1.0, -1, 2, 0.5, 0])
    got = regression(4 + 2 * a - 3 * b, np.column_stack([a, b]))
    assert got is not None
    assert (got.mean, got.slopes.tolist(), got.freedom) == (
        pytest.approx(4), pytest.approx([2, -3]), 2
    )  # fmt: skip
    assert got.variance == pytest.approx(0, abs=1e-18)


def test_a_control_that_never_varies_beside_one_that_does():
    y, c = experiment(np.random.default_rng(37), 8)
    c[:, 1] = 5 + 1e-13 * np.arange(8)
    expected = least_squares(y, c[:, :1], [1], 0.95)
    assert limits(controlled_mean(y, c, [1, 5])) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("mean", "span", "counts"),
    [(0, 1e-12, False), (0, 1.5e-12, True), (1e6, 1e-7, False), (-1e6, 1e-7, False)],
)
def test_controls_that_vary_by_rounding_do_not_count(mean, span, counts):
    """By 1e-12 of 1 + their mean; what counts takes away the part of y that follows it."""
    step = np.array([0.0, 1, 0.25, 0.75])
    y = 3 + step + np.array([0.1, -0.1, 0.2, 0.0])
    got = controlled_mean(y, (mean + span * step)[:, None], [mean])
    expected = least_squares(y, step[:, None], [0], 0.95) if counts else limits(t_interval(y))
    assert limits(got) == pytest.approx(expected)
