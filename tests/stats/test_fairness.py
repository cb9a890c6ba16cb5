"""Fairness: hand-computed values, properties, coverage of the price of fairness."""

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from sim.stats.fairness import (
    gini,
    jain,
    price_of_fairness,
    tenth_percentile,
    worst_group,
    worst_share,
)
from sim.stats.intervals import share_interval

whole_hours = st.lists(st.integers(0, 40), min_size=1, max_size=30).map(
    lambda x: np.array(x, dtype=float)
)


@pytest.mark.filterwarnings("error")
def test_by_hand():
    assert gini([1, 1, 1, 1]) == 0
    assert gini([0, 0, 0, 8]) == 0.75
    assert gini([1, 2, 3, 4]) == pytest.approx(0.25)  # sum |xi - xj| = 20, 2 n^2 mean = 80
    assert jain([5, 5]) == 1
    assert jain([0, 0, 0, 8]) == 0.25
    assert jain([1, 2, 3, 4]) == pytest.approx(100 / 120)
    assert tenth_percentile(np.arange(11)) == 1
    assert tenth_percentile([2.0, 4.0]) == pytest.approx(2.2)
    for measure in (gini, jain, tenth_percentile):
        assert math.isnan(measure([]))
    assert math.isnan(gini([0, 0]))
    assert math.isnan(jain([0, 0]))


@given(whole_hours)
def test_gini_is_the_mean_absolute_difference(x):
    assume(x.any())
    apart = np.abs(x[:, None] - x[None, :]).sum()
    assert gini(x) == pytest.approx(apart / (2 * len(x) ** 2 * x.mean()), abs=1e-12)


@given(whole_hours, st.integers(2, 5))
def test_scale_order_and_copies_do_not_matter(x, k):
    assume(x.any())
    for measure in (gini, jain):
        assert measure(k * x) == pytest.approx(measure(x), abs=1e-12)
        assert measure(x[::-1]) == pytest.approx(measure(x), abs=1e-12)
        assert measure(np.tile(x, k)) == pytest.approx(measure(x), abs=1e-12)
    assert 1 / len(x) - 1e-12 <= jain(x) <= 1 + 1e-12
    assert -1e-12 <= gini(x) <= 1 - 1 / len(x) + 1e-12


@given(whole_hours, st.data())
def test_an_hour_from_the_richer_to_the_poorer_is_fairer(x, data):
    rich, poor = int(np.argmax(x)), data.draw(st.integers(0, len(x) - 1))
    assume(x[rich] - x[poor] > 1)
    y = x.copy()
    y[rich] -= 1
    y[poor] += 1
    assert gini(y) < gini(x)
    assert jain(y) > jain(x)
    assert tenth_percentile(y) >= tenth_percentile(x)


def test_worst_group_is_chosen_over_all_replications():
    shares = [[0.9, 0.5, 0.8], [0.9, 0.9, 0.5]]  # the worst of each: 1, then 2
    assert worst_group(shares) == 2
    assert worst_group([[0.5, 0.5]]) == 0
    assert worst_group([[np.nan, 0.5], [np.nan, 0.7]]) == 1
    assert worst_group([[0.9, np.nan], [0.9, 0.1]]) == 1
    assert worst_group([[np.nan, np.nan]]) is None


@pytest.mark.parametrize("gap", [0, pytest.param(3, marks=pytest.mark.slow), 10])
def test_worst_share_covers_the_smallest(gap: int) -> None:
    """Nine segments alike, or a little apart, 5 and 20 replications of 200 requests each.

    The interval of whichever seems worst covers 80 % where all are alike: a minimum of noisy means.
    """
    rng = np.random.default_rng(gap)
    truth = (800 + gap * np.arange(9)) / 1000
    for replications in (5, 20):
        trials, covered = 500, 0
        whole = np.full((replications, 9), 200.0)
        for _ in range(trials):
            day = rng.normal(0, 0.02, (replications, 9))
            part = rng.binomial(200, np.clip(truth + day, 0, 1)).astype(float)
            which, found = worst_share(part, whole)
            assert abs(found.mean - part[:, which].sum() / whole[:, which].sum()) < 1e-12
            covered += found.low <= truth[0] <= found.high
        assert covered / trials > 0.95 - 3 * (0.95 * 0.05 / trials) ** 0.5


def test_worst_share_of_one_group_is_its_own() -> None:
    """Also where other groups had no requests; None where none had any."""
    part, whole = [[8.0, 0.0], [5.0, 0.0], [9.0, 0.0]], [[10.0, 0.0]] * 3
    assert worst_share(part, whole) == (0, share_interval([8, 5, 9], [10, 10, 10]))
    assert worst_share([[0.0, 0.0]], [[0.0, 0.0]]) is None


def test_price_by_hand():
    """SYSTEM 100 and 100, FAIR 90 and 80: 15 %, and t x 5 / 100 on either side."""
    got = price_of_fairness([100, 100], [90, 80])
    assert got.mean == pytest.approx(0.15)
    assert got.half_width == pytest.approx(12.706204736 * 5 / 100)
    assert (got.low + got.high) / 2 == pytest.approx(0.15)


def test_limits_of_the_price_are_where_the_paired_test_just_rejects():
    rng = np.random.default_rng(4)
    system = 100 + 10 * rng.normal(size=7)
    fair = 0.8 * system + 3 * rng.normal(size=7)
    got = price_of_fairness(system, fair, 0.9)
    for limit in (got.low, got.high):
        rest = fair - (1 - limit) * system
        t = rest.mean() / (rest.std(ddof=1) / math.sqrt(7))
        assert abs(t) == pytest.approx(1.943180281)  # of 6 degrees of freedom, 90 %
    assert got.low < got.mean < got.high


def test_coverage_of_the_price_with_a_noisy_total():
    rng = np.random.default_rng(9)
    hits = 0
    for _ in range(5000):
        system = 100 + 25 * rng.normal(size=6)
        got = price_of_fairness(system, 0.85 * system + 6 * rng.normal(size=6), 0.9)
        hits += got.low <= 0.15 <= got.high or math.isnan(got.low)
    assert abs(hits - 4500) / math.sqrt(5000 * 0.9 * 0.1) < 4


def test_a_price_without_interval():
    assert math.isnan(price_of_fairness([100], [90]).low)
    alike = price_of_fairness([100, 50], [90, 45])
    assert (alike.mean, alike.n) == (pytest.approx(0.1), 2)
    assert math.isnan(alike.low)
    may_be_nothing = price_of_fairness([1, 100, -90], [10, 11, 9])  # two rays, no interval
    assert math.isnan(may_be_nothing.low)
    assert math.isnan(price_of_fairness([0, 0], [1, 2]).mean)
    gaps = price_of_fairness([100, np.nan, 100], [90, 1, np.nan])
    assert (gaps.mean, gaps.n) == (pytest.approx(0.1), 1)
    with pytest.raises(ValueError, match="one length"):
        price_of_fairness([1, 2], [1])


def test_price_of_two_by_fieller():
    """SYSTEM 90, 110 and FAIR 80, 90: residuals of 0.85 are 3.5 and -3.5, against s -10 and 10.

    All q with (mean f - q mean s)^2 = t^2 var(f - q s) / 2 at 50 % (t = 1): var(f - q s) is
    (10 - 20 q)^2 / 2, so |85 - 100 q| = |5 - 10 q| and q = 80 / 90 or 90 / 110.
    """
    got = price_of_fairness([90, 110], [80, 90], 0.5)
    assert (got.mean, got.n) == (pytest.approx(0.15), 2)
    assert (got.low, got.high) == pytest.approx((1 - 80 / 90, 1 - 90 / 110))


def test_a_total_that_may_just_not_be_nothing():
    """Mean 10, and t x standard error 9.99 or 10.01, at 50 % with two pairs (t = 1)."""
    for off, bounded in ((9.99, True), (10.01, False)):
        got = price_of_fairness([10 - off, 10 + off], [8, 3], 0.5)
        assert (got.mean, got.n) == (pytest.approx(0.45), 2)
        assert math.isfinite(got.low) == math.isfinite(got.high) == bounded


def test_a_price_known_but_for_rounding():
    """A ratio of 0.9 in every pair but for the last digit has no interval; but for more it has."""
    system = 1e6 * np.random.default_rng(2).random(9)
    assert math.isnan(price_of_fairness(system, 0.9 * system).low)
    off = 1e-3 * np.arange(9)
    assert math.isfinite(price_of_fairness(system, 0.9 * system + off).low)
    # half of the spread of what counts as rounding, and twice of it: 1e-12 of 1 + 1
    for spread, known in ((1e-12, True), (4e-12, False)):
        got = price_of_fairness([1.0, 1.0, 1.0], [1 - spread / 2, 1.0, 1 + spread / 2])
        assert math.isnan(got.high) == known


@pytest.mark.filterwarnings("error")
def test_nothing_at_all_has_no_price():
    for system, fair, n in (([], [], 0), ([np.nan], [1], 0), ([0, 0], [1, 2], 2)):
        got = price_of_fairness(system, fair)
        assert np.isnan([got.mean, got.low, got.high]).all()
        assert got.n == n
    with pytest.raises(ValueError, match="vectors of one length"):
        price_of_fairness([[1.0, 2.0]], [[1.0, 2.0]])


def test_hours_of_one_and_of_nobody():
    assert gini([3]) == 0
    assert jain([3]) == 1
    assert jain([0.5, 0]) == 0.5
    assert gini([0.5, 0]) == 0.5
    assert tenth_percentile([7.0]) == 7
