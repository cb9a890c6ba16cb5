"""What a line of the trace is, how traces are kept, and how times and stretches are written."""

from __future__ import annotations

import csv
import datetime as dt
import math
from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass, fields
from pathlib import Path

from sim.model import Model

__all__ = ["Event", "Line", "Namer", "read_lines", "written"]


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened.

    Attributes
    ----------
    time
        Minutes of the horizon.
    """

    time: float
    event: str
    who: str
    what: str


@dataclass(frozen=True, slots=True)
class Line:
    """The same as it is kept: with the local time in whole seconds."""

    time: str
    event: str
    who: str
    what: str


HEAD = [field.name for field in fields(Line)]


class Namer:
    """Names and local times of a model."""

    def __init__(self, model: Model) -> None:
        self.world = model.world
        self._first = dt.datetime.combine(model.world.calendar.first, dt.time())

    def lines(self, events: Iterable[Event]) -> list[Line]:
        """Events in order of time; what is of one moment keeps its order."""
        ordered = sorted(events, key=lambda event: event.time)
        return [Line(self._clock(e.time), e.event, e.who, e.what) for e in ordered]

    def _clock(self, minutes: float) -> str:
        return str(self._first + dt.timedelta(seconds=math.floor(minutes * 60)))

    def slot(self, at: int) -> str:
        """Local time of a slot's start."""
        return self.minute(at * self.world.grid)

    def minute(self, minutes: float) -> str:
        """Local time in whole minutes."""
        return f"{self._first + dt.timedelta(minutes=math.floor(minutes)):%m-%d %H:%M}"

    def stretch(self, venue: int, start: int, slots: int) -> str:
        """A venue's time."""
        length = slots * self.world.grid
        return f"{self.world.venues.names[venue]} {self.slot(start)} for {length} minutes"


def written(path: Path, lines: Sequence[Line]) -> None:
    """Keep a trace."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(HEAD)
        writer.writerows(astuple(line) for line in lines)


def read_lines(path: Path) -> list[Line]:
    """Read a trace that was kept."""
    with path.open(encoding="utf-8", newline="") as file:
        head, *rows = csv.reader(file)
    assert head == HEAD
    return [Line(*row) for row in rows]
