"""Timetables of ITC-2007: exact on small instances, known optima on public ones."""

import random

import pytest

from benchmarks.timetabling import validated
from optimise.timetabling.itc2007 import read_instance, score, solution_text, solve, solving
from optimise.timetabling.itc2007.instance import Course, Curriculum, Instance, Room

from .public import ITC2007, needs_slots
from .small_2007 import best_of_all, made_up

SEEDS = (*range(10), 18, 24, 27, 33)
"""Among these every way of ending occurs, which is checked."""


@pytest.fixture(scope="module")
def exact():
    """Small instances with their least cost by trying all."""
    instances = [made_up(random.Random(seed)) for seed in SEEDS]
    return [(instance, best_of_all(instance)) for instance in instances]


def check(instance, best, found):
    """The outcome is proven, and the scorer agrees with it."""
    assert found.outcome.value == best
    if best is None:
        assert (found.outcome.status, found.timetable) == ("infeasible", None)
        return
    assert (found.outcome.status, found.outcome.bound) == ("optimal", best)
    scored = score(instance, found.timetable)
    assert (scored.broken, scored.value) == ((), best)


def test_small_instances_are_solved_as_by_trying_all(exact):
    proofs = set()
    for instance, best in exact:
        found = solve(instance, limit=60, workers=1)
        check(instance, best, found)
        proofs.add((found.outcome.status, found.outcome.bound_by))
    assert proofs == {
        ("optimal", solving.HALVES),
        ("optimal", solving.WHOLE),
        ("infeasible", solving.HALVES),
    }


def test_periods_first_and_the_whole_model_end_at_the_same_cost(exact, monkeypatch):
    monkeypatch.setattr(solving, "ATTEMPTS", 0)
    for instance, best in exact:
        check(instance, best, solve(instance, limit=60, workers=1))


def test_half_of_the_rooms_bounds_seats_and_changes_of_room():
    """Three periods a room: five lectures of 20 students leave two in a room of 15, and move."""
    instance = Instance(
        "rooms",
        days=1,
        periods_per_day=3,
        courses=(Course("a", "t", 3, 1, 20), Course("b", "u", 2, 1, 20)),
        rooms=(Room("large", 20), Room("small", 15)),
        curricula=(),
        unavailable=frozenset(),
    )
    outcome = solve(instance, limit=60, workers=1).outcome
    assert (outcome.value, outcome.bound, outcome.bound_by) == (10, 10, solving.HALVES)


def test_change_of_room_that_only_both_halves_together_show():
    """Three courses meet each other in turn: two rooms do not do without a change."""
    periods = {0: (0, 1), 1: (1, 2), 2: (0, 2)}
    instance = Instance(
        "in turn",
        days=1,
        periods_per_day=4,
        courses=tuple(Course(f"c{i}", f"t{i}", 2, 1, 5) for i in periods),
        rooms=(Room("r", 5), Room("s", 5)),
        curricula=(),
        unavailable=frozenset((i, p) for i in periods for p in range(4) if p not in periods[i]),
    )
    outcome = solve(instance, limit=60, workers=1).outcome
    assert (outcome.value, outcome.bound, outcome.bound_by) == (1, 1, solving.WHOLE)


def test_without_time_nothing_is_claimed():
    instance = made_up(random.Random(0))
    found = solve(instance, limit=0, workers=1)
    assert found.timetable is None
    assert (found.outcome.value, found.outcome.bound, found.outcome.status) == (None, 0, "unknown")


def test_curriculum_larger_than_the_week_is_infeasible():
    courses = (Course("a", "t", 2, 1, 1), Course("b", "u", 2, 1, 1))
    instance = Instance(
        "full", 1, 3, courses, (Room("r", 1), Room("s", 1)), (Curriculum("q", (0, 1)),), frozenset()
    )
    assert solve(instance, limit=60, workers=1).outcome.status == "infeasible"


def public(name, best, limit):
    path = ITC2007 / f"{name}.ectt"
    instance = read_instance(path)
    found = solve(instance, limit=limit, seed=1)
    check(instance, best, found)
    assert validated(path, solution_text(instance, found.timetable)) in (None, best)


@needs_slots
def test_toy_is_solved_to_its_optimum():
    public("toy", 0, limit=60)


@needs_slots
@pytest.mark.slow
@pytest.mark.parametrize(("name", "best"), [("comp01", 5), ("comp11", 0)])
def test_competition_instance_is_solved_to_its_optimum(name, best):
    public(name, best, limit=280)
