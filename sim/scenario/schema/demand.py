"""Who wishes for what, when and how: segments, kinds, demand, choice."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, Field, field_validator, model_validator

from sim.scenario.schema.base import (
    Decides,
    HoursOfDay,
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
    Tier,
    Utility,
    hours_of,
)
from sim.scenario.schema.distributions import Constant, Distribution, Histogram, Uniform


class Retry(Part):
    """Looking again after a refusal."""

    share: Probability = 0.0
    """Share of refused requests whose booker looks again."""
    after_hours: Annotated[float, Field(gt=0, le=24 * 400)] = 24.0
    """Mean time until then (exponential)."""
    at_most: Annotated[int, Field(ge=1, le=100)] = 3
    """Times, at most; each time the share decides again."""


class Responses(Part):
    """Reactions of bookers where the rules make them worth while."""

    comes_back: Probability = 0.0
    """Share of those who ask too early who come back when the slot can be asked for."""
    asks_at_opening: Probability = 0.0
    """Share of requests made as soon as the slot can be asked for, not when it is wished."""
    rush_minutes: Annotated[float, Field(gt=0, le=60 * 24 * 30)] = 60.0
    """Mean time after the opening at which both of these ask (exponential)."""
    retry: Retry = Retry()
    """Looking again after a refusal."""
    extra_entries: Annotated[float, Field(ge=0, le=100)] = 0.0
    """Mean number of further entries of a booker in a draw, under other names (Poisson)."""
    asks_for_less: Probability = 0.0
    """Share of those whose wish is longer than `limits.hours` allows any booking to be who ask for
    what is allowed; the others are refused."""
    takes_offer: Probability = 1.0
    """Share of refused bookers who would take what `policy.overflow` offers."""
    still_wants: Probability = 0.8
    """Share of those promoted from a waitlist who still want the slot."""
    stands_by: Probability = 0.2
    """Share of those refused who stand by for unclaimed bookings."""
    avoids_penalty: Probability = 0.5
    """Share of no-shows that bookers avoid where `limits.no_shows` would count them."""
    cancels_instead: Probability = 0.7
    """Share of those avoided by giving the booking up shortly before, not by turning up."""
    cancels_hours_ahead: Annotated[float, Field(ge=0, le=24 * 30)] = 3.0
    """How long before the start that happens (at the earliest right after booking), or longer where
    `limits.no_shows.late_cancel_minutes` asks for it."""


Weight = Annotated[float, Field(ge=0, le=1e6)]
Factor = Annotated[float, Field(ge=0, le=100)]


def fits_hours(minutes: int) -> bool:
    """Whether starts at multiples of this are the same in every hour, or on whole hours."""
    return 1 <= minutes <= 1440 and (60 % minutes == 0 or minutes % 60 == 0)


def _check_hours(bands: dict[str, float]) -> dict[str, float]:
    """Refuse empty and overlapping stretches of the day."""
    taken: dict[int, str] = {}
    for band in bands:
        start, end = hours_of(band)
        for hour in range(start, end):
            if hour in taken:
                raise ValueError(f"hours {band!r} overlap {taken[hour]!r}")
            taken[hour] = band
    return bands


Bands = Annotated[dict[HoursOfDay, Weight], AfterValidator(_check_hours)]


class Curve(Part):
    """Weights over the hours of the day: each weight is spread evenly over its stretch."""

    weekday: Bands
    """Monday to Friday (and working weekends)."""
    weekend: Bands
    """Saturday, Sunday and public holidays."""
    weekend_day: Factor = 1.0
    """A weekend day's total, as a multiple of a weekday's."""

    @model_validator(mode="after")
    def _not_all_zero(self) -> Curve:
        if sum(self.weekday.values()) + sum(self.weekend.values()) * self.weekend_day <= 0:
            raise ValueError("a curve needs a weight above zero somewhere in the week")
        return self


class Presence(Part):
    """Share of people who are at their origin, by hour; hours not named count as zero."""

    weekday: Annotated[dict[HoursOfDay, Share], AfterValidator(_check_hours)]
    """Monday to Friday (and working weekends)."""
    weekend: Annotated[dict[HoursOfDay, Share], AfterValidator(_check_hours)]
    """Saturday, Sunday and public holidays."""


class Segment(Part):
    """A group of people with its own rates, hours, modes and speeds."""

    label: NamedLabel = ""
    curve: Annotated[Name, NameOf("demand.curves")]
    """Which of `demand.curves` its wishes follow."""
    adopters: Share = 0.05
    """Share of its people who book at all."""
    activity_shape: Annotated[float, Field(ge=0.05, le=1000)] = 0.5
    """Shape of the gamma that spreads activity over bookers; small: a few book often."""
    metres_per_second: Annotated[float, Field(gt=0.2, le=3)] = 1.25
    """Walking speed."""
    bicycle_share: Share = 0.4
    """Share of wishes whose booker would take a bicycle where it is faster."""
    school_holiday: Factor = 1.0
    """Wishes in school holidays, as a multiple of term time."""
    public_holiday: Factor = 1.0
    """Wishes on public holidays, as a multiple of an ordinary weekend day."""


class Kind(Part):
    """Purpose of a venue, and how people use it."""

    label: NamedLabel = ""
    outdoor: bool = False
    """Exposed to weather: its own day effect."""
    party: Distribution = Constant(rule="constant", value=1)
    """People per wish (whole numbers, at least 1)."""
    rooms_at_once: dict[Annotated[int, Field(ge=1, le=20)], Weight] = {}
    """Rooms of one centre that a wish takes at the same time: number -> weight (empty: one).
    The party is spread evenly over them; without all of them the request is refused."""
    start_minutes: Annotated[int, Field(ge=1, le=1440), OnGrid()] | None = None
    """People prefer starts at multiples of this from midnight; without it the slot grid."""
    duration_minutes: Distribution = Constant(rule="constant", value=60)
    """Rounded to whole slots, at least one."""
    hours: Bands = {}
    """Tilts the segment's curve by hour for this kind (hours not named: 1); the total stays."""
    season: dict[Annotated[int, Field(ge=1, le=12)], Factor] = {}
    """Factor by month (months not named: 1)."""

    @field_validator("rooms_at_once")
    @classmethod
    def _some(cls, weights: dict[int, float]) -> dict[int, float]:
        if weights and not any(weights.values()):
            raise ValueError("rooms_at_once needs a weight above zero, such as {1: 0.9, 2: 0.1}")
        return weights

    @property
    def shares_of_rooms(self) -> dict[int, float]:
        """Number of rooms at once -> share of wishes, of those that occur, the fewest first."""
        total = sum(self.rooms_at_once.values())
        weights = sorted(self.rooms_at_once.items())
        return {number: w / total for number, w in weights if w} or {1: 1.0}

    @field_validator("start_minutes")
    @classmethod
    def _even(cls, minutes: int | None) -> int | None:
        if minutes is not None and not fits_hours(minutes):
            raise ValueError(
                f"starts every {minutes} minutes do not fit into hours: "
                "give 5, 10, 15, 20, 30 or another divisor of 60, or a multiple of 60"
            )
        return minutes


class Flexibility(Part):
    """How far a booker bends after a refusal."""

    shift_minutes: Distribution = Constant(rule="constant", value=0)
    """Earlier or later starts accepted, up to this."""
    other_centres: Distribution = Constant(rule="constant", value=0)
    """How many further centres are tried (only those better than not asking)."""


class Cancellation(Part):
    """Bookings given up by the booker."""

    share: Probability = 0.1
    """Share of bookings that their bookers give up."""
    when: Distribution = Uniform(rule="uniform", low=0, high=1)
    """At which share of the lead time it happens (0: at once, 1: at the start)."""


class NoShow(Part):
    """Bookings that nobody turns up for: min(`at_most`, `base` + `per_lead_day` x days of lead)."""

    base: Probability = 0.1
    """Probability when asked at the moment of the start."""
    per_lead_day: Annotated[float, Field(ge=0, le=1)] = 0.0
    """Added for each day between asking and the start."""
    at_most: Probability = 1.0
    """Never more than this."""


class DayEffect(Part):
    """How much whole days differ beyond chance: gamma factors of mean 1."""

    cv: Annotated[float, Field(ge=0, le=5)] = 0.0
    """Shared by all wishes of a day."""
    weather_cv: Annotated[float, Field(ge=0, le=5)] = 0.0
    """Shared by the outdoor kinds, on top."""


class Demand(Part):
    """Wishes for bookable slots."""

    alternatives: ClassVar[tuple[tuple[str, ...], ...]] = (("fit", "level"),)

    fit: Annotated[Name | None, Decides("reports", fitted=False)] = None
    """Take the level from this entry of `levels.yaml`, written by `linli calibrate`."""
    level: Annotated[
        Annotated[float, Field(gt=0, le=1e4)] | None, Decides("reports", fitted=False)
    ] = None
    """Level set by hand instead (1: the rates as they stand)."""
    multiplier: Annotated[float, Field(ge=0, le=1000), Decides(fitted=False)] = 1.0
    """Growth: more bookers. 0: nobody wishes."""
    intensity: Annotated[float, Field(ge=0, le=100)] = 1.0
    """More wishes per booker."""
    wishes_per_1000: dict[SegmentName, dict[KindName, Annotated[float, Field(ge=0, le=1e6)]]]
    """segment: kind: wishes a week of 1,000 people who are present, at level 1."""
    curves: Annotated[dict[Name, Curve], Names("curve")]
    """Named curves over the hours of the week."""
    presence: Annotated[dict[Name, Presence], Names("presence curve")] = {}
    """Named presence by hour; `always` needs no entry."""
    day_effect: DayEffect = DayEffect()
    lead_days: Distribution = Histogram(rule="histogram", edges=[0, 2, 5, 14], weights=[30, 40, 30])
    """Days from asking to the preferred start."""
    flexibility: Flexibility = Flexibility()
    cancellation: Cancellation = Cancellation()
    no_show: NoShow = NoShow()
    responses: Annotated[Responses, Decides("results")] = Responses()

    @model_validator(mode="after")
    def _one_level(self) -> Demand:
        if (self.fit is None) == (self.level is None):
            raise ValueError("give either fit (a calibrated level) or level (a number), not both")
        return self


class NestedLogit(Part):
    """Nested choice among not asking and every eligible centre."""

    rule: Literal["nested_logit"] = "nested_logit"
    """The choice model; one exists so far."""
    outside: Utility = 0.0
    """Utility of not asking: not identified by a total of bookings, so it is set, not fitted."""
    per_minute: Annotated[float, Field(ge=-10, le=0)] = -0.1
    """Utility of one minute on the way."""
    bend: Annotated[float, Field(ge=0.2, le=6)] = 1.0
    """Minutes count as 10 x (minutes / 10) ^ bend: 1 is linear; below 1 the first minutes count
    most; above 1 those beyond 10 count more and more, nearly a wall."""
    tiers: dict[Tier, Utility] = {}
    """Utility of a tier (not named: 0)."""
    log_rooms: Annotated[float, Field(ge=0, le=10)] = 0.5
    """Utility of the log of the number of suitable rooms."""
    nest: Annotated[float, Field(gt=0, le=1)] = 0.6
    """Dissimilarity of centres: 1 is plain logit, near 0 the best centre decides."""
