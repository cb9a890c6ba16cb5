"""What every part of a scenario shares: strict, frozen models and the names of units."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import BaseModel, ConfigDict, Field

__all__ = ["HoursOfDay", "Name", "Part", "Positive", "Probability", "Share", "Utility"]


class Part(BaseModel):
    """A mapping of the scenario: unknown keys are errors, values never change."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        strict=False,
        use_attribute_docstrings=True,
        allow_inf_nan=False,
        validate_default=True,
    )
    alternatives: ClassVar[tuple[tuple[str, ...], ...]] = ()
    """Groups of keys of which a child scenario that gives one drops the parent's others."""


Name = Annotated[str, Field(min_length=1, max_length=80, pattern=r"^[^\s/\\*,:][^/\\*,\n\r\t]*$")]
"""A name of a thing: any script, no `/ \\ * ,` (levels of products are joined by `*`)."""

Share = Annotated[float, Field(ge=0, le=1)]
Probability = Annotated[float, Field(ge=0, le=1)]
Positive = Annotated[float, Field(gt=0, le=1e9)]
Utility = Annotated[float, Field(ge=-1000, le=1000)]
HoursOfDay = Annotated[str, Field(pattern=r"^([01]?\d|2[0-4])-([01]?\d|2[0-4])$")]
"""A stretch of the day in whole hours, `18-22`: from 18:00 until 22:00."""
