"""A season of group requests: what is allotted, by which rules, and what counts."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from sim.scenario.schema.base import (
    SEASON_GRID,
    HoursOfDay,
    KindName,
    Name,
    NameOf,
    Names,
    Part,
    Share,
    hours_of,
)
from sim.scenario.schema.place import Closure, Date, File
from sim.scenario.schema.policy import VenueFilter, Weekday
from sim.scenario.schema.season.method import Method, Optimised

Aim = Literal["hours", "fairness", "preferences", "walking", "stability"]
AIMS: tuple[Aim, ...] = ("hours", "fairness", "preferences", "walking", "stability")
"""What a timetable can be good at."""
VenueName = Annotated[Name, NameOf("venues")]
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
