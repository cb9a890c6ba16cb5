"""What every part of a scenario shares: strict, frozen models and the names of units."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import BaseModel, ConfigDict, Field

from sim.scenario.schema.facts import NameOf


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


_NAME = r"^[^\s/\\*,:\x00-\x1f\x7f-\x9f][^/\\*,\x00-\x1f\x7f-\x9f]*$"
Name = Annotated[str, Field(min_length=1, max_length=80, pattern=_NAME)]
"""A name of a thing: any script, no `/ \\ * ,` (levels of products are joined by `*`)."""

SegmentName = Annotated[Name, NameOf("segments")]
KindName = Annotated[Name, NameOf("kinds")]
ZoneName = Annotated[Name, NameOf("zones")]

Line = Annotated[str, Field(pattern=r"^[^\x00-\x1f\x7f-\x9f]*$")]
"""Text on one line that terminals and charts can show."""

Share = Annotated[float, Field(ge=0, le=1)]
Probability = Annotated[float, Field(ge=0, le=1)]
Positive = Annotated[float, Field(gt=0, le=1e9)]
Utility = Annotated[float, Field(ge=-1000, le=1000)]
HoursOfDay = Annotated[str, Field(pattern=r"^([01]?\d|2[0-4])-([01]?\d|2[0-4])$")]
"""A stretch of the day in whole hours, `18-22`: from 18:00 until 22:00."""


def hours_of(band: str) -> tuple[int, int]:
    """First and last hour of `HoursOfDay`.

    Raises
    ------
    ValueError
        If the stretch is empty.
    """
    start, end = (int(hour) for hour in band.split("-"))
    if start >= end:
        raise ValueError(f"hours {band!r} are empty: the first must lie before the second")
    return start, end
