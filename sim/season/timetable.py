"""A weekly timetable in names, as planners publish it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

COLUMNS = (
    "request",
    "group",
    "venue",
    "weekday",
    "start",
    "end",
    "from",
    "until",
    "party_size",
    "choice",
)
"""Columns of `timetable.csv`."""


def clock(minutes: int) -> str:
    """Minutes after midnight as HH:MM; the end of a day is 24:00."""
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


@dataclass(frozen=True, slots=True)
class Session:
    """One weekly session of a group in a venue.

    Parameters
    ----------
    weekday
        1 is Monday.
    start, end
        Minutes after midnight.
    first, last
        Dates between which it takes place, inclusive.
    choice
        1 or 2: in which of the request's stretches it lies.
    """

    request: str
    group: str
    venue: str
    weekday: int
    start: int
    end: int
    first: dt.date
    last: dt.date
    party_size: int
    choice: int

    def row(self) -> tuple[str | int, ...]:
        """The session as a line of `timetable.csv`, in the order of `COLUMNS`."""
        return (
            self.request,
            self.group,
            self.venue,
            self.weekday,
            clock(self.start),
            clock(self.end),
            self.first.isoformat(),
            self.last.isoformat(),
            self.party_size,
            self.choice,
        )
