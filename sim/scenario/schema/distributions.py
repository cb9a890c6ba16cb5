"""Named distributions. A distribution is a mapping whose `rule` names it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from sim.scenario.schema.base import Part, Positive

NonNegative = Annotated[float, Field(ge=0, le=1e9)]


class _Bounded(Part):
    min: NonNegative | None = None
    """Values below are lifted to this."""
    max: NonNegative | None = None
    """Values above are cut to this."""

    @model_validator(mode="after")
    def _ordered(self) -> _Bounded:
        if self.min is not None and self.max is not None and self.min > self.max:
            raise ValueError(f"min ({self.min:g}) must not exceed max ({self.max:g})")
        return self


class Constant(Part):
    """Always the same value."""

    rule: Literal["constant"]
    value: NonNegative


class Uniform(Part):
    """Every value between `low` and `high` alike."""

    rule: Literal["uniform"]
    low: NonNegative
    high: NonNegative

    @model_validator(mode="after")
    def _ordered(self) -> Uniform:
        if self.low >= self.high:
            raise ValueError(f"low ({self.low:g}) must be below high ({self.high:g})")
        return self


class Exponential(_Bounded):
    """Exponential with its mean."""

    rule: Literal["exponential"]
    mean: Positive


class Gamma(_Bounded):
    """Gamma with its mean and coefficient of variation."""

    rule: Literal["gamma"]
    mean: Positive
    cv: Annotated[float, Field(gt=0, le=20)]


class Lognormal(_Bounded):
    """Lognormal with its mean and coefficient of variation."""

    rule: Literal["lognormal"]
    mean: Positive
    cv: Annotated[float, Field(gt=0, le=20)]


class Poisson(_Bounded):
    """Poisson with its mean."""

    rule: Literal["poisson"]
    mean: Annotated[float, Field(gt=0, le=1e4)]


class NegativeBinomial(_Bounded):
    """Negative binomial with its mean and dispersion (variance = mean + mean^2 / dispersion)."""

    rule: Literal["negative_binomial"]
    mean: Annotated[float, Field(gt=0, le=1e4)]
    dispersion: Annotated[float, Field(gt=0, le=1e4)]


class Choice(Part):
    """One of some values, each with a weight."""

    rule: Literal["choice"]
    values: Annotated[list[NonNegative], Field(min_length=1, max_length=1000)]
    weights: Annotated[list[NonNegative], Field(min_length=1, max_length=1000)]

    @model_validator(mode="after")
    def _paired(self) -> Choice:
        if len(self.values) != len(self.weights):
            raise ValueError(
                f"{len(self.values)} values but {len(self.weights)} weights: one weight per value"
            )
        if sum(self.weights) <= 0:
            raise ValueError("weights must not all be zero")
        if len(set(self.values)) != len(self.values):
            raise ValueError("values must differ from each other")
        return self


class Histogram(Part):
    """Uniform within bands: `edges` has one more entry than `weights`."""

    rule: Literal["histogram"]
    edges: Annotated[list[NonNegative], Field(min_length=2, max_length=1001)]
    weights: Annotated[list[NonNegative], Field(min_length=1, max_length=1000)]

    @model_validator(mode="after")
    def _paired(self) -> Histogram:
        if len(self.edges) != len(self.weights) + 1:
            raise ValueError(
                f"{len(self.edges)} edges but {len(self.weights)} weights: "
                "edges must be one more than weights"
            )
        if any(b <= a for a, b in zip(self.edges, self.edges[1:], strict=False)):
            raise ValueError("edges must rise")
        if sum(self.weights) <= 0:
            raise ValueError("weights must not all be zero")
        return self


Distribution = Annotated[
    Constant
    | Uniform
    | Exponential
    | Gamma
    | Lognormal
    | Poisson
    | NegativeBinomial
    | Choice
    | Histogram,
    Field(discriminator="rule"),
]


def lowest(dist: Distribution) -> float:
    """Smallest value (0 where nothing bounds the distribution)."""
    match dist:
        case Constant():
            return dist.value
        case Uniform():
            return dist.low
        case Choice():
            pairs = zip(dist.values, dist.weights, strict=True)
            return min(value for value, weight in pairs if weight > 0)
        case Histogram():
            pairs = zip(dist.edges, dist.weights, strict=False)
            return min(edge for edge, weight in pairs if weight > 0)
        case _:
            return dist.min or 0.0


def highest(dist: Distribution) -> float | None:
    """Largest value; None where only chance bounds it."""
    match dist:
        case Constant():
            return dist.value
        case Uniform():
            return dist.high
        case Choice():
            pairs = zip(dist.values, dist.weights, strict=True)
            return max(value for value, weight in pairs if weight > 0)
        case Histogram():
            return dist.edges[-1]
        case _:
            return dist.max
