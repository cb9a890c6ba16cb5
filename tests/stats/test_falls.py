"""The first fall of a curve below a target: cases by hand."""

import numpy as np
import pytest

from sim.stats.refine import Fall, first_fall

NAN = np.nan
X = np.arange(6.0)
BENT = np.array([20, 19, 17, 13, 8.5, -1.5])
"""Slopes -1, -2, -4, -4.5, -10, so second differences -1, -2, -0.5, -5.5 at 1 to 4."""


def test_bends_of_the_two_neighbouring_points_and_no_others():
    """Below 15 in the cell from 2 to 3, at half of it: 2 x 1/2 x 1/2 / (2 x 4) with |y''| = 2."""
    assert first_fall(X, BENT, 15) == Fall(2.5, 2, 3, 0.0625)
    back = np.array([30, 20, 15.5, 11.5, 9.5, 8.5])  # bent by 5.5, 0.5, 2, 1
    assert first_fall(X, back, 13.5) == Fall(2.5, 2, 3, 0.0625)


def test_in_the_first_and_the_last_cell_there_is_one_neighbour():
    """Below 19.5 at 1/2, y'' = -1 at 1: 1/4 / 2; below 3.5 at 4.5, y'' = -5.5: 5.5 / 4 / 20."""
    assert first_fall(X, BENT, 19.5) == Fall(0.5, 0, 1, 0.125)
    assert first_fall(X, BENT, 3.5) == Fall(4.5, 4, 5, 0.06875)


def test_points_need_not_be_evenly_apart():
    """Slopes -1, -2, -6 over cells of 1, 2 and 1: y'' = 2 (-1) / 3 and 2 (-4) / 3.

    Below 6 at 1 + 3/2: 8/3 x 3/2 x 1/2 / (2 x 2) = 1/2.
    """
    got = first_fall(np.array([0.0, 1, 3, 4]), np.array([10.0, 9, 5, -1]), 6)
    assert (got.at, got.left, got.right) == (2.5, 1, 3)
    assert got.error == pytest.approx(0.5)


def test_the_error_is_at_most_the_way_to_the_farther_point():
    """Slope -0.1 after -99: the chord is no guide. Below 0.93 at 1.7 and 0.97 at 1.3 of 1 to 2."""
    x, y = np.arange(3.0), np.array([100, 1, 0.9])
    assert first_fall(x, y, 0.93).error == pytest.approx(0.7)
    assert first_fall(x, y, 0.97).error == pytest.approx(0.7)


def test_two_points_alone_bound_it():
    got = first_fall(np.array([2.0, 6.0]), np.array([4.0, 0.0]), 3.0)
    assert got == Fall(3.0, 2.0, 6.0, 3.0)
    assert first_fall(np.array([2.0, 6.0]), np.array([4.0, 0.0]), 1.0).error == 3.0


def test_below_from_the_start_or_never():
    assert first_fall(X, BENT, 20.5) == Fall(-np.inf, -np.inf, 0.0, 0.0)
    assert first_fall(X, BENT, -1.5) == Fall(np.inf, 5.0, np.inf, 0.0)


def test_only_the_first_fall_counts():
    bent = np.array([20, 10, 15, 5, 4, 3.0])
    assert first_fall(X, bent, 12).at == pytest.approx(0.8)
    assert first_fall(X, bent, 10).at == pytest.approx(2.5)  # equal is not below


def test_unknown_points_are_passed_over():
    """As if they had not been tried, also as neighbours."""
    y = np.array([NAN, *BENT[:3], NAN, *BENT[3:], NAN])
    x = np.array([-1, 0, 1, 2, 2.7, 3, 4, 5, 9])
    assert first_fall(x, y, 15) == first_fall(X, BENT, 15)
    assert first_fall(x, y, -9).left == 5
    assert first_fall(x, y, 99).right == 0
    assert first_fall(X, np.full(6, NAN), 1.0) is None
