"""A season of group requests: what is allotted, by which rules, and what counts."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from sim.scenario.schema.base import (
    SEASON_GRID,
    Date,
    HoursOfDay,
    KindName,
    Line,
    Name,
    NameOf,
    Names,
    Part,
    SegmentName,
    Share,
    SomeHours,
    VenueName,
    Weekday,
    hours_of,
)
from sim.scenario.schema.place import Closure, File
from sim.scenario.schema.policy import VenueFilter
from sim.scenario.schema.tables import readable
from sim.scenario.schema.timetable import parse_windows

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


def _one_stretch_a_day(text: str) -> None:
    days = [day for day, _, _ in parse_windows(text)]
    if len(set(days)) < len(days):
        raise ValueError(f"{text!r} has two stretches on one day; one is allowed")


def _check_each(hours: dict[str, str]) -> dict[str, str]:
    for text in hours.values():
        _one_stretch_a_day(text)
    return hours


HoursByClass = Annotated[dict[ClassName, str], AfterValidator(_check_each)]


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

    hours: SomeHours = "8-16"
    """Sessions that start within."""


class PriorityOrder(ByClasses):
    """Class after class, in one order by day and in another at all other times (Helsinki)."""

    rule: Literal["priority_order"]
    daytime: Daytime
    evening: Order
    """All hours that are not daytime, weekends among them."""
    within: Literal["asked", "priority"] = "asked"
    """Order within a class: by the time of asking, or by priority."""
    likes: HoursByClass = {}
    """class: hours that it is given before others, such as `Mon-Fri 16:00-19:00`; on days not named
    all alike."""


class _InRounds(ByClasses):
    only_within: HoursByClass = {}
    """class: the only hours it may have, such as `Mon-Sun 8:00-20:30`; on days not named any."""


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
    shared: Annotated[str, readable(_one_stretch_a_day)] = "Mon-Sun 0:00-24:00"
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


Aim = Literal["hours", "fairness", "preferences", "walking", "stability"]
AIMS: tuple[Aim, ...] = ("hours", "fairness", "preferences", "walking", "stability")
"""What a timetable can be good at."""
Factor = Annotated[float, Field(ge=0, le=1)]


class SeasonDates(Part):
    """The dates of a season, and closures beyond those of the calendar."""

    first: Date = Field(alias="from")
    """First date."""
    last: Date = Field(alias="until")
    """Last date (included)."""
    closures: list[Closure] = []
    """Venues closed in this season, beside `calendar.closures`."""

    @model_validator(mode="after")
    def _ordered(self) -> SeasonDates:
        if self.last < self.first:
            raise ValueError(
                f"the season has no date: until ({self.last}) lies before from ({self.first})"
            )
        if (self.last - self.first).days > 2 * 366:
            raise ValueError("a season of more than two years is beyond reason")
        return self


class NamedVenueFilter(VenueFilter):
    """Venues that meet every list that is not empty."""

    venues: list[VenueName] = []
    """Names of venues; empty: all."""


class KeptForResidents(NamedVenueFilter):
    """Hours in which some venues are left to residents' own booking, or a share of their peak."""

    days: list[Weekday] = []
    """Days of the week; empty: all."""
    hours: HoursOfDay | None = None
    """Hours of the day; empty: all."""
    share: Share | None = None
    """Share of each venue's peak hours (`analysis.peak_*`) that is kept, wherever in them; goes
    without `days` and `hours`."""

    @model_validator(mode="after")
    def _one_way(self) -> KeptForResidents:
        if self.share is not None and (self.days or self.hours is not None):
            raise ValueError("share is of the peak hours: days and hours go without it")
        if self.hours is not None:
            hours_of(self.hours)
        return self


class Halves(Part):
    """A venue that others are parts of: whoever has it has its parts."""

    whole: VenueName
    """The whole, such as a hall."""
    parts: Annotated[list[VenueName], Field(min_length=1, max_length=12)]
    """Its parts, such as its halves, each a venue of its own."""

    @model_validator(mode="after")
    def _no_part_twice(self) -> Halves:
        if self.whole in self.parts:
            raise ValueError(f"{self.whole} cannot be a part of itself")
        if len(set(self.parts)) < len(self.parts):
            raise ValueError("a part is named twice")
        return self


class WorthOfASession(Part):
    """Worth of a session: its minutes, times priority, times 1 less what follows."""

    second_choice: Factor = 0.2
    """Subtracted if it lies in no stretch of the first choice."""
    per_rank: Factor = 0.04
    """Subtracted for each venue that the group named before this one."""
    per_walk_minute: Annotated[float, Field(ge=0, le=0.1)] = 0.004
    """Subtracted for each minute of walking from the group's home."""
    as_last_season: Factor = 0.2
    """Added where last season had the very same session."""
    floor: Annotated[float, Field(gt=0, le=1)] = 0.1
    """The factor is never less than this."""


class Fairness(Part):
    """How hours are to be spread."""

    alpha: Annotated[float, Field(ge=0, le=10)] | Literal["infinity"] = 1.0
    """0: most hours, whoever has them; 1: proportional; `infinity`: those who have least first."""
    between: Literal["request", "club", "zone", "segment"] = "request"
    """Between whom; a club is a `group` of the requests, a zone that of its home."""


class Objective(Part):
    """Marks of a good timetable."""

    order: Annotated[list[Aim], Field(min_length=1, max_length=len(AIMS))] | None = None
    """What counts, the first most, and the worth of sessions last; without it worth alone, after
    `fairness` where that is given."""
    fairness: Fairness | None = None
    """Sought before worth, or at its place in `order`."""
    give: dict[Aim, Share] = {}
    """Share of an aim's best value that the aims after it may cost; 0 if not given."""

    @model_validator(mode="after")
    def _once(self) -> Objective:
        order = self.order or []
        twice = [aim for aim in order if order.count(aim) > 1]
        if twice:
            raise ValueError(f"{twice[0]} stands twice in order")
        if order[:1] == ["walking"]:
            raise ValueError("walking cannot be the first in order: nobody walks least")
        if "fairness" in order and self.fairness is None:
            raise ValueError("order names fairness: say which (fairness: {alpha, between})")
        if order and self.fairness is not None and "fairness" not in order:
            raise ValueError("fairness is given, but order does not name it")
        if stray := [aim for aim in self.give if aim not in order]:
            raise ValueError(f"give names {stray[0]}, which order does not")
        return self


class Allocation(Part):
    """A season of group requests, and the rules by which they get weekly slots."""

    season: SeasonDates
    requests: File
    """CSV of the requests: request, group, segment, kind, party_size, shortest_minutes, home,
    first_choice and more."""
    grid_minutes: Literal[15, 30] = 30
    """Sessions start and end on this grid."""
    start_minutes: Annotated[int, Field(ge=15, le=240), SEASON_GRID] | None = None
    """Sessions start at multiples of this from midnight; without it on the grid."""
    length_minutes: Annotated[int, Field(ge=15, le=240), SEASON_GRID] | None = None
    """Sessions are their shortest or longer by multiples of this; without it by the grid."""
    within_minutes: Annotated[float, Field(gt=0, le=600)] = 20.0
    """Requests that name no venue accept any suitable one within so many minutes of walking."""
    lost_share: Share = 0.15
    """Share of its dates on which a session may fall out because the venue is closed, where the
    request does not say."""
    equipment: Annotated[
        dict[Name, NamedVenueFilter], Field(max_length=60), Names("equipment")
    ] = {}
    """equipment: the venues that have it."""
    changeover_minutes: dict[KindName, Annotated[int, Field(ge=0, le=240), SEASON_GRID]] = {}
    """kind: minutes that stay empty after a session (kinds not named: 0)."""
    halves: list[Halves] = []
    """Venues that are parts of others."""
    kept_for_residents: list[KeptForResidents] = []
    """What groups cannot have."""
    worth: WorthOfASession = WorthOfASession()
    objective: Objective = Objective()
    last_season: File | None = None
    """CSV of last season's timetable, in the columns of `timetable.csv`; requests that bear a name
    that stands in it are worth more where they stay."""
    decisions: File | None = None
    """CSV of what the planner has decided: decision (lock or reject), request, venue, weekday,
    start, end, note."""
    locks: list[str] = []
    """Sessions that must be: `request=venue@Mon 18:00-19:30`."""
    rejections: list[str] = []
    """Sessions that must not be: `request=venue`, `request@Mon`, `request=venue@Mon 18:00-19:30`
    and the like."""
    unservable: Literal["error", "warn"] = "error"
    """What a request is that no venue can ever serve: wrong input, or a note."""
    method: Method = Optimised()
    """How slots are allotted."""
    time_limit_seconds: Annotated[float, Field(gt=0, le=86_400)] = 120.0
    """What a search may take. It is planned for one idle core, so that two finish in half of it; a
    search that the clock stops earlier says so."""
