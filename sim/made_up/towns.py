"""Towns that can be made up: how many of everything, and for whom.

`cangqian` and its variants, `district`, and repetitions of both for tests of scale.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from sim.made_up.tables import FACTS, TABLES
from sim.stats.apportion import apportion

PER_HOUSEHOLD = 2.35
"""Residents per household, after the 2.36 of Hangzhou's 2020 census."""
COLLECTIVE_PER_HOUSEHOLD = 0.15
"""Residents in collective households (shared flats, staff housing) per household (assumption)."""
CANGQIAN_HOUSEHOLDS, CANGQIAN_RADIUS_KM, CANGQIAN_COMMUNITIES = 60_000, 3.1, 12
SPACING_KM = 9.4
"""Distance between the middles of neighbouring areas."""
OTHER_COMMUNITIES = (18, 14, 12, 10, 9, 8, 7, 6, 4, 3, 3)
"""Communities of the district's other 11 areas (106 less Cangqian's 12; assumption)."""
DISTRICT_COMPOUNDS = 404
DISTRICT_HOUSEHOLDS = 564_000
"""Households of the district: 1.41 million residents at Cangqian's 2.5 (assumption)."""
MOST_COPIES = 1_000
NAMES = ("cangqian", "cangqian-45k", "cangqian-80k", "district")


@dataclass(frozen=True, slots=True)
class ZoneSpec:
    """A zone 片区: how many of everything, and for whom.

    Attributes
    ----------
    name
        Zones of the same name in several areas are one zone.
    short
        What names of its communities, compounds and parks begin with.
    focus
        A key of `focus` of the facts: decides its mix of people and the rooms of its centres.
    villages
        They come on top of the compounds.
    anchors
        Centres of subdistrict level.
    employees, students
        People who work in the parks, and at the campus, and live elsewhere.
    """

    name: str
    short: str
    focus: str
    communities: int
    compounds: int
    villages: int = 0
    anchors: int = 1
    parks: int = 0
    employees: int = 0
    students: int = 0


@dataclass(frozen=True, slots=True)
class AreaSpec:
    """A subdistrict 街道: a rounded shape around a point, cut into zones like a cake.

    Attributes
    ----------
    compound_rooms
        Bookable rooms in compounds and villages, all together.
    prefix
        Set before every name of the area except the zones'.
    """

    lon: float
    lat: float
    radius_km: float
    zones: tuple[ZoneSpec, ...]
    households: int
    compound_rooms: int
    prefix: str = ""

    @property
    def residents_in_households(self) -> int:
        """Residents who live in households."""
        return round(self.households * PER_HOUSEHOLD)

    @property
    def residents_collective(self) -> int:
        """Residents of collective households."""
        return round(self.households * COLLECTIVE_PER_HOUSEHOLD)


@dataclass(frozen=True, slots=True)
class WorldSpec:
    """A world: areas side by side; a variant of another world writes the tables that differ."""

    name: str
    areas: tuple[AreaSpec, ...]
    tables: tuple[str, ...] = TABLES


def cangqian(households: int = CANGQIAN_HOUSEHOLDS) -> WorldSpec:
    """One subdistrict with 219 venues: 54 + 84 in 3 + 12 centres, 81 rooms in compounds.

    Parameters
    ----------
    households
        Households of the residents; venues, employees and students stay as they are.
    """
    zones = tuple(ZoneSpec(**zone) for zone in FACTS["zones"])
    area = AreaSpec(119.9855, 30.2813, CANGQIAN_RADIUS_KM, zones, households, 81)
    if households == CANGQIAN_HOUSEHOLDS:
        return WorldSpec("cangqian", (area,))
    return WorldSpec(f"cangqian-{households // 1000}k", (area,), ("origins", "people"))


def district() -> WorldSpec:
    """Extrapolate the whole district from Cangqian: 106 communities, 404 compounds.

    Its other areas have one zone each, in proportion to its communities.
    """
    home = cangqian().areas[0]
    there = sum(z.compounds + z.villages for z in home.zones)
    compounds = apportion(OTHER_COMMUNITIES, DISTRICT_COMPOUNDS - there)
    twenties = apportion(OTHER_COMMUNITIES, (DISTRICT_HOUSEHOLDS - home.households) // 20)
    areas = [home]
    for i, n in enumerate(OTHER_COMMUNITIES):
        label = ("二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二")[i]
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
        rooms = round(1.8 * compounds[i])
        areas.append(AreaSpec(lon, lat, radius, (zone,), 20 * twenties[i], rooms))
    return WorldSpec("district", tuple(areas))


def repeat_areas(base: WorldSpec, copies: int) -> WorldSpec:
    """Set copies of a world side by side, in a square as far as it goes; zones keep names."""
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
    return WorldSpec(f"{base.name}-x{copies}", tuple(areas))


def spec_named(name: str) -> WorldSpec:
    """Look up a world by name.

    Parameters
    ----------
    name
        One of `NAMES`; or `scale:N`, N districts side by side; or `cangqian:N`, N subdistricts.

    Raises
    ------
    ValueError
        If there is no such world; the message says which there are.
    """
    if name in NAMES:
        base, _, thousands = name.partition("-")
        if base == "district":
            return district()
        return cangqian(int(thousands[:-1]) * 1000) if thousands else cangqian()
    base, colon, count = name.partition(":")
    bases = {"scale": district, "cangqian": cangqian}
    if colon and base in bases and count.isdecimal() and 1 <= int(count) <= MOST_COPIES:
        return repeat_areas(bases[base](), int(count))
    raise ValueError(
        f"no world {name!r}; there are {', '.join(NAMES)}, "
        f"scale:N (N districts side by side, N from 1 to {MOST_COPIES}) and cangqian:N"
    )
