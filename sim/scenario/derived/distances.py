"""How far things are before anything is built: great circles, and how far anybody goes."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np

from sim.arrays import F64
from sim.scenario.schema.demand import Segment
from sim.scenario.schema.place import Travel
from sim.scenario.schema.siting import WalkRow

KM_PER_DEGREE = 111.195
"""A degree of latitude on an earth of 6,371 km mean radius, for worlds and checks of inputs."""
EARTH_KM = math.degrees(KM_PER_DEGREE)


def kilometres(lon1: float, lat1: float, lon2: float, lat2: float) -> float:
    """Great-circle distance."""
    a, b = math.radians(lat1), math.radians(lat2)
    h = math.sin((b - a) / 2) ** 2
    h += math.cos(a) * math.cos(b) * math.sin(math.radians(lon2 - lon1) / 2) ** 2
    return 2 * EARTH_KM * math.asin(math.sqrt(min(1.0, h)))


def farthest_km(segments: Sequence[Segment], travel: Travel) -> float:
    """Route kilometres that the fastest mode of the fastest segment covers in the limit."""
    limit = travel.max_minutes
    speeds = [s.metres_per_second * limit for s in segments]
    if any(s.bicycle_share > 0 for s in segments):
        ride = max(0.0, limit - travel.bicycle.overhead_minutes)
        speeds.append(travel.bicycle.metres_per_second * ride)
    return max(speeds) * 60.0 / 1000.0


def known_walks(
    walks: Sequence[WalkRow],
    is_open: Callable[[str], bool],
    otherwise: Callable[[str, str], float],
) -> dict[tuple[str, str], float]:
    """Kilometres of walks that are known, by origin and centre or site.

    Walks over a link count where it is open and they are shorter than today's, or where no walk is
    known than `otherwise` says.
    """
    found = {(row.origin, row.centre): row.metres / 1000 for row in walks if row.link is None}
    for row in walks:
        if row.link is not None and is_open(row.link):
            pair = row.origin, row.centre
            today = found[pair] if pair in found else otherwise(*pair)
            found[pair] = min(today, row.metres / 1000)
    return found


def table_km(first: Sequence[tuple[float, float]], second: Sequence[tuple[float, float]]) -> F64:
    """(one, other) straight kilometres between points (lon, lat), on a plane between them."""
    a, b = np.array(first).reshape(-1, 2), np.array(second).reshape(-1, 2)
    middle = np.radians(np.concatenate((a, b))[:, 1].mean()) if len(a) + len(b) else 0.0
    scale = np.radians(np.array([np.cos(middle), 1.0])) * EARTH_KM
    away = (a[:, None, :] - b[None, :, :]) * scale
    return np.asarray(np.hypot(away[..., 0], away[..., 1]))
