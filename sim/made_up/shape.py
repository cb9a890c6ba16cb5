"""Where things lie in an area: a rounded outline, sectors, and points that keep apart."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from sim.made_up.towns import AreaSpec


def uniforms(seed: int, purpose: str, name: str, n: int) -> list[float]:
    """Uniform numbers in [0, 1) that depend on nothing but their names.

    Only doubles of a raw Philox stream are used (no distribution of numpy's, whose streams may
    change between versions), so the same seed gives the same files for years.
    """
    text = f"{seed}|{purpose}|{name}".encode()
    key = int.from_bytes(hashlib.sha256(text).digest()[:16], "little")
    raw = np.random.Philox(key=key).random_raw(n)
    return [int(x >> np.uint64(11)) * 2.0**-53 for x in np.atleast_1d(raw)]


def lognormal(u: float, mu: float, sigma: float, low: float, high: float) -> float:
    """Quantile `u` of a lognormal truncated to [low, high]."""
    normal = NormalDist(mu, sigma)
    p_low, p_high = normal.cdf(float(np.log(low))), normal.cdf(float(np.log(high)))
    p = min(max(p_low + u * (p_high - p_low), 1e-12), 1 - 1e-12)
    return min(max(float(np.exp(normal.inv_cdf(p))), low), high)


Point = tuple[float, float]
"""Kilometres east and north of a middle."""

KM_PER_DEGREE_LAT, KM_PER_DEGREE_LON = 110.87, 111.32
"""On the ellipsoid at 30 degrees north: only where things are put; how far they are is left to
`sim.scenario.derived.distances`."""


def lonlat(point: Point, middle: tuple[float, float]) -> tuple[float, float]:
    """WGS-84 longitude and latitude of a point, to about a metre."""
    lon = point[0] / (KM_PER_DEGREE_LON * math.cos(math.radians(middle[1])))
    return round(middle[0] + lon, 5), round(middle[1] + point[1] / KM_PER_DEGREE_LAT, 5)


def point_of(lon: float, lat: float, middle: tuple[float, float]) -> Point:
    """Kilometres east and north of the middle."""
    scale = KM_PER_DEGREE_LON * math.cos(math.radians(middle[1]))
    return (lon - middle[0]) * scale, (lat - middle[1]) * KM_PER_DEGREE_LAT


def points_around(middle: Point, ring: tuple[float, float], u: list[float]) -> Iterator[Point]:
    """Points in a ring around a point."""
    low, high = ring
    for a, r in zip(u[0::2], u[1::2], strict=True):
        km, angle = math.sqrt(low**2 + r * (high**2 - low**2)), 2 * math.pi * a
        yield (middle[0] + km * math.cos(angle), middle[1] + km * math.sin(angle))


@dataclass(frozen=True, slots=True)
class Sector:
    """A zone's piece of the cake, in radians."""

    middle: float
    width: float

    @property
    def is_whole_area(self) -> bool:
        """Whether it is the whole area."""
        return self.width > 6.28


@dataclass(frozen=True, slots=True)
class Shape:
    """A synthetic outline: a circle with two keyed waves, no real boundary."""

    area: AreaSpec
    phases: tuple[float, float]

    @classmethod
    def from_area(cls, area: AreaSpec, seed: int) -> Shape:
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
        return lonlat(point, (self.area.lon, self.area.lat))


def spread(
    candidates: Iterable[Point], taken: Iterable[Point], fits: Callable[[Point], bool]
) -> Point:
    """Choose the candidate that fits and is farthest from what is taken (Mitchell 1991).

    Only earlier points matter, so a point that comes later moves none before it.
    """
    others = list(taken)
    offered = list(candidates)
    allowed = [p for p in offered if fits(p)] or offered

    def room(p: Point) -> float:
        return min((math.dist(p, q) for q in others), default=math.inf)

    return max(allowed, key=lambda p: round(room(p), 9))
