"""Ranks by formula: p-values against scipy, gaps, what is certain, and each number of an answer."""

import numpy as np
import pytest
from scipy import stats

from sim.stats.ranks import _p_values, places, rank_intervals, surely_better

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
