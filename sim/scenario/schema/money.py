"""Money: what centres and changes cost, how a subsidy is split; points 积分: earned and spent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field, model_validator

from sim.metrics import METRICS
from sim.scenario.schema.base import (
    Decides,
    Label,
    Name,
    NamedLabel,
    NameOf,
    Names,
    Part,
    SegmentName,
    Share,
    Tier,
    Yuan,
)
from sim.scenario.schema.distributions import Constant, Distribution

if TYPE_CHECKING:
    SubsidyMetric = str
else:
    SubsidyMetric = Literal[tuple(metric.name for metric in METRICS.values() if metric.subsidy)]


class Costs(Part):
    """Operating cost, without rent; venues and places out of doors have no cost by area."""

    yuan_per_m2_year: Yuan = 0.0
    """Whatever the hours: repairs, insurance, base energy; a square metre of venue a year."""
    yuan_per_m2_open_hour: Yuan = 0.0
    """Energy, cleaning, security; a square metre of venue and hour it is open."""
    yuan_per_centre_open_hour: dict[Tier, Yuan] = {}
    """Staff of a centre in an hour in which any of its venues is open, by tier (not named: 0)."""


class SubsidyRule(Part):
    """How performance becomes money: score = sum of weight x (metric over its mean, capped)."""

    label: NamedLabel = ""
    equal: Share = 0.0
    """Share that all zones get alike."""
    weights: dict[SubsidyMetric, Annotated[float, Field(ge=0, le=1e6)]] = {}
    """Weights of metrics in the score; normalised to sum 1."""
    adjusted: bool = False
    """Whether shares are those adjusted for who lives and works in the zone."""
    scaled_by: Literal["zone", "head", "centre"] = "zone"
    """What a zone's score is multiplied by: nothing, its people, or its centres."""
    floor: Share = 0.0
    """No zone gets less than this share of the amount."""
    cap: Share = 1.0
    """No zone gets more than this share of the amount."""

    @model_validator(mode="after")
    def _something_counts(self) -> SubsidyRule:
        if self.equal < 1 and not any(w > 0 for w in self.weights.values()):
            raise ValueError("weights: at least one above 0, unless `equal` is 1")
        if self.floor > self.cap:
            raise ValueError(f"floor ({self.floor:g}) must not exceed cap ({self.cap:g})")
        return self


class Subsidy(Part):
    """A yearly operating subsidy and the rules by which it might be split among zones."""

    amount: Yuan = 0.0
    """Yuan to be split."""
    rules: Annotated[dict[Name, SubsidyRule], Names("rule")] = {}
    """Rules by name; the report compares them."""


WholePoints = Annotated[int, Field(ge=0, le=10**6)]


class Points(Part):
    """One system of points for the whole scenario."""

    per_participation: WholePoints = 0
    """Points for taking part in an activity (not for company)."""
    per_use: WholePoints = 0
    """Points for using what one booked."""
    per_volunteering: WholePoints = 0
    """Points for one act of volunteering."""
    members: Share = 1.0
    """Share of participants and bookers who collect points."""
    volunteering_per_1000: dict[SegmentName, Annotated[float, Field(ge=0, le=1e6)]] = {}
    """segment: acts of volunteering a week of 1,000 people."""
    volunteers: Share = 0.02
    """Share of people who ever volunteer."""
    merchants: Annotated[int, Field(ge=0, le=10**6)] = 0
    """Merchants where points are spent; 0: nowhere."""
    goods: Annotated[int, Field(ge=0, le=10**6)] = 0
    """Goods listed by all of them together."""
    price: Distribution = Constant(rule="constant", value=10)
    """Points that a good costs: whole, at least 1; drawn once for each good."""
    goods_seen: Annotated[int, Field(ge=1, le=1000)] = 5
    """Goods that a person looks at on a trip; the dearest one that the balance covers is taken."""
    trips_per_year: Annotated[float, Field(ge=0, le=1000)] = 4.0
    """Trips to a merchant of a person with points, at level 1."""
    level: Annotated[
        Annotated[float, Field(gt=0, le=1e6)] | None, Decides("reports", fitted=False)
    ] = None
    """Factor on trips, set by hand; without it the fitted one of `demand.fit`, else 1."""
    expire_after_days: Annotated[int, Field(ge=1, le=36_500)] | None = None
    """Points unspent for so long are lost; without it never."""


LeverName = Annotated[Name, NameOf("advise.levers")]
CandidateSite = Annotated[Name, NameOf("candidates")]
RoomKind = Annotated[Name, NameOf("siting.rooms")]
RoomsOfKinds = Annotated[dict[RoomKind, Annotated[int, Field(ge=1, le=50)]], Field(min_length=1)]


class LeverSize(Part):
    """How far a lever is pulled: what changes, and what that costs."""

    label: Label = ""
    """Name for charts and reports; empty: the key."""
    set: dict[str, bool | float | int | str] = {}
    """Such as `opening.close: "22:00"`, as with `--set`; lists and mappings as text,
    `policy.waitlist: "{}"`; paths relative to the scenario file."""
    rooms: dict[CandidateSite, RoomsOfKinds] = {}
    """site: kind: number of rooms opened at a site of `siting.candidates`; what they cost by
    `siting` is added to what is said here."""
    once: Yuan = 0.0
    """Capital, once; annualised over `life_years`."""
    yearly: Yuan = 0.0
    """Operation, a year."""
    saves_yearly: Yuan = 0.0
    """What it saves, a year."""

    @model_validator(mode="after")
    def _something_changes(self) -> LeverSize:
        if not self.set and not self.rooms:
            raise ValueError("set: missing, and so is `rooms`: this size changes nothing")
        return self


class Lever(Part):
    """A measure that may be taken, at one of its sizes."""

    title: Label = ""
    """What it is, for charts and reports; empty: its name."""
    sizes: Annotated[dict[Name, LeverSize], Field(min_length=1), Names("size")]
    """How far it may be pulled; at most one of them is taken."""
    life_years: Annotated[float, Field(ge=1, le=100)] = 10.0
    """Years over which capital is annualised."""
    months: Annotated[float, Field(ge=0, le=240)] = 0.0
    """Months until it works."""
    reversible: bool = True
    """Whether it can be undone at little cost."""
    excludes: list[LeverName] = []
    """Levers that are not taken beside it; those that set the same key never are."""
    needs: list[LeverName] = []
    """Levers without which a programme does not take it."""
    fixed: bool = False
    """Whether it is decided already: all else is measured and paid beside it; of one size."""

    @model_validator(mode="after")
    def _one_size_is_fixed(self) -> Lever:
        if self.fixed and len(self.sizes) > 1:
            raise ValueError("sizes: a fixed lever has one")
        return self


class Advise(Part):
    """Measures of any sort on one scale, for `linli advise`."""

    levers: Annotated[dict[Name, Lever], Field(min_length=1), Names("lever")]
    """What may be done, by name."""
    discount_rate: Share = 0.0
    """Interest at which capital is annualised; 0: capital over life."""
    pairs: Annotated[int, Field(ge=0, le=10_000)] = 40
    """Pairs simulated at most before sets are chosen."""
    turns: Annotated[int, Field(ge=1, le=20)] = 4
    """Turns of choosing, simulating and correcting at most."""
