"""Timetables of ITC-2019: exact on small instances, the known optimum on a public one."""

import random
from itertools import product

from optimise.timetabling.itc2019 import Placed, read_instance, read_solution, score, solve
from optimise.timetabling.itc2019.instance import (
    Distribution,
    Instance,
    Meeting,
    Room,
    Time,
    Weights,
)

from .public import SLOTS, needs_slots


def made_up(draw):
    """Three meetings with up to three times and rooms each, and rules of both sorts."""
    rooms = {
        "a": Room("a", (_time(draw),), {"b": 2}),
        "b": Room("b", (), {"a": 2, "c": 1}),
        "c": Room("c", (_time(draw),), {"b": 1}),
    }
    meetings = {}
    for name in "xyz":
        times = {_time(draw): draw.randrange(3) for _ in range(2)}
        some = draw.sample("abc", draw.choice([0, 1, 2, 3]))
        meetings[name] = Meeting(
            name, tuple(times.items()), {room: draw.randrange(3) for room in some}
        )
    rules = tuple(
        Distribution(
            draw.choice(["NotOverlap", "SameAttendees"]),
            tuple(draw.sample("xyz", draw.choice([2, 3]))),
            draw.choice([None, 1, 1]),
        )
        for _ in range(2)
    )
    return Instance("made-up", Weights(3, 4, 2), rooms, meetings, rules)


def _time(draw):
    start = draw.randrange(4)
    return Time(draw.choice([1, 2, 3]), draw.choice([1, 2, 3]), start, start + draw.choice([1, 2]))


def best_of_all(instance):
    """Least cost over all choices that break no hard rule; None without one."""
    ways = [
        [
            (name, Placed(time, room))
            for time, _ in meeting.times
            for room in meeting.rooms or [None]
        ]
        for name, meeting in instance.meetings.items()
    ]
    scores = (score(instance, dict(way)) for way in product(*ways))
    return min((one.value for one in scores if not one.broken), default=None)


def test_small_instances_are_solved_as_by_trying_all():
    values = set()
    for seed in range(30):
        instance = made_up(random.Random(seed))
        found, best = solve(instance, limit=60, workers=1), best_of_all(instance)
        values.add(best)
        assert found.outcome.value == best
        if best is None:
            assert (found.outcome.status, found.timetable) == ("infeasible", None)
        else:
            assert (found.outcome.status, found.outcome.bound) == ("optimal", best)
            scored = score(instance, found.timetable)
            assert (scored.broken, scored.value) == ((), best)
    assert None in values
    assert len(values) > 5


@needs_slots
def test_lums_sum17_is_solved_to_its_optimum():
    instance = read_instance(SLOTS / "lums-sum17.xml.gz")
    found = solve(instance, limit=60, seed=1)
    assert (found.outcome.value, found.outcome.bound, found.outcome.status) == (4, 4, "optimal")
    scored = score(instance, found.timetable)
    assert (scored.broken, scored.value) == ((), 4)


@needs_slots
def test_published_timetable_of_lums_sum17_costs_17():
    instance = read_instance(SLOTS / "lums-sum17.xml.gz")
    scored = score(instance, read_solution(SLOTS / "solution-lums-sum17.xml.gz", instance))
    assert (scored.broken, scored.time, scored.room, scored.distribution) == ((), 0, 17, 0)
