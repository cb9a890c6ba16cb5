"""Rows of a season's tables: what groups ask for, what is decided, and the weekly timetable.

The blocks of a timetable are there before anybody books.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field, model_validator

from sim.scenario.schema.base import (
    SEASON_GRID,
    Date,
    Decides,
    KindName,
    Line,
    Name,
    NameOf,
    OnGrid,
    Part,
    SegmentName,
    Share,
    VenueName,
    check_dates,
)
from sim.scenario.schema.place import File
from sim.scenario.schema.tables import DAYS, Clock, Source, minutes_of, parse_days, readable

Label = Annotated[Line, Field(min_length=1, max_length=80)]
"""What an applicant is called: any text on one line."""


class Timetable(Part):
    """Weekly blocks of clubs for a season, as they were allotted, and what clubs make of them."""

    blocks: File
    """CSV of the blocks: request, group, venue, weekday, start, end, from, until, party_size,
    choice."""
    attendance: Share = 1.0
    """Share of the party that comes to a session that the club uses."""
    unused_share: Share = 0.0
    """Share of sessions that a club does not use, drawn by request and date."""
    release_unused: bool = False
    """Whether sessions that will not be used are announced and go back to residents."""
    announced_days_ahead: Annotated[float, Field(ge=0, le=366)] = 3.0
    """With `release_unused`: days before the session's start at which the room goes back."""


class TimetableRow(Part):
    """A block of a club: one venue and stretch of a weekday, in every week of some dates."""

    request: Label
    """The request that it answers; sessions of one request on one date are used together."""
    group: Label
    """The club."""
    venue: Annotated[str, NameOf("venues")]
    """The venue that it takes."""
    weekday: Annotated[int, Field(ge=1, le=7)]
    """1 = Monday to 7 = Sunday."""
    start: Annotated[Clock, OnGrid()]
    """First moment, `HH:MM`, on the slot grid."""
    end: Annotated[Clock, OnGrid()]
    """Last moment, up to 24:00, on the slot grid."""
    first: Date = Field(alias="from")
    """First date."""
    last: Date = Field(alias="until")
    """Last date (included)."""
    party_size: Annotated[int, Field(ge=1, le=20_000)]
    """People of the club; at most what the venue holds."""
    choice: Annotated[str, Decides("nothing")] = ""
    """Which of the club's wishes it fulfils; not used by the model."""

    @model_validator(mode="after")
    def _not_empty(self) -> TimetableRow:
        if minutes_of(self.end) <= minutes_of(self.start) or minutes_of(self.end) > 24 * 60:
            raise ValueError(f"start {self.start} until end {self.end} is empty or beyond 24:00")
        check_dates(self.first, self.last)
        return self

    @property
    def stretch(self) -> tuple[int, int]:
        """Start and end in minutes after midnight."""
        return minutes_of(self.start), minutes_of(self.end)

    def date_from(self, since: dt.date) -> dt.date:
        """First date of the weekday in the season on or after a date; it may lie past the end."""
        start = max(self.first, since)
        return start + dt.timedelta(days=(self.weekday - start.isoweekday()) % 7)

    def has_date(self, since: dt.date, until: dt.date) -> bool:
        """Whether a date of the block lies from one date until another (included)."""
        return self.date_from(since) <= min(self.last, until)


Window = tuple[int, int, int]
"""Weekday (0 is Monday), first and last minute of a stretch."""
REQUEST_NAME = r"^[^=@;\x00-\x1f\x7f-\x9f]+$"
RequestName = Annotated[Label, Field(pattern=REQUEST_NAME)]
_STRETCH = re.compile(r"^(.+?)\s+(\d{1,2}:[0-5]\d)-(\d{1,2}:[0-5]\d)$")
_PIN = re.compile(
    r"^(?P<request>[^=@]+)(=(?P<venue>[^@]+))?"
    r"(@(?P<weekday>[A-Za-z]+)(\s+(?P<start>\d{1,2}:[0-5]\d)-(?P<end>\d{1,2}:[0-5]\d))?)?$"
)

_FORM = "must name request, venue, day and time: `request=venue@Mon 18:00-19:30`"


def listed(text: str) -> tuple[str, ...]:
    """Names that a cell holds, parted by semicolons."""
    return tuple(name for part in text.split(";") if (name := part.strip()))


def parse_windows(text: str) -> tuple[Window, ...]:
    """Stretches of the week in a cell such as `Mon-Fri 18:00-21:00; Sat 9:00-12:00`.

    Raises
    ------
    ValueError
        If a stretch cannot be read, is empty or passes midnight.
    """
    return tuple(window for part in listed(text) for window in _windows(part))


def _windows(part: str) -> Iterator[Window]:
    match = _STRETCH.match(part)
    if match is None:
        raise ValueError(f"{part!r} is no stretch such as `Mon 18:00-21:00`")
    days, since, until = match.groups()
    start, end = minutes_of(since), minutes_of(until)
    if not start < end <= 24 * 60:
        raise ValueError(f"{part!r}: {since} until {until} is empty or beyond 24:00")
    for day in parse_days(days):
        if DAYS[day] == "holiday":
            raise ValueError(f"{part!r}: a season's weeks have no day `holiday`")
        yield day, start, end


class RequestRow(Part):
    """Request of a group: weekly sessions in a season."""

    request: RequestName
    """Its name; unique; the same from season to season."""
    group: Label
    """The club, class or operator; it may have several requests."""
    segment: SegmentName
    """One of the `segments` of the scenario: who comes."""
    kind: KindName
    """One of the `kinds` of the scenario."""
    equipment: Annotated[str, NameOf("allocation.equipment", parts=listed)] = ""
    """What the venue must have, parted by `;`: names of `allocation.equipment`."""
    party_size: Annotated[int, Field(ge=1, le=20_000)]
    """People of a session."""
    shortest_minutes: Annotated[int, Field(ge=15, le=1440), SEASON_GRID]
    """Least length of a session."""
    longest_minutes: Annotated[int, Field(ge=15, le=1440), SEASON_GRID] | None = None
    """Greatest length; empty: the least."""
    sessions: Annotated[int, Field(ge=1, le=7)] = 1
    """Sessions a week, each on another day."""
    spacing_days: Annotated[int, Field(ge=1, le=6)] = 1
    """Least days from one session to the next, around the week; 1: other days."""
    priority: Annotated[float, Field(gt=0, le=1000)] = 1.0
    """Worth of a minute compared with that of other requests."""
    home: Annotated[Name, NameOf("origins", "centres", "places")]
    """Where its people walk from: an origin, a centre or a drop-in place."""
    first: Date | None = Field(default=None, alias="from")
    """First date; empty: that of the season."""
    last: Date | None = Field(default=None, alias="until")
    """Last date (included); empty: that of the season."""
    lost_share: Share | None = None
    """Share of its dates on which a session may fall out because the venue is closed; empty:
    `allocation.lost_share`."""
    asked_on: Date | None = None
    """When it was asked for; empty: after all others."""
    members: Annotated[int, Field(ge=0, le=10**6)] | None = None
    """Members of the group."""
    level: Line = ""
    """What it plays for, such as elite or youth."""
    venues: Annotated[str, NameOf("venues", parts=listed)] = ""
    """Acceptable venues in order, parted by `;`; empty: any suitable one near its home."""
    first_choice: Annotated[str, readable(parse_windows)]
    """Stretches that hold a whole session: `Mon-Fri 18:00-21:00; Sat 9:00-12:00`."""
    second_choice: Annotated[str, readable(parse_windows)] = ""
    """The same, less liked."""
    source: Source = "assumption"

    @model_validator(mode="after")
    def _possible(self) -> RequestRow:
        if self.longest < self.shortest_minutes:
            raise ValueError(
                f"longest_minutes ({self.longest}) must not lie below shortest_minutes "
                f"({self.shortest_minutes})"
            )
        if self.sessions > 1 and self.sessions * self.spacing_days > 7:
            raise ValueError(
                f"{self.sessions} sessions at least {self.spacing_days} days apart do not fit "
                "into a week"
            )
        check_dates(self.first, self.last)
        longest = max((end - start for _, start, end, _ in self.windows), default=0)
        if longest < self.shortest_minutes:
            raise ValueError(
                f"no stretch of first_choice or second_choice is as long as shortest_minutes "
                f"({self.shortest_minutes}): the longest has {longest} minutes"
            )
        return self

    @property
    def longest(self) -> int:
        """Greatest length of a session in minutes."""
        return self.shortest_minutes if self.longest_minutes is None else self.longest_minutes

    @property
    def windows(self) -> tuple[tuple[int, int, int, int], ...]:
        """Weekday, first and last minute and choice (1 or 2) of each stretch."""
        choices = ((1, self.first_choice), (2, self.second_choice))
        return tuple((*window, n) for n, text in choices for window in parse_windows(text))


class DecisionRow(Part):
    """A session that the planner wants or does not want."""

    decision: Literal["lock", "reject"]
    """lock: it must be; reject: it must not."""
    request: Annotated[Label, NameOf("group_requests")]
    """The request."""
    venue: VenueName | None = None
    """The venue; empty in a rejection: whatever the venue."""
    weekday: Annotated[int, Field(ge=1, le=7)] | None = None
    """1 = Monday to 7 = Sunday; empty in a rejection: whatever the day."""
    start: Annotated[Clock | None, SEASON_GRID] = None
    """First moment; empty in a rejection: whatever the time."""
    end: Annotated[Clock | None, SEASON_GRID] = None
    """Last moment, up to 24:00; goes with `start`."""
    note: Line = ""
    """Why, in words."""

    @model_validator(mode="after")
    def _whole(self) -> DecisionRow:
        if (self.start is None) != (self.end is None):
            raise ValueError("start and end go together")
        if self.start is not None and self.end is not None:
            if not minutes_of(self.start) < minutes_of(self.end) <= 24 * 60:
                raise ValueError(
                    f"start {self.start} until end {self.end} is empty or beyond 24:00"
                )
        elif self.decision == "lock":
            raise ValueError("a lock needs start and end")
        if self.decision == "lock" and (self.venue is None or self.weekday is None):
            raise ValueError("a lock needs venue and weekday")
        return self


def pin_of(decision: Literal["lock", "reject"], text: str) -> DecisionRow:
    """Read a decision such as `request=venue@Mon 18:00-19:30`.

    Raises
    ------
    ValueError
        If it cannot be read; pydantic's `ValidationError` is one.
    """
    match = _PIN.match(text.strip())
    if match is None:
        raise ValueError(_FORM)
    cells = {name: value.strip() for name, value in match.groupdict().items() if value}
    if "weekday" in cells:
        days = parse_days(cells["weekday"])
        if DAYS[days[0]] == "holiday":
            raise ValueError("a season's weeks have no day `holiday`")
        cells["weekday"] = str(days[0] + 1)
    if decision == "lock" and len(cells) < len(match.groupdict()):
        raise ValueError(_FORM)
    if decision == "reject" and len(cells) == 1:
        raise ValueError("a rejection names a venue, a day or both: `request=venue`, `request@Mon`")
    return DecisionRow.model_validate({"decision": decision, **cells})
