"""Communities, compounds, villages, parks and campuses of a zone: names and points."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from sim.made_up.shape import Point, Sector, Shape, lognormal, points_around, spread, uniforms
from sim.made_up.towns import AreaSpec, ZoneSpec

HOUSEHOLDS_MU, HOUSEHOLDS_SIGMA = 6.44, 1.04
HOUSEHOLDS_LOW, HOUSEHOLDS_HIGH = 100, 4_000
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
    """A place where people start from."""

    name: str
    type: Literal["compound", "village", "workplace", "campus"]
    community: str
    point: Point
    weight: float
    """Relative size: households as drawn, or employees, before scaling to a total."""
    index: int
    """Number within its zone and type, from 0."""


@dataclass(frozen=True, slots=True)
class ZonePlaces:
    """A zone laid out."""

    spec: ZoneSpec
    anchors: tuple[Point, ...]
    communities: tuple[Community, ...]
    homes: tuple[Origin, ...]
    works: tuple[Origin, ...]


def numeral(n: int) -> str:
    """Chinese numeral of 1 to 99."""
    tens, ones = divmod(n, 10)
    head = "" if tens == 0 else ("十" if tens == 1 else DIGITS[tens] + "十")
    return head + (DIGITS[ones] if ones else "")


def lay_out(area: AreaSpec, seed: int) -> tuple[ZonePlaces, ...]:
    """Lay out every zone of an area."""
    shape = Shape.from_area(area, seed)
    return tuple(_zone(area, i, shape, seed) for i in range(len(area.zones)))


def _zone(area: AreaSpec, index: int, shape: Shape, seed: int) -> ZonePlaces:
    spec = area.zones[index]
    sector = shape.sector(index)
    communities = tuple(_communities(area, spec, sector, shape, seed))
    homes = (
        *_homes(area, spec, "compound", communities, shape, seed),
        *_homes(area, spec, "village", communities[::-1], shape, seed),
    )
    anchors = _anchors(spec, sector, shape)
    works = tuple(_works(area, spec, communities, anchors, sector, shape, seed))
    return ZonePlaces(spec, anchors, communities, homes, works)


def _anchors(spec: ZoneSpec, sector: Sector, shape: Shape) -> tuple[Point, ...]:
    """Middles of the parts of a sector that each centre of subdistrict level stands for."""
    n = spec.anchors
    share = 0.1 if sector.is_whole_area and n == 1 else 0.5
    angles = [sector.middle + sector.width * ((i + 0.5) / n - 0.5) for i in range(n)]
    return tuple(shape.polar(angle, share) for angle in angles)


def _in_sector(shape: Shape, sector: Sector, u: list[float], reach: float) -> Iterator[Point]:
    """Candidates spread evenly over a sector, away from its borders."""
    inner = 0.0 if sector.is_whole_area else 0.22
    width = sector.width if sector.is_whole_area else 0.82 * sector.width
    for a, r in zip(u[0::2], u[1::2], strict=True):
        share = math.sqrt(inner**2 + r * (reach**2 - inner**2))
        yield shape.polar(sector.middle + width * (a - 0.5), share)


def _communities(
    area: AreaSpec, spec: ZoneSpec, sector: Sector, shape: Shape, seed: int
) -> Iterator[Community]:
    taken: list[Point] = []
    for i in range(spec.communities):
        name = f"{area.prefix}{spec.short}{numeral(i + 1)}社区"
        u = uniforms(seed, "community", name, 80)
        point = spread(_in_sector(shape, sector, u, 0.78), taken, shape.holds)
        taken.append(point)
        yield Community(name, point)


def _homes(
    area: AreaSpec,
    spec: ZoneSpec,
    kind: Literal["compound", "village"],
    communities: tuple[Community, ...],
    shape: Shape,
    seed: int,
) -> Iterator[Origin]:
    """Deal compounds or villages to the communities in turn; sizes are lognormal, by name."""
    compound = kind == "compound"
    ring, number = (COMPOUND_KM, spec.compounds) if compound else (VILLAGE_KM, spec.villages)
    taken: list[Point] = []
    for i in range(number):
        suffix = f"{i + 1}号小区" if compound else f"{numeral(i + 1)}村"
        name = f"{area.prefix}{spec.short}{suffix}"
        home = communities[i % len(communities)]
        u = uniforms(seed, "home", name, 25)
        point = spread(points_around(home.point, ring, u[1:]), taken, shape.holds)
        taken.append(point)
        size = lognormal(u[0], HOUSEHOLDS_MU, HOUSEHOLDS_SIGMA, HOUSEHOLDS_LOW, HOUSEHOLDS_HIGH)
        yield Origin(name, kind, home.name, point, size, i)


def _works(
    area: AreaSpec,
    spec: ZoneSpec,
    communities: tuple[Community, ...],
    anchors: tuple[Point, ...],
    sector: Sector,
    shape: Shape,
    seed: int,
) -> Iterator[Origin]:
    """Lay out parks and a campus, away from the middles, each in the nearest community."""
    taken: list[Point] = [*anchors, *(c.point for c in communities)]
    campuses = 1 if spec.students else 0
    for i in range(spec.parks + campuses):
        campus = i >= spec.parks
        name = (
            f"{area.prefix}{spec.short}{1 if campus else i + 1}号{'校园' if campus else '产业园'}"
        )
        u = uniforms(seed, "workplace", name, 41)
        point = spread(_in_sector(shape, sector, u[1:], 0.85), taken, shape.holds)
        taken.append(point)
        near = min(communities, key=lambda c: (round(math.dist(c.point, point), 9), c.name))
        size = float(spec.students) if campus else lognormal(u[0], 0.0, 0.6, 0.2, 5.0)
        yield Origin(name, "campus" if campus else "workplace", near.name, point, size, i)
