"""Where things lie in an area: a rounded outline, sectors, and points that keep apart."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from sim.world.generate.draws import uniforms
from sim.world.generate.spec import AreaSpec

__all__ = ["Point", "Sector", "Shape", "spread"]

KM_PER_DEGREE_LAT = 110.87
KM_PER_DEGREE_LON = 111.32
Point = tuple[float, float]
"""Kilometres east and north of the area's middle."""


@dataclass(frozen=True, slots=True)
class Sector:
    """A zone's piece of the cake, in radians."""

    middle: float
    width: float

    @property
    def whole(self) -> bool:
        """Whether it is the whole area."""
        return self.width > 6.28


@dataclass(frozen=True, slots=True)
class Shape:
    """A synthetic outline: a circle with two keyed waves, no real boundary."""

    area: AreaSpec
    phases: tuple[float, float]

    @classmethod
    def of(cls, area: AreaSpec, seed: int) -> Shape:
        """Draw the outline of an area."""
        u = uniforms(seed, "outline", area.prefix + area.zones[0].name, 2)
        return cls(area, (2 * math.pi * u[0], 2 * math.pi * u[1]))

    def radius(self, angle: float) -> float:
        """Kilometres from the middle to the outline in a direction."""
        first, second = self.phases
        wave = 0.06 * math.cos(2 * angle + first) + 0.05 * math.cos(3 * angle + second)
        return self.area.radius_km * (1 + wave)

    def sector(self, zone: int) -> Sector:
        """Cut the piece of the zone with this index."""
        width = 2 * math.pi / len(self.area.zones)
        return Sector(math.pi * 7 / 6 + zone * width, width)

    def polar(self, angle: float, share: float) -> Point:
        """Give the point at a share of the way to the outline."""
        r = share * self.radius(angle)
        return (r * math.cos(angle), r * math.sin(angle))

    def holds(self, point: Point) -> bool:
        """Tell whether a point lies inside the outline."""
        return math.hypot(*point) <= self.radius(math.atan2(point[1], point[0]))

    def lonlat(self, point: Point) -> tuple[float, float]:
        """WGS-84 longitude and latitude, to about a metre."""
        lon = point[0] / (KM_PER_DEGREE_LON * math.cos(math.radians(self.area.lat)))
        lat = point[1] / KM_PER_DEGREE_LAT
        return (round(self.area.lon + lon, 5), round(self.area.lat + lat, 5))


def spread(
    candidates: Iterable[Point], taken: Iterable[Point], fits: Callable[[Point], bool]
) -> Point:
    """Of the candidates that fit, the one farthest from what is taken (Mitchell 1991).

    Only earlier points matter, so a point that comes later moves none before it.
    """
    others = list(taken)
    offered = list(candidates)
    allowed = [p for p in offered if fits(p)] or offered

    def room(p: Point) -> float:
        return min((math.dist(p, q) for q in others), default=math.inf)

    return max(allowed, key=lambda p: round(room(p), 9))
