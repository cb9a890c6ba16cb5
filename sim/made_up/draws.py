"""Keyed draws of a made-up world: numbers that depend on their names alone, points on a plane."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Iterable, Iterator
from statistics import NormalDist

import numpy as np

Point = tuple[float, float]
"""Kilometres east and north of a middle."""
KM_PER_DEGREE_LAT, KM_PER_DEGREE_LON = 110.87, 111.32
"""On the ellipsoid at 30 degrees north: only where things are put; how far they are is left to
`sim.scenario.derived.distances`."""


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


def households(u: float, more: float = 0.0, low: float = 100, high: float = 4_000) -> float:
    """Households of a compound: sizes of 118 compounds of Yuhang, 2019, larger by `more` in log."""
    return lognormal(u, 6.44 + more, 1.04, low, high)


def lonlat(point: Point, middle: Point) -> Point:
    """WGS-84 longitude and latitude of a point, to about a metre."""
    lon = point[0] / (KM_PER_DEGREE_LON * math.cos(math.radians(middle[1])))
    return round(middle[0] + lon, 5), round(middle[1] + point[1] / KM_PER_DEGREE_LAT, 5)


def point_of(lon: float, lat: float, middle: Point) -> Point:
    """Kilometres east and north of the middle."""
    scale = KM_PER_DEGREE_LON * math.cos(math.radians(middle[1]))
    return (lon - middle[0]) * scale, (lat - middle[1]) * KM_PER_DEGREE_LAT


def points_around(middle: Point, ring: tuple[float, float], u: list[float]) -> Iterator[Point]:
    """Points in a ring around a point."""
    low, high = ring
    for a, r in zip(u[0::2], u[1::2], strict=True):
        km, angle = math.sqrt(low**2 + r * (high**2 - low**2)), 2 * math.pi * a
        yield (middle[0] + km * math.cos(angle), middle[1] + km * math.sin(angle))


def farthest(
    candidates: Iterable[Point], taken: Iterable[Point], fits: Callable[[Point], bool]
) -> Point:
    """Choose the candidate that fits and is farthest from what is taken (Mitchell 1991).

    Only earlier points matter, so a point that comes later moves none before it.
    """
    others, offered = list(taken), list(candidates)
    allowed = [p for p in offered if fits(p)] or offered
    return max(
        allowed, key=lambda p: round(min((math.dist(p, q) for q in others), default=math.inf), 9)
    )
