"""How the slots of a season are allotted: every way, some of other cities, is a `rule`."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from sim.scenario.schema.base import (
    HoursOfDay,
    KindName,
    Line,
    Name,
    NameOf,
    Names,
    Part,
    SegmentName,
    hours_of,
)
from sim.scenario.schema.season.rows import parse_windows

ClassName = Annotated[Name, NameOf("allocation.method.classes")]
Hours = Annotated[float, Field(ge=0, le=168)]


class RequestClass(Part):
    """Requests that meet every list that is not empty."""

    segments: list[SegmentName] = []
    """Segments that come; empty: all."""
    levels: list[Line] = []
    """Levels at which the group plays (`level` of the table); empty: all."""
    kinds: list[KindName] = []
    """Kinds of venues asked for; empty: all."""


def _stretches(text: str) -> str:
    days = [day for day, _, _ in parse_windows(text)]
    twice = [day for day in days if days.count(day) > 1]
    if twice:
        raise ValueError(f"{text!r} has two stretches on one day; one is allowed")
    return text


class ByClasses(Part):
    """Classes that a rule tells apart."""

    classes: Annotated[dict[Name, RequestClass], Field(min_length=1, max_length=40), Names("class")]
    """class: who belongs to it. Where several fit, the first one that the rule names counts."""


class Order(Part):
    """An order of classes."""

    order: Annotated[list[ClassName], Field(min_length=1)]
    """Names of `classes`, the first goes first; groups in none of them come last."""

    @model_validator(mode="after")
    def _once(self) -> Order:
        twice = [name for name in self.order if self.order.count(name) > 1]
        if twice:
            raise ValueError(f"{twice[0]} stands twice in order")
        return self


class Daytime(Order):
    """The order by day, from Monday to Friday."""

    hours: HoursOfDay = "8-16"
    """Sessions that start within."""

    @field_validator("hours")
    @classmethod
    def _not_empty(cls, hours: str) -> str:
        hours_of(hours)
        return hours


class PriorityOrder(ByClasses):
    """Class after class, in one order by day and in another at all other times (Helsinki)."""

    rule: Literal["priority_order"]
    daytime: Daytime
    evening: Order
    """All hours that are not daytime, weekends among them."""
    within: Literal["asked", "priority"] = "asked"
    """Order within a class: by the time of asking, or by priority."""
    likes: dict[ClassName, str] = {}
    """class: hours that it is given before others, such as `Mon-Fri 16:00-19:00`; on days not named
    all alike."""

    @field_validator("likes")
    @classmethod
    def _readable(cls, likes: dict[str, str]) -> dict[str, str]:
        return {name: _stretches(text) for name, text in likes.items()}


class _InRounds(ByClasses):
    only_within: dict[ClassName, str] = {}
    """class: the only hours it may have, such as `Mon-Sun 8:00-20:30`; on days not named any."""

    @field_validator("only_within")
    @classmethod
    def _readable(cls, only: dict[str, str]) -> dict[str, str]:
        return {name: _stretches(text) for name, text in only.items()}


class HoursByLevel(_InRounds):
    """So many hours a week for each request by its class, taken in rounds (Lørenskog, old rule)."""

    rule: Literal["hours_by_level"]
    hours: Annotated[dict[ClassName, Hours], Field(min_length=1)]
    """class: most hours a week of a request."""
    others: Hours
    """Hours of those in no class."""


class HoursByMembership(_InRounds):
    """Hours of the venues of a kind shared among groups by units, taken in rounds.

    A unit is so many members, or a request (a team).
    """

    rule: Literal["hours_by_membership"]
    shared: str = "Mon-Sun 0:00-24:00"
    """Hours that are shared and counted, such as `Mon-Fri 16:00-22:30`; sessions at other times
    use up nobody's."""
    members_per_unit: Annotated[float, Field(gt=0, le=10_000)] | None = None
    """Members that make a unit; without it each request is one."""
    members_per_unit_of: dict[KindName, Annotated[float, Field(gt=0, le=10_000)]] = {}
    """kind: the same for groups that ask for it."""
    kept: dict[ClassName, Hours] = {}
    """class: hours a week of each venue that are kept for it; its requests take them first and
    have their share of the rest too."""
    at_least: dict[ClassName, Hours] = {}
    """class: hours a week that a group with such a request has at least."""
    everyone: bool = False
    """Whether each group has at least the hours of its shortest session."""

    @field_validator("shared")
    @classmethod
    def _shared_readable(cls, text: str) -> str:
        return _stretches(text)


class Optimised(Part):
    """The timetable of the highest worth that is found, with a bound on what is possible."""

    rule: Literal["optimised"] = "optimised"


class Greedy(Part):
    """The session worth most comes first, whoever asks for it; among equals the earlier request."""

    rule: Literal["greedy"]


class InOrderOfAsking(Part):
    """The earliest request (`asked_on`) takes the best that is left; among equals by priority."""

    rule: Literal["first_come"]


class AsLastSeason(Part):
    """Groups keep last season's slots; the rest goes to the earliest request."""

    rule: Literal["last_season"]


Method = Annotated[
    Optimised
    | Greedy
    | InOrderOfAsking
    | AsLastSeason
    | PriorityOrder
    | HoursByLevel
    | HoursByMembership,
    Field(discriminator="rule"),
]
