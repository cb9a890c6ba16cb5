"""An instance of ITC-2019 without students, and its timetable."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

__all__ = [
    "Distribution",
    "Instance",
    "Kind",
    "Meeting",
    "Placed",
    "Room",
    "Time",
    "Timetable",
    "Weights",
]

Kind = Literal["NotOverlap", "SameAttendees"]
"""Times must not overlap; nor may they, and there must be time to walk between the rooms."""


@dataclass(frozen=True, slots=True)
class Time:
    """When something takes place: on these days of these weeks, from `start` to before `end`.

    Attributes
    ----------
    days, weeks
        Bits; which stands for which day does not matter, so long as all do the same.
    start, end
        Slots of the day.
    """

    days: int
    weeks: int
    start: int
    end: int

    def shares_a_day(self, other: Time) -> bool:
        """Whether there is a date on which both take place."""
        return bool(self.days & other.days and self.weeks & other.weeks)

    def overlaps(self, other: Time) -> bool:
        """Whether there is a moment in both."""
        return self.shares_a_day(other) and self.start < other.end and other.start < self.end


@dataclass(frozen=True, slots=True)
class Room:
    """A room, when it is closed, and slots to walk to other rooms (0 to those not named)."""

    name: str
    closed: tuple[Time, ...]
    travel: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Meeting:
    """A class of the competition: one of the times and one of the rooms are to be chosen.

    Attributes
    ----------
    times
        Allowed times with their penalties.
    rooms
        Allowed rooms, by name, with their penalties; empty if it needs none.
    """

    name: str
    times: tuple[tuple[Time, int], ...]
    rooms: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Distribution:
    """A rule for every two of some meetings; hard if `penalty` is None, else paid by the pair."""

    kind: Kind
    meetings: tuple[str, ...]
    penalty: int | None


@dataclass(frozen=True, slots=True)
class Weights:
    """What a penalty of each sort counts."""

    time: int
    room: int
    distribution: int


@dataclass(frozen=True, slots=True)
class Instance:
    """What is to be timetabled; `rooms` and `meetings` by name."""

    name: str
    weights: Weights
    rooms: Mapping[str, Room]
    meetings: Mapping[str, Meeting]
    distributions: tuple[Distribution, ...]


@dataclass(frozen=True, slots=True)
class Placed:
    """Time and room of a meeting; None for a meeting that needs no room."""

    time: Time
    room: str | None


Timetable = Mapping[str, Placed]
"""By name of the meeting."""
