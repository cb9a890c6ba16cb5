"""Rows of the world's CSV tables."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from sim.scenario.schema.base import (
    CentreName,
    CommunityName,
    Decides,
    HoursName,
    KindName,
    Means,
    Name,
    NameOf,
    OnGrid,
    OriginName,
    Part,
    SegmentName,
    Tier,
    ZoneName,
)

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun", "holiday")
Source = Annotated[
    str,
    Field(min_length=1, max_length=400, description="Where the row comes from, in words."),
    Decides("nothing"),
]
Longitude = Annotated[float, Field(ge=-180, le=180, description="Longitude, WGS-84.")]
Latitude = Annotated[float, Field(ge=-85, le=85, description="Latitude, WGS-84.")]


def minutes_of(clock: str) -> int:
    """Minutes after midnight of `HH:MM`; up to 48:00, beyond 24:00 meaning the next day."""
    hours, minutes = clock.split(":")
    return int(hours) * 60 + int(minutes)


def parse_days(text: str) -> tuple[int, ...]:
    """Return indices into `DAYS` of `Mon-Fri Sun holiday`.

    Raises
    ------
    ValueError
        If a day is unknown or a stretch runs backwards.
    """
    found: list[int] = []
    for word in re.split(r"[\s;+]+", text.strip()):
        ends = word.split("-")
        for end in ends:
            if end not in DAYS:
                raise ValueError(f"unknown day {end!r}; allowed: {', '.join(DAYS)}")
        first, last = DAYS.index(ends[0]), DAYS.index(ends[-1])
        if len(ends) > 2 or last < first:
            raise ValueError(f"{word!r} is not a stretch of days such as Mon-Fri")
        found.extend(range(first, last + 1))
    return tuple(dict.fromkeys(found))


Clock = Annotated[str, Field(pattern=r"^\d{1,2}:[0-5]\d$"), Means(minutes_of)]
TimeOfDay = Annotated[Clock, Field(pattern=r"^([01]?\d|2[0-3]):[0-5]\d$")]
Days = Annotated[float, Field(ge=0, le=400)]
"""Days ahead of a start."""


def readable(parse: Callable[[str], object]) -> AfterValidator:
    """Refuse a text that cannot be parsed; it stays a text."""

    def check(text: str) -> str:
        parse(text)
        return text

    return AfterValidator(check)


DaysText = Annotated[str, readable(parse_days), Means(lambda text: sorted(parse_days(text)))]


class CommunityRow(Part):
    """A community 社区 (or village) of a zone."""

    community: Name
    """Its name; unique."""
    zone: ZoneName
    """One of the `zones` of the scenario."""
    source: Source


class OriginRow(Part):
    """Where people are when a wish arises."""

    origin: Name
    """Its name; unique."""
    type: Literal["compound", "village", "workplace", "campus"]
    """What it is."""
    community: CommunityName
    """The community it lies in."""
    lon: Longitude
    lat: Latitude
    presence: Annotated[Name, NameOf("demand.presence", words=("always",))] = "always"
    """Which of `demand.presence` its people follow; `always`: at all hours."""
    households: Annotated[int, Field(ge=0, le=10**6)] = 0
    """Households; not used by the model."""
    source: Source


class PeopleRow(Part):
    """How many people of a segment start from an origin."""

    origin: OriginName
    """Where they start."""
    segment: SegmentName
    """One of the `segments` of the scenario."""
    people: Annotated[int, Field(ge=0, le=10**7)]
    """How many."""
    source: Source


class CentreRow(Part):
    """A neighbourhood centre 邻里中心."""

    centre: Name
    """Its name; unique."""
    tier: Tier
    """Subdistrict 街道级, community 社区级 or compound 小区级."""
    community: CommunityName
    """The community it lies in."""
    compound: OriginName | None = None
    """The compound it belongs to (compound tier)."""
    lon: Longitude
    lat: Latitude
    source: Source

    @model_validator(mode="after")
    def _compound(self) -> CentreRow:
        if self.tier == "compound" and self.compound is None:
            raise ValueError("a centre of tier compound must name its compound")
        return self


class VenueRow(Part):
    """One bookable room or court 场地."""

    venue: Name
    """Its name; unique."""
    centre: CentreName
    """The centre it belongs to."""
    kind: KindName
    """One of the `kinds` of the scenario."""
    capacity: Annotated[int, Field(ge=1, le=20_000)]
    """People."""
    area_m2: Annotated[float, Field(gt=0, le=100_000)]
    """Floor area."""
    access: Literal["public", "community", "compound"] = "public"
    """Who may book: everybody, people of the community, people of the compound."""
    hours: HoursName
    """Which opening hours hold."""
    slot_minutes: Annotated[int, Field(ge=1, le=1440), OnGrid()]
    """Starts are offered at multiples of this from midnight."""
    drop_in: Literal["yes", "no"] = "no"
    """Whether people may use it without booking while nobody holds it (`dropin.venues`)."""
    source: Source


class PlaceRow(Part):
    """A place where people go without booking: canteen, clinic, gym floor, reading seats."""

    place: Name
    """Its name; unique, also among venues."""
    kind: Annotated[Name, NameOf("dropin.kinds")]
    """One of `dropin.kinds`."""
    community: CommunityName
    """The community it lies in."""
    centre: CentreName | None = None
    """The centre it belongs to, if any."""
    lon: Longitude
    lat: Latitude
    seats: Annotated[int, Field(ge=1, le=10**6)]
    """People who can use it at once."""
    area_m2: Annotated[float, Field(gt=0, le=1_000_000)]
    """Floor area."""
    access: Literal["public", "community"] = "public"
    """Who may go: everybody, or people of the community."""
    hours: HoursName
    """Which opening hours hold."""
    school_holiday_hours: HoursName | None = None
    """Which opening hours hold in school holidays; empty: the same."""
    source: Source


class HoursRow(Part):
    """One stretch of opening on some days."""

    hours: Name
    """Name of the opening hours; several rows may share it."""
    days: DaysText
    """Days it holds on: `Mon-Fri Sun holiday`; a day without a row is closed."""
    open: Annotated[Clock, OnGrid()]
    """First moment, `HH:MM`."""
    close: Annotated[Clock, OnGrid()]
    """Last moment; past midnight write `26:00`."""
    source: Source

    @model_validator(mode="after")
    def _not_empty(self) -> HoursRow:
        start, end = minutes_of(self.open), minutes_of(self.close)
        if start >= 24 * 60:
            raise ValueError(f"open {self.open} must lie before 24:00")
        if end <= start:
            raise ValueError(
                f"open {self.open} until {self.close} is empty; past midnight write e.g. 26:00"
            )
        if end > 48 * 60 or end - start > 24 * 60:
            raise ValueError(f"close {self.close} lies more than a day after open {self.open}")
        return self


class OffPlatformRow(Part):
    """Relative off-platform use of a kind in some hours (hours not named: 1)."""

    kind: KindName
    """One of the `kinds` of the scenario."""
    days: DaysText
    """Days it holds on: `Mon-Fri Sun holiday`."""
    start: Clock = Field(alias="from")
    """Time from which it holds, such as `8:00`."""
    end: Clock = Field(alias="until")
    """Time until which it holds, such as `12:00`."""
    relative: Annotated[float, Field(ge=0, le=100)]
    """Multiple of `off_platform.share` in these hours."""
    source: Source

    @model_validator(mode="after")
    def _not_empty(self) -> OffPlatformRow:
        if minutes_of(self.end) <= minutes_of(self.start) or minutes_of(self.end) > 24 * 60:
            raise ValueError(f"from {self.start} until {self.end} is empty or beyond 24:00")
        return self
