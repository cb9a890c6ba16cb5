"""Communities, compounds, villages, parks and campuses of an area: names and points."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from sim.made_up.draws import (
    Point,
    farthest,
    households,
    lognormal,
    lonlat,
    points_around,
    uniforms,
)
from sim.made_up.towns import AreaSpec, ZoneSpec

COMPOUND_KM, VILLAGE_KM = (0.12, 0.58), (0.75, 1.2)
"""Distances from a community's middle within which its compounds and villages lie."""
DIGITS = "零一二三四五六七八九"


@dataclass(frozen=True, slots=True)
class Community:
    """A community 社区 and its middle."""

    name: str
    point: Point


@dataclass(frozen=True, slots=True)
class Origin:
    """A place where people start from.

    Attributes
    ----------
    weight
        Relative size: households as drawn, or employees, before scaling to a total.
    index
        Number within its zone and type, from 0.
    """

    name: str
    type: Literal["compound", "village", "workplace", "campus"]
    community: str
    point: Point
    weight: float
    index: int


@dataclass(frozen=True, slots=True)
class ZonePlaces:
    """A zone laid out; anchors are the middles that centres of subdistrict level stand for."""

    spec: ZoneSpec
    anchors: tuple[Point, ...]
    communities: tuple[Community, ...]
    homes: tuple[Origin, ...]
    works: tuple[Origin, ...]


@dataclass(frozen=True, slots=True)
class Outline:
    """A synthetic outline: a circle with two keyed waves, no real boundary, cut like a cake."""

    area: AreaSpec
    seed: int
    phases: tuple[float, float]

    @classmethod
    def draw(cls, area: AreaSpec, seed: int) -> Outline:
        """Draw the outline of an area."""
        u = uniforms(seed, "outline", area.prefix + area.zones[0].name, 2)
        return cls(area, seed, (2 * math.pi * u[0], 2 * math.pi * u[1]))

    def radius(self, angle: float) -> float:
        """Kilometres from the middle to the outline in a direction."""
        first, second = self.phases
        wave = 0.06 * math.cos(2 * angle + first) + 0.05 * math.cos(3 * angle + second)
        return self.area.radius_km * (1 + wave)

    @property
    def width(self) -> float:
        """Width of a zone's sector in radians."""
        return 2 * math.pi / len(self.area.zones)

    def middle(self, zone: int) -> float:
        """Direction of the middle of a zone's sector."""
        return math.pi * 7 / 6 + zone * self.width

    def polar(self, angle: float, share: float) -> Point:
        """Point at a share of the way to the outline."""
        r = share * self.radius(angle)
        return (r * math.cos(angle), r * math.sin(angle))

    def holds(self, point: Point) -> bool:
        """Whether a point lies inside the outline."""
        return math.hypot(*point) <= self.radius(math.atan2(point[1], point[0]))

    def lonlat(self, point: Point) -> Point:
        """WGS-84 longitude and latitude, to about a metre."""
        return lonlat(point, (self.area.lon, self.area.lat))

    def in_sector(self, zone: int, u: list[float], reach: float) -> Iterator[Point]:
        """Candidates spread evenly over a zone's sector, away from its borders."""
        alone = len(self.area.zones) == 1
        inner, width = (0.0, self.width) if alone else (0.22, 0.82 * self.width)
        for a, r in zip(u[0::2], u[1::2], strict=True):
            share = math.sqrt(inner**2 + r * (reach**2 - inner**2))
            yield self.polar(self.middle(zone) + width * (a - 0.5), share)


def numeral(n: int) -> str:
    """Chinese numeral of 1 to 99."""
    tens, ones = divmod(n, 10)
    head = "" if tens == 0 else ("十" if tens == 1 else DIGITS[tens] + "十")
    return head + (DIGITS[ones] if ones else "")


def nearest_community(communities: Sequence[Community], point: Point) -> str:
    """Name of the community whose middle is nearest."""
    return min(communities, key=lambda c: (round(math.dist(c.point, point), 9), c.name)).name


def lay_out(outline: Outline) -> tuple[ZonePlaces, ...]:
    """Lay out every zone of an area."""
    zones = []
    for number, spec in enumerate(outline.area.zones):
        communities = tuple(_communities(outline, number))
        homes = (
            *_homes(outline, spec, "compound", communities),
            *_homes(outline, spec, "village", communities[::-1]),
        )
        share = 0.1 if len(outline.area.zones) == 1 and spec.anchors == 1 else 0.5
        anchors = tuple(
            outline.polar(
                outline.middle(number) + outline.width * ((i + 0.5) / spec.anchors - 0.5), share
            )
            for i in range(spec.anchors)
        )
        works = tuple(_works(outline, number, communities, anchors))
        zones.append(ZonePlaces(spec, anchors, communities, homes, works))
    return tuple(zones)


def _communities(outline: Outline, number: int) -> Iterator[Community]:
    spec = outline.area.zones[number]
    taken: list[Point] = []
    for i in range(spec.communities):
        name = f"{outline.area.prefix}{spec.short}{numeral(i + 1)}社区"
        u = uniforms(outline.seed, "community", name, 80)
        taken.append(farthest(outline.in_sector(number, u, 0.78), taken, outline.holds))
        yield Community(name, taken[-1])


def _homes(
    outline: Outline,
    spec: ZoneSpec,
    kind: Literal["compound", "village"],
    communities: tuple[Community, ...],
) -> Iterator[Origin]:
    """Deal compounds or villages to the communities in turn; sizes are lognormal, by name."""
    compound = kind == "compound"
    ring, number = (COMPOUND_KM, spec.compounds) if compound else (VILLAGE_KM, spec.villages)
    taken: list[Point] = []
    for i in range(number):
        suffix = f"{i + 1}号小区" if compound else f"{numeral(i + 1)}村"
        name = f"{outline.area.prefix}{spec.short}{suffix}"
        home = communities[i % len(communities)]
        u = uniforms(outline.seed, "home", name, 25)
        taken.append(farthest(points_around(home.point, ring, u[1:]), taken, outline.holds))
        yield Origin(name, kind, home.name, taken[-1], households(u[0]), i)


def _works(
    outline: Outline, number: int, communities: tuple[Community, ...], anchors: tuple[Point, ...]
) -> Iterator[Origin]:
    """Lay out parks and a campus, away from the middles, each in the nearest community."""
    spec = outline.area.zones[number]
    taken: list[Point] = [*anchors, *(c.point for c in communities)]
    for i in range(spec.parks + (1 if spec.students else 0)):
        campus = i >= spec.parks
        what = "1号校园" if campus else f"{i + 1}号产业园"
        name = f"{outline.area.prefix}{spec.short}{what}"
        u = uniforms(outline.seed, "workplace", name, 41)
        point = farthest(outline.in_sector(number, u[1:], 0.85), taken, outline.holds)
        taken.append(point)
        size = float(spec.students) if campus else lognormal(u[0], 0.0, 0.6, 0.2, 5.0)
        near = nearest_community(communities, point)
        yield Origin(name, "campus" if campus else "workplace", near, point, size, i)
