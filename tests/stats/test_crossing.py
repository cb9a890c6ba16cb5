"""One group's answer from three falls: ends, openness and what is said beside them, by hand."""

import math

import numpy as np
import pytest

from sim.stats.refine import Crossing, Fall, RefinementPlan, crossing_of, tolerance

INF = math.inf
LOGS = np.arange(4.0)
TRIED, N = np.exp(LOGS), np.array([9, 5, 7, 8])
WIDE = RefinementPlan(accuracy=100.0)  # no error is too large


def fall(at, error=0.0, left=1.0, right=2.0):
    return Fall(at, left, right, error)


ABOVE, BELOW = fall(INF, 0.0, 3.0, INF), fall(-INF, 0.0, -INF, 0.0)


def test_nothing_known():
    got = crossing_of(TRIED, N, (None, None, None), RefinementPlan())
    assert got == Crossing(None, None, None, 0, settled=True)
    assert got.half_width is None


def test_all_parts_of_an_answer():
    falls = (fall(1.3, 0.002), fall(1.4, 0.001), fall(1.5, 0.003))
    got = crossing_of(TRIED, N, falls, RefinementPlan())
    low, at, high = (math.exp(x) for x in (1.298, 1.4, 1.503))
    assert (got.multiplier, got.ci_low, got.ci_high) == pytest.approx((at, low, high))
    assert (got.n, got.settled) == (5, True)
    assert got.half_width == pytest.approx((high - low) / 2 / at)


def test_the_number_is_the_smaller_one_beside_the_crossing():
    for left, n in ((0.0, 5), (1.0, 5), (2.0, 7)):
        mean = fall(left + 0.5, left=left, right=left + 1)
        assert crossing_of(TRIED, N, (None, mean, None), RefinementPlan()).n == n
    assert crossing_of(TRIED, N, (None, ABOVE, None), RefinementPlan()).n == 8
    assert crossing_of(TRIED, N, (None, BELOW, None), RefinementPlan()).n == 9


def test_ends_do_not_pass_the_points_beside_them():
    """Errors of 0.9 beside 1.5 would reach beyond 1 and 2."""
    falls = (fall(1.5, 0.9), fall(1.5), fall(1.5, 0.9))
    got = crossing_of(TRIED, N, falls, WIDE)
    assert (got.ci_low, got.ci_high) == pytest.approx((math.e, math.e**2))


def test_open_and_censored_ends():
    """Below from the start: nothing on that side; never below: the largest tried, and so on."""
    mean = fall(1.5)
    got = crossing_of(TRIED, N, (BELOW, mean, ABOVE), WIDE)
    assert (got.ci_low, got.ci_high, got.half_width) == (None, None, None)
    got = crossing_of(TRIED, N, (ABOVE, ABOVE, ABOVE), WIDE)
    assert (got.multiplier, got.ci_low, got.ci_high) == (None, TRIED[3], None)
    got = crossing_of(TRIED, N, (BELOW, BELOW, BELOW), WIDE)
    assert (got.multiplier, got.ci_low, got.ci_high) == (None, None, TRIED[0])
    got = crossing_of(TRIED, N, (fall(1.2), mean, ABOVE), WIDE)
    assert (got.ci_low, got.ci_high, got.half_width) == (pytest.approx(math.exp(1.2)), None, None)
    got = crossing_of(TRIED, N, (BELOW, mean, fall(1.7)), WIDE)
    assert (got.ci_low, got.ci_high, got.half_width) == (None, pytest.approx(math.exp(1.7)), None)
    # both ends, but no crossing of the mean
    got = crossing_of(TRIED, N, (fall(1.2), ABOVE, fall(1.7)), WIDE)
    assert (got.multiplier, got.half_width) == (None, None)


def test_without_bands_there_is_no_interval():
    got = crossing_of(TRIED, N, (None, fall(1.5), None), RefinementPlan())
    assert (got.multiplier, got.ci_low, got.ci_high) == (pytest.approx(math.exp(1.5)), None, None)


def test_settled_up_to_the_tolerance_of_each_fall():
    band = fall(1.4), fall(1.6)
    close = tolerance((band[0], fall(1.5), band[1]), RefinementPlan())
    for which in range(3):
        for error, settled in ((close, True), (1.001 * close, False)):
            falls = [fall(1.4), fall(1.5), fall(1.6)]
            falls[which] = fall(falls[which].at, error)
            assert crossing_of(TRIED, N, tuple(falls), RefinementPlan()).settled == settled


def test_not_settled_ends_are_multipliers_tried_outside():
    falls = (fall(0.5, 0.0, 0.0, 1.0), fall(1.5, 0.3), fall(2.5, 0.0, 2.0, 3.0))
    got = crossing_of(TRIED, N, falls, RefinementPlan())
    assert (got.ci_low, got.ci_high) == (TRIED[0], TRIED[3])
    assert got.multiplier == pytest.approx(math.exp(1.5))


def test_the_interval_holds_the_crossing_though_bands_have_gaps():
    """The lower band is known at fewer points and falls later than the mean, and so on."""
    got = crossing_of(TRIED, N, (fall(1.6), fall(1.5), fall(1.8)), WIDE)
    assert (got.ci_low, got.ci_high) == pytest.approx((math.exp(1.5), math.exp(1.8)))
    got = crossing_of(TRIED, N, (fall(1.2), fall(1.5), fall(1.4)), WIDE)
    assert (got.ci_low, got.ci_high) == pytest.approx((math.exp(1.2), math.exp(1.5)))
