"""Policy part `selection`: who gets a slot that several ask for."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from sim.scenario.schema.base import Name, NameOf, Part, SegmentName
from sim.scenario.schema.tables import Days, TimeOfDay

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
