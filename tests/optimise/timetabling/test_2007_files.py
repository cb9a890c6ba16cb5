"""Instances and solutions of ITC-2007 as text."""

import pytest

from optimise.timetabling.itc2007 import Lecture, read_instance, solution_text
from optimise.timetabling.itc2007.instance import Course, Curriculum, Instance, Room

from .public import ITC2007, needs_slots

TEXT = """Name: Small
Courses: 2
Rooms: 1
Days: 2
Periods_per_day: 3
Curricula: 1
Min_Max_Daily_Lectures: 1 2
UnavailabilityConstraints: 1
RoomConstraints: 1

COURSES:
maths ann 2 1 30 1
music bob 1 1 12 0

ROOMS:
hall 25 0

CURRICULA:
q 2 maths music

UNAVAILABILITY_CONSTRAINTS:
music 1 2

ROOM_CONSTRAINTS:
maths hall

END.
"""
SMALL = Instance(
    "Small",
    2,
    3,
    (Course("maths", "ann", 2, 1, 30), Course("music", "bob", 1, 1, 12)),
    (Room("hall", 25),),
    (Curriculum("q", (0, 1)),),
    frozenset({(1, 5)}),
)


@pytest.fixture
def file(tmp_path):
    return tmp_path / "small.ectt"


def test_all_blocks_are_read(file):
    file.write_text(TEXT, encoding="utf-8")
    assert read_instance(file) == SMALL


def test_solution_has_course_room_day_and_period_of_the_day():
    timetable = (Lecture(1, 0, 3), Lecture(0, 0, 2), Lecture(0, 0, 0))
    assert solution_text(SMALL, timetable) == "maths hall 0 0\nmaths hall 0 2\nmusic hall 1 0\n"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("Days: 2", "Day: 2", "has no Days"),
        ("END.", "", "ends without"),
        ("ROOMS:", "HALLS:", ":15: no block 'HALLS'"),
        ("Courses: 2", "Courses: 3", ":2: says 3, but COURSES has 2 rows"),
        ("hall 25 0", "hall 25", ":16: 2 words where 3 belong"),
        ("hall 25 0", "hall many 0", ":16: 'many' must be a whole number"),
        ("q 2 maths music", "q 2 maths", ":19: 3 words where 4 belong"),
        ("q 2 maths music", "q", ":19: 1 words where 2 belong"),
        ("q 2 maths music", "q 2 maths muse", ":19: no course 'muse'"),
        ("music 1 2", "music 1 3", ":22: the week has 2 days of 3 periods"),
    ],
)
def test_malformed_text_is_refused_with_its_line(file, old, new, said):
    assert old in TEXT
    file.write_text(TEXT.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ValueError, match=r"small\.ectt") as raised:
        read_instance(file)
    assert said in str(raised.value)


@needs_slots
@pytest.mark.parametrize(
    ("name", "counts"),
    [
        ("toy", (4, 16, 3, 20, 2, 8)),
        ("comp01", (30, 160, 6, 30, 14, 53)),
        ("comp05", (54, 152, 9, 36, 139, 771)),
        ("comp11", (30, 162, 5, 45, 13, 94)),
    ],
)
def test_public_instance_has_the_published_size(name, counts):
    instance = read_instance(ITC2007 / f"{name}.ectt")
    assert counts == (
        len(instance.courses),
        sum(course.lectures for course in instance.courses),
        len(instance.rooms),
        instance.periods,
        len(instance.curricula),
        len(instance.unavailable),
    )
