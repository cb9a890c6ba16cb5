"""Differences: known values, coverage by itself and jointly, what never varied, gaps."""

import math

import numpy as np
import pytest
from scipy import stats

from sim.stats.intervals import t_interval
from sim.stats.paired import (
    family_confidence,
    paired_differences,
    unpaired_differences,
    variance_ratio,
)


def z(hits, confidence):
    n = len(hits)
    return (np.sum(hits) - n * confidence) / math.sqrt(n * confidence * (1 - confidence))


def test_paired_by_hand():
    """Differences 1, 2, 3, 4, 5 lie within 1.963243 of 3."""
    b = np.array([[7.0], [1.0], [4.0], [9.0], [2.0]])
    got = paired_differences(b + np.arange(1, 6)[:, None], b, family=6)
    assert got.difference == pytest.approx(3)
    assert got.high - 3 == pytest.approx(1.963243, abs=5e-7)
    assert 3 - got.low == pytest.approx(1.963243, abs=5e-7)
    wide = stats.t.ppf(1 - 0.05 / 12, 4) * math.sqrt(0.5)
    assert got.adjusted_high - 3 == pytest.approx(wide)
    assert 3 - got.adjusted_low == pytest.approx(wide)
    assert (got.n.tolist(), got.same.tolist(), got.paired) == ([5], [False], True)


def test_paired_is_the_t_interval_of_the_differences_per_column():
    rng = np.random.default_rng(1)
    a, b = rng.normal(size=(2, 9, 4))
    a[2, 1], b[5, 1], b[:, 3] = np.nan, np.nan, np.nan
    got = paired_differences(a, b, 0.9)
    for k in range(4):
        one = t_interval(a[:, k] - b[:, k], 0.9)
        np.testing.assert_allclose(
            [got.difference[k], got.low[k], got.high[k]], [one.mean, one.low, one.high]
        )
    assert got.n.tolist() == [9, 7, 9, 0]
    assert np.isnan(got.adjusted_low).all()


def test_unpaired_is_welch():
    rng = np.random.default_rng(2)
    a, b = rng.normal(1, 3, size=(7, 2)), rng.normal(size=(12, 2))
    got = unpaired_differences(a, b, 0.9, family=2)
    for k in range(2):
        test = stats.ttest_ind(a[:, k], b[:, k], equal_var=False)
        assert (got.low[k], got.high[k]) == pytest.approx(tuple(test.confidence_interval(0.9)))
        joint = tuple(test.confidence_interval(0.95))
        assert (got.adjusted_low[k], got.adjusted_high[k]) == pytest.approx(joint)
    assert (got.n.tolist(), got.paired) == ([7, 7], False)


@pytest.mark.parametrize("confidence", [0.8, 0.95])
def test_coverage_of_paired_differences(confidence):
    rng = np.random.default_rng(5)
    common = 5 * rng.normal(size=(6, 20_000))
    a = common + 0.3 + rng.normal(size=(6, 20_000))
    got = paired_differences(a, common + rng.normal(size=(6, 20_000)), confidence)
    assert abs(z((got.low <= 0.3) & (got.high >= 0.3), confidence)) < 4


def test_joint_coverage_over_a_family():
    """Four scenarios against one baseline, two metrics: 8 intervals that hold together.

    Not below nominal; and not trivially wide: independent ones would hold with
    (1 - 0.1 / 8)^8 = 0.904.
    """
    trials, family = 4000, 8
    rng = np.random.default_rng(6)
    base = rng.normal(size=(8, trials, 1, 2))
    a = base + rng.normal(size=(8, trials, 4, 2))
    b = np.broadcast_to(base + rng.normal(size=base.shape), a.shape)
    got = paired_differences(a.reshape(8, -1), b.reshape(8, -1), 0.9, family=family)
    inside = (got.adjusted_low <= 0) & (got.adjusted_high >= 0)
    hits = inside.reshape(trials, family).all(axis=1)
    assert z(hits, 0.9) > -4
    assert hits.mean() < 0.96
    each = ((got.low <= 0) & (got.high >= 0)).reshape(trials, family).all(axis=1)
    assert z(each, 0.9) < -4  # what the correction is for


def test_family_confidence_is_bonferroni():
    assert family_confidence(0.95, 1) == 0.95
    assert family_confidence(0.95, 10) == pytest.approx(0.995)
    with pytest.raises(ValueError, match="family"):
        family_confidence(0.95, 0)


def test_shares_that_never_differed_are_not_surely_alike():
    """10 requests in each of 2 replications: p of a difference is below 1 - 0.025^(1/20)."""
    a = np.full((2, 1), 0.7)
    ten = np.full((2, 1), 10.0)
    got = paired_differences(a, a, shares=True, units_a=ten + 5, units_b=ten)
    p = 1 - 0.025 ** (1 / 20)
    assert got.same.all()
    assert (got.low, got.high) == (pytest.approx(-p), pytest.approx(p))
    without = paired_differences(a, a, shares=True)
    assert without.high == pytest.approx(1 - 0.025 ** (1 / 2))
    count = paired_differences(a, a)
    assert (count.low, count.high) == (0, 0)


def test_shares_that_never_varied_in_two_runs_apart():
    """Each may be off by its own limit at half the error; the difference by both."""
    one, zero, ten = np.ones((2, 1)), np.zeros((2, 1)), np.full((2, 1), 10.0)
    got = unpaired_differences(one, zero, shares=True, units_a=ten, units_b=2 * ten)
    off = (1 - 0.0125 ** (1 / 20)) + (1 - 0.0125 ** (1 / 40))
    assert (got.low, got.high) == (pytest.approx(1 - off), pytest.approx(1))


def test_differences_of_shares_stay_within_one():
    a, b = np.array([[1.0], [0.1], [1.0]]), np.array([[0.0], [0.2], [0.0]])
    got = paired_differences(a, b, shares=[True])
    assert got.high == 1
    assert paired_differences(a, b).high > 1
    assert paired_differences(b, a, shares=True).low == -1


@pytest.mark.parametrize("compare", [paired_differences, unpaired_differences])
def test_one_replication_has_no_interval(compare):
    got = compare([[0.5, 3.0]], [[0.4, 1.0]], family=2, shares=[True, False])
    assert got.difference == pytest.approx([0.1, 2])
    limits = [got.low, got.high, got.adjusted_low, got.adjusted_high]
    assert np.isnan(limits).all()


def test_rounding_is_no_spread():
    rng = np.random.default_rng(1)
    b = rng.random((8, 1)) * 1e6
    got = paired_differences(b + 0.1, b)
    assert got.same.all()
    assert got.high - got.low == 0


def test_variance_ratio():
    """a = c + e, b = c + f with variances 8 and 1, 1: (9 + 9) / 2 = 9 times fewer replications."""
    n = 200_000
    rng = np.random.default_rng(3)
    c = math.sqrt(8) * rng.normal(size=n)
    x = np.column_stack([c + rng.normal(size=n), rng.normal(size=n), c, np.ones(n)])
    y = np.column_stack([c + rng.normal(size=n), rng.normal(size=n), c + 1, np.ones(n)])
    got = variance_ratio(x, y)
    # log of a ratio of two variances that n values give: at most sqrt(2 / n) each
    assert abs(math.log(got[0] / 9)) < 4 * math.sqrt(4 / n)
    assert abs(math.log(got[1])) < 4 * math.sqrt(4 / n)
    assert np.isinf(got[2])
    assert np.isnan(got[3])
    assert np.isnan(variance_ratio([[1.0]], [[2.0]])).all()
    by_hand = variance_ratio([[1.0], [2.0], [6.0]], [[2.0], [1.0], [6.0]])
    assert by_hand == pytest.approx(14 / 1)  # variances 7, 7; differences -1, 1, 0: 1


def test_shapes_are_checked():
    with pytest.raises(ValueError, match="same shape"):
        paired_differences([[1.0]], [[1.0], [2.0]])
    with pytest.raises(ValueError, match="same metrics"):
        unpaired_differences([[1.0]], [[1.0, 2.0]])
    with pytest.raises(ValueError, match="dimensions"):
        paired_differences([1.0], [1.0])
    with pytest.raises(ValueError, match="family"):
        paired_differences([[1.0]], [[1.0]], family=0)


def test_rounding_is_no_difference() -> None:
    """0.1 + 0.2 against 0.3, in every replication: no difference, rather than 6e-17."""
    a, b = np.full((4, 1), 0.1 + 0.2), np.full((4, 1), 0.3)
    for found in (paired_differences(a, b), unpaired_differences(a, b)):
        assert (found.difference[0], found.low[0], found.high[0]) == (0, 0, 0)
