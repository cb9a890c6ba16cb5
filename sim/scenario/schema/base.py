"""What parts of a scenario share: strict models, names of units, facts that a key states of itself.

Facts stand in the annotation of the field. Hashes, references, what `--set` may bring in and the
reference page are read off them. A key that states nothing decides everything.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal, Self, get_args

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

What = Literal["nothing", "reports", "results", "wishes", "residents"]
"""How much depends on a key; whatever is named includes all that stands before it.

nothing: no run depends on it, such as what may be built or what things are called. reports: how
results are grouped or compared, and from where a level is taken. results: what becomes of wishes,
such as the rules. wishes: which wishes are made and where they may go. residents: who they are and
what they want.
"""
DEPTHS: dict[str, int] = {what: depth for depth, what in enumerate(get_args(What))}


@dataclass(frozen=True, slots=True)
class Decides:
    """Results that depend on a key, and on all keys inside it, at most.

    Attributes
    ----------
    what
        How much.
    fitted
        Whether a fitted level of demand depends on it.
    """

    what: What = "residents"
    fitted: bool = True

    def within(self, outer: Decides) -> Decides:
        """Scope of a key that stands inside another: no more than that one's."""
        what = min(self.what, outer.what, key=DEPTHS.__getitem__)
        return Decides(what, self.fitted and outer.fitted)


@dataclass(frozen=True, slots=True)
class OnGrid:
    """A length or time of day lies on the slot grid that a key names."""

    key: Literal["grid_minutes", "allocation.grid_minutes"] = "grid_minutes"


class NameOf:
    """The text is a name that is given elsewhere.

    Attributes
    ----------
    where
        Dotted keys of mappings (`demand.curves`) and tables (`venues`) of which one gives the name.
    words
        Words that may stand here too.
    parts
        Finds the names in a text that may hold several.
    """

    def __init__(
        self,
        *where: str,
        words: tuple[str, ...] = (),
        parts: Callable[[str], Iterable[str]] = lambda text: (text,),
    ) -> None:
        self.where, self.words, self.parts = where, words, parts


@dataclass(frozen=True, slots=True)
class Names:
    """The mapping gives names to things: what one of them is called."""

    word: str


@dataclass(frozen=True, slots=True)
class Means:
    """Texts that mean the same are the same: what a text means."""

    meaning: Callable[[str], Any]


SEASON_GRID = OnGrid("allocation.grid_minutes")
FILE = Decides("nothing", fitted=False)
"""For a key that names a file: the file's content decides, not its path."""


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
VenueName = Annotated[Name, NameOf("venues")]
CentreName = Annotated[Name, NameOf("centres")]
CommunityName = Annotated[Name, NameOf("communities")]
OriginName = Annotated[Name, NameOf("origins")]
HoursName = Annotated[Name, NameOf("hours")]

Line = Annotated[str, Field(pattern=r"^[^\x00-\x1f\x7f-\x9f]*$")]
"""Text on one line that terminals and charts can show."""


class Translated(Part):
    """A name in Chinese and in English; where one is missing, the other stands."""

    zh: Line = ""
    """In Chinese."""
    en: Line = ""
    """In English."""


Label = Annotated[Line | Translated, Decides("nothing", fitted=False)]
"""What something is called where it is shown: no hash depends on it."""


NamedLabel = Annotated[Label, Field(description="Name for charts; empty: the key.")]


def whole_label(label: str | Translated) -> str:
    """A label on one line, Chinese first where it has both languages."""
    return label if isinstance(label, str) else f"{label.zh} {label.en}".strip()


Tier = Literal["subdistrict", "community", "compound"]
Weekday = Literal["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
Share = Annotated[float, Field(ge=0, le=1)]
Probability = Annotated[float, Field(ge=0, le=1)]
Positive = Annotated[float, Field(gt=0, le=1e9)]
Yuan = Annotated[float, Field(ge=0, le=1e12)]
Utility = Annotated[float, Field(ge=-1000, le=1000)]
Date = Annotated[dt.date, Field(ge=dt.date(2000, 1, 1), le=dt.date(2100, 12, 31))]


def check_dates(first: dt.date | None, last: dt.date | None) -> None:
    """Refuse a last date before the first."""
    if first is not None and last is not None and last < first:
        raise ValueError(f"until ({last}) must not lie before from ({first})")


class Dates(Part):
    """Dates from the first until the last one, both included."""

    first: Date = Field(alias="from")
    """First day."""
    last: Date = Field(alias="until")
    """Last day (included)."""

    @model_validator(mode="after")
    def _ordered_dates(self) -> Self:
        check_dates(self.first, self.last)
        return self


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


def _not_empty(band: str) -> str:
    hours_of(band)
    return band


SomeHours = Annotated[HoursOfDay, AfterValidator(_not_empty)]
"""A stretch of the day that is not empty."""
