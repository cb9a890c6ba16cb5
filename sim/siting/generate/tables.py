"""Columns of the tables that are generated, and points on a map around a middle."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from sim.season.timetable import COLUMNS as BLOCKS
from sim.world.generate.rows import COLUMNS as WORLD
from sim.world.generate.rows import Row

__all__ = ["COLUMNS", "Files", "Point", "lonlat", "point_of"]

Files = Mapping[str, Sequence[Row]]
"""Name of a file without `.csv` -> its rows."""
Point = tuple[float, float]
"""Kilometres east and north of a middle."""
KM_PER_DEGREE_LAT, KM_PER_DEGREE_LON = 110.87, 111.32

COLUMNS: dict[str, tuple[str, ...]] = {
    **WORLD,
    "activities": BLOCKS,
    "candidates": (
        "site",
        "lon",
        "lat",
        "tier",
        "community",
        "compound",
        "access",
        "area_m2",
        "kinds",
        "rent_yuan_per_m2_day",
        "rent_low",
        "rent_high",
        "capital_yuan_per_m2",
        "source",
    ),
    "handovers": ("compound", "community", "lon", "lat", "households", "handover", "source"),
    "links": (
        "link",
        "yuan",
        "yuan_low",
        "yuan_high",
        "life_years",
        "operation_yuan_per_year",
        "operation_low",
        "operation_high",
        "source",
    ),
    "walks": ("origin", "centre", "metres", "link", "source"),
}
"""Columns of each table, in the order in which they are written."""


def lonlat(point: Point, middle: tuple[float, float]) -> tuple[float, float]:
    """WGS-84 longitude and latitude of a point, to about a metre."""
    lon = point[0] / (KM_PER_DEGREE_LON * math.cos(math.radians(middle[1])))
    return round(middle[0] + lon, 5), round(middle[1] + point[1] / KM_PER_DEGREE_LAT, 5)


def point_of(lon: float, lat: float, middle: tuple[float, float]) -> Point:
    """Kilometres east and north of the middle."""
    scale = KM_PER_DEGREE_LON * math.cos(math.radians(middle[1]))
    return (lon - middle[0]) * scale, (lat - middle[1]) * KM_PER_DEGREE_LAT
