"""Where to build next: candidates, what rooms cost, and what a plan is to be good at."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from sim.scenario.schema.base import (
    CommunityName,
    Date,
    HoursName,
    KindName,
    Name,
    NamedLabel,
    NameOf,
    Names,
    OriginName,
    Part,
    Positive,
    SegmentName,
    Share,
    Tier,
    Yuan,
)
from sim.scenario.schema.place import File
from sim.scenario.schema.tables import (
    Latitude,
    Longitude,
    Source,
    readable,
)
from sim.scenario.schema.timetable import listed

Rent = Annotated[float, Field(ge=0, le=1000)]
_FIXED = re.compile(r"^(?P<kind>.+?)(\s+x?(?P<n>\d{1,3}))?$")


def parse_fixed(text: str) -> dict[str, int]:
    """Rooms by kind in a cell such as `badminton_court 2; hall`.

    Raises
    ------
    ValueError
        If a kind stands there twice or with no room.
    """
    found: dict[str, int] = {}
    for part in listed(text):
        match = _FIXED.match(part)
        assert match is not None  # any text that is not empty matches
        kind, n = match["kind"], int(match["n"] or 1)
        if kind in found or n == 0:
            why = "stands there twice" if kind in found else "0 rooms are none: leave it out"
            raise ValueError(f"{part!r}: {why}")
        found[kind] = n
    return found


def _not_swapped(data: Any) -> Any:
    """Refuse a latitude that can only be a longitude, in words that say so."""
    try:
        lon, lat = float(data["lon"]), float(data["lat"])
    except (KeyError, TypeError, ValueError):
        return data
    if abs(lat) > 85 >= abs(lon) and abs(lat) <= 180:
        raise ValueError(f"lon {lon:g}, lat {lat:g}: lon and lat are swapped")
    return data


def _check_range(what: str, base: float | None, low: float | None, high: float | None) -> None:
    """Refuse a range that does not hold its value."""
    if base is None:
        if low is not None or high is not None:
            raise ValueError(f"{what}: a range without a value")
    elif not (base if low is None else low) <= base <= (base if high is None else high):
        raise ValueError(f"{what}: {base:g} lies outside its range ({low} to {high})")


class CandidateRow(Part):
    """A place where rooms may be opened: a new site, or a centre that is there."""

    site: Annotated[Name, Field(max_length=40)]
    """Its name; unique; that of a centre where it is one."""
    lon: Longitude
    lat: Latitude
    tier: Tier
    """Subdistrict 街道级, community 社区级 or compound 小区级."""
    community: CommunityName
    """The community it lies in."""
    compound: OriginName | None = None
    """The compound it belongs to (compound tier)."""
    access: Literal["public", "community", "compound"] | None = None
    """Who may enter rooms opened here; empty: by tier everybody, the community, the compound."""
    area_m2: Annotated[float, Field(gt=0, le=100_000)]
    """Floor area that is to be had."""
    kinds: Annotated[str, NameOf("siting.rooms", parts=listed)] = ""
    """Kinds that may be opened here, parted by `;`; empty: all of `siting.rooms`."""
    rent_yuan_per_m2_day: Rent | None = None
    """Rent, or what the space would bring; empty: none is counted."""
    rent_low: Rent | None = None
    """The least it might be; empty: the same."""
    rent_high: Rent | None = None
    """The most it might be; empty: the same."""
    capital_yuan_per_m2: Yuan = 0.0
    """Works at the building beyond the fit-out of rooms, once, a square metre that is used."""
    most_rooms: Annotated[int, Field(ge=1, le=50)] | None = None
    """Rooms of any one kind at most; with `most_per_site` of the kind the smaller holds."""
    fixed: Annotated[str, readable(parse_fixed), NameOf("siting.rooms", parts=parse_fixed)] = ""
    """Rooms that are decided already, parted by `;`: `badminton_court 2; hall`."""
    source: Source

    _swapped = model_validator(mode="before")(_not_swapped)

    @model_validator(mode="after")
    def _whole(self) -> CandidateRow:
        if self.tier == "compound" and self.compound is None:
            raise ValueError("a site of tier compound must name its compound")
        if self.access == "compound" and self.tier != "compound":
            raise ValueError(f"access compound, but the site is of tier {self.tier}")
        _check_range(
            "rent_yuan_per_m2_day", self.rent_yuan_per_m2_day, self.rent_low, self.rent_high
        )
        return self

    @property
    def rule(self) -> str:
        """The rule on who may enter: as written, or by tier."""
        by_tier = {"subdistrict": "public", "community": "community", "compound": "compound"}
        return self.access or by_tier[self.tier]


class LinkRow(Part):
    """A footbridge, passage or path that shortens walks."""

    link: Annotated[Name, NameOf("walks")]
    """Its name; unique; some walk must be shorter by it."""
    yuan: Yuan
    """Capital, once."""
    yuan_low: Yuan | None = None
    """The least it might be; empty: the same."""
    yuan_high: Yuan | None = None
    """The most it might be; empty: the same."""
    life_years: Annotated[float, Field(ge=1, le=200)]
    """Years over which the capital is annualised."""
    operation_yuan_per_year: Yuan = 0.0
    """Light, cleaning, repairs, a year."""
    operation_low: Yuan | None = None
    """The least it might be; empty: the same."""
    operation_high: Yuan | None = None
    """The most it might be; empty: the same."""
    fixed: Literal["yes", "no"] = "no"
    """Whether it is decided already."""
    source: Source

    @model_validator(mode="after")
    def _ranges(self) -> LinkRow:
        _check_range("yuan", self.yuan, self.yuan_low, self.yuan_high)
        operation = self.operation_yuan_per_year, self.operation_low, self.operation_high
        _check_range("operation_yuan_per_year", *operation)
        return self


class WalkRow(Part):
    """A walk whose length is known, or that a link shortens."""

    origin: Annotated[Name, NameOf("origins", "handovers")]
    """Where people start."""
    centre: Annotated[Name, NameOf("centres", "candidates")]
    """The centre, or the candidate site, that they walk to."""
    metres: Annotated[float, Field(gt=0, le=200_000)]
    """Length of the way."""
    link: Name | None = None
    """Only while this link is open, and only if it is shorter; empty: today's way, whatever the
    straight line."""
    source: Source


class HandoverRow(Part):
    """A new compound that is handed over."""

    compound: Name
    """Its name: of an origin whose people it adds to, or a new one."""
    community: CommunityName
    """The community it lies in."""
    lon: Longitude
    lat: Latitude
    households: Annotated[int, Field(ge=1, le=10**6)]
    """Households once all have moved in."""
    handover: Date
    """When the first move in."""
    source: Source

    _swapped = model_validator(mode="before")(_not_swapped)


Life = Annotated[float, Field(ge=1, le=100)]
Weight = Annotated[float, Field(ge=0, le=1e6)]


class RoomSpec(Part):
    """A room of a kind as it would be built."""

    area_m2: Positive
    """Floor area that it takes, with its part of corridors."""
    capacity: Annotated[int, Field(ge=1, le=20_000)]
    """People that it holds."""
    fit_out_yuan_per_m2: Yuan
    """Capital, once."""
    life_years: Life = 9.0
    """Years over which the capital is annualised."""
    operation_yuan_per_m2_year: Yuan
    """Operation without rent and staff, a year."""
    most_per_site: Annotated[int, Field(ge=1, le=50)] = 3
    """Rooms of the kind that a site may get."""
    hours: HoursName | None = None
    """Which of the opening hours (`hours.csv`) it keeps; without it by the tier of its site."""
    slot_minutes: Annotated[int, Field(ge=1, le=1440)] | None = None
    """Starts are offered at multiples of this from midnight; without it as most rooms of the kind
    do, or by `kinds.<kind>.start_minutes`."""
    drop_in: bool = False
    """Whether people may use it without booking while nobody holds it (`dropin.venues`)."""


class Conversion(Part):
    """Rooms of one kind that may become rooms of another where they are."""

    was: KindName
    """The kind that is there."""
    kind: Annotated[Name, NameOf("siting.rooms")]
    """The kind that it becomes, one of `siting.rooms`; a room must have its area at least."""
    yuan_per_m2: Yuan
    """Capital, once, a square metre of the room."""
    most_per_centre: Annotated[int, Field(ge=1, le=50)] = 1
    """Rooms of a centre."""

    @model_validator(mode="after")
    def _another_kind(self) -> Conversion:
        if self.was == self.kind:
            raise ValueError(f"{self.was} cannot become {self.kind}: it is that already")
        return self


class SiteAim(Part):
    """Aims of a plan: weights of a sum."""

    served: Weight = 1.0
    """Weight of wishes met, in person-hours or requests (`count`)."""
    count: Literal["person_hours", "requests"] = "person_hours"
    """What a met wish counts as."""
    minutes: Weight = 0.0
    """Weight of each walking minute of a met wish, which is subtracted."""
    uncovered: Weight = 0.0
    """Weight of each wish without a suitable room within `within_minutes`, which is subtracted."""
    within_minutes: Positive = 15.0
    """Walking minutes within which `uncovered` looks for a suitable room."""
    worst: Weight = 0.0
    """Weight of the share met in the worst-off group, times all that is wished."""
    group: Literal["community", "segment", "zone"] = "community"
    """Grouping in which the worst-off group is sought."""


class Outlook(Part):
    """A demand that the future may bring: changes of the scenario by dotted key, and of its mix."""

    label: NamedLabel = ""
    set: dict[str, float | int | str] = {}
    """Such as `demand.multiplier: 1.5`, or `world.origins: path.csv`: as with `--set`, paths
    relative to the scenario file."""
    people: dict[SegmentName, Annotated[float, Field(ge=0, le=1000)]] = {}
    """segment: factor on its people everywhere (segments not named: 1)."""
    weight: Weight = 1.0
    """Weight in the expected value."""


class GrowthPath(Part):
    """New compounds that are handed over, and an adoption that rises: a demand for every year."""

    handovers: File
    """CSV of new compounds: compound, community, lon, lat, households, handover, source."""
    years: Annotated[
        list[Annotated[int, Field(ge=2000, le=2100)]], Field(min_length=1, max_length=20)
    ]
    """Each becomes an outlook of its number; its people are simulated in the dates of `window`."""
    people_per_household: Annotated[float, Field(gt=0, le=20)] = 2.5
    """Residents, split over segments as those of the compounds that are there."""
    move_in_years: Annotated[float, Field(ge=0, le=20)] = 2.0
    """Flats fill evenly over so many years from the handover; looked at on 1 July."""
    adoption_growth: Annotated[float, Field(ge=-0.5, le=5)] = 0.0
    """Growth of bookers a year, on `demand.multiplier`: 0.1 is a tenth more each year."""
    since: Annotated[int, Field(ge=2000, le=2100)] | None = None
    """Year of which the scenario's own demand is; without it that of `window.from`."""
    weight: Weight = 1.0
    """Weight of each year in the expected value."""


class Siting(Part):
    """Possible sites, their costs, and the aims of a plan."""

    budget_yuan_per_year: Positive
    """Yuan a year for everything a plan does: capital annualised over its life, plus operation."""
    budgets: list[Positive] = []
    """More budgets, for `--full`."""
    candidates: File | None = None
    """CSV: site, lon, lat, tier, community, compound, access, area_m2, kinds, rent_yuan_per_m2_day,
    capital_yuan_per_m2, most_rooms, fixed, source. Without it: compounds, and the centres that are
    there (`spare_m2`)."""
    spare_m2: dict[Tier, Annotated[float, Field(ge=0, le=1e6)]] = {"compound": 200.0}
    """Floor area to be had in each compound (`compound`) and in existing centres of the other
    tiers, where no candidates are listed."""
    rooms: Annotated[
        dict[KindName, RoomSpec], Field(min_length=1), Names("room that may be opened")
    ]
    """Rooms that may be opened, by kind."""
    hours: dict[Tier, HoursName] = {}
    """Which of the opening hours (`hours.csv`) new rooms keep, by the tier of the site; a tier not
    named: those that most of today's rooms of the tier keep."""
    staff_yuan_per_m2_year: dict[Tier, Yuan] = {}
    """Staff of new rooms, a square metre of them a year, by the tier of the site (not named: 0)."""
    discount_rate: Share = 0.0
    """Interest at which capital is annualised; 0: capital over life."""
    conversions: list[Conversion] = []
    """What rooms that are there may become."""
    closable: list[KindName] = []
    """Kinds of which rooms that are there may be closed."""
    closing_saves_yuan_per_m2_year: Yuan = 0.0
    """Operation that ends with a closed room, a square metre a year."""
    links: File | None = None
    """CSV of links: link, yuan, life_years, operation_yuan_per_year, fixed, source; the walks that
    each shortens are in `world.walks`."""
    aim: SiteAim = SiteAim()
    """What a plan is to be good at."""
    robust: Literal["base", "expected"] = "base"
    """What decides which plan `linli site --full` recommends: the gain under the scenario's own
    demand, or the weighted mean of the gains over the outlooks."""
    outlooks: Annotated[dict[Name, Outlook], Names("outlook")] = {}
    """Demands that the future may bring, by name."""
    path: GrowthPath | None = None
    """New compounds and rising adoption, year by year."""
    plans: Annotated[int, Field(ge=1, le=20)] = 5
    """How many plans are proposed and simulated."""
    differ_by: Annotated[int, Field(ge=1, le=20)] = 2
    """Moves by which any two of them differ at least."""
    turns: Annotated[int, Field(ge=1, le=6)] = 3
    """Turns of the loop at most."""
    reach_minutes: Positive | None = None
    """A plan must leave nobody farther than this from a suitable room; None: only reported."""
    time_limit_seconds: Positive = 300.0
    """After which the search for a plan is cut whatever it has found; it is counted in steps first,
    so that a run does not depend on the machine unless it says so."""
    worth_telling: Share = 0.005
    """Smallest difference of two plans worth telling apart, as a share of the simulated gain."""

    @model_validator(mode="after")
    def _once_each(self) -> Siting:
        pairs = [(c.was, c.kind) for c in self.conversions]
        for was, kind in pairs:
            if pairs.count((was, kind)) > 1:
                raise ValueError(f"conversions: {was} to {kind} is given twice")
        years = [] if self.path is None else [str(y) for y in self.path.years]
        both = [name for name in self.outlooks if name in years]
        if both:
            raise ValueError(f"outlooks: {both[0]} is also a year of the path")
        if len(set(years)) < len(years):
            raise ValueError("path: a year is given twice")
        return self
