"""Crossings: coverage against known ones, censoring, curves that rise again, what is asked."""

import dataclasses
import math

import numpy as np
import pytest

from sim.stats.refine import Fall, RefinementPlan, crossing_of, first_fall, next_multipliers
from sim.stats.search import CrossingSearch

from .crossing_models import Nested, Smooth, solve


def z_of(crossings, truth, confidence):
    """z-score of the number of intervals that cover; an open end covers its side."""
    hits = sum(
        (c.ci_low is None or c.ci_low <= truth) and (c.ci_high is None or truth <= c.ci_high)
        for c in crossings
    )
    n = len(crossings)
    return (hits - n * confidence) / math.sqrt(n * confidence * (1 - confidence))


FINE = RefinementPlan(start=(1.0, 2.0, 4.0, 8.0), largest=16.0, accuracy=0.005, at_most=200)


@pytest.mark.parametrize("confidence", [pytest.param(0.8, marks=pytest.mark.slow), 0.95])
def test_exact_coverage_where_bands_are_straight(confidence):
    model = Smooth(6, 1500, seed=4)
    search = solve(model, np.full(1500, 0.8), 6, confidence, FINE)
    got = search.crossings()
    assert all(c.settled for c in got)
    assert abs(z_of(got, model.crossing(0.8), confidence)) < 4


def test_coverage_of_nested_requests():
    """Counts, not normal: 1500 groups of 20 requests at m = 1, ten replications."""
    model = Nested(rate=20, room=60, replications=10, groups=1500, largest=8, seed=3)
    plan = RefinementPlan(start=(1.0, 2.0, 4.0, 8.0), largest=8.0, accuracy=0.05, at_most=60)
    search = solve(model, np.full(1500, 0.8), 10, plan=plan)
    assert abs(z_of(search.crossings(), model.crossing(0.8), 0.95)) < 4


def test_default_plan_covers_with_few_multipliers():
    hits = evaluations = 0
    for seed in range(200):
        model = Smooth(8, 4, seed=100 + seed, noise=0.01)
        targets = np.array([0.9, 0.85, 0.7, 0.6])
        search = solve(model, targets, 8)
        evaluations += len(search.curves().multipliers)
        for c, t in zip(search.crossings(), targets, strict=True):
            assert c.settled
            hits += c.ci_low <= Smooth.crossing(t) <= c.ci_high
    assert (hits - 760) / math.sqrt(800 * 0.95 * 0.05) > -4
    assert evaluations / 200 < 12


def test_a_crossing_by_hand():
    """Two replications a distance d apart: the mean crosses at 2, bands at t95 x d / 2 beside."""
    d = 0.002

    def simulate(m, first, last):
        line = 0.9 - 0.1 * np.log(m / 2)
        return line + np.array([[-d / 2], [d / 2]])[first:last]

    (got,) = solve(simulate, [0.9], 2).crossings()
    quantile = 12.706204736  # of t with 1 degree of freedom
    assert got.multiplier == pytest.approx(2, abs=1e-9)
    assert got.ci_low == pytest.approx(2 * math.exp(-quantile * d / 2 / 0.1), rel=1e-9)
    assert got.ci_high == pytest.approx(2 * math.exp(quantile * d / 2 / 0.1), rel=1e-9)
    assert (got.n, got.settled) == (2, True)
    assert got.half_width == pytest.approx((got.ci_high - got.ci_low) / 4)


def test_never_crossed_is_censored_at_the_largest_tried():
    plan = RefinementPlan(largest=37.0)
    search = solve(lambda m, a, b: Smooth(5, 1, 1, 0.001)(m, a, b) * 0 + 0.97, [0.9], 5, plan=plan)
    (got,) = search.crossings()
    assert got.multiplier is None
    assert (got.ci_low, got.ci_high, got.half_width) == (37.0, None, None)
    assert search.curves().multipliers.tolist() == [1, 2, 4, 8, 16, 32, 37]


def test_below_from_the_start_is_censored_at_the_smallest_tried():
    noise = np.array([[-0.01], [0.0], [0.01]])
    (got,) = solve(lambda m, a, b: 0.5 / m + noise[a:b], [0.9], 3).crossings()
    assert (got.multiplier, got.ci_low, got.ci_high) == (None, None, 1.0)
    plan = RefinementPlan(smallest=0.3)
    (got,) = solve(lambda m, a, b: 0.5 / m**0.5 + noise[a:b], [0.8], 3, plan=plan).crossings()
    assert got.ci_low < (0.5 / 0.8) ** 2 < got.ci_high  # it looks below what it started with


def test_a_mean_that_never_crosses_may_have_a_lower_end_that_does():
    noise = np.array([[-0.05], [0.0], [0.05]])
    plan = RefinementPlan(largest=8.0)
    (got,) = solve(
        lambda m, a, b: 0.95 - 0.02 * np.log(m) + noise[a:b], [0.89], 3, plan=plan
    ).crossings()
    assert (got.multiplier, got.ci_high) == (None, None)
    assert got.ci_low is None  # already the band at 1 holds the target
    (got,) = solve(
        lambda m, a, b: 0.95 - 0.02 * np.log(m) + noise[a:b] / 10, [0.9], 3, plan=plan
    ).crossings()
    assert got.multiplier is None
    assert 1 < got.ci_low < 8


def test_only_the_first_crossing_of_a_curve_that_rises_again():
    bend = np.array([1.0, 2.0, 4.0, 8.0, 16.0])
    share = np.array([0.96, 0.88, 0.93, 0.85, 0.8])
    noise = np.array([[-0.001], [0.0], [0.001]])
    (got,) = solve(lambda m, a, b: np.interp(m, bend, share) + noise[a:b], [0.9], 3).crossings()
    assert got.ci_low < 1.75 < got.ci_high  # 0.96 - 0.08 (m - 1) = 0.9


def test_one_replication_has_a_crossing_but_no_interval():
    (got,) = solve(lambda m, a, b: np.full((1, 1), 0.8 - 0.1 * np.log(m / 3)), [0.8], 1).crossings()
    assert got.multiplier == pytest.approx(3)
    assert (got.ci_low, got.ci_high, got.n) == (None, None, 1)


def test_a_group_without_requests_is_unknown_and_stops_nobody():
    model = Smooth(5, 1, seed=2)

    def simulate(m, a, b):
        return np.column_stack([model(m, a, b), np.full(b - a, np.nan)])

    known, unknown = solve(simulate, [0.8, 0.8], 5).crossings()
    assert dataclasses.astuple(unknown)[:4] == (None, None, None, 0)
    assert known == solve(model, [0.8], 5).crossings()[0]


def test_all_served_of_few_is_not_certain():
    """3 requests in each of 5 replications: Clopper-Pearson of 15 leaves the lower end open."""
    plan = RefinementPlan(largest=8.0)
    (few,) = solve(lambda m, a, b: (np.full((b - a, 1), 3.0),) * 2, [0.9], 5, plan=plan).crossings()
    assert few.ci_low is None
    search = solve(lambda m, a, b: (np.full((b - a, 1), 30.0 * m),) * 2, [0.97], 5, plan=plan)
    curves = search.curves()
    assert curves.low[:, 0] == pytest.approx(0.025 ** (1 / 1200))  # of the 5 x 240 at m = 8
    assert search.crossings()[0].ci_low == 8.0
    none = solve(lambda m, a, b: (np.zeros((b - a, 1)), np.full((b - a, 1), 3.0)), [0.2], 5)
    assert none.curves().high[:, 0] == pytest.approx(1 - 0.025 ** (1 / 15))
    assert none.crossings()[0].ci_high is None


def test_replications_are_added_until_narrow_enough():
    model = Smooth(400, 3, seed=8)
    targets = [0.9, 0.8, 0.7]
    plan = RefinementPlan(half_width=0.02, most_replications=400)
    search = solve(model, targets, 8, plan=plan)
    assert 8 < search.replications < 400
    assert all(c.half_width <= 0.02 for c in search.crossings())
    capped = solve(model, targets, 8, plan=RefinementPlan(half_width=0.001, most_replications=25))
    assert capped.replications == 25
    assert search.crossings()[0].n == search.replications


def test_the_cap_leaves_ends_at_multipliers_tried():
    plan = RefinementPlan(at_most=4, largest=8.0)
    noise = np.array([[-0.01], [0.0], [0.01]])
    (got,) = solve(
        lambda m, a, b: 0.9 / (1 + (m / 3) ** 4) + noise[a:b], [0.5], 3, 0.95, plan
    ).crossings()
    assert not got.settled
    assert {got.ci_low, got.ci_high} <= {1.0, 2.0, 4.0, 8.0}


def test_error_of_a_chord_by_hand():
    """y = 1 - x^2 at 0, 1, 2, 3 falls below -1: chord 0 to -3 at 1 + 1/3, truth sqrt 2.

    y'' = -2 and slope -3: 2 x 1/3 x 2/3 / (2 x 3) = 2/27, the error of the chord to first order.
    """
    x = np.arange(4.0)
    got = first_fall(x, 1 - x**2, -1.0)
    assert (got.at, got.left, got.right) == (pytest.approx(4 / 3), 1, 2)
    assert got.error == pytest.approx(2 / 27)
    assert first_fall(x, 1 - x**2, -8.0).at == np.inf  # equal to the target is not below
    assert first_fall(x, 1 - x**2, 2.0).at == -np.inf
    assert first_fall(x, 1 - x**2, -9.0).at == np.inf
    assert first_fall(x, np.full(4, np.nan), 0.5) is None


def fall(at, error, left=0.0, right=1.0):
    return Fall(at, left, right, error)


def test_ends_lie_outwards_by_the_error_of_interpolation():
    falls = (fall(0.3, 0.001), fall(0.4, 0.0), fall(0.5, 0.001))
    got = crossing_of(np.exp([0.0, 1.0]), np.array([5, 5]), falls, RefinementPlan())
    assert (got.ci_low, got.multiplier, got.ci_high) == pytest.approx(
        (math.exp(0.299), math.exp(0.4), math.exp(0.501))
    )


def test_the_next_point_is_where_the_worst_crosses_but_inside_its_cell():
    falls = [(fall(0.3, 0.03), fall(0.4, 0.02), fall(0.98, 0.5))]
    tried = np.exp([0.0, 1.0])
    assert next_multipliers(tried, falls, RefinementPlan()) == [
        2.46
    ]  # exp(0.9), at a tenth of the cell
    assert next_multipliers(tried, [(fall(0.3, 0.0),) * 3], RefinementPlan()) == []


def test_the_order_of_telling_does_not_matter():
    model = Smooth(6, 2, seed=5)
    whole = solve(model, [0.9, 0.7], 6)
    search = CrossingSearch(np.array([0.9, 0.7]), 6)
    while wanted := search.ask():
        w = wanted[-1]  # the last one first, one replication at a time from its end
        search.add(w.multiplier, model(w.multiplier, w.last - 1, w.last), first=w.last - 1)
    assert search.crossings() == whole.crossings()


def test_the_order_of_groups_does_not_matter():
    model = Smooth(6, 3, seed=5)
    there = solve(model, [0.9, 0.8, 0.7], 6).crossings()
    back = solve(lambda m, a, b: model(m, a, b)[:, ::-1], [0.7, 0.8, 0.9], 6).crossings()
    assert there == back[::-1]


def test_what_was_not_asked_for_is_refused():
    search = CrossingSearch(np.array([0.9]), 3)
    search.ask()
    with pytest.raises(ValueError, match="not asked for"):
        search.add(3.0, [[0.5]])
    with pytest.raises(ValueError, match="replications 0 to 2"):
        search.add(1.0, [[0.5]], first=3)
    with pytest.raises(ValueError, match="between 0 and 1"):
        search.add(1.0, [[1.5]])
    with pytest.raises(ValueError, match="between 0 and 1"):
        search.add(1.0, [[3.0]], [[2.0]])
    with pytest.raises(ValueError, match="groups expected"):
        search.add(1.0, [[0.5, 0.5]])
    with pytest.raises(ValueError, match="targets"):
        CrossingSearch(np.array([0.0]), 3)
    with pytest.raises(ValueError, match="replication"):
        CrossingSearch(np.array([0.5]), 0)
    for wrong in ({"step": 1.0}, {"smallest": 2.0}, {"half_width": 0.0}, {"at_most": 3}):
        with pytest.raises(ValueError, match=r"needed|must"):
            RefinementPlan(**wrong)
