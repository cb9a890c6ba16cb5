"""Own scorer: hard rules and cost of a timetable, date by date.

Goes through the dates on which a meeting takes place and compares what is there, where the model
compares options by their bits; so each checks the other. The competition's validator is a web
service and is not asked.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations

from optimise.timetabling.itc2019.instance import Distribution, Instance, Placed, Time, Timetable

__all__ = ["Score", "score"]

Date = tuple[int, int]
"""Bit of the week and bit of the day."""


@dataclass(frozen=True, slots=True)
class Score:
    """Cost of a timetable by its terms, weights included, and breaches of hard rules in words."""

    broken: tuple[str, ...]
    time: int
    room: int
    distribution: int

    @property
    def value(self) -> int:
        """Cost in all."""
        return self.time + self.room + self.distribution


def score(instance: Instance, timetable: Timetable) -> Score:
    """Score a timetable; penalties only of meetings that are placed as the instance offers."""
    broken = []
    times = rooms = distributions = 0
    for name, meeting in instance.meetings.items():
        placed = timetable.get(name)
        offered = dict(meeting.times)
        if placed is None:
            broken.append(f"{name} is not placed")
        elif placed.time not in offered or not _room_fits(placed, meeting.rooms):
            broken.append(f"{name} has a time or a room that it is not offered")
        else:
            times += offered[placed.time]
            rooms += meeting.rooms[placed.room] if placed.room else 0
    broken += _clashes(instance, timetable)
    for rule in instance.distributions:
        for one, other in combinations(dict.fromkeys(rule.meetings), 2):
            if one in timetable and other in timetable:
                kept = _kept(instance, rule, timetable[one], timetable[other])
                if not kept and rule.penalty is None:
                    broken.append(f"{rule.kind} of {one} and {other}")
                elif not kept:
                    distributions += rule.penalty or 0
    weights = instance.weights
    return Score(
        tuple(broken),
        weights.time * times,
        weights.room * rooms,
        weights.distribution * distributions,
    )


def _room_fits(placed: Placed, rooms: Mapping[str, int]) -> bool:
    """Whether the room is one of those offered, or there is none and none is needed."""
    return placed.room in rooms if rooms else placed.room is None


def _clashes(instance: Instance, timetable: Timetable) -> list[str]:
    """Rooms that are closed or have two meetings at a time."""
    uses: dict[tuple[str, Date], list[tuple[int, int, str]]] = defaultdict(list)
    for name, placed in timetable.items():
        if placed.room is not None:
            for date in _dates(placed.time):
                uses[placed.room, date].append((placed.time.start, placed.time.end, name))
    for room in instance.rooms.values():
        for closed in room.closed:
            for date in _dates(closed):
                if (room.name, date) in uses:
                    uses[room.name, date].append((closed.start, closed.end, "closed"))
    found = []
    for (name, _), spans in uses.items():
        for one, other in combinations(spans, 2):
            both_closed = one[2] == other[2] == "closed"
            if max(one[0], other[0]) < min(one[1], other[1]) and not both_closed:
                found.append(f"room {name}: {one[2]} and {other[2]} at a time")
    return list(dict.fromkeys(found))


def _kept(instance: Instance, rule: Distribution, one: Placed, other: Placed) -> bool:
    """Whether a pair keeps a rule on all dates."""
    if not set(_dates(one.time)) & set(_dates(other.time)):
        return True
    walk = 0
    if rule.kind == "SameAttendees" and one.room and other.room:
        walk = instance.rooms[one.room].travel.get(other.room, 0)
    first, second = sorted((one.time, other.time), key=lambda time: (time.start, time.end))
    return first.end + walk <= second.start


def _dates(time: Time) -> Iterator[Date]:
    """Dates on which something takes place."""
    for week in range(time.weeks.bit_length()):
        for day in range(time.days.bit_length()):
            if time.weeks >> week & 1 and time.days >> day & 1:
                yield week, day
