"""Moments of columns with gaps, and what counts as not varying: by hand."""

import numpy as np
import pytest

from sim.stats.intervals import matrix, moments, unvaried

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
