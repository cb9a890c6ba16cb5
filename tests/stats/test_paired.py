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


NAN = np.nan


def column(*values):
    return np.array(values, dtype=float)[:, None]


def limits(got):
    return [float(x[0]) for x in (got.low, got.high, got.adjusted_low, got.adjusted_high)]


def welch(x, y, confidence):
    low, high = stats.ttest_ind(x, y, equal_var=False).confidence_interval(confidence)
    return [low, high]


def test_unpaired_runs_leave_out_their_own_gaps():
    """Column by column, also from two replications; n is that of the run with fewer."""
    rng = np.random.default_rng(7)
    a, b = rng.normal(2, 1, size=(7, 3)), rng.normal(0, 4, size=(4, 3))
    a[[1, 4], 0], b[2, 1], a[2:, 2] = NAN, NAN, NAN
    got = unpaired_differences(a, b, 0.8, family=4)
    for k in range(3):
        x, y = a[~np.isnan(a[:, k]), k], b[~np.isnan(b[:, k]), k]
        assert got.difference[k] == pytest.approx(x.mean() - y.mean())
        assert [got.low[k], got.high[k]] == pytest.approx(welch(x, y, 0.8))
        joint = [got.adjusted_low[k], got.adjusted_high[k]]
        assert joint == pytest.approx(welch(x, y, 0.95))
    assert got.n.tolist() == [4, 3, 2]
    assert not got.same.any()
    back = unpaired_differences(b, a, 0.8)
    np.testing.assert_allclose(back.low, -got.high)
    np.testing.assert_allclose(back.high, -got.low)


def test_a_run_that_never_varied_against_one_that_did():
    """The freedom is that of the one that did: n - 1."""
    flat, other = column(1, 1, 1, 1), column(2, 5, 3)
    half = stats.t.ppf(0.975, 2) * other.std(ddof=1) / math.sqrt(3)
    got = unpaired_differences(flat, other)
    assert limits(got)[:2] == pytest.approx([1 - 10 / 3 - half, 1 - 10 / 3 + half])
    got = unpaired_differences(other, flat)
    assert limits(got)[:2] == pytest.approx([10 / 3 - 1 - half, 10 / 3 - 1 + half])
    assert not got.same[0]


@pytest.mark.filterwarnings("error")
def test_two_runs_that_never_varied():
    """Nothing but rounding: an interval of no width for what is no share, from two on each side."""
    got = unpaired_differences(column(-5e6, -5e6 - 1e-9), column(7, 7), family=3)
    assert limits(got) == pytest.approx([-5e6 - 7] * 4)
    assert (got.same[0], got.n[0]) == (True, 2)
    back = unpaired_differences(column(7, 7), column(-5e6, -5e6 - 1e-9))
    assert got.high - got.low == back.high - back.low == 0
    for a, b in ((column(3), column(1, 1)), (column(3, 3), column(1))):
        got = unpaired_differences(a, b, family=3)
        assert np.isnan(limits(got)).all()
        assert not got.same[0]


@pytest.mark.parametrize("compare", [paired_differences, unpaired_differences])
@pytest.mark.filterwarnings("error")
def test_nothing_known_warns_of_nothing(compare):
    got = compare(column(NAN, NAN), column(1, 2), shares=True)
    assert np.isnan([*limits(got), got.difference[0]]).all()
    assert (got.n[0], got.same[0]) == (0, False)


def chance(trials, alpha):
    """Largest p that leaves (1 - p)^trials at alpha / 2."""
    return 1 - (alpha / 2) ** (1 / trials)


def test_a_share_that_always_differed_by_the_same():
    """By a half: p of the way to -1 and to 1. Only what both have counts, the smaller of both."""
    a, b = column(0.75, 0.75, 0.75, NAN), column(0.25, 0.25, 0.25, 0.25)
    units_a, units_b = column(10, 8, 3, 50), column(9, 12, 4, 50)
    got = paired_differences(a, b, 0.9, family=5, shares=True, units_a=units_a, units_b=units_b)
    own, joint = chance(20, 0.1), chance(20, 0.02)
    expected = [0.5 - 1.5 * own, 0.5 + 0.5 * own, 0.5 - 1.5 * joint, 0.5 + 0.5 * joint]
    assert limits(got) == pytest.approx(expected)
    assert got.same[0]


def test_each_share_has_its_own_units():
    """7 in all of one, 200 of another, none told apart from a share that varies."""
    a = np.array([[0.5, 0.5, 0.1], [0.5, 0.5, 0.3]])
    b = np.array([[0.5, 0.5, 0.2], [0.5, 0.5, 0.2]])
    units = np.array([[3, 100, 9], [4, 100, 9]])
    expected = [chance(7, 0.05), chance(200, 0.05)]
    got = paired_differences(a, b, shares=True, units_a=units, units_b=units)
    assert got.high[:2] == pytest.approx(expected)
    assert got.same.tolist() == [True, True, False]
    got = unpaired_differences(a[:, :2], b[:, :2], shares=True, units_a=units[:, :2])
    p, q = chance(np.array([7, 200]), 0.025), chance(2, 0.025)
    assert got.high == pytest.approx(0.5 * p + 0.5 * q)


def test_units_of_one_run_alone_tell_nothing():
    """Then replications are counted, as without any."""
    a, ten = column(0.7, 0.7, 0.7), column(10, 10, 10)
    expected = [-chance(3, 0.05), chance(3, 0.05)]
    for units in ({}, {"units_a": ten}, {"units_b": ten}):
        assert limits(paired_differences(a, a, shares=True, **units))[:2] == pytest.approx(expected)


def test_few_units():
    """A single one leaves next to everything open, and none no less."""
    a = column(1, 1)
    for units in (column(1, 0), column(0, 0)):
        got = paired_differences(a, a, shares=True, units_a=units, units_b=units)
        assert limits(got)[:2] == pytest.approx([-0.975, 0.975])


def test_shares_of_two_runs_that_never_varied():
    """Each may be off by half of the error: towards 0 and towards 1 of itself."""
    a, b = column(0.25, 0.25, NAN), column(0.75, 0.75)
    units_a, units_b = column(6, 4, 70), column(20, 10)
    got = unpaired_differences(a, b, 0.9, family=2, shares=[True], units_a=units_a, units_b=units_b)
    for alpha, found in ((0.1, limits(got)[:2]), (0.05, limits(got)[2:])):
        p, q = chance(10, alpha / 2), chance(30, alpha / 2)
        low, high = 0.25 - 0.25 * p, 0.25 + 0.75 * p
        assert found == pytest.approx([low - (0.75 + 0.25 * q), high - (0.75 - 0.75 * q)])
    got = unpaired_differences(a, b, shares=True)
    p = chance(2, 0.025)
    assert got.high[0] == pytest.approx(-0.5 + 0.75 * p + 0.75 * p)


def test_unpaired_shares_stay_within_one():
    a, b = column(1, 0.6, 1), column(0, 0.1, 0)
    assert unpaired_differences(a, b).high[0] > 1
    assert unpaired_differences(a, b, shares=True).high[0] == 1
    assert unpaired_differences(b, a, shares=True).low[0] == -1


def test_only_shares_are_bounded():
    """Column by column: the same values as a share and as a number."""
    a, b = np.array([[3.0, 1], [0, 0.1], [3, 1]]), np.array([[0.0, 0], [2, 0.2], [0, 0]])
    for compare in (paired_differences, unpaired_differences):
        got, plain = compare(a, b, shares=[False, True]), compare(a, b)
        assert got.high[0] == plain.high[0] > 1
        assert got.high[1] == 1 < plain.high[1]


def test_rounding_of_negative_numbers_is_no_spread():
    b = -1e6 * np.random.default_rng(1).random((8, 1))
    got = paired_differences(b - 0.1, b)
    assert got.same.all()
    assert got.high - got.low == 0


def test_ratio_of_variances_over_pairs_that_both_have():
    """Variances 7 and 7, differences -1, 1, 0: 14, whatever stands beside a gap."""
    a = column(1, 2, 6, NAN, 900)
    b = column(2, 1, 6, -400, NAN)
    assert variance_ratio(a, b) == pytest.approx(14)
    # 2, 1/2 and 1/2; flat against 2: nothing gained; flat against flat
    a, b = np.array([[1, 1, 3.0], [3, 1, 3]]), np.array([[1, 1, 5.0], [2, 3, 5]])
    assert variance_ratio(a, b) == pytest.approx([5, 1, NAN], nan_ok=True)
    assert variance_ratio(b, a) == pytest.approx([5, 1, NAN], nan_ok=True)


@pytest.mark.filterwarnings("error")
def test_ratio_of_variances_where_rounding_alone_is_left():
    """The difference varies by rounding: infinitely many times; each run by rounding: unknown."""
    x = -1e6 * np.random.default_rng(1).random((8, 1))
    assert np.isinf(variance_ratio(x - 0.1, x)).all()
    assert np.isinf(variance_ratio(column(0.01, 0.02), column(0, 0.01))).all()
    flat = column(-1e6, -1e6 - 1e-9, -1e6)
    assert np.isnan(variance_ratio(flat, flat[::-1])).all()
    assert np.isnan(variance_ratio(column(NAN, 1), column(1, NAN))).all()
    assert np.isnan(variance_ratio(column(NAN, 1), column(1, 2))).all()
