"""How often to run and how to look at it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, field_validator

from sim.scenario.schema.base import HoursOfDay, Name, Part, Share

__all__ = ["Analysis", "Calibration", "Experiment", "Precision"]

Primary = Literal[
    "served_share",
    "met_share",
    "asked_share",
    "first_choice_share",
    "used_share",
    "utilisation_booked",
]


class Precision(Part):
    """Replicate until the half-widths of the primary metrics are this small."""

    precision: Annotated[float, Field(gt=0, le=1)]
    """Half-width of the interval, absolute (shares)."""
    confidence: Annotated[float, Field(ge=0.5, lt=1)] = 0.95
    at_most: Annotated[int, Field(ge=5, le=100_000)] = 200


class Experiment(Part):
    """Replications and seed."""

    replications: Annotated[int, Field(ge=1, le=100_000)] | Precision = 20
    seed: Annotated[int, Field(ge=0, le=2**63 - 1)] = 1
    warm_up_days: Annotated[int, Field(ge=0, le=3660)] = 21
    """Simulated before the counting window; at least the booking window."""
    confidence: Annotated[float, Field(ge=0.5, lt=1)] = 0.95
    primary: Annotated[list[Primary], Field(min_length=1, max_length=3)] = ["served_share"]


class Analysis(Part):
    """How results are grouped."""

    peak_weekday: HoursOfDay = "18-22"
    peak_weekend: HoursOfDay = "9-21"
    planning_limit: Share = 0.8
    """Utilisation above which a venue counts as comfortably full; a line in charts."""


class Calibration(Part):
    """What `linli calibrate` fits the demand level to."""

    bookings: Annotated[int, Field(ge=1, le=10**9)]
    """Bookings made in the counting window, cancelled ones included."""
    tolerance: Annotated[float, Field(gt=0, le=0.1)] = 0.005
    """|mean - target| / target at most."""
    half_width: Annotated[float, Field(gt=0, le=0.1)] = 0.0025
    """Half-width / target at most."""
    label: Name | None = None

    @field_validator("half_width")
    @classmethod
    def _fine(cls, v: float) -> float:
        return v
