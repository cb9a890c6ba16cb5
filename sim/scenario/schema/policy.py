"""The rules by which requests get slots: a policy composed of parts.

Every part may be absent. `overrides` replace whole parts for some zones, tiers or kinds.
"""

from __future__ import annotations

import math
from typing import Annotated, Literal

from pydantic import Field, model_validator

from sim.scenario.schema.base import (
    HoursOfDay,
    KindName,
    Name,
    NameOf,
    Part,
    SegmentName,
    Share,
    Tier,
    Weekday,
    ZoneName,
    hours_of,
)
from sim.scenario.schema.tables import Days, TimeOfDay, minutes_of

Who = Annotated[
    list[Annotated[Name, NameOf("segments", words=("residents",))]], Field(min_length=1)
]
"""Segments, and the word `residents` (of the compound, community or subdistrict that the centre is
for)."""


class FirstCome(Part):
    """The first to ask is served first."""

    rule: Literal["first_come"] = "first_come"
    """Whoever asks first is served first."""


class Batch(Part):
    """Requests are collected and decided together, a day's or a week's slots at a time."""

    draw: Literal["daily", "weekly"] = "daily"
    """Slots decided together: those of a day, or from Monday to Sunday."""
    days_ahead: Days | None = None
    """Days between the decision and the first of these slots' days; without it the decision falls
    one day after they open."""
    at: TimeOfDay = "00:00"
    """Time of day of the decision."""
    leftovers_days_ahead: Days | None = None
    """Days ahead at which what is left goes to whoever asks first; without it at once."""
    leftovers_at: TimeOfDay = "00:00"
    """Time of day at which leftovers open."""
    only_peak: bool = False
    """Only starts in peak hours (`analysis.peak_*`) are; the rest go to whoever asks first."""

    @model_validator(mode="after")
    def _leftovers_after(self) -> Batch:
        left, decided = self.leftovers_days_ahead, self.days_ahead
        if left is not None and decided is not None and left > decided:
            raise ValueError("leftovers_days_ahead must not lie before the decision (days_ahead)")
        return self


class Lots(Batch):
    """Batches in which lots decide, all or what is left open."""

    past_luck: Annotated[float, Field(ge=0, le=10)] = 0.0
    """Chances are divided by (1 + wins in the memory) to this power; 0: luck is forgotten."""
    memory_days: Annotated[float, Field(gt=0, le=3660)] = 90
    """How long a win is remembered."""


class Ballot(Lots):
    """A draw among all who entered."""

    rule: Literal["ballot"] = "ballot"
    """A draw among all who entered."""


class Priority(Batch):
    """Classes are served in the order named, each in order of asking or by lot."""

    rule: Literal["priority"] = "priority"
    """Classes in order."""
    order: Annotated[list[Who], Field(min_length=1, max_length=20)]
    """Classes, the first served first: segments or `residents`; people in none come last."""
    within: Literal["asked", "drawn"] = "asked"
    """Order within a class: by the time of asking, or by lot."""


class PointsAuction(Batch):
    """Slots that more want than fit go to who pays points; the rest by lot."""

    rule: Literal["points"] = "points"
    """A what-if of ours: points spent on contested slots."""
    price: Annotated[int, Field(ge=0, le=1_000_000)] = 20
    """Points an hour of a contested slot."""
    follows_demand: Annotated[float, Field(ge=0, le=10)] = 0.0
    """The price is multiplied by (people who want the slot / rooms) to this power; 0: fixed."""
    saved_share: Annotated[float, Field(ge=0, le=1)] = 0.5
    """Share of bookers who keep their points for merchants' goods and pay for no slot."""


Weight = Annotated[float, Field(ge=0.01, le=100)]
Worth = Annotated[float, Field(ge=0.01, le=1)]


class Optimised(Lots):
    """A batch is served together so that what is served is worth most; equals by lot."""

    rule: Literal["optimised"] = "optimised"
    """A what-if of ours: the best that a draw could do, by optimisation."""
    weights: dict[SegmentName, Weight] = {}
    """What a request of a segment counts, in relation to others; segments not named count 1."""
    residents: Weight = 1.0
    """What a request counts times more if the centre asked first is for those who live there."""
    hour_shifted: Worth = 0.8
    """A start an hour from the preferred one is worth so much of it; two hours, that squared."""
    other_centre: Worth = 0.9
    """The booker's second centre is worth so much of the first; the third, that squared."""
    work: Annotated[float, Field(ge=0, le=100)] = 0.05
    """Search where no exact method fits, for a batch: in CP-SAT's deterministic units (about a
    second each), the same on every machine; 0: a bound and a good answer, no search."""


Selection = Annotated[
    FirstCome | Ballot | Priority | PointsAuction | Optimised, Field(discriminator="rule")
]


class Window(Part):
    """How early and how late a slot may be asked for."""

    opens_days_ahead: Days = 14
    """Requests made earlier than this before the start are refused (outside the window)."""
    at: TimeOfDay | None = None
    """Time of day at which a whole day (or week) opens; without it slots open one by one."""
    release: Literal["daily", "weekly"] = "daily"
    """What opens together where `at` is given: a day's slots, or those from Monday to Sunday."""
    closes_minutes_ahead: Annotated[float, Field(ge=0, le=60 * 24 * 60)] = 0
    """Requests made later than this before the start are refused too."""

    @model_validator(mode="after")
    def _weekly_at(self) -> Window:
        if self.release == "weekly" and self.at is None:
            raise ValueError("release weekly needs `at`, the time of day at which the week opens")
        return self

    def longest_days(self, batch_days: int) -> float:
        """Days before its start from which the earliest slot can be asked for.

        Parameters
        ----------
        batch_days
            Days whose slots are decided, and so open, together; 0 where none are.
        """
        weekly = 7 if self.release == "weekly" else 1
        whole = max(batch_days, 0 if self.at is None else weekly)
        at = 0 if self.at is None else minutes_of(self.at)
        return self.opens_days_ahead + whole - at / 1440.0


By = Literal["resident", "household"]


class Cap(Part):
    """Hours booked at most in a stretch of time; cancelled hours do not count."""

    at_most: Annotated[float, Field(gt=0, le=10_000)]
    """Hours."""
    per: Literal["day", "week", "month"] = "week"
    """Stretch of use in which hours count together: a calendar day, Monday to Sunday, or a
    calendar month."""
    by: By = "resident"
    """Whose hours count together."""
    each: Literal["all", "kind", "centre"] = "all"
    """All venues together, each kind by itself, or each centre by itself."""
    when: Literal["always", "peak", "off_peak"] = "always"
    """Only bookings that start in peak hours (`analysis.peak_*`), or only the others."""


class NoShows(Part):
    """Suspension of those who do not turn up."""

    allowed: Annotated[int, Field(ge=0, le=1000)] = 2
    """No-shows without consequence; the next one suspends."""
    within_days: Annotated[float, Field(gt=0, le=3660)] = 30
    """How long a no-show counts."""
    suspend_days: Annotated[float, Field(gt=0, le=3660)] = 90
    """How long nothing can be asked for; bookings made already stand."""
    late_cancel_minutes: Annotated[float, Field(ge=0, le=60 * 24 * 60)] = 0
    """A cancellation later than this before the start counts as a no-show; 0: none does."""
    by: By = "resident"
    """Whether the resident or the household is suspended."""


class Limits(Part):
    """Limits on what one person or household may hold."""

    active_bookings: Annotated[int, Field(ge=1, le=10_000)] | None = None
    """Bookings ahead or running at a time, at most."""
    active_by: By = "resident"
    """Whose bookings count together."""
    hours: list[Cap] = []
    """Hours booked at most; every cap holds."""
    no_shows: NoShows | None = None
    """What not turning up costs."""

    @property
    def any_holds(self) -> bool:
        """Whether anybody is limited or suspended at all."""
        return bool(self.active_bookings or self.hours or self.no_shows)


_ROUNDING = 1e-9
"""A share of 0.29 of 100 places are 29 people, not the 28 of binary fractions."""


class Overbooking(Part):
    """How many people may sign up for a session beyond its places.

    Whoever comes and finds no place is turned away at the door.
    """

    share: Annotated[float, Field(ge=0, le=10)] = 0.0
    """People signed up beyond the places, as a share of these, rounded down; 0: nobody."""
    at_most_people: Annotated[int, Field(ge=0, le=10_000)] | None = None
    """Never more than so many beyond the places of one session; without it the share alone."""

    def beyond(self, places: int) -> int:
        """People who may sign up beyond the places of a session: places x share, rounded down."""
        people = math.floor(places * self.share + _ROUNDING)
        return people if self.at_most_people is None else min(people, self.at_most_people)


class VenueFilter(Part):
    """Venues that meet every list that is not empty."""

    zones: list[ZoneName] = []
    """Zones of centres; empty: all."""
    tiers: list[Tier] = []
    """Tiers of centres; empty: all."""
    kinds: list[KindName] = []
    """Kinds of venues; empty: all."""

    def holds(self, zone: str, tier: str, kind: str) -> bool:
        """Whether rooms of a kind in a centre of a zone and tier are among them."""
        return (
            (not self.zones or zone in self.zones)
            and (not self.tiers or tier in self.tiers)
            and (not self.kinds or kind in self.kinds)
        )


class Reserve(VenueFilter):
    """Rooms kept for some people until shortly before; give either `share` or `rooms`."""

    days: list[Weekday] = []
    """Days of the week; empty: all."""
    hours: HoursOfDay | None = None
    """Hours of the day; empty: all."""
    share: Share | None = None
    """Share of the rooms' time that is kept, in whole stretches of hours, the same every week."""
    rooms: Annotated[int, Field(ge=1, le=10_000)] | None = None
    """Others get a room only where more than so many rooms of the centre's kind are free."""
    kept_for: Annotated[
        list[Annotated[Name, NameOf("segments", words=("residents", "programme"))]],
        Field(min_length=1),
    ] = Field(alias="for")
    """Segments, `residents` (of the compound or community the centre is for), `programme`."""
    release_hours_ahead: Annotated[float, Field(ge=0, le=24 * 400)] = 24
    """Hours before the start from which anybody may have what is left."""

    @model_validator(mode="after")
    def _one_way(self) -> Reserve:
        if (self.share is None) == (self.rooms is None):
            raise ValueError("give either share (of the time) or rooms (kept free), not both")
        if self.rooms is not None and (self.days or self.hours is not None):
            raise ValueError("rooms are kept free at all times: days and hours go with share")
        if self.hours is not None:
            hours_of(self.hours)
        return self


class Overflow(Part):
    """Offers to those who were refused, beyond what they would look for themselves."""

    other_venues: Annotated[int, Field(ge=0, le=31)] = 0
    """Further centres offered (only those better for the booker than not asking)."""
    shift_minutes: Annotated[int, Field(ge=0, le=1440)] = 0
    """Earlier or later starts offered, up to this."""
    tiers: list[Tier] = []
    """Only centres of these tiers are offered; empty: all."""
    next_days: Annotated[int, Field(ge=0, le=366)] = 0
    """Refused requests go to the following days at the same time, up to so many, and are served
    before those who ask for that day as soon as it opens."""


class Waitlist(Part):
    """Refused bookers wait for what they asked first, and get it when somebody cancels."""

    at_most: Annotated[int, Field(ge=1, le=100_000)] | None = None
    """People waiting for the rooms of a centre and kind on a day, at most; empty: no limit."""
    until_hours_ahead: Annotated[float, Field(ge=0, le=24 * 400)] = 0
    """Nobody is promoted later than this before the start."""


class AutoRelease(Part):
    """Bookings that nobody claims are given up."""

    unclaimed_after_minutes: Annotated[float, Field(ge=0, le=1440)] = 15
    """Grace after the start; the rest of the booking, in whole slots, is free then."""
    standby: bool = True
    """Whether people who were refused that hour and stand by get it."""


class PolicyParts(Part):
    """Parts of a policy that may differ for some venues; what is not given is absent."""

    window: Window | None = None
    """When slots may be asked for."""
    selection: Selection | None = None
    """Who gets a slot."""
    limits: Limits | None = None
    """What one person or household may hold."""
    overflow: Overflow | None = None
    """What is offered to those who were refused."""
    waitlist: Waitlist | None = None
    """Waiting for cancellations; `{}` switches it on."""
    auto_release: AutoRelease | None = None
    """Giving up what nobody claims; `{}` switches it on."""

    @property
    def given(self) -> dict[str, Part]:
        """The parts that are given, by their keys."""
        parts = {name: getattr(self, name) for name in PolicyParts.model_fields}
        return {name: part for name, part in parts.items() if part is not None}


class Override(PolicyParts, VenueFilter):
    """Parts that differ for some venues; every part given replaces the policy's."""


class Policy(PolicyParts):
    """The parts a policy is composed of."""

    window: Window = Window()
    """When slots may be asked for."""
    selection: Selection = FirstCome()
    """Who gets a slot."""
    limits: Limits = Limits()
    """What one person or household may hold."""
    reserve: Annotated[list[Reserve], Field(max_length=62)] = []
    """Rooms kept for some people."""
    overbooking: Overbooking | None = None
    """Sessions of activities admit more people than there are places."""
    overrides: list[Override] = []
    """Parts that differ for some zones, tiers or kinds; of several that fit the last holds."""
