"""Centres of the three tiers and the venues in them."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sim.world.generate.draws import apportion, uniforms
from sim.world.generate.norms import Tier
from sim.world.generate.places import Origin, ZonePlaces
from sim.world.generate.rooms import community_rooms, compound_rooms, subdistrict_rooms
from sim.world.generate.rows import Row
from sim.world.generate.shape import Point, Shape
from sim.world.generate.spec import AreaSpec

__all__ = ["Centre", "centres_of", "rooms_in_compounds"]

ROOMS_AT_MOST = 3
"""Bookable rooms of one compound."""
VILLAGE_TURNS = 50
"""Villages take turns of their own, so that a new compound leaves them as they are."""
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

    def row(self, shape: Shape) -> Row:
        """Row of `centres.csv`."""
        lon, lat = shape.lonlat(self.point)
        return {
            "centre": self.name,
            "tier": self.tier,
            "community": self.community,
            "compound": self.compound,
            "lon": lon,
            "lat": lat,
            "source": "synthetic; no real place",
        }


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
        spot = _beside(point, name, 0.15, seed)
        yield Centre(name, "subdistrict", near.name, "", spot, subdistrict_rooms(focus), i)
    for i, c in enumerate(zone.communities):
        name = f"{c.name}{HOUSE}"
        spot = _beside(c.point, name, 0.1, seed)
        yield Centre(name, "community", c.name, "", spot, community_rooms(focus, i), i)
    for home in zone.homes:
        if rooms[home.name]:
            yield _station(home, rooms[home.name], seed)


def _station(home: Origin, rooms: int, seed: int) -> Centre:
    index = home.index + (VILLAGE_TURNS if home.type == "village" else 0)
    name = f"{home.name}{STATION}"
    spot = _beside(home.point, name, 0.06, seed)
    kinds = compound_rooms(index, rooms)
    return Centre(name, "compound", home.community, home.name, spot, kinds, index)


def _beside(point: Point, name: str, km: float, seed: int) -> Point:
    """Draw a keyed point at most `km` away."""
    a, r = uniforms(seed, "centre", name, 2)
    distance, angle = km * math.sqrt(r), 2 * math.pi * a
    return (point[0] + distance * math.cos(angle), point[1] + distance * math.sin(angle))
