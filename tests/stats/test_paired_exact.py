"""Differences by formula: gaps, flat runs, and shares that never varied."""

import math

import numpy as np
import pytest
from scipy import stats

from sim.stats.paired import paired_differences, unpaired_differences, variance_ratio

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
