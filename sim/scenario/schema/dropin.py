"""Drop-in: places that people use without booking (canteen, clinic, gym floor, reading seats)."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, field_validator

from sim.scenario.schema.base import (
    HoursOfDay,
    KindName,
    Label,
    Name,
    NameOf,
    Names,
    Part,
    SegmentName,
    Utility,
    hours_of,
)
from sim.scenario.schema.demand import Curve, Factor
from sim.scenario.schema.distributions import Constant, Distribution


class MealTurns(Part):
    """Meals in turns: in these hours people sit down only when a turn begins."""

    minutes: Annotated[int, Field(ge=1, le=240)] = 30
    """Length of a turn; who sits down stays until it ends."""
    hours: HoursOfDay = "11-13"
    """Hours in turns; the first turn begins with them."""

    @field_validator("hours")
    @classmethod
    def _not_empty(cls, hours: str) -> str:
        hours_of(hours)
        return hours


class PlaceKind(Part):
    """Purpose of a place, its visitors, when they come, and for how long."""

    label: Label = ""
    """Name for charts; empty: the key."""
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
