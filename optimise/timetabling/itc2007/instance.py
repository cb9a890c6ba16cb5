"""An instance of curriculum-based course timetabling, and its timetable."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = [
    "DAY_SHORT",
    "ISOLATED",
    "Course",
    "Curriculum",
    "Instance",
    "Lecture",
    "Room",
    "Timetable",
]

DAY_SHORT, ISOLATED = 5, 2
"""Cost of a day too few of a course, and of an isolated lecture of a curriculum, in UD2.

The other two terms, a student without a seat and a room of a course beyond its first, cost 1.
"""


@dataclass(frozen=True, slots=True)
class Course:
    """A course, its `lectures` a week and the days over which they should be spread at least."""

    name: str
    teacher: str
    lectures: int
    minimum_days: int
    students: int


@dataclass(frozen=True, slots=True)
class Room:
    """A room and its seats."""

    name: str
    capacity: int


@dataclass(frozen=True, slots=True)
class Curriculum:
    """Courses with students in common, as positions in `Instance.courses`."""

    name: str
    courses: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Instance:
    """What is to be timetabled.

    Attributes
    ----------
    days, periods_per_day
        The week; periods are counted through it, day by day, from 0.
    unavailable
        Pairs of a position in `courses` and a period at which it must not be taught.
    """

    name: str
    days: int
    periods_per_day: int
    courses: tuple[Course, ...]
    rooms: tuple[Room, ...]
    curricula: tuple[Curriculum, ...]
    unavailable: frozenset[tuple[int, int]]

    @property
    def periods(self) -> int:
        """Periods of the week."""
        return self.days * self.periods_per_day


@dataclass(frozen=True, slots=True)
class Lecture:
    """A lecture that has its place: positions of course and room, and the period of the week."""

    course: int
    room: int
    period: int


Timetable = tuple[Lecture, ...]
