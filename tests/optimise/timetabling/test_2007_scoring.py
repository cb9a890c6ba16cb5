"""Own scorer of ITC-2007 against costs counted by hand, term by term and rule by rule."""

import pytest

from optimise.timetabling.itc2007 import score
from optimise.timetabling.itc2007.instance import Course, Curriculum, Instance, Lecture, Room

INSTANCE = Instance(
    name="by hand",
    days=2,
    periods_per_day=4,
    courses=(
        Course("a", "ann", lectures=3, minimum_days=2, students=30),
        Course("b", "bob", lectures=2, minimum_days=1, students=25),
        Course("c", "ann", lectures=1, minimum_days=1, students=10),
    ),
    rooms=(Room("large", 30), Room("small", 20)),
    curricula=(Curriculum("q", (0, 1)),),
    unavailable=frozenset({(2, 7)}),
)
A, B, C = range(3)
LARGE, SMALL = range(2)
FREE = (
    Lecture(A, LARGE, 0),
    Lecture(A, LARGE, 1),
    Lecture(B, LARGE, 2),
    Lecture(B, LARGE, 4),
    Lecture(A, LARGE, 5),
    Lecture(C, SMALL, 3),
)
"""Costs nothing: a on two days, every lecture of q beside another of it, a room each."""


def changed(**places):
    """FREE with some lectures elsewhere: `_3=(room, period)` moves the lecture in position 3."""
    lectures = list(FREE)
    for key, (room, period) in places.items():
        i = int(key[1:])
        lectures[i] = Lecture(lectures[i].course, room, period)
    return tuple(lectures)


def terms(timetable):
    got = score(INSTANCE, timetable)
    assert got.value == sum((got.room_capacity, got.minimum_days, got.isolated, got.room_stability))
    assert not got.broken
    return got.room_capacity, got.minimum_days, got.isolated, got.room_stability


def test_nothing_to_pay():
    assert terms(FREE) == (0, 0, 0, 0)


def test_students_without_a_seat_and_a_second_room():
    assert terms(changed(_0=(SMALL, 0))) == (10, 0, 0, 1)


def test_seats_are_counted_by_the_lecture():
    assert terms(changed(_2=(SMALL, 2), _3=(SMALL, 4))) == (10, 0, 0, 0)


def test_day_short_of_the_minimum_costs_5_and_leaves_another_alone():
    assert terms(changed(_4=(LARGE, 3), _5=(SMALL, 6))) == (0, 5, 2, 0)


def test_isolated_lectures_cost_2_each():
    assert terms(changed(_4=(LARGE, 6))) == (0, 0, 4, 0)


def test_night_separates_what_would_be_neighbours():
    """b in the last period of the first day, a in the first of the second."""
    assert terms(changed(_3=(LARGE, 3), _4=(LARGE, 4), _5=(SMALL, 6))) == (0, 0, 2, 0)


@pytest.mark.parametrize(
    ("timetable", "said"),
    [
        (FREE[:-1], "c has 0 lectures, not 1"),
        ((*FREE, Lecture(C, SMALL, 6)), "c has 2 lectures, not 1"),
        (changed(_5=(SMALL, 7)), "c is unavailable in period 7"),
        (changed(_5=(SMALL, 8)), "c in period 8, not of the week"),
        (changed(_5=(LARGE, 2)), "room large has 2 lectures in period 2"),
        (changed(_5=(SMALL, 0)), "teacher ann has 2 lectures in period 0"),
        (changed(_1=(SMALL, 2)), "curriculum q has 2 lectures in period 2"),
        (changed(_3=(SMALL, 2)), "course b has 2 lectures in period 2"),
    ],
)
def test_broken_rule_is_named(timetable, said):
    assert said in score(INSTANCE, timetable).broken
