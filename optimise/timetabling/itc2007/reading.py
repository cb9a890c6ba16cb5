"""Read instances in the extended format of ITC-2007 (`.ectt`)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from optimise.timetabling.itc2007.instance import Course, Curriculum, Instance, Room

__all__ = ["read_instance"]

COUNTED = {
    "COURSES": "Courses",
    "ROOMS": "Rooms",
    "CURRICULA": "Curricula",
    "UNAVAILABILITY_CONSTRAINTS": "UnavailabilityConstraints",
    "ROOM_CONSTRAINTS": "RoomConstraints",
}
"""Blocks of a file, and the word of its head that says how many rows each has."""


@dataclass(frozen=True, slots=True)
class _Row:
    """Words of a line, and where it stands."""

    where: str
    words: list[str]

    def number(self, column: int) -> int:
        """Whole number, 0 or more, in a column that is counted from 0."""
        word = self.words[column]
        if not word.isdecimal():
            raise ValueError(f"{self.where}: {word!r} must be a whole number, 0 or more")
        return int(word)

    def need(self, count: int, what: str) -> None:
        """Refuse a row of another length."""
        if len(self.words) != count:
            raise ValueError(f"{self.where}: {len(self.words)} words where {count} belong: {what}")


def read_instance(path: Path) -> Instance:
    """Read an instance.

    What only other formulations use is passed over: buildings, double lectures, smallest and
    largest number of lectures a day, rooms that do not suit a course.

    Raises
    ------
    ValueError
        With file and line, if the text is not of this format or names something unknown.
    """
    head, blocks = _sections(path)
    _check_counts(path, head, blocks)
    days, per_day = (head[key].number(1) for key in ("Days", "Periods_per_day"))
    courses = tuple(_course(row) for row in blocks["COURSES"])
    position = {course.name: i for i, course in enumerate(courses)}
    return Instance(
        name=head["Name"].words[1],
        days=days,
        periods_per_day=per_day,
        courses=courses,
        rooms=tuple(_room(row) for row in blocks["ROOMS"]),
        curricula=tuple(_curriculum(row, position) for row in blocks["CURRICULA"]),
        unavailable=frozenset(
            _unavailable(row, position, days, per_day)
            for row in blocks["UNAVAILABILITY_CONSTRAINTS"]
        ),
    )


def _rows(path: Path) -> Iterator[_Row]:
    """Lines with words in them, up to the one that says `END.`, which must be there."""
    for number, line in enumerate(path.read_text(encoding="utf-8-sig").splitlines(), start=1):
        words = line.split()
        if words == ["END."]:
            return
        if words:
            yield _Row(f"{path}:{number}", words)
    raise ValueError(f"{path}: ends without `END.`")


def _sections(path: Path) -> tuple[dict[str, _Row], dict[str, list[_Row]]]:
    """Rows of the head by their key, and rows of each block."""
    head: dict[str, _Row] = {}
    blocks: dict[str, list[_Row]] = {}
    rows: list[_Row] | None = None
    for row in _rows(path):
        key = row.words[0].removesuffix(":")
        if row.words == [f"{key}:"]:
            if key not in COUNTED:
                raise ValueError(f"{row.where}: no block {key!r}; there are {', '.join(COUNTED)}")
            rows = blocks.setdefault(key, [])
        elif rows is None:
            head[key] = row
        else:
            rows.append(row)
    return head, blocks


def _check_counts(path: Path, head: dict[str, _Row], blocks: dict[str, list[_Row]]) -> None:
    """Refuse a file without one of its parts, or with other counts than its head says."""
    needed = ("Name", "Days", "Periods_per_day", *COUNTED.values())
    lacking = [key for key in needed if key not in head or len(head[key].words) < 2]
    lacking += [block for block in COUNTED if block not in blocks]
    if lacking:
        raise ValueError(f"{path}: has no {', '.join(lacking)}")
    for block, key in COUNTED.items():
        said, found = head[key].number(1), len(blocks[block])
        if said != found:
            raise ValueError(f"{head[key].where}: says {said}, but {block} has {found} rows")


def _course(row: _Row) -> Course:
    row.need(6, "course, teacher, lectures, minimum days, students, double lectures")
    return Course(row.words[0], row.words[1], row.number(2), row.number(3), row.number(4))


def _room(row: _Row) -> Room:
    row.need(3, "room, capacity, building")
    return Room(row.words[0], row.number(1))


def _curriculum(row: _Row, position: dict[str, int]) -> Curriculum:
    if len(row.words) < 2:
        row.need(2, "curriculum, number of courses, then these")
    row.need(2 + row.number(1), "curriculum, number of courses, then these")
    return Curriculum(row.words[0], _positions(row, row.words[2:], position))


def _unavailable(row: _Row, position: dict[str, int], days: int, per_day: int) -> tuple[int, int]:
    row.need(3, "course, day, period")
    (course,) = _positions(row, row.words[:1], position)
    day, period = row.number(1), row.number(2)
    if day >= days or period >= per_day:
        raise ValueError(f"{row.where}: the week has {days} days of {per_day} periods, from 0")
    return course, day * per_day + period


def _positions(row: _Row, names: Sequence[str], position: dict[str, int]) -> tuple[int, ...]:
    for name in names:
        if name not in position:
            raise ValueError(f"{row.where}: no course {name!r}")
    return tuple(position[name] for name in names)
