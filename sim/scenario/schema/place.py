"""Where and when: the world's files, zones, calendar and travel."""

from __future__ import annotations

import itertools
from typing import Annotated, Literal

from pydantic import Field, model_validator

from sim.scenario.schema.base import (
    FILE,
    CentreName,
    Dates,
    Decides,
    KindName,
    Line,
    Name,
    NamedLabel,
    NameOf,
    OnGrid,
    Part,
    Positive,
    Share,
    Tier,
)
from sim.scenario.schema.policy import Window
from sim.scenario.schema.tables import Clock, minutes_of

ActivityName = Annotated[Name, NameOf("activities.kinds")]


File = Annotated[str, FILE]
"""Path of a table."""

WorldKind = Literal["synthetic", "real", "mixed"]


class WorldFiles(Part):
    """The tables of places and people; paths are relative to the file that names them."""

    kind: Annotated[WorldKind | None, Decides("nothing", fitted=False)] = None
    """Whether places and people are synthetic, real or some of each, as charts and reports say;
    without it what their tables say: a row is synthetic whose source begins with `synthetic`,
    `assumption` or `made up`, every other is real."""
    communities: File
    """CSV of communities: community, zone, source."""
    origins: File
    """CSV of origins: origin, type, community, lon, lat, presence, households, source."""
    people: File
    """CSV of people: origin, segment, people, source."""
    centres: File
    """CSV of centres: centre, tier, community, compound, lon, lat, source."""
    venues: File
    """CSV: venue, centre, kind, capacity, area_m2, access, hours, slot_minutes, source."""
    hours: File
    """CSV of opening hours: hours, days, open, close, source."""
    off_platform: File | None = None
    """CSV of off-platform use: kind, days, from, until, relative, source."""
    places: File | None = None
    """CSV of drop-in places: place, kind, community, centre, lon, lat, seats, area_m2, access,
    hours, school_holiday_hours, source."""
    walks: File | None = None
    """CSV of walks whose length is known, or that links shorten: origin, centre, metres, link,
    source."""


class ZoneOpening(Part):
    """When the venues of a zone open and close on days on which they open at all."""

    opens: Annotated[Clock | None, OnGrid()] = Field(default=None, alias="open")
    """Their first opening of a day is moved to this; without it as in `hours`."""
    closes: Annotated[Clock | None, OnGrid()] = Field(default=None, alias="close")
    """Their last closing of a day is moved to this; without it as in `hours`."""
    tiers: list[Tier] = []
    """Only venues of centres of these tiers; empty: of all."""

    @model_validator(mode="after")
    def _ordered(self) -> ZoneOpening:
        start = minutes_of(self.opens) if self.opens is not None else 0
        end = minutes_of(self.closes) if self.closes is not None else 48 * 60
        if start >= 24 * 60:
            raise ValueError(f"open {self.opens} must lie before 24:00")
        if end <= start:
            raise ValueError(f"open {self.opens} until {self.closes} is empty")
        if end > 48 * 60:
            raise ValueError(f"close {self.closes} lies beyond 48:00, the end of the next day")
        return self


class Opening(ZoneOpening):
    """When venues open and close in all zones; a zone's own `opening` goes first, end by end."""

    kinds: list[KindName] = []
    """Only venues of these kinds; empty: of all."""
    centres: list[CentreName] = []
    """Only venues of these centres; empty: of all."""


class Zone(Part):
    """A zone 片区 with its operator 运营商 and what the operator does differently."""

    label: NamedLabel = ""
    operator: Annotated[Name, Decides(fitted=False)]
    """Who runs the zone 运营商."""
    focus: Annotated[Line, Decides("reports", fitted=False)] = ""
    """What the operator aims at, in words."""
    opening: ZoneOpening = ZoneOpening()
    """Opening hours that differ from the tables."""
    window: Window | None = None
    """Booking window of the zone's venues; without it `policy.window`."""
    programme: dict[ActivityName, Annotated[float, Field(ge=0, le=1e6)]] = {}
    """activity kind: factor on its weight in this zone (kinds not named: 1)."""
    programme_weight: Annotated[float, Field(ge=0, le=1e6)] = 1.0
    """Sessions of this zone, relative to its people."""
    saved_yuan_per_year: Annotated[
        Annotated[float, Field(ge=0, le=1e12)] | None, Decides("reports", fitted=False)
    ] = None
    """Operating cost that the operator is said to have saved a year."""


class CountingWindow(Dates):
    """The days whose bookings are counted, both included."""

    @model_validator(mode="after")
    def _not_too_long(self) -> CountingWindow:
        if (self.last - self.first).days > 3 * 366:
            raise ValueError("a counting window of more than three years is beyond reason")
        return self


class SeasonalFactor(Dates):
    """A stretch of dates in which one segment or kind wishes more or less."""


def _check_stretch(text: str) -> None:
    """Refuse hours of a day that do not exist or run backwards."""
    parts = [int(part) for clock in text.split("-") for part in clock.split(":")]
    start, end = parts[0] * 60 + parts[1], parts[2] * 60 + parts[3]
    if parts[1] > 59 or parts[3] > 59 or end > 24 * 60 or start >= end:
        raise ValueError(f"hours {text!r} are no stretch of a day such as 12:00-14:00")


class Closure(Dates):
    """Some venues closed on some dates, or for some hours of them."""

    venues: list[Annotated[Name, NameOf("venues", "places")]] = []
    """Names of venues or places; with `centres` and `kinds` empty too, all of them."""
    centres: list[CentreName] = []
    """Names of centres, all venues and places of each."""
    kinds: list[Annotated[Name, NameOf("kinds", "dropin.kinds")]] = []
    """Kinds of venues or places, everywhere."""
    hours: Annotated[str, Field(pattern=r"^\d{1,2}:\d{2}-\d{1,2}:\d{2}$")] | None = None
    """Only these hours (`12:00-14:00`); without it the whole day."""
    reason: Line = ""
    """Why, in words."""

    @model_validator(mode="after")
    def _some_hours(self) -> Closure:
        if self.hours is not None:
            _check_stretch(self.hours)
        return self


class CalendarPart(Part):
    """Public holidays, school terms, closures."""

    country: Literal["CN", "none"] = "CN"
    """Whose public holidays and working weekends; `none`: every week alike."""
    school_holidays: list[SeasonalFactor] = []
    """Stretches without school."""
    closures: Annotated[list[Closure], Decides("wishes")] = []
    """Venues closed beyond their weekly hours."""


class Bicycle(Part):
    """Bicycle or e-bike."""

    metres_per_second: Annotated[float, Field(gt=0.5, le=12)] = 3.3
    """Riding speed."""
    overhead_minutes: Annotated[float, Field(ge=0, le=30)] = 2.0
    """Unlocking and parking, per trip."""


class Travel(Part):
    """From distance to minutes."""

    detour: Annotated[float, Field(ge=1, le=3)] = 1.35
    """Route length over straight line."""
    bicycle: Bicycle = Bicycle()
    max_minutes: Annotated[float, Field(gt=0, le=600)] = 30.0
    """Centres farther than this by the mode used are not considered."""
    distance_bands: Annotated[list[Positive], Field(min_length=1, max_length=12)] = [5, 10, 15]
    """Upper ends of the bands of results, in walking minutes; one more band holds the rest."""
    links: list[Annotated[Name, NameOf("walks")]] = []
    """Links of `world.walks` that are open."""

    @model_validator(mode="after")
    def _rising(self) -> Travel:
        b = self.distance_bands
        if any(y <= x for x, y in itertools.pairwise(b)):
            raise ValueError("distance_bands must rise")
        return self


OffShare = Share


class OffPlatform(Part):
    """Use that no booking record shows; it blocks diaries."""

    share: OffShare = 0.3
    """Share of open hours taken, before the relative weights of the table."""
    block_minutes: Annotated[int, Field(ge=1, le=1440), OnGrid()] = 120
    """Length of a block; blocks start at multiples of it from midnight."""
    weekly: Share = 0.7
    """Share of blocks that recur every week (a class), the rest are drawn for each date."""
