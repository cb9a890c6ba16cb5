"""What a generated world is asked to be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["TABLES", "AreaSpec", "Focus", "WorldSpec", "ZoneSpec"]

Focus = Literal["family", "startup", "life", "mixed"]
"""Whom a zone is for: decides its mix of people and the rooms of its centres."""

TABLES = (
    "communities",
    "origins",
    "people",
    "centres",
    "venues",
    "places",
    "hours",
    "off_platform",
)


@dataclass(frozen=True, slots=True)
class ZoneSpec:
    """A zone 片区: how many of everything, and for whom."""

    name: str
    """Name of the zone; zones of the same name in several areas are one zone."""
    short: str
    """What names of its communities, compounds and parks begin with."""
    focus: Focus
    communities: int
    compounds: int
    villages: int = 0
    """Villages come on top of the compounds."""
    anchors: int = 1
    """Centres of subdistrict level."""
    parks: int = 0
    employees: int = 0
    """People who work in the parks and live elsewhere."""
    students: int = 0
    """People at the zone's campus who are not counted as residents."""

    def __post_init__(self) -> None:
        if self.communities < 1 or self.compounds < 1 or self.anchors < 1:
            raise ValueError(f"zone {self.name}: communities, compounds and anchors must be >= 1")
        if self.employees > 0 and self.parks < 1:
            raise ValueError(f"zone {self.name}: {self.employees} employees need a park")


@dataclass(frozen=True, slots=True)
class AreaSpec:
    """A subdistrict 街道: a rounded shape around a point, cut into zones like a cake."""

    lon: float
    lat: float
    radius_km: float
    zones: tuple[ZoneSpec, ...]
    households: int
    residents_in_households: int
    residents_collective: int
    """Residents of collective households (shared flats, staff housing)."""
    compound_rooms: int
    """Bookable rooms in compounds and villages, all together."""
    prefix: str = ""
    """Set before every name of the area except the zones'."""

    @property
    def residents(self) -> int:
        """All residents of the area."""
        return self.residents_in_households + self.residents_collective


@dataclass(frozen=True, slots=True)
class WorldSpec:
    """A world: areas side by side."""

    name: str
    areas: tuple[AreaSpec, ...]
    tables: tuple[str, ...] = TABLES
    """Tables that `write_world` writes; a variant of another world writes what differs."""
