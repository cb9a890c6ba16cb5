"""Towns that can be made up: how many of everything, and for whom.

`cangqian` and its variants, `district`, and repetitions of both for tests of scale.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Literal

from sim.stats.apportion import apportion

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
        """Number of residents of the area."""
        return self.residents_in_households + self.residents_collective


@dataclass(frozen=True, slots=True)
class WorldSpec:
    """A world: areas side by side."""

    name: str
    areas: tuple[AreaSpec, ...]
    tables: tuple[str, ...] = TABLES
    """Tables that are written; a variant of another world writes what differs."""


PER_HOUSEHOLD = 2.35
"""Residents per household, after the 2.36 of Hangzhou's 2020 census."""
COLLECTIVE_PER_HOUSEHOLD = 0.15
"""Residents in collective households per household (9,000 beside 60,000; assumption)."""
CANGQIAN_RADIUS_KM = 3.1
CANGQIAN_COMMUNITIES = 12
SPACING_KM = 9.4
"""Distance between the middles of neighbouring areas."""

OTHER_COMMUNITIES = (18, 14, 12, 10, 9, 8, 7, 6, 4, 3, 3)
"""Communities of the district's other 11 areas (106 less Cangqian's 12; assumption)."""
DISTRICT_COMPOUNDS = 404
DISTRICT_HOUSEHOLDS = 564_000
"""Households of the district: 1.41 million residents at Cangqian's 2.5 (assumption)."""
NUMERALS = "二三四五六七八九"


def _area(
    lon: float,
    lat: float,
    radius_km: float,
    zones: tuple[ZoneSpec, ...],
    households: int,
    compound_rooms: int,
) -> AreaSpec:
    """Make an area whose residents follow from its households."""
    return AreaSpec(
        lon=lon,
        lat=lat,
        radius_km=radius_km,
        zones=zones,
        households=households,
        residents_in_households=round(households * PER_HOUSEHOLD),
        residents_collective=round(households * COLLECTIVE_PER_HOUSEHOLD),
        compound_rooms=compound_rooms,
    )


def cangqian(households: int = 60_000) -> WorldSpec:
    """One subdistrict with 219 venues: 54 + 84 in 3 + 12 centres, 81 rooms in compounds.

    Parameters
    ----------
    households
        Households of the residents; venues, employees and students stay as they are.
    """
    zones = (
        ZoneSpec("和合万家", "和合", "family", 4, 14, 2, parks=1, employees=4_000),
        ZoneSpec(
            "科创未来", "科创", "startup", 4, 14, 1, parks=6, employees=34_000, students=25_000
        ),
        ZoneSpec("产居梦想", "产居", "life", 4, 12, 2, parks=5, employees=22_000),
    )
    base = households == 60_000
    return WorldSpec(
        name="cangqian" if base else f"cangqian-{households // 1000}k",
        areas=(_area(119.9855, 30.2813, CANGQIAN_RADIUS_KM, zones, households, 81),),
        tables=TABLES if base else ("origins", "people"),
    )


def _other_areas() -> tuple[AreaSpec, ...]:
    """Make the district's other areas: one zone each, in proportion to its communities."""
    home = cangqian().areas[0]
    sizes = OTHER_COMMUNITIES
    own_compounds = sum(z.compounds + z.villages for z in home.zones)
    compounds = apportion(sizes, DISTRICT_COMPOUNDS - own_compounds)
    twenties = apportion(sizes, (DISTRICT_HOUSEHOLDS - home.households) // 20)
    areas = []
    for i, n in enumerate(sizes):
        label = NUMERALS[i] if i < len(NUMERALS) else "十" + ("", "一", "二")[i - len(NUMERALS)]
        zone = ZoneSpec(
            f"{label}号片区",
            f"{label}区",
            "mixed",
            n,
            compounds[i],
            anchors=2 if n >= 12 else 1,
            parks=max(1, n // 3),
            employees=2_500 * n,
            students=15_000 if i < 2 else 0,
        )
        column, row = (i + 1) % 4, (i + 1) // 4
        lat = home.lat + row * SPACING_KM / 110.87
        lon = home.lon - column * SPACING_KM / (111.32 * math.cos(math.radians(home.lat)))
        radius = CANGQIAN_RADIUS_KM * math.sqrt(n / CANGQIAN_COMMUNITIES)
        areas.append(_area(lon, lat, radius, (zone,), 20 * twenties[i], round(1.8 * compounds[i])))
    return tuple(areas)


def district() -> WorldSpec:
    """Extrapolate the whole district from Cangqian: 106 communities, 404 compounds."""
    return WorldSpec(name="district", areas=cangqian().areas + _other_areas())


def repeat_areas(base: WorldSpec, copies: int) -> WorldSpec:
    """Set copies of a world side by side, in a square as far as it goes; zones keep names."""
    if copies < 1:
        raise ValueError(f"{copies} copies of a world: at least 1")
    lons = [a.lon for a in base.areas]
    lats = [a.lat for a in base.areas]
    step = SPACING_KM / 111.32
    width = max(lons) - min(lons) + step / math.cos(math.radians(max(lats)))
    height = max(lats) - min(lats) + step
    columns = math.ceil(math.sqrt(copies))
    areas = [
        replace(
            a,
            lon=a.lon + width * (i % columns),
            lat=a.lat - height * (i // columns),
            prefix=a.prefix if i == 0 else f"{i + 1}城·{a.prefix}",
        )
        for i in range(copies)
        for a in base.areas
    ]
    return WorldSpec(name=f"{base.name}-x{copies}", areas=tuple(areas))


SPECS: MappingProxyType[str, Callable[[], WorldSpec]] = MappingProxyType(
    {
        "cangqian": cangqian,
        "cangqian-45k": lambda: cangqian(45_000),
        "cangqian-80k": lambda: cangqian(80_000),
        "district": district,
    }
)
"""Worlds by name."""


def spec_named(name: str) -> WorldSpec:
    """Look up a world by name.

    Parameters
    ----------
    name
        A key of `SPECS`; or `scale:N`, N districts side by side; or `cangqian:N`, N subdistricts.

    Raises
    ------
    ValueError
        If there is no such world; the message says which there are.
    """
    if name in SPECS:
        return SPECS[name]()
    base, colon, count = name.partition(":")
    bases = {"scale": district, "cangqian": cangqian}
    if colon and base in bases and count.isdecimal() and 1 <= int(count) <= 1_000:
        return repeat_areas(bases[base](), int(count))
    raise ValueError(
        f"no world {name!r}; there are {', '.join(SPECS)}, "
        "scale:N (N districts side by side, N from 1 to 1000) and cangqian:N"
    )
