"""Ranks: joint coverage of the intervals, exact cases, ties, missing values."""

from itertools import pairwise

import numpy as np
import pytest
from scipy import stats

from sim.stats.ranks import _p_values, places, rank_intervals, surely_better


def coverage(means, n, trials, confidence, common=2.0, seed=5):
    """Share of trials in which every interval holds every place that its unit may claim."""
    rng = np.random.default_rng(seed)
    means = np.asarray(means, dtype=float)
    best = 1 + (means[None, :] > means[:, None]).sum(axis=1)
    worst = len(means) - (means[None, :] < means[:, None]).sum(axis=1)
    held = 0
    for _ in range(trials):
        x = means + rng.normal(size=(n, len(means))) + common * rng.normal(size=(n, 1))
        got = rank_intervals(x, confidence)
        held += bool(np.all(got.low <= best) and np.all(got.high >= worst))
    return held / trials


def z(share, nominal, trials):
    return (share - nominal) / np.sqrt(nominal * (1 - nominal) / trials)


def test_two_units_alike_are_covered_exactly():
    """With two units the method is the two-sided paired t-test."""
    assert abs(z(coverage([0, 0], 5, 2000, 0.9), 0.9, 2000)) < 4


@pytest.mark.parametrize(
    "means",
    [
        [0, 0, 0],
        [0, 0, 0.3, 0.3, 3],
        *(
            pytest.param(means, marks=pytest.mark.slow)
            for means in ([0, 0.5, 1, 1.5], [0, 0, 0, 5, 5, 5], [0, 9, 0.1])
        ),
    ],
)
def test_coverage_is_at_least_nominal(means):
    assert z(coverage(means, 6, 1500, 0.9), 0.9, 1500) > -4


def test_intervals_are_not_trivially_wide():
    x = np.array([0, 3, 6]) + np.random.default_rng(1).normal(size=(10, 3))
    got = rank_intervals(x)
    assert got.rank.tolist() == got.low.tolist() == got.high.tolist() == [3, 2, 1]
    down = rank_intervals(x, higher_is_better=False)
    assert down.rank.tolist() == [1, 2, 3]
    assert down.mean == pytest.approx(x.mean(axis=0))


def test_holm_by_hand():
    """Three units, p-values from scipy; the second-best difference needs Holm to be sure."""
    x = np.array([[0.0, 5.0, 1.4], [1.0, 6.1, 2.9], [2.0, 6.9, 3.3], [3.0, 8.0, 4.9]])
    pairs = [(j, k) for j in range(3) for k in range(3) if j != k]
    p = {(j, k): stats.ttest_rel(x[:, j], x[:, k], alternative="greater").pvalue for j, k in pairs}
    ordered = sorted(pairs, key=lambda q: p[q])
    for confidence in (0.9, 0.99, 0.999, 0.9999):
        expected = set()
        for i, pair in enumerate(ordered):
            if p[pair] > (1 - confidence) / (6 - i):
                break
            expected.add(pair)
        sure = surely_better(x, confidence)
        assert {(j, k) for j, k in pairs if sure[j, k]} == expected
        assert not sure.diagonal().any()
    assert p[ordered[1]] > 0


def test_more_confidence_never_narrows():
    rng = np.random.default_rng(2)
    x = np.arange(5) * 0.7 + rng.normal(size=(8, 5))
    got = [rank_intervals(x, c) for c in (0.5, 0.8, 0.95, 0.999)]
    for narrow, wide in pairwise(got):
        assert np.all(wide.low <= narrow.low)
        assert np.all(wide.high >= narrow.high)
    assert (got[0].high - got[0].low).sum() < (got[-1].high - got[-1].low).sum()


def test_what_units_share_does_not_blur_them():
    """Paired: a good period for all says nothing about the order."""
    rng = np.random.default_rng(3)
    own = np.arange(3) + 0.1 * rng.normal(size=(6, 3))
    got = rank_intervals(own + 1000 * rng.normal(size=(6, 1)))
    assert got.low.tolist() == got.high.tolist() == [3, 2, 1]


def test_one_replication_says_nothing():
    got = rank_intervals([[0.2, 0.1, 0.3]])
    assert got.rank.tolist() == [2, 3, 1]
    assert got.low.tolist() == [1, 1, 1]
    assert got.high.tolist() == [3, 3, 3]
    assert np.isnan(got.in_place).all()


def test_a_place_is_judged_by_the_other_replications():
    """Periods 1 < 2 < 3, again, and 2 < 3 < 1: the others' mean decides what is usual."""
    got = rank_intervals([[1, 2, 3], [1, 2, 3], [9, 2, 3]])
    # for the first and the second the others give 5, 2, 3: places 1, 3, 2, not 3, 2, 1;
    # for the third they give 1, 2, 3: places 3, 2, 1, where it has 1, 3, 2
    assert got.in_place.tolist() == [0, 0, 0]
    again = rank_intervals([[1, 2, 3], [1, 2, 3], [2.5, 2, 3]])
    assert again.in_place == pytest.approx([2 / 3, 2 / 3, 1])


def test_ties_share_the_better_place():
    assert places([[2, 2, 1], [1, 2, 2]]).tolist() == [[1, 1, 3], [3, 1, 1]]
    assert places([[2, 2, 1]], higher_is_better=False).tolist() == [[2, 2, 1]]
    assert places([[0.1 + 0.2, 0.3]]).tolist() == [[1, 1]]  # apart by rounding only
    got = rank_intervals([[1, 1, 0]] * 3)
    assert got.rank.tolist() == [1, 1, 3]
    assert got.low.tolist() == [1, 1, 3]  # what never varies is certain
    assert got.high.tolist() == [2, 2, 3]


def test_share_of_replications_at_each_place():
    got = rank_intervals([[3, 2, 1], [3, 1, 2], [3, 2, 1], [1, 3, 2]])
    assert got.held.tolist() == [[0.75, 0, 0.25], [0.25, 0.5, 0.25], [0, 0.5, 0.5]]
    assert got.rank.tolist() == [1, 2, 3]
    assert got.in_place.tolist() == [0.75, 0.5, 0.5]


def test_missing_values_leave_a_unit_out_of_that_comparison():
    nan = np.nan
    got = rank_intervals([[1, nan, 3, nan], [2, 1, nan, nan], [2.5, 1.2, 4, nan]])
    assert places([[1, nan, 3]]).tolist()[0][::2] == [2, 1]
    assert got.n.tolist() == [3, 2, 2, 0]
    assert got.rank[:3].tolist() == [2, 3, 1]
    assert np.isnan([got.rank[3], got.low[3], got.high[3], got.in_place[3]]).all()
    assert got.high[:3].max() == 3  # the unit never seen is no competitor
    assert got.held[1].tolist() == [0, 0.5, 0.5, 0]


def test_pairs_never_seen_together_are_never_sure():
    nan = np.nan
    got = rank_intervals([[9, nan], [9.1, nan], [nan, 1], [nan, 1.1]])
    assert got.low.tolist() == [1, 1]
    assert got.high.tolist() == [2, 2]


def test_shape_is_checked():
    with pytest.raises(ValueError, match="dimensions"):
        rank_intervals([1, 2, 3])
    assert rank_intervals(np.zeros((4, 1))).high.tolist() == [1]


NAN = np.nan


def test_p_values_are_those_of_paired_tests():
    """One-sided, over the replications that both have; the diagonal comes last in any order."""
    rng = np.random.default_rng(9)
    x = rng.normal([0.0, -1, 2], [1, 2, 0.5], size=(7, 3))
    x[[0, 3], 0], x[3:, 1] = NAN, NAN
    p = _p_values(x)
    for j in range(3):
        for k in range(3):
            if j == k:
                assert p[j, k] == np.inf
                continue
            test = stats.ttest_rel(x[:, j], x[:, k], alternative="greater", nan_policy="omit")
            assert p[j, k] == pytest.approx(float(test.pvalue))


@pytest.mark.filterwarnings("error")
def test_p_values_without_spread_or_pairs():
    """Always better: 0; never: 1; alike, but for rounding: 1/2; one pair or none: 1."""
    one = np.array([-3.0, -5, -7])
    p = _p_values(np.column_stack([one + 1, one, one * (1 + 1e-15)]))
    assert p[0, 1:].tolist() == [0, 0]
    assert p[1:, 0].tolist() == [1, 1]
    assert (p[1, 2], p[2, 1]) == (0.5, 0.5)
    few = _p_values(np.array([[1, NAN, 2.0], [NAN, 5, 1], [NAN, 6, NAN]]))
    assert (few[~np.eye(3, dtype=bool)] == 1).all()
    assert (_p_values(np.array([[2.0, 1], [3, 2]]))[0, 1], len(_p_values(np.ones((3, 1))))) == (
        0,
        1,
    )


def test_a_difference_that_varies_by_rounding_only_is_certain():
    """0.1 of numbers near 1e6; a thousandth of it is seen to vary."""
    x = -1e6 * np.random.default_rng(1).random(8)
    assert _p_values(np.column_stack([x + 0.1, x]))[0, 1] == 0
    off = 0.1 + 1e-4 * np.arange(8)
    p = _p_values(np.column_stack([x + off, x]))[0, 1]
    assert p == pytest.approx(
        float(stats.ttest_1samp(off, 0, alternative="greater").pvalue), rel=1e-3
    )


def test_neither_the_unit_of_measure_nor_another_unit_matters():
    """What counts as rounding is relative, and to the two that are compared."""
    x = np.random.default_rng(9).normal([0.0, -1, 2], 1, size=(5, 3))
    x[2, 0] = NAN
    p = _p_values(x)
    np.testing.assert_allclose(_p_values(1e-13 * x), p)
    np.testing.assert_allclose(_p_values(1e13 * x), p)
    far = np.column_stack([x, np.full(5, 1e16)])
    np.testing.assert_allclose(_p_values(far)[:3, :3], p)


def test_no_replications():
    assert not surely_better(np.zeros((0, 3))).any()
    assert np.isnan(rank_intervals(np.zeros((0, 3))).high).all()


def test_the_confidence_is_that_of_the_last_question_when_all_others_are_answered():
    """Two units: 1 - confidence is shared between two questions."""
    x = np.array([[1.0, 0.2], [1.5, 0.1], [1.2, 0.6], [0.9, 0.7]])
    p = float(stats.ttest_rel(x[:, 0], x[:, 1], alternative="greater").pvalue)
    for confidence, sure in ((1 - 1.99 * p, False), (1 - 2.01 * p, True)):
        assert surely_better(x, confidence).tolist() == [[False, sure], [False, False]]
        got = rank_intervals(x, confidence)
        assert got.low.tolist() == ([1, 2] if sure else [1, 1])
        assert got.high.tolist() == ([1, 2] if sure else [2, 2])
    assert surely_better(x).tolist() == surely_better(x, 0.95).tolist()


def test_all_questions_answered_and_none():
    ahead = np.array([[3.0, 2, 1], [4, 3, 2]])
    assert surely_better(ahead).tolist() == [
        [False, True, True], [False, False, True], [False, False, False]
    ]  # fmt: skip
    assert not surely_better(np.zeros((4, 3))).any()
    assert not surely_better(np.zeros((4, 1))).any()
    assert surely_better(ahead).dtype == np.bool_


@pytest.mark.filterwarnings("error")
def test_every_number_of_an_answer_where_lower_is_better():
    """Means 2, 4, 3 of three units; the fourth never has a value, the third once."""
    x = np.array([[1, 5, NAN, NAN], [2, 4, 3, NAN], [3, 3, NAN, NAN]])
    got = rank_intervals(x, 0.9, higher_is_better=False)
    np.testing.assert_array_equal(got.mean, [2, 4, 3, NAN])
    np.testing.assert_array_equal(got.rank, [1, 3, 2, NAN])
    np.testing.assert_array_equal(got.low, [1, 1, 1, NAN])
    np.testing.assert_array_equal(got.high, [3, 3, 3, NAN])
    assert got.n.tolist() == [3, 3, 1, 0]
    # places 1 and 2, then 1, 3 and 2, then 1 and 1
    np.testing.assert_allclose(got.held[:2], [[1, 0, 0, 0], [1 / 3, 1 / 3, 1 / 3, 0]])
    np.testing.assert_array_equal(got.held[2:], [[0, 1, 0, 0], [NAN] * 4])


def test_the_place_among_the_others_means():
    """The others give 2.5, 3.5, 3, then 2, 4, nothing, then 1.5, 4.5, 3: places 1 and 3, 2, 3.

    Held are 1 and 2, 3, 1. The third has one value, so the others give it no place then.
    """
    x = np.array([[1, 5, NAN], [2, 4, 3], [3, 3, NAN]])
    got = rank_intervals(x, higher_is_better=False)
    np.testing.assert_allclose(got.in_place, [1, 0, NAN])


@pytest.mark.parametrize(("sign", "best"), [(1, False), (-1, True)])
def test_means_are_as_given_in_either_direction(sign, best):
    """Only replications in which a unit has a value can hold its place: two of two."""
    got = rank_intervals(sign * np.array([[1, 3], [1, 4], [NAN, 5]]), higher_is_better=best)
    assert got.mean.tolist() == [sign, 4 * sign]
    assert got.rank.tolist() == [1, 2]
    assert got.in_place.tolist() == [1, 2 / 3]


def test_a_unit_seen_twice_is_judged_by_the_other_time():
    got = rank_intervals([[1, 3, NAN], [3, 1, NAN], [NAN, NAN, 2]])
    assert got.in_place[:2].tolist() == [0, 0]
    assert np.isnan(got.in_place[2])


def test_the_place_by_the_mean_is_never_left_out():
    """Paired, the second is surely better by 1; its mean is below, for it has the bad one alone."""
    x = np.array([[10, 11], [20, 21.0], [30, 31], [NAN, -90], [NAN, -91]])
    got = rank_intervals(x)
    assert got.rank.tolist() == [1, 2]
    assert got.low.tolist() == [1, 1]
    assert got.high.tolist() == [2, 2]


def test_places_up_to_rounding():
    """Relative to the larger of both, in either direction, also of negative numbers."""
    assert places([[1.0, 1 + 9e-13]]).tolist() == [[1, 1]]
    assert places([[1.0, 1 + 3e-12]]).tolist() == [[2, 1]]
    assert places([[-1.0, -1 - 3e-12]]).tolist() == [[1, 2]]
    assert places([[-1e6, -1e6 - 1e-7]]).tolist() == [[1, 1]]
    assert places([[0.0, 0.0, 1e-300]]).tolist() == [[2, 2, 1]]
    with pytest.raises(ValueError, match="got 1 dimensions"):
        places([1, 2])
