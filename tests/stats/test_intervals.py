"""Intervals: known values, coverage, and the ends of [0, 1]."""

import numpy as np
import pytest
from scipy.stats import beta, binomtest, gamma, norm

from sim.stats.intervals import (
    Interval,
    amount_intervals,
    linearised,
    matrix,
    moments,
    share_interval,
    share_intervals,
    t_interval,
    t_intervals,
    t_quantile,
    unvaried,
)


def test_t_interval_of_one_to_five():
    got = t_interval([1, 2, 3, 4, 5])
    assert got.mean == 3
    assert got.n == 5
    assert got.high - 3 == pytest.approx(1.963243, abs=5e-7)
    assert 3 - got.low == pytest.approx(1.963243, abs=5e-7)


def test_single_replication_has_an_empty_interval():
    got = t_interval([0.7])
    assert (got.mean, got.n) == (0.7, 1)
    assert np.isnan([got.low, got.high, got.half_width]).all()
    assert np.isnan(share_interval([0], [10]).high)


def test_undefined_replications_are_left_out_per_column():
    got = t_intervals([[1.0, np.nan, np.nan], [2.0, 4.0, np.nan], [3.0, 6.0, np.nan]])
    assert got.n.tolist() == [3, 2, 0]
    assert got.mean[:2].tolist() == [2.0, 5.0]
    assert np.isnan(got.mean[2])
    assert got[1] == t_interval([4, 6])


def test_t_intervals_agree_with_one_at_a_time():
    x = np.random.default_rng(3).normal(size=(9, 4))
    many = t_intervals(x, 0.9)
    assert [many[i] for i in range(4)] == [t_interval(x[:, i], 0.9) for i in range(4)]


def test_share_is_that_of_the_totals() -> None:
    """51 of 110, not the mean of 1/10 and 50/100; the spread by hand from the residuals."""
    part, whole = np.array([1.0, 50.0, 20.0]), np.array([10.0, 100.0, 40.0])
    share = 71 / 150
    apart = (part - share * whole) / 50
    values = linearised(part[:, None], whole[:, None])[:, 0]
    assert values == pytest.approx(share + apart)
    error = apart.std(ddof=1) / 3**0.5
    units = share * (1 - share) / (4.302653 / 1.959964 * error) ** 2
    got = share_interval(part, whole)
    assert got.mean == pytest.approx(share)
    assert beta.cdf(got.low, units * share, units * (1 - share) + 1) == pytest.approx(0.025)
    assert beta.sf(got.high, units * share + 1, units * (1 - share)) == pytest.approx(0.025)


def test_equal_denominators_give_the_plain_ratios() -> None:
    """Bit for bit; nothing to divide by stays unknown and changes no other value."""
    part = np.array([[0.1, 3.0], [0.7, 5.0], [0.2, 0.0]])
    whole = np.array([[1.0, 7.0], [1.0, 7.0], [1.0, 0.0]])
    got = linearised(part, whole)
    assert got[:, 0].tolist() == part[:, 0].tolist()
    assert got[:2, 1].tolist() == [3.0 / 7.0, 5.0 / 7.0]
    assert np.isnan(got[2, 1])


@pytest.mark.parametrize("refusals", [5, 15, 47])
@pytest.mark.parametrize("spread", [0.0, 0.5])
def test_few_refusals_are_covered(refusals: int, spread: float) -> None:
    """Poisson refusals, some in clusters, 20 replications: at least 94 % of 20,000 intervals."""
    rng = np.random.default_rng(refusals)
    shape = (20, 20_000)
    chance = refusals / (20 * 2000)
    busy = rng.gamma(1 / spread, spread, shape) if spread else np.ones(shape)
    whole = rng.poisson(2000, shape).astype(float)
    part = np.minimum(rng.poisson(2000 * chance * busy), whole)
    got = share_intervals(part, whole)
    covered = (got.low <= chance) & (chance <= got.high)
    assert covered.mean() > 0.94 - 3 * (0.94 * 0.06 / 20_000) ** 0.5


def test_nothing_or_everything_seen_gives_clopper_pearson():
    none = share_interval([0, 0], [60, 40])
    assert (none.mean, none.low) == (0, 0)
    assert none.high == pytest.approx(1 - 0.025 ** (1 / 100))
    every = share_interval([60, 40], [60, 40])
    assert (every.mean, every.high) == (1, 1)
    assert every.low == pytest.approx(0.025 ** (1 / 100))


def test_zero_denominators_do_not_count():
    got = share_interval([0, 3, 5], [0, 10, 10])
    assert (got.n, got.mean) == (2, pytest.approx(0.4))
    nothing = share_interval([0, 0], [0, 0])
    assert nothing.n == 0
    assert np.isnan([nothing.mean, nothing.low, nothing.high]).all()
    one = share_interval([0, 0], [0, 7])
    assert one.n == 1
    assert np.isnan(one.high)


@pytest.mark.parametrize("p", [0.001, 0.999])
def test_limits_stay_inside_and_have_width_near_the_ends(p):
    rng = np.random.default_rng(7)
    whole = np.full((6, 500), 30)
    got = share_intervals(rng.binomial(whole, p), whole)
    assert (got.low >= 0).all()
    assert (got.high <= 1).all()
    assert (got.high > got.low).all()
    assert ((got.low <= got.mean) & (got.mean <= got.high)).all()


def test_impossible_shares_are_refused():
    with pytest.raises(ValueError, match="numerator"):
        share_interval([11], [10])
    with pytest.raises(ValueError, match="shapes"):
        share_intervals([[1, 2]], [[1]])
    with pytest.raises(ValueError, match="confidence"):
        t_interval([1, 2], 1.0)
    with pytest.raises(ValueError, match="dimensions"):
        t_intervals([1.0, 2.0])


@pytest.mark.parametrize("confidence", [0.8, 0.95])
def test_coverage_of_normal_means(confidence):
    """20,000 intervals of 5 values: the share that covers is within 4 standard errors."""
    x = np.random.default_rng(11).normal(3, 2, size=(5, 20_000))
    got = t_intervals(x, confidence)
    covered = ((got.low <= 3) & (got.high >= 3)).mean()
    error = np.sqrt(confidence * (1 - confidence) / 20_000)
    assert abs(covered - confidence) < 4 * error


def test_confidence_is_passed_on():
    """Clopper and Pearson's interval by 70 % quantiles of normal and t."""
    part, whole = [2, 5, 3, 4], [10, 10, 10, 10]
    error = np.divide(part, whole).std(ddof=1) / 2
    units = 0.35 * 0.65 / (t_quantile(0.7, 3) / norm.ppf(0.85) * error) ** 2
    got = share_interval(part, whole, 0.7)
    assert beta.cdf(got.low, units * 0.35, units * 0.65 + 1) == pytest.approx(0.15)
    assert beta.sf(got.high, units * 0.35 + 1, units * 0.65) == pytest.approx(0.15)
    assert share_interval([0, 0], [8, 2], 0.7).high == pytest.approx(1 - 0.15 ** (1 / 10))


@pytest.mark.parametrize(("some", "freedom"), [(1, 1), (2, 2), (4, 4), (5, 5), (6, 5)])
def test_freedom_counts_replications_that_show_something(some: int, freedom: int) -> None:
    """Of 6 replications; the same of what is served, and of amounts by the Poisson interval."""
    part = np.array([7.0, 2, 3, 9, 4, 1]) * (np.arange(6) < some)
    values = part / 100
    error = values.std(ddof=1) / 6**0.5
    shrunk = (t_quantile(0.95, freedom) / norm.ppf(0.975) * error) ** 2
    share = values.mean()
    units = share * (1 - share) / shrunk
    got = share_interval(part, np.full(6, 100))
    assert beta.sf(got.high, units * share + 1, units * (1 - share)) == pytest.approx(0.025)
    served = share_interval(100 - part, np.full(6, 100))
    assert (served.low, served.high) == pytest.approx((1 - got.high, 1 - got.low))
    events = share**2 / shrunk
    amount = amount_intervals(values[:, None], np.ones((6, 1)))[0]
    assert gamma.cdf(amount.low, events, scale=share / events) == pytest.approx(0.025)
    assert gamma.sf(amount.high, events + 1, scale=share / events) == pytest.approx(0.025)


def test_two_replications_that_agree_are_no_more_units_than_there_were() -> None:
    """Nearly equal ratios by luck; of three they would be believed."""
    got = share_interval([20, 21], [100, 104])
    assert (got.low, got.high) == pytest.approx(binomial(41, 204), rel=1e-9)
    three = share_interval([20, 21, 20], [100, 104, 99])
    assert three.high - three.low < 0.3 * (got.high - got.low)


def binomial(part: int, whole: int) -> tuple[float, float]:
    found = binomtest(part, whole).proportion_ci(method="exact")
    return float(found.low), float(found.high)


@pytest.mark.filterwarnings("error")
def test_amounts_by_kind() -> None:
    """Unvaried ones have no width, negative ones Student's t, one replication no interval."""
    top = np.array([[5.0, -1.0, 3.0, 0.0], [5.0, 4.0, 0.0, 0.0], [5.0, 3.0, 0.0, 0.0]])
    got = amount_intervals(top, np.array([[1.0, 1, 1, 1], [1, 1, 0, 1], [1, 1, 0, 1]]))
    plain = t_intervals(top)
    assert got[0] == Interval(5.0, 5.0, 5.0, 3)
    assert got[1] == plain[1]
    assert np.isnan([got.low[2], got.high[2]]).all()
    assert (got.low[3], got.high[3], got.n[2]) == (0, 0, 1)
    assert np.isnan(amount_intervals([[0.0]], [[0.0]]).mean[0])


def test_a_share_that_did_not_vary_has_no_width() -> None:
    """Hours of sessions per open hours, say; and a share without varying of which some was seen."""
    got = share_interval([3, 3, 3], [4, 4, 4])
    assert (got.low, got.mean, got.high) == (0.75, 0.75, 0.75)


@pytest.mark.parametrize("chance", [0.3, 0.02])
def test_many_units_give_the_t_interval(chance: float) -> None:
    """Share and amount alike, within 1 % of the width, and symmetric within 3 %."""
    rng = np.random.default_rng(4)
    whole = np.full((40, 1), 200_000.0)
    part = rng.binomial(200_000, rng.normal(chance, 0.01 * chance, (40, 1))).astype(float)
    plain = t_intervals(part / whole)
    for got in (share_intervals(part, whole), amount_intervals(part, whole)):
        assert got.half_width == pytest.approx(plain.half_width, rel=0.01)
        assert got.low == pytest.approx(plain.low, rel=1e-3)


def test_each_share_by_itself():
    """Columns do not share what is pooled, and undefined replications add nothing to it."""
    part, whole = np.zeros((3, 2)), np.array([[10.0, 200.0], [0.0, 100.0], [5.0, 100.0]])
    many = share_intervals(part, whole)
    assert many.high == pytest.approx([1 - 0.025 ** (1 / 15), 1 - 0.025 ** (1 / 400)])


def test_a_single_request_counts():
    got = share_interval([0, 1, 1], [1, 1, 2])
    assert (got.n, got.mean) == (3, pytest.approx(0.5))


@pytest.mark.parametrize("confidence", [0.0, 1.0, -0.1, 95])
def test_confidence_lies_between_0_and_1(confidence):
    with pytest.raises(ValueError, match="between 0 and 1"):
        t_interval([1, 2], confidence)
    with pytest.raises(ValueError, match="between 0 and 1"):
        t_quantile(confidence, 3)


def test_quantiles_by_table():
    """Student's t at 95 and 90 %, two-sided; none without a degree of freedom."""
    assert t_quantile(0.95, [1, 2, 30]) == pytest.approx([12.7062, 4.3027, 2.0423], abs=5e-5)
    assert t_quantile(0.9, [1, 5]) == pytest.approx([6.3138, 2.0150], abs=5e-5)
    assert np.isnan(t_quantile(0.95, [0, -1])).all()


@pytest.mark.filterwarnings("error")
def test_undefined_values_warn_of_nothing():
    """No division by zero on the way, also where there is nothing or one to divide."""
    t_intervals([[1.0, np.nan], [np.nan, np.nan]])
    share_intervals([[0, 0, 1], [0, 3, 0]], [[0, 0, 2], [0, 4, 0]])


NAN = np.nan


@pytest.mark.filterwarnings("error")
def test_moments_by_hand():
    """1, 2, 6: mean 3, squares 4 + 1 + 9 over 2; 4 and 8: 6 and 8; nothing; a single 7."""
    x = np.array([[1, NAN, NAN, 7], [2, 4, NAN, NAN], [6, 8, NAN, NAN]])
    mean, variance, n = moments(x, ~np.isnan(x))
    np.testing.assert_array_equal(mean, [3, 6, NAN, 7])
    np.testing.assert_array_equal(variance, [7, 8, NAN, NAN])
    assert n.tolist() == [3, 2, 0, 1]


def test_what_is_not_known_does_not_count_though_it_has_a_value():
    x = np.array([[1.0], [3.0], [500.0]])
    mean, variance, n = moments(x, np.array([[True], [True], [False]]))
    assert (mean.tolist(), variance.tolist(), n.tolist()) == ([2], [2], [2])
    assert unvaried(x[1:], np.array([[True], [False]]), x[1:]).all()


@pytest.mark.parametrize(
    ("values", "sizes", "same"),
    [
        ([0, 1e-12], [1, 1], True),  # up to 1e-12 of the largest is rounding
        ([0, 1.1e-12], [1, 1], False),
        ([0, 5e-13], [0.1, 0.1], False),
        ([0, 5e-13], [0.1, 1], True),  # of what has that size in any replication
        ([-4, -4, -4], [4, 4, 4], True),
        ([-4, -5, -4], [5, 5, 5], False),
        ([NAN, 3, 3, NAN], [0, 3, 3, 0], True),
        ([3, NAN, 3 + 1e-9], [3, 1e6, 3], False),  # the size of a gap says nothing
        ([NAN, 0, 5e-13], [0.1, 0.1, 0.1], False),  # nor that there is one
        ([NAN, NAN], [1, 1], True),
        ([0, 0], [0, 0], True),
        ([], [], True),
    ],
)
def test_unvaried(values, sizes, same):
    """Beside a column that varies, so that columns are judged each by itself."""
    x = np.array([values, np.arange(len(values))], dtype=float).T
    size = np.array([sizes, np.full(len(values), 1.0)], dtype=float).T
    got = unvaried(x, ~np.isnan(x), size)
    assert got.tolist() == [same, len(values) < 2]


def test_a_matrix_has_two_dimensions():
    assert matrix([[1, 2]]).dtype == np.float64
    with pytest.raises(ValueError, match="got 1 dimensions"):
        matrix([1, 2])
    with pytest.raises(ValueError, match="got 3 dimensions"):
        matrix([[[1]]])
