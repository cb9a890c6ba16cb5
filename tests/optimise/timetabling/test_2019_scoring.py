"""Own scorer of ITC-2019 against costs counted by hand, term by term and rule by rule."""

import pytest

from optimise.timetabling.itc2019 import Placed, score
from optimise.timetabling.itc2019.instance import (
    Distribution,
    Instance,
    Meeting,
    Room,
    Time,
    Weights,
)

MORNING, NOON = Time(0b11, 0b111, 10, 20), Time(0b11, 0b111, 20, 30)
LATE, ONCE = Time(0b11, 0b111, 22, 32), Time(0b10, 0b001, 10, 20)
TIMES = ((MORNING, 0), (NOON, 3), (LATE, 0), (ONCE, 0))


def instance(*distributions):
    rooms = {
        "a": Room("a", (), {"b": 2}),
        "b": Room("b", (Time(0b01, 0b100, 0, 12),), {"a": 2}),
        "c": Room("c", (), {}),
    }
    meetings = {
        "x": Meeting("x", TIMES, {"a": 0, "b": 4}),
        "y": Meeting("y", TIMES, {"a": 0, "b": 0, "c": 1}),
        "z": Meeting("z", TIMES, {}),
    }
    return Instance("by hand", Weights(2, 3, 5), rooms, meetings, distributions)


def rule(kind, penalty=None, meetings=("x", "y")):
    return Distribution(kind, meetings, penalty)


def placed(x, y, z=MORNING):
    return {"x": Placed(*x), "y": Placed(*y), "z": Placed(z, None)}


FREE = placed((MORNING, "a"), (LATE, "a"))


def terms(got):
    assert not got.broken
    assert got.value == got.time + got.room + got.distribution
    return got.time, got.room, got.distribution


def test_nothing_to_pay():
    assert terms(score(instance(rule("NotOverlap"), rule("SameAttendees", 1)), FREE)) == (0, 0, 0)


def test_penalties_of_time_and_room_are_weighted():
    assert terms(score(instance(), placed((NOON, "b"), (MORNING, "c")))) == (6, 15, 0)


def test_soft_rule_is_paid_by_the_pair():
    rules = rule("NotOverlap", 7, ("x", "y", "z", "x")), rule("NotOverlap", 1, ("y", "z"))
    together = placed((MORNING, "a"), (ONCE, "b"))
    assert terms(score(instance(*rules), together)) == (0, 0, 5 * (3 * 7 + 1))


@pytest.mark.parametrize(
    ("y", "kept"),
    [
        ((NOON, "a"), True),  # no walk
        ((NOON, "b"), False),  # a walk of 2 and no pause
        ((LATE, "b"), True),  # a pause of 2
        ((NOON, "c"), True),  # a walk that is not given takes nothing
        ((Time(0b100, 0b111, 10, 20), "b"), True),  # another day
        ((Time(0b11, 0b1000, 10, 20), "b"), True),  # another week
    ],
)
def test_same_attendees_need_time_to_walk(y, kept):
    case = instance(rule("SameAttendees"))
    case.meetings["y"] = Meeting("y", (*TIMES, (y[0], 0)), case.meetings["y"].rooms)
    got = score(case, placed((MORNING, "a"), y))
    assert got.broken == (() if kept else ("SameAttendees of x and y",))


@pytest.mark.parametrize(
    ("timetable", "said"),
    [
        ({**FREE, "x": Placed(MORNING, "c")}, "x has a time or a room that it is not offered"),
        ({**FREE, "x": Placed(MORNING, None)}, "x has a time or a room that it is not offered"),
        ({**FREE, "z": Placed(MORNING, "a")}, "z has a time or a room that it is not offered"),
        (
            {**FREE, "x": Placed(Time(1, 1, 0, 1), "a")},
            "x has a time or a room that it is not offered",
        ),
        ({"x": FREE["x"], "y": FREE["y"]}, "z is not placed"),
        (placed((NOON, "a"), (LATE, "a")), "room a: x and y at a time"),
        (placed((MORNING, "a"), (MORNING, "b")), "room b: y and closed at a time"),
        (placed((MORNING, "b"), (ONCE, "a")), "room b: x and closed at a time"),
        (placed((MORNING, "a"), (ONCE, "b")), "NotOverlap of x and y"),
    ],
)
def test_broken_rule_is_named(timetable, said):
    assert said in score(instance(rule("NotOverlap")), timetable).broken


def test_closed_on_other_dates_does_not_matter():
    assert terms(score(instance(), placed((MORNING, "a"), (ONCE, "b")))) == (0, 0, 0)
