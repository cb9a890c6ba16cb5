"""Rows of siting tables: candidate sites, links, walks that are known by name, new compounds."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import Field, field_validator, model_validator

from sim.scenario.schema.base import Name, NameOf, Part
from sim.scenario.schema.place import Date
from sim.scenario.schema.season.rows import listed
from sim.scenario.schema.tables import (
    CommunityName,
    Latitude,
    Longitude,
    OriginName,
    Source,
)

Yuan = Annotated[float, Field(ge=0, le=1e12)]
Rent = Annotated[float, Field(ge=0, le=1000)]
_FIXED = re.compile(r"^(?P<kind>.+?)(\s+x?(?P<n>\d{1,3}))?$")


def parse_fixed(text: str) -> dict[str, int]:
    """Rooms by kind in a cell such as `badminton_court 2; hall`.

    Raises
    ------
    ValueError
        If a kind stands there twice or with no room.
    """
    found: dict[str, int] = {}
    for part in listed(text):
        match = _FIXED.match(part)
        assert match is not None  # any text that is not empty matches
        kind, n = match["kind"], int(match["n"] or 1)
        if kind in found or n == 0:
            why = "stands there twice" if kind in found else "0 rooms are none: leave it out"
            raise ValueError(f"{part!r}: {why}")
        found[kind] = n
    return found


def _not_swapped(data: Any) -> Any:
    """Refuse a latitude that can only be a longitude, in words that say so."""
    try:
        lon, lat = float(data["lon"]), float(data["lat"])
    except (KeyError, TypeError, ValueError):
        return data
    if abs(lat) > 85 >= abs(lon) and abs(lat) <= 180:
        raise ValueError(f"lon {lon:g}, lat {lat:g}: lon and lat are swapped")
    return data


def _check_range(what: str, base: float | None, low: float | None, high: float | None) -> None:
    """Refuse a range that does not hold its value."""
    if base is None:
        if low is not None or high is not None:
            raise ValueError(f"{what}: a range without a value")
    elif not (base if low is None else low) <= base <= (base if high is None else high):
        raise ValueError(f"{what}: {base:g} lies outside its range ({low} to {high})")


class CandidateRow(Part):
    """A place where rooms may be opened: a new site, or a centre that is there."""

    site: Annotated[Name, Field(max_length=40)]
    """Its name; unique; that of a centre where it is one."""
    lon: Longitude
    """Longitude, WGS-84."""
    lat: Latitude
    """Latitude, WGS-84."""
    tier: Literal["subdistrict", "community", "compound"]
    """Subdistrict 街道级, community 社区级 or compound 小区级."""
    community: CommunityName
    """The community it lies in."""
    compound: OriginName | None = None
    """The compound it belongs to (compound tier)."""
    access: Literal["public", "community", "compound"] | None = None
    """Who may enter rooms opened here; empty: by tier everybody, the community, the compound."""
    area_m2: Annotated[float, Field(gt=0, le=100_000)]
    """Floor area that is to be had."""
    kinds: Annotated[str, NameOf("siting.rooms", parts=listed)] = ""
    """Kinds that may be opened here, parted by `;`; empty: all of `siting.rooms`."""
    rent_yuan_per_m2_day: Rent | None = None
    """Rent, or what the space would bring; empty: none is counted."""
    rent_low: Rent | None = None
    """The least it might be; empty: the same."""
    rent_high: Rent | None = None
    """The most it might be; empty: the same."""
    capital_yuan_per_m2: Yuan = 0.0
    """Works at the building beyond the fit-out of rooms, once, a square metre that is used."""
    most_rooms: Annotated[int, Field(ge=1, le=50)] | None = None
    """Rooms of any one kind at most; with `most_per_site` of the kind the smaller holds."""
    fixed: Annotated[str, NameOf("siting.rooms", parts=parse_fixed)] = ""
    """Rooms that are decided already, parted by `;`: `badminton_court 2; hall`."""
    source: Source
    """Where the row comes from, in words."""

    _swapped = model_validator(mode="before")(_not_swapped)

    @field_validator("fixed")
    @classmethod
    def _readable(cls, text: str) -> str:
        parse_fixed(text)
        return text

    @model_validator(mode="after")
    def _whole(self) -> CandidateRow:
        if self.tier == "compound" and self.compound is None:
            raise ValueError("a site of tier compound must name its compound")
        if self.access == "compound" and self.tier != "compound":
            raise ValueError(f"access compound, but the site is of tier {self.tier}")
        _check_range(
            "rent_yuan_per_m2_day", self.rent_yuan_per_m2_day, self.rent_low, self.rent_high
        )
        return self

    @property
    def rule(self) -> str:
        """The rule on who may enter: as written, or by tier."""
        by_tier = {"subdistrict": "public", "community": "community", "compound": "compound"}
        return self.access or by_tier[self.tier]


class LinkRow(Part):
    """A footbridge, passage or path that shortens walks."""

    link: Annotated[Name, NameOf("walks")]
    """Its name; unique; some walk must be shorter by it."""
    yuan: Yuan
    """Capital, once."""
    yuan_low: Yuan | None = None
    """The least it might be; empty: the same."""
    yuan_high: Yuan | None = None
    """The most it might be; empty: the same."""
    life_years: Annotated[float, Field(ge=1, le=200)]
    """Years over which the capital is annualised."""
    operation_yuan_per_year: Yuan = 0.0
    """Light, cleaning, repairs, a year."""
    operation_low: Yuan | None = None
    """The least it might be; empty: the same."""
    operation_high: Yuan | None = None
    """The most it might be; empty: the same."""
    fixed: Literal["yes", "no"] = "no"
    """Whether it is decided already."""
    source: Source
    """Where the row comes from, in words."""

    @model_validator(mode="after")
    def _ranges(self) -> LinkRow:
        _check_range("yuan", self.yuan, self.yuan_low, self.yuan_high)
        operation = self.operation_yuan_per_year, self.operation_low, self.operation_high
        _check_range("operation_yuan_per_year", *operation)
        return self


class WalkRow(Part):
    """A walk whose length is known, or that a link shortens."""

    origin: Annotated[Name, NameOf("origins", "handovers")]
    """Where people start."""
    centre: Annotated[Name, NameOf("centres", "candidates")]
    """The centre, or the candidate site, that they walk to."""
    metres: Annotated[float, Field(gt=0, le=200_000)]
    """Length of the way."""
    link: Name | None = None
    """Only while this link is open, and only if it is shorter; empty: today's way, whatever the
    straight line."""
    source: Source
    """Where the row comes from, in words."""


class HandoverRow(Part):
    """A new compound that is handed over."""

    compound: Name
    """Its name: of an origin whose people it adds to, or a new one."""
    community: CommunityName
    """The community it lies in."""
    lon: Longitude
    """Longitude, WGS-84."""
    lat: Latitude
    """Latitude, WGS-84."""
    households: Annotated[int, Field(ge=1, le=10**6)]
    """Households once all have moved in."""
    handover: Date
    """When the first move in."""
    source: Source
    """Where the row comes from, in words."""

    _swapped = model_validator(mode="before")(_not_swapped)
