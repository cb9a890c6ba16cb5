"""Policy part `limits`: what one person or household may hold, and what not turning up costs."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from sim.scenario.schema.base import Part

By = Literal["resident", "household"]


class Cap(Part):
    """Hours booked at most in a stretch of time; cancelled hours do not count."""

    at_most: Annotated[float, Field(gt=0, le=10_000)]
    """Hours."""
    per: Literal["day", "week", "month"] = "week"
    """Of use: calendar day, Monday to Sunday, calendar month."""
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
    """Who is suspended."""


class Limits(Part):
    """What one person or household may hold."""

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
