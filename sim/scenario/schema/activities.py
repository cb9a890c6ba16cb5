"""Use beside booking: the programme of activities 活动, and places that take whoever comes."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from sim.scenario.schema.base import (
    CentreName,
    Date,
    Decides,
    KindName,
    Name,
    NamedLabel,
    NameOf,
    Names,
    OnGrid,
    Part,
    Probability,
    SegmentName,
    Share,
    SomeHours,
    Utility,
    Weekday,
    check_dates,
)
from sim.scenario.schema.demand import Curve, Factor, Weight
from sim.scenario.schema.distributions import Constant, Distribution
from sim.scenario.schema.place import ActivityName
from sim.scenario.schema.tables import Clock, minutes_of


class ActivityKind(Part):
    """Subject of a session, where it can be held, and whom it draws."""

    label: NamedLabel = ""
    weight: Weight = 1.0
    """Share of sessions, relative to the other kinds; zones tilt it (`zones.<zone>.programme`)."""
    venue_kinds: Annotated[list[KindName], Field(min_length=1)]
    """Kinds of venues it can be held in, the best first."""
    capacity: Distribution = Constant(rule="constant", value=20)
    """People a session takes; a room must hold them."""
    duration_minutes: Distribution = Constant(rule="constant", value=90)
    """Rounded to whole slots, at least one."""
    starts: Curve
    """When sessions start."""
    appeal: dict[SegmentName, Annotated[float, Field(ge=0, le=1000)]]
    """segment: people per 1,000 next door who would sign up for one session, at level 1."""
    popularity_cv: Annotated[float, Field(ge=0, le=5)] = 0.5
    """How much series differ in what they draw: gamma of mean 1."""
    session_cv: Annotated[float, Field(ge=0, le=5)] = 0.3
    """How much sessions of one series differ beyond chance: gamma of mean 1."""
    company: Distribution = Constant(rule="constant", value=0)
    """People whom one who signs up brings along; they take places and count."""


class Published(Part):
    """Sessions take rooms when the programme is published: whatever is free then."""

    rule: Literal["published"] = "published"
    """Ahead of residents where `days_ahead` exceeds their booking window."""
    days_ahead: Annotated[float, Field(ge=0, le=400)] = 28
    """Days before its day on which a session is published and takes its room, at midnight."""
    shift_minutes: Annotated[int, Field(ge=0, le=1440)] = 120
    """Earlier or later by up to this, if no room is free at the planned start."""


class Elsewhere(Part):
    """Sessions take none of the venues: they are held somewhere else near the centre."""

    rule: Literal["elsewhere"] = "elsewhere"
    """The centre says where people have to go; no diary is touched."""
    days_ahead: Annotated[float, Field(ge=0, le=400)] = 28
    """Days before its day on which a session is published, at midnight."""


class SignUp(Part):
    """How people sign up and whether they come."""

    lead_days: Distribution = Constant(rule="constant", value=3)
    """Days before the start on which people sign up; never before the session is published."""
    no_show: Probability = 0.2
    """Share of the people admitted who do not come (with their company)."""
    at_least: Annotated[int, Field(ge=0, le=10_000)] = 3
    """Sessions for which fewer people are signed up when it is decided are cancelled."""
    decided_hours_ahead: Annotated[float, Field(ge=0, le=24 * 60)] = 24
    """Hours before the start at which it is decided; the room is given back then."""


class Series(Part):
    """One series by name, beside the generated programme (`sessions` does not count it)."""

    kind: ActivityName
    """One of `activities.kinds`."""
    centre: CentreName
    """Where it is held."""
    weekday: Weekday
    """Day of the week."""
    start: Annotated[Clock, OnGrid()]
    """Time of the start, `HH:MM`."""
    duration_minutes: Annotated[int, Field(ge=1, le=1440), OnGrid()] | None = None
    """Length; without it the kind's."""
    capacity: Annotated[int, Field(ge=1, le=20_000)] | None = None
    """People; without it the kind's."""
    first: Date | None = Field(default=None, alias="from")
    """First day; without it from the beginning."""
    last: Date | None = Field(default=None, alias="until")
    """Last day (included); without it to the end."""
    every_weeks: Annotated[int, Field(ge=1, le=52)] = 1
    """1: every week, 2: every other week (counted from Monday 2000-01-03)."""

    @model_validator(mode="after")
    def _ordered(self) -> Series:
        check_dates(self.first, self.last)
        if minutes_of(self.start) >= 24 * 60:
            raise ValueError(f"start {self.start} must lie before 24:00")
        return self


class Activities(Part):
    """The programme of sessions."""

    multiplier: Annotated[float, Field(ge=0, le=1000), Decides(fitted=False)] = 1.0
    """Factor on the number of sessions; 0 switches activities off."""
    sessions: Annotated[int, Field(ge=0, le=10**7)] = 0
    """Sessions published in the counting window, at multiplier 1."""
    level: Annotated[Annotated[float, Field(gt=0, le=1e6)] | None, Decides("reports")] = None
    """Factor on `appeal`, set by hand; without it the fitted one of `demand.fit`, else 1."""
    rooms: Annotated[Published | Elsewhere, Field(discriminator="rule")] = Published()
    """How sessions get rooms."""
    recurring: Share = 0.7
    """Share of sessions that belong to a weekly series; the rest are one-off."""
    term_weeks: Annotated[int, Field(ge=1, le=104)] = 12
    """A weekly series keeps its day, hour, kind and room wish for so many weeks."""
    per_minute: Annotated[float, Field(ge=-10, le=0)] = -0.07
    """Log of interest lost per minute on the way."""
    participants: Share = 0.2
    """Share of people who ever take part."""
    activity_shape: Annotated[float, Field(ge=0.05, le=1000)] = 0.7
    """Shape of the gamma that spreads taking part over them; small: a few come often."""
    season: dict[Annotated[int, Field(ge=1, le=12)], Factor] = {}
    """Factor on the number of sessions by month (months not named: 1); the total stays."""
    public_holiday: Factor = 1.0
    """Factor on the number of sessions on public holidays; the total stays."""
    sign_up: SignUp = SignUp()
    """Signing up and coming."""
    kinds: Annotated[dict[Name, ActivityKind], Names("kind")] = {}
    """Kinds of activities by name."""
    series: Annotated[dict[Name, Series], Names("series")] = {}
    """Series by name, beside the generated ones."""

    @model_validator(mode="after")
    def _something_to_put_on(self) -> Activities:
        if self.sessions and not any(kind.weight > 0 for kind in self.kinds.values()):
            raise ValueError(
                f"sessions ({self.sessions}) without a kind of weight above 0 in activities.kinds"
            )
        return self


class MealTurns(Part):
    """Meals in turns: in these hours people sit down only when a turn begins."""

    minutes: Annotated[int, Field(ge=1, le=240)] = 30
    """Length of a turn; who sits down stays until it ends."""
    hours: SomeHours = "11-13"
    """Hours in turns; the first turn begins with them."""


class PlaceKind(Part):
    """Purpose of a place, its visitors, when they come, and for how long."""

    label: NamedLabel = ""
    visits_per_1000: dict[SegmentName, Annotated[float, Field(ge=0, le=1e6)]]
    """segment: visits a week that 1,000 people who are present would make to one next door."""
    curve: Curve
    """When people come."""
    season: dict[Annotated[int, Field(ge=1, le=12)], Factor] = {}
    """Factor by month (months not named: 1)."""
    outdoor: bool = False
    """Exposed to weather (`demand.day_effect.weather_cv`), and without operating cost here."""
    stay_minutes: Distribution = Constant(rule="constant", value=60)
    """How long people stay once they are in."""
    patience_minutes: Distribution | None = None
    """How long people wait for a seat before they give up; without it they wait until closing."""
    queue_places: Annotated[int, Field(ge=0, le=10**6)] | None = None
    """Number of people waiting at which newcomers go away; without it the queue has no limit."""
    priority: list[SegmentName] = []
    """Segments who are seated before all others who wait; nobody leaves a seat for them."""
    turns: MealTurns | None = None
    """Meals in turns; without it people sit down as soon as a seat is free."""
    log_seats: Annotated[float, Field(ge=0, le=10)] = 0.5
    """Utility of the log of the number of seats: larger places draw more."""


class Dropin(Part):
    """Use without booking."""

    multiplier: Annotated[float, Field(ge=0, le=1000)] = 1.0
    """Factor on visits; 0 switches drop-in off."""
    outside: Utility = -2.0
    """Utility of not going, against `choice.per_minute` and `log_seats` of the places in reach."""
    day_cv: Annotated[float, Field(ge=0, le=5)] = 0.1
    """How much days differ beyond chance, for all places alike: gamma of mean 1."""
    kinds: Annotated[dict[Name, PlaceKind], Names("kind")] = {}
    """Kinds of places by name."""
    venues: dict[KindName, Annotated[Name, NameOf("dropin.kinds")]] = {}
    """venue kind: place kind; as what a venue with `drop_in` is used while nobody holds it."""
