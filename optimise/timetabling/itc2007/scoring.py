"""Own scorer: hard rules and cost of a timetable, from the rules of the competition alone.

Shares nothing with the model that finds timetables except the instance, so that each checks the
other. What the competition's validator says comes before what this says.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from optimise.timetabling.itc2007.instance import DAY_SHORT, ISOLATED, Instance, Timetable

__all__ = ["Score", "score"]


@dataclass(frozen=True, slots=True)
class Score:
    """Cost of a timetable by its terms, weights included.

    Attributes
    ----------
    broken
        Every breach of a hard rule, in words; empty if the timetable is allowed.
    room_capacity
        Students without a seat, added up over lectures.
    minimum_days
        5 for each day that a course is short of its minimum.
    isolated
        2 for each lecture of a curriculum without another of it in the period before or after on
        the same day.
    room_stability
        Rooms of a course beyond its first.
    """

    broken: tuple[str, ...]
    room_capacity: int
    minimum_days: int
    isolated: int
    room_stability: int

    @property
    def value(self) -> int:
        """Cost in all."""
        return self.room_capacity + self.minimum_days + self.isolated + self.room_stability


def score(instance: Instance, timetable: Timetable) -> Score:
    """Score a timetable by formulation UD2."""
    periods: dict[int, list[int]] = defaultdict(list)
    rooms: dict[int, set[int]] = defaultdict(set)
    for lecture in timetable:
        periods[lecture.course].append(lecture.period)
        rooms[lecture.course].add(lecture.room)
    per_day = instance.periods_per_day
    short = 0
    for i, course in enumerate(instance.courses):
        used = {period // per_day for period in periods[i]}
        short += max(0, course.minimum_days - len(used))
    unseated = (
        instance.courses[one.course].students - instance.rooms[one.room].capacity
        for one in timetable
    )
    return Score(
        broken=tuple(_broken(instance, timetable)),
        room_capacity=sum(max(0, students) for students in unseated),
        minimum_days=DAY_SHORT * short,
        isolated=ISOLATED
        * sum(
            _isolated([p for i in curriculum.courses for p in periods[i]], per_day)
            for curriculum in instance.curricula
        ),
        room_stability=sum(len(used) - 1 for used in rooms.values()),
    )


def _isolated(periods: list[int], per_day: int) -> int:
    """Lectures of a curriculum without a neighbour on their day."""
    taught = {divmod(period, per_day) for period in periods}
    return sum(
        not {(day, slot - 1), (day, slot + 1)} & taught
        for day, slot in (divmod(period, per_day) for period in periods)
    )


def _broken(instance: Instance, timetable: Timetable) -> list[str]:
    """Breaches of the hard rules: lectures, conflicts, availability, rooms."""
    courses = instance.courses
    found = []
    given = Counter(lecture.course for lecture in timetable)
    for i, course in enumerate(courses):
        if given[i] != course.lectures:
            found.append(f"{course.name} has {given[i]} lectures, not {course.lectures}")
    for one in timetable:
        if not 0 <= one.period < instance.periods:
            found.append(f"{courses[one.course].name} in period {one.period}, not of the week")
        if (one.course, one.period) in instance.unavailable:
            found.append(f"{courses[one.course].name} is unavailable in period {one.period}")
    found += _twice(((instance.rooms[x.room].name, x.period) for x in timetable), "room")
    found += _twice(((courses[x.course].teacher, x.period) for x in timetable), "teacher")
    found += _twice(((courses[x.course].name, x.period) for x in timetable), "course")
    for curriculum in instance.curricula:
        members = set(curriculum.courses)
        uses = ((curriculum.name, x.period) for x in timetable if x.course in members)
        found += _twice(uses, "curriculum")
    return found


def _twice(uses: Iterable[tuple[str, int]], what: str) -> list[str]:
    """Say who has more than one lecture in a period."""
    return [
        f"{what} {name} has {count} lectures in period {period}"
        for (name, period), count in Counter(uses).items()
        if count > 1
    ]
