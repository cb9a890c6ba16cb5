"""Fair timetables against all timetables of small problems."""

import functools
import itertools
import math

import numpy as np
import pytest

from benchmarks.slots_check import faults, value_of
from benchmarks.slots_drawn import Shape, draw
from optimise.slots.blocks import Setting, fill
from optimise.slots.objectives.fairness import Shares, fairness, fill_evenly
from optimise.slots.objectives.lexicographic import Objective, solve_lexicographic

from .small_fair import all_timetables, alpha_key, leximin_key, shares, small

LEVELS = 7
ALPHAS = (0.5, 1.0, 2.0, 3.0, math.inf)


@pytest.fixture(scope="module")
def listed():
    """Small problems, each with all its timetables and what they are worth."""

    @functools.cache
    def of(seed):
        problem = small(seed)
        return problem, [(t, value_of(problem, t)) for t in all_timetables(problem)]

    return of


def between_of(problem, name):
    return np.arange(4) if name == "request" else getattr(problem.requests, name)


def fair(problem, between, alpha, levels=10, time_limit=30, workers=1):
    return solve_lexicographic(
        problem, [Objective("fairness", 0.0, alpha, between, levels)], time_limit, workers
    )


def solved(problem, between, alpha):
    """A proven timetable that the checker finds no fault with."""
    found = fair(problem, between, alpha, LEVELS)
    assert found.status == "optimal", found.levels
    assert not faults(problem, found.assignment)
    assert value_of(problem, found.assignment) == found.value
    return found


def check(problem, timetables, name, alpha):
    """Nothing is fairer, and nothing as fair worth more."""
    between = between_of(problem, name)

    def key(timetable):
        of = shares(problem, between, timetable)
        return leximin_key(of, LEVELS) if math.isinf(alpha) else alpha_key(of, alpha)

    best = max((key(timetable), worth) for timetable, worth in timetables)
    found = solved(problem, between, alpha)
    assert (key(found.assignment), found.value) == best


@pytest.mark.parametrize(
    ("place", "name", "alpha"),
    [(place, *case) for place, case in enumerate(itertools.product(("request", "club"), ALPHAS))],
)
def test_no_timetable_is_fairer_or_as_fair_and_worth_more(listed, place, name, alpha):
    for seed in range(place, place + 2):
        check(*listed(seed % 12), name, alpha)


@pytest.mark.parametrize("name", ["request", "club", "zone"])
def test_levels_count_groups_in_every_timetable(listed, name):
    for seed in range(6):
        problem, timetables = listed(seed)
        setting, between = Setting.from_problem(problem), between_of(problem, name)
        goals = fairness(Shares.from_setting(setting, between), math.inf, LEVELS)
        for timetable, _ in timetables:
            of = shares(problem, between, timetable)
            chosen = setting.chosen(timetable)
            counts = [sum(share * LEVELS >= k for share in of) for k in range(1, LEVELS + 1)]
            assert [goal.value(chosen) for goal in goals] == counts


def test_filling_serves_the_group_with_least_next(listed):
    """Nothing can be added, and between requests more have something than by worth alone."""
    for seed in range(6):
        problem, timetables = listed(seed)
        setting = Setting.from_problem(problem)
        of = Shares.from_setting(setting, problem.requests.club)
        filled = setting.sessions(fill_evenly(setting, of)).rows()
        larger = [t for t, _ in timetables if set(t.rows()) > set(filled)]
        assert filled in [t.rows() for t, _ in timetables]
        assert not larger
    setting = Setting.from_problem(draw(Shape(80, 30, 1.5)))
    of = Shares.from_setting(setting, np.arange(80))
    by_worth = fill(setting.whole, np.argsort(-setting.whole.value, kind="stable"))
    served = [np.count_nonzero(of.cells(c)) for c in (fill_evenly(setting, of), by_worth)]
    assert served[0] > served[1]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["request", "club", "zone"])
@pytest.mark.parametrize("alpha", ALPHAS)
def test_many(listed, name, alpha):
    for seed in range(12, 24):
        check(*listed(seed), name, alpha)


def test_price_is_the_worth_lost_and_levels_are_counts(listed):
    lost = 0
    for seed in range(6):
        problem, timetables = listed(seed)
        most = max(worth for _, worth in timetables)
        found = solved(problem, problem.requests.zone, math.inf)
        assert found.price.low == found.price.high == pytest.approx(1 - found.value / most)
        lost += found.value < most
        of = shares(problem, problem.requests.zone, found.assignment)
        counts = [sum(share * LEVELS >= k for share in of) for k in range(1, LEVELS + 1)]
        assert [level.kept for level in found.levels[:-1]] == counts
        assert [level.bound for level in found.levels[:-1]] == counts
    assert lost


def test_welfare_is_the_sum_over_groups(listed):
    """Where all hold something; groups with nothing count with a share that is the same for all."""
    checked = 0
    for seed in range(6):
        problem, _ = listed(seed)
        of = problem.requests.club
        found = solved(problem, of, 1.0)
        held, total = alpha_key(shares(problem, of, found.assignment), 1.0)
        if held == 3:
            assert found.levels[1].value == pytest.approx(total)
            checked += 1
    assert checked > 1


def test_wrong_arguments_are_refused():
    problem = small(0)
    with pytest.raises(ValueError, match="alpha -1"):
        fair(problem, np.arange(4), -1.0)
    with pytest.raises(ValueError, match="for 4 requests"):
        fair(problem, np.arange(3), 1.0)
    with pytest.raises(ValueError, match="too large"):
        fair(problem, np.arange(4), 60.0)


@pytest.mark.parametrize("name", ["request", "club"])
def test_bounds_hold_when_time_is_short(name):
    """No bound is below what more time finds."""
    problem = draw(Shape(80, 30, 1.5))
    between = np.arange(80) if name == "request" else problem.requests.club
    hasty = fair(problem, between, 2.0, time_limit=0.01)
    assert not faults(problem, hasty.assignment)
    assert hasty.status == "feasible"
    longer = fair(problem, between, 2.0, time_limit=2)
    for one, other in zip(hasty.levels, longer.levels, strict=True):
        assert other.value <= one.bound
        if one.status != "optimal":
            break
    assert 0 <= hasty.price.low <= hasty.price.high
