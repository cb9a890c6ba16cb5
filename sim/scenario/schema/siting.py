"""Where to build next: candidates, what rooms cost, and what a plan is to be good at."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from sim.scenario.schema.base import Name, Part, Positive, Share

__all__ = ["Conversion", "Outlook", "RoomSpec", "SiteAim", "Siting"]

Yuan = Annotated[float, Field(ge=0, le=1e12)]
Tier = Literal["subdistrict", "community", "compound"]


class RoomSpec(Part):
    """A room of a kind as it would be built."""

    area_m2: Positive
    """Floor area that it takes, with its part of corridors."""
    capacity: Annotated[int, Field(ge=1, le=20_000)]
    """People that it holds."""
    fit_out_yuan_per_m2: Yuan
    """Capital, once."""
    life_years: Annotated[float, Field(ge=1, le=100)] = 9.0
    """Years over which the capital is annualised."""
    operation_yuan_per_m2_year: Yuan
    """Operation without rent, a year."""
    most_per_site: Annotated[int, Field(ge=1, le=50)] = 3
    """Rooms of the kind that a site may get."""


class Conversion(Part):
    """Rooms of one kind that may become rooms of another where they are."""

    was: Name
    """The kind that is there."""
    kind: Name
    """The kind that it becomes."""
    yuan_per_m2: Yuan
    """Capital, once, a square metre of the room."""
    most_per_centre: Annotated[int, Field(ge=1, le=50)] = 1
    """Rooms of a centre."""


class SiteAim(Part):
    """What a plan is to be good at: weights of a sum."""

    served: Annotated[float, Field(ge=0, le=1e6)] = 1.0
    """Of wishes met, in person-hours or requests (`count`)."""
    count: Literal["person_hours", "requests"] = "person_hours"
    """What a met wish counts as."""
    minutes: Annotated[float, Field(ge=0, le=1e6)] = 0.0
    """Of each walking minute of a met wish, taken off."""
    uncovered: Annotated[float, Field(ge=0, le=1e6)] = 0.0
    """Of each wish without a suitable room within `within_minutes`, taken off."""
    within_minutes: Positive = 15.0
    """The standard that `uncovered` means."""
    worst: Annotated[float, Field(ge=0, le=1e6)] = 0.0
    """Of the share met in the worst-off group, times all that is wished."""
    group: Literal["community", "segment", "zone"] = "community"
    """Whose share that is."""


class Outlook(Part):
    """A demand that the future may bring: changes of the scenario by dotted key."""

    set: dict[str, float | int | str] = {}
    """Such as `demand.multiplier: 1.5`, or `world.origins: path.csv`."""
    weight: Annotated[float, Field(ge=0, le=1e6)] = 1.0
    """Weight in the expected value."""


class Siting(Part):
    """A siting problem, for `linli site`."""

    budget_yuan_per_year: Positive
    """For everything a plan does: capital annualised over its life, plus operation."""
    budgets: list[Positive] = []
    """More budgets, for `--full`."""
    candidates: str | None = None
    """CSV: site, lon, lat, tier, community, compound, area_m2, kinds, rent_yuan_per_m2_day,
    most_rooms, fixed, source. Without it: compounds, and the centres that are there."""
    rooms: dict[Name, RoomSpec]
    """Rooms that may be opened, by kind."""
    hours: dict[Tier, Name] = {}
    """Which of the opening hours (`hours.csv`) new rooms keep, by the tier of the site."""
    conversions: list[Conversion] = []
    """What rooms that are there may become."""
    closable: list[Name] = []
    """Kinds of which rooms that are there may be closed."""
    links: str | None = None
    """CSV of links: link, yuan, life_years, operation_yuan_per_year, source; the walks that each
    shortens are in `world.walks`."""
    aim: SiteAim = SiteAim()
    """What a plan is to be good at."""
    robust: Literal["base", "expected", "worst", "regret"] = "base"
    """Over the outlooks: as simulated, the weighted mean, the worst, or the largest regret."""
    outlooks: dict[Name, Outlook] = {}
    """Demands that the future may bring, by name."""
    plans: Annotated[int, Field(ge=1, le=20)] = 5
    """How many plans are proposed and simulated."""
    differ_by: Annotated[int, Field(ge=1, le=20)] = 2
    """Moves by which any two of them differ at least."""
    turns: Annotated[int, Field(ge=1, le=6)] = 3
    """Turns of the loop at most."""
    reach_minutes: Positive | None = None
    """A plan must leave nobody farther than this from a suitable room; None: only reported."""
    time_limit_seconds: Positive = 10.0
    """For each optimisation."""
    worth_telling: Share = 0.005
    """Smallest difference of two plans worth telling apart, as a share of the simulated gain."""
