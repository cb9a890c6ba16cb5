"""How bookers respond to the rules: every one an assumption, the same under all policies."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from sim.scenario.schema.base import Part, Probability


class Retry(Part):
    """Looking again after a refusal."""

    share: Probability = 0.0
    """Share of refused requests whose booker looks again."""
    after_hours: Annotated[float, Field(gt=0, le=24 * 400)] = 24.0
    """Mean time until then (exponential)."""
    at_most: Annotated[int, Field(ge=1, le=100)] = 3
    """Times, at most; each time the share decides again."""


class Responses(Part):
    """What bookers do where the rules make it worth while."""

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
