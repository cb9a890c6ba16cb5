"""A season's weekly timetable of clubs: reserved blocks that are there before anybody books."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from pydantic import Field, model_validator

from sim.scenario.schema.base import Decides, Line, NameOf, OnGrid, Part, Share
from sim.scenario.schema.place import Date, File
from sim.scenario.schema.tables import Clock, minutes_of

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
        if self.last < self.first:
            raise ValueError(f"until ({self.last}) must not lie before from ({self.first})")
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
