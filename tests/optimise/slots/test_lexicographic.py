"""Objectives in order against all timetables of small problems."""

from dataclasses import replace
from fractions import Fraction
from math import ceil, inf

import numpy as np
import pytest

from benchmarks.slots_check import faults, value_of
from optimise.slots.objectives.lexicographic import Objective, solve_lexicographic
from optimise.slots.problem import ANY

from .small_fair import all_timetables, leximin_key, shares, small

LEVELS = 7


def hours(problem, timetable):
    plain = replace(problem.worth, second_choice=0, per_rank=0, per_walk_minute=0)
    return value_of(replace(problem, worth=plain), timetable)


def preferences(problem, timetable):
    return value_of(replace(problem, worth=replace(problem.worth, per_walk_minute=0)), timetable)


def walking(problem, timetable):
    asked, total = problem.requests, 0
    for request, venue, *_ in timetable.rows():
        options = range(asked.option_first[request], asked.option_first[request + 1])
        total += sum(round(asked.option_walk[o]) for o in options if asked.option_venue[o] == venue)
    return -total


def stability(problem, timetable):
    patterns = problem.last_season.rows()
    return sum(
        any(all(p in (ANY, r) for p, r in zip(of, row, strict=True)) for of in patterns)
        for row in timetable.rows()
    )


def fairness(problem, timetable):
    return leximin_key(shares(problem, problem.requests.club, timetable), LEVELS)


BY = {
    "hours": hours,
    "fairness": fairness,
    "preferences": preferences,
    "walking": walking,
    "stability": stability,
}


def objective(problem, name, give=0.0):
    return Objective(name, give, inf, problem.requests.club, LEVELS)


@pytest.mark.parametrize(
    "order",
    [
        ("hours", "fairness", "preferences", "walking", "stability"),
        ("fairness", "stability", "walking", "hours"),
        ("stability", "preferences"),
        ("preferences", "walking", "fairness"),
    ],
)
def test_no_timetable_is_better_in_this_order(order):
    for seed in range(3):
        problem = small(seed)
        found = solve_lexicographic(problem, [objective(problem, name) for name in order], 30, 1)

        def key(timetable, problem=problem):
            return [*(BY[name](problem, timetable) for name in order), value_of(problem, timetable)]

        assert found.status == "optimal"
        assert not faults(problem, found.assignment)
        assert key(found.assignment) == max(map(key, all_timetables(problem)))
        for level in found.levels:
            if level.name in ("hours", "preferences", "stability"):
                assert level.bound == level.value == BY[level.name](problem, found.assignment)
            if level.name == "walking":
                assert level.bound == level.value == -walking(problem, found.assignment)


def test_what_may_be_given_is_given_and_no_more():
    """Among these: a tenth is not enough to gain anything, and a quarter is."""
    used = 0
    for seed, give in ((2, Fraction(1, 10)), *((seed, Fraction(1, 4)) for seed in range(5))):
        problem = small(seed)
        order = [objective(problem, "hours", float(give)), objective(problem, "stability")]
        found = solve_lexicographic(problem, order, 30, 1)
        timetables = all_timetables(problem)
        most = max(hours(problem, t) for t in timetables)
        left = [t for t in timetables if hours(problem, t) >= ceil(most * (1 - give))]

        def key(timetable, problem=problem):
            return [stability(problem, timetable), value_of(problem, timetable)]

        assert key(found.assignment) == max(map(key, left))
        assert found.levels[0].value == most
        assert found.levels[0].kept == hours(problem, found.assignment) >= most * (1 - give)
        used += found.levels[0].kept < most
    assert used


def test_fairness_with_alpha_0_is_hours():
    problem = small(2)
    found = solve_lexicographic(
        problem, [Objective("fairness", alpha=0.0, between=np.arange(4))], 30, 1
    )
    assert found.levels[0].value == max(hours(problem, t) for t in all_timetables(problem))


@pytest.mark.parametrize(
    ("objectives", "words"),
    [
        ([Objective("minutes")], "none of hours, fairness"),
        ([Objective("hours", give=1.5)], "from 0 to 1"),
        ([Objective("hours"), Objective("hours")], "twice"),
        ([Objective("walking")], "empty timetable"),
        ([Objective("fairness")], "between whom"),
        ([Objective("fairness", alpha=-1.0, between=np.arange(4))], "alpha -1"),
    ],
)
def test_wrong_objectives_are_refused(objectives, words):
    with pytest.raises(ValueError, match=words):
        solve_lexicographic(small(0), objectives)
