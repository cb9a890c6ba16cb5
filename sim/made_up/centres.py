"""Centres of the three tiers: where they are, their rooms, hours and access."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sim.made_up.hours import OUTDOOR, schedule_of
from sim.made_up.origins import Origin, ZonePlaces
from sim.made_up.rooms import (
    NORMS,
    TIER_RANGE,
    Tier,
    community_rooms,
    compound_rooms,
    subdistrict_rooms,
)
from sim.made_up.shape import Point, uniforms
from sim.made_up.tables import Row, row
from sim.made_up.towns import AreaSpec, Focus
from sim.stats.apportion import apportion

ROOMS_AT_MOST = 3
"""Bookable rooms of one compound."""
VILLAGE_TURNS = 50
"""Villages take turns of their own, so that a new compound leaves them as they are."""
COMMUNITY_ONLY = 2
"""Which community centre of each zone, counted from 0, serves its own community only."""
DROP_IN = ("reading_room", "table_tennis")
"""Kinds that people also use without booking while nobody holds the room (assumption)."""
PUBLIC_STATIONS = 5
"""Every fifth room in a compound is open to all."""
STATION, HOUSE = "邻里驿站", "邻里中心"


@dataclass(frozen=True, slots=True)
class Centre:
    """A centre 邻里中心, where it is and what rooms it has.

    Attributes
    ----------
    rooms
        Kinds, one entry a room.
    index
        Its number among the centres of its tier and zone; decides hours and access in turn.
    """

    name: str
    tier: Tier
    community: str
    compound: str
    point: Point
    rooms: tuple[str, ...]
    index: int


def rooms_in_compounds(area: AreaSpec, zones: Sequence[ZonePlaces]) -> dict[str, int]:
    """Bookable rooms of each compound: more in larger ones, none in the smallest."""
    homes = [h for z in zones for h in z.homes]
    weights = [h.weight**0.7 for h in homes]
    counts = apportion(weights, area.compound_rooms, 0, ROOMS_AT_MOST)
    return {h.name: n for h, n in zip(homes, counts, strict=True)}


def centres_of(
    area: AreaSpec, zone: ZonePlaces, rooms: dict[str, int], seed: int
) -> Iterator[Centre]:
    """Centres of a zone, tier by tier."""
    focus = zone.spec.focus
    for i, point in enumerate(zone.anchors):
        number = "" if len(zone.anchors) == 1 else f"{i + 1}号"
        name = f"{area.prefix}{zone.spec.name}{number}街道级{HOUSE}"
        near = min(zone.communities, key=lambda c: (round(math.dist(c.point, point), 9), c.name))
        spot = _point_near(point, name, 0.15, seed)
        yield Centre(name, "subdistrict", near.name, "", spot, subdistrict_rooms(focus), i)
    for i, c in enumerate(zone.communities):
        name = f"{c.name}{HOUSE}"
        spot = _point_near(c.point, name, 0.1, seed)
        yield Centre(name, "community", c.name, "", spot, community_rooms(focus, i), i)
    for home in zone.homes:
        if rooms[home.name]:
            yield _station(home, rooms[home.name], seed)


def _station(home: Origin, rooms: int, seed: int) -> Centre:
    index = home.index + (VILLAGE_TURNS if home.type == "village" else 0)
    name = f"{home.name}{STATION}"
    spot = _point_near(home.point, name, 0.06, seed)
    kinds = compound_rooms(index, rooms)
    return Centre(name, "compound", home.community, home.name, spot, kinds, index)


def _point_near(point: Point, name: str, km: float, seed: int) -> Point:
    """Draw a keyed point at most `km` away."""
    a, r = uniforms(seed, "centre", name, 2)
    distance, angle = km * math.sqrt(r), 2 * math.pi * a
    return (point[0] + distance * math.cos(angle), point[1] + distance * math.sin(angle))


def venue_rows(centre: Centre, focus: Focus, zone: int, seed: int) -> Iterator[Row]:
    """Rows of `venues.csv` of one centre: sizes after the norms, hours and access after it."""
    hours = schedule_of(centre.tier, focus, centre.index, zone)
    numbers: Counter[str] = Counter()
    for kind in centre.rooms:
        norm = NORMS[kind]
        numbers[kind] += 1
        name = f"{centre.name}·{norm.label}{numbers[kind]}"
        area = _area(kind, centre, name, seed)
        yield row(
            "venues",
            name, centre.name, kind, norm.capacity_of(area), area, _access(centre),
            OUTDOOR if kind == "basketball_court" else hours, norm.slot_minutes,
            "yes" if kind in DROP_IN else "no", f"synthetic; {norm.basis}",
        )  # fmt: skip


def _area(kind: str, centre: Centre, name: str, seed: int) -> int:
    """Whole square metres within the part of the norm's range that the tier uses."""
    low, high = NORMS[kind].area_m2
    first, last = TIER_RANGE[centre.tier]
    (u,) = uniforms(seed, "area", name, 1)
    return round(low + (high - low) * (first + (last - first) * u))


def _access(centre: Centre) -> str:
    """Access of a room: public at subdistrict level; the others take turns."""
    if centre.tier == "compound":
        return "public" if centre.index % PUBLIC_STATIONS == PUBLIC_STATIONS - 1 else "compound"
    if centre.tier == "community" and centre.index % 5 == COMMUNITY_ONLY:
        return "community"
    return "public"
