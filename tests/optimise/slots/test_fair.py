"""Fair timetables against all timetables of small problems."""

import math

import numpy as np
import pytest

from optimise.slots.check import faults, value_of
from optimise.slots.fair import fair

from .small_fair import all_timetables, alpha_key, leximin_key, shares, small

SEEDS = range(14)
LEVELS = 7


@pytest.fixture(scope="module")
def listed():
    """Small problems with all their timetables and what each is worth."""
    problems = [small(seed) for seed in SEEDS]
    return [(p, [(t, value_of(p, t)) for t in all_timetables(p)]) for p in problems]


def between_of(problem, name):
    return np.arange(4) if name == "request" else getattr(problem.requests, name)


def solved(problem, between, alpha):
    """A proven timetable that the checker finds no fault with."""
    found = fair(problem, between, alpha, LEVELS, time_limit=30, workers=1)
    assert found.status == "optimal", found.levels
    assert not faults(problem, found.assignment)
    assert value_of(problem, found.assignment) == found.value
    return found


@pytest.mark.parametrize("name", ["request", "club"])
@pytest.mark.parametrize("alpha", [0.0, 0.5, 1.0, 2.0, 3.0, math.inf])
def test_no_timetable_is_fairer_or_as_fair_and_worth_more(listed, name, alpha):
    for problem, timetables in listed:
        between = between_of(problem, name)

        def key(timetable, problem=problem, between=between):
            of = shares(problem, between, timetable)
            if alpha == 0:
                return 0
            return leximin_key(of, LEVELS) if math.isinf(alpha) else alpha_key(of, alpha)

        best = max((key(t), worth) for t, worth in timetables)
        found = solved(problem, between, alpha)
        assert (key(found.assignment), found.value) == best


def test_price_is_the_worth_lost(listed):
    lost = 0
    for problem, timetables in listed:
        most = max(worth for _, worth in timetables)
        found = solved(problem, problem.requests.club, math.inf)
        assert found.price.low == found.price.high == pytest.approx(1 - found.value / most)
        lost += found.value < most
    assert lost > 2


def test_levels_are_counts_of_groups(listed):
    for problem, _ in listed:
        found = solved(problem, problem.requests.zone, math.inf)
        of = shares(problem, problem.requests.zone, found.assignment)
        counts = [sum(share * LEVELS >= k for share in of) for k in range(1, LEVELS + 1)]
        assert [level.kept for level in found.levels[:-1]] == counts
        assert [level.bound for level in found.levels[:-1]] == counts
