"""Read instances of ITC-2019 from XML, packed or not.

The bytes go to the parser as they are, with whatever byte-order mark they have. The parser of the
standard library loads no outside document type, so nothing is fetched.
"""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import get_args
from xml.etree import ElementTree

from optimise.timetabling.itc2019.instance import (
    Distribution,
    Instance,
    Kind,
    Meeting,
    Placed,
    Room,
    Time,
    Timetable,
    Weights,
)

__all__ = ["read_instance", "read_solution"]

Element = ElementTree.Element


def read_instance(path: Path) -> Instance:
    """Read an instance without students.

    Raises
    ------
    ValueError
        If the file is not XML of this format, or asks for what is not known here: students to be
        placed, other distributions, courses of which a student takes one configuration of several.
    """
    root = _root(path, "problem")
    if root.find("students/student") is not None:
        raise ValueError(f"{path}: has students to be placed; only instances without are read")
    optimization = root.find("optimization")
    if optimization is None:
        raise ValueError(f"{path}: has no optimization")
    instance = Instance(
        name=_text(path, root, "name"),
        weights=Weights(
            *(_number(path, optimization, key) for key in ("time", "room", "distribution"))
        ),
        rooms=_rooms(path, root),
        meetings=_meetings(path, root),
        distributions=tuple(
            _distribution(path, e) for e in root.iterfind("distributions/distribution")
        ),
    )
    _check_names(path, instance)
    return instance


def read_solution(path: Path, instance: Instance) -> Timetable:
    """Read a timetable; how long a meeting lasts is in the instance.

    Raises
    ------
    ValueError
        If the file is not a solution, or names a meeting or a time that the instance lacks.
    """
    placed = {}
    for element in _root(path, "solution").iterfind("class"):
        name, start = _text(path, element, "id"), _number(path, element, "start")
        days, weeks = (_bits(path, element, key) for key in ("days", "weeks"))
        times = instance.meetings[name].times if name in instance.meetings else ()
        fitting = [t for t, _ in times if (t.days, t.weeks, t.start) == (days, weeks, start)]
        if not fitting:
            raise ValueError(f"{path}: class {name} at a time that {instance.name} does not offer")
        placed[name] = Placed(fitting[0], element.get("room"))
    return placed


def _root(path: Path, tag: str) -> Element:
    data = path.read_bytes()
    if path.suffix == ".gz":
        data = gzip.decompress(data)
    try:
        root = ElementTree.fromstring(data)
    except ElementTree.ParseError as error:
        raise ValueError(f"{path}: is no XML: {error}") from error
    if root.tag != tag:
        raise ValueError(f"{path}: is a {root.tag}, not a {tag}")
    return root


def _rooms(path: Path, root: Element) -> dict[str, Room]:
    """Rooms by name; a walk that is given one way takes as long the other way."""
    elements = {_text(path, e, "id"): e for e in root.iterfind("rooms/room")}
    travel: dict[str, dict[str, int]] = {name: {} for name in elements}
    for name, element in elements.items():
        for to in element.iterfind("travel"):
            other, slots = _text(path, to, "room"), _number(path, to, "value")
            if other not in travel:
                raise ValueError(f"{path}: room {name} names room {other}, not there")
            travel[name][other] = travel[other][name] = slots
    return {
        name: Room(name, tuple(_time(path, e) for e in one.iterfind("unavailable")), travel[name])
        for name, one in elements.items()
    }


def _meetings(path: Path, root: Element) -> dict[str, Meeting]:
    """Classes of all courses, by name; those that distributions name are only mentions."""
    meetings = {}
    for course in root.iterfind("courses/course"):
        if len(course.findall("config")) != 1:
            raise ValueError(f"{path}: course {_text(path, course, 'id')} needs one configuration")
        for element in course.iterfind("config/subpart/class"):
            meeting = _meeting(path, element)
            meetings[meeting.name] = meeting
    return meetings


def _meeting(path: Path, element: Element) -> Meeting:
    name = _text(path, element, "id")
    rooms = {_text(path, e, "id"): _number(path, e, "penalty") for e in element.iterfind("room")}
    if (element.get("room") == "false") == bool(rooms):
        raise ValueError(f'{path}: class {name} must have rooms, or room="false" and none')
    times = tuple((_time(path, e), _number(path, e, "penalty")) for e in element.iterfind("time"))
    return Meeting(name, times, rooms)


def _time(path: Path, element: Element) -> Time:
    start = _number(path, element, "start")
    return Time(
        days=_bits(path, element, "days"),
        weeks=_bits(path, element, "weeks"),
        start=start,
        end=start + _number(path, element, "length"),
    )


def _distribution(path: Path, element: Element) -> Distribution:
    kind = _text(path, element, "type")
    for known in get_args(Kind):
        if kind == known:
            hard = element.get("required") == "true"
            meetings = tuple(_text(path, e, "id") for e in element.iterfind("class"))
            return Distribution(
                known, meetings, None if hard else _number(path, element, "penalty")
            )
    raise ValueError(f"{path}: distribution {kind!r}; only {', '.join(get_args(Kind))} are known")


def _check_names(path: Path, instance: Instance) -> None:
    """Refuse rooms and meetings that are not there."""
    for meeting in instance.meetings.values():
        for room in meeting.rooms:
            if room not in instance.rooms:
                raise ValueError(f"{path}: class {meeting.name} names room {room}, not there")
    for distribution in instance.distributions:
        for name in distribution.meetings:
            if name not in instance.meetings:
                raise ValueError(f"{path}: {distribution.kind} names class {name}, not there")


def _text(path: Path, element: Element, key: str) -> str:
    value = element.get(key)
    if value is None:
        raise ValueError(f"{path}: a {element.tag} without {key}")
    return value


def _number(path: Path, element: Element, key: str) -> int:
    text = _text(path, element, key)
    if not text.isdecimal():
        raise ValueError(f"{path}: {element.tag} {key}={text!r} must be a whole number, 0 or more")
    return int(text)


def _bits(path: Path, element: Element, key: str) -> int:
    text = _text(path, element, key)
    if set(text) - {"0", "1"} or not text:
        raise ValueError(f"{path}: {element.tag} {key}={text!r} must be bits, 0 or 1 each")
    return int(text, 2)
