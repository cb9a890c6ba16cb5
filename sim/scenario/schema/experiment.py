"""How often to run, how to look at it, and what is drawn beside the ranges of single numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field, model_validator

from sim.metrics import METRICS
from sim.scenario.schema.base import FILE, Decides, Part, Share, SomeHours

if TYPE_CHECKING:
    Primary = str
else:
    Primary = Literal[tuple(metric.name for metric in METRICS.values() if metric.primary)]


from sim.scenario.schema.base import Line, Name

Confidence = Annotated[float, Field(ge=0.5, lt=1)]


class Precision(Part):
    """Replicate until the half-widths of the primary metrics are this small."""

    precision: Annotated[float, Field(gt=0, le=1)]
    """Half-width of the interval, absolute (shares)."""
    confidence: Confidence = 0.95
    """Confidence of the intervals, in the stopping rule and as shown."""
    at_most: Annotated[int, Field(ge=5, le=100_000)] = 200
    """Cap on replications."""


class Experiment(Part):
    """Replications and seed."""

    replications: Annotated[
        Annotated[int, Field(ge=1, le=100_000)] | Precision, Decides("reports")
    ] = 20
    """A number, or a mapping that asks for a precision."""
    seed: Annotated[int, Field(ge=0, le=2**63 - 1), Decides("reports")] = 1
    """Root of all random numbers."""
    warm_up_days: Annotated[int, Field(ge=0, le=3660)] = 21
    """Days simulated before the counting window; at least the booking window."""
    confidence: Annotated[Confidence | None, Decides("reports")] = None
    """Confidence of intervals where the number of replications is fixed; empty: 0.95."""
    primary: Annotated[list[Primary], Field(min_length=1, max_length=3), Decides("reports")] = [
        "served_share"
    ]
    """Metrics (of all) whose precision decides when to stop; at most 3. Where none is named and
    supply, access or residents differ, `linli compare` takes `met_share`."""
    indifference: Annotated[float, Field(gt=0, le=1), Decides("reports")] = 0.01
    """Difference in the first primary metric too small to matter where the best is looked for."""

    @model_validator(mode="after")
    def _one_confidence(self) -> Experiment:
        if isinstance(self.replications, Precision) and self.confidence is not None:
            raise ValueError("confidence belongs into replications where that asks for a precision")
        return self

    @property
    def interval_confidence(self) -> float:
        """Confidence of the intervals that are shown."""
        if isinstance(self.replications, Precision):
            return self.replications.confidence
        return 0.95 if self.confidence is None else self.confidence


class Analysis(Part):
    """How results are grouped."""

    peak_weekday: SomeHours = "18-22"
    """Peak hours of weekdays."""
    peak_weekend: SomeHours = "9-21"
    """Peak hours of weekends and public holidays."""
    planning_limit: Annotated[Share, Decides("reports", fitted=False)] = 0.8
    """Utilisation above which a venue counts as comfortably full; a line in charts."""


class Calibration(Part):
    """Totals that `linli calibrate` fits the levels of demand, activities and points to."""

    log: Annotated[str | None, FILE] = None
    """Log of bookings as `linli import` writes it, relative to the file that names it: demand is
    fitted to it instead of `bookings`, its shapes too; `linli check` reads it as well."""
    bookings: Annotated[int, Field(ge=1, le=10**9)]
    """Bookings made in the counting window, cancelled ones included."""
    participations: Annotated[int, Field(ge=1, le=10**9)] | None = None
    """People who came to activities in the counting window, company included."""
    redemptions: Annotated[int, Field(ge=1, le=10**9)] | None = None
    """Goods taken for points in the counting window."""
    tolerance: Annotated[float, Field(gt=0, le=0.1)] = 0.005
    """|mean - target| / target at most."""
    half_width: Annotated[float, Field(gt=0, le=0.1)] = 0.0025
    """Half-width / target at most."""


class Sensitivity(Part):
    """Numbers that move together, and other worlds that might be the true one."""

    ties: dict[Name, Annotated[list[Line], Field(min_length=1)]] = {}
    """Name -> keys of numbers with a range that move as one, as `segments.*.metres_per_second`:
    when one is a tenth into its range, all are; `*` stands for one step of a key."""
    worlds: dict[Name, Annotated[list[Line], Field(min_length=1, max_length=20)]] = {}
    """Name -> alternatives, scenario files of which each is drawn as often as the scenario itself:
    what the file itself says, but for its name and its fit, is laid over."""
