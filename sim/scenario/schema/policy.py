"""The rules by which requests get slots: a policy composed of parts.

Every part may be absent. `overrides` replace whole parts for some zones, tiers or kinds.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from sim.scenario.schema.base import HoursOfDay, KindName, Name, Part, Share, ZoneName, hours_of
from sim.scenario.schema.facts import NameOf
from sim.scenario.schema.limits import Limits
from sim.scenario.schema.overbooking import Overbooking
from sim.scenario.schema.selection import FirstCome, Selection
from sim.scenario.schema.window import Window

Tier = Literal["subdistrict", "community", "compound"]
Weekday = Literal["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]


class Reserve(Part):
    """Rooms kept for some people until shortly before; give either `share` or `rooms`."""

    kinds: list[KindName] = []
    """Kinds of venues; empty: all."""
    tiers: list[Tier] = []
    """Tiers of centres; empty: all."""
    zones: list[ZoneName] = []
    """Zones; empty: all."""
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
    """What is offered to those who were refused, beyond what they would look for themselves."""

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
    """Who was refused waits for what was asked first, and gets it when somebody cancels."""

    at_most: Annotated[int, Field(ge=1, le=100_000)] | None = None
    """People waiting for the rooms of a centre and kind on a day, at most; empty: no limit."""
    until_hours_ahead: Annotated[float, Field(ge=0, le=24 * 400)] = 0
    """Nobody is promoted later than this before the start."""


class AutoRelease(Part):
    """Bookings that nobody claims are given up."""

    unclaimed_after_minutes: Annotated[float, Field(ge=0, le=1440)] = 15
    """Grace after the start; the rest of the booking, in whole slots, is free then."""
    standby: bool = True
    """Those who were refused that hour and stand by get it."""


class Override(Part):
    """Parts that differ for some venues; every part given replaces the policy's."""

    zones: list[ZoneName] = []
    """Zones of centres; empty: all."""
    tiers: list[Tier] = []
    """Tiers of centres; empty: all."""
    kinds: list[KindName] = []
    """Kinds of venues; empty: all."""
    window: Window | None = None
    """When slots may be asked for."""
    selection: Selection | None = None
    """Who gets a slot."""
    limits: Limits | None = None
    """What one person or household may hold."""
    overflow: Overflow | None = None
    """What is offered to those who were refused."""
    waitlist: Waitlist | None = None
    """Waiting for cancellations."""
    auto_release: AutoRelease | None = None
    """Giving up what nobody claims."""


class Policy(Part):
    """The parts a policy is composed of."""

    window: Window = Window()
    """When slots may be asked for."""
    selection: Selection = FirstCome()
    """Who gets a slot."""
    limits: Limits = Limits()
    """What one person or household may hold."""
    reserve: list[Reserve] = []
    """Rooms kept for some people."""
    overflow: Overflow | None = None
    """What is offered to those who were refused."""
    waitlist: Waitlist | None = None
    """Waiting for cancellations; `{}` switches it on."""
    auto_release: AutoRelease | None = None
    """Giving up what nobody claims; `{}` switches it on."""
    overbooking: Overbooking | None = None
    """Sessions of activities admit more people than there are places."""
    overrides: list[Override] = []
    """Parts that differ for some zones, tiers or kinds; of several that fit the last holds."""
