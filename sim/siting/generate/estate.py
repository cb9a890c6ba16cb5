"""An old estate with idle buildings, after Huaxing 华兴 in Pingyao 瓶窑: its own small world."""

from __future__ import annotations

import math

from sim.siting.generate.tables import Files, Point, lonlat
from sim.world.generate.draws import apportion, uniforms
from sim.world.generate.rows import Row

__all__ = ["FOUND_M2", "estate"]

MIDDLE = (119.955, 30.385)
"""Somewhere in the north of the district; no real place."""
FOUND_M2 = 4_732
"""Floor area that planning found; the article's."""
HOUSEHOLDS, PER_HOUSEHOLD = 3_600, 2.3
"""Of the estate and what lies around it (assumption)."""
COMMUNITIES = ("华兴东社区", "华兴西社区")
BLOCKS = 12
SHARES = {
    "child": 0.10,
    "teenager": 0.03,
    "working_adult": 0.24,
    "young_family": 0.11,
    "midlife": 0.22,
    "older": 0.22,
    "oldest": 0.08,
}
"""Older than the district, as old estates are (assumption)."""
HALF_KM = (0.42, 0.30)
"""Half the estate's extent, east and north: some 50 ha."""
BUILDINGS = (
    ("旧锅炉房", "community", 620),
    ("原供销社", "subdistrict", 980),
    ("老厂房一层", "subdistrict", 860),
    ("旧自行车棚东", "community", 240),
    ("旧自行车棚西", "community", 260),
    ("腾退门面房北", "subdistrict", 410),
    ("腾退门面房南", "subdistrict", 380),
    ("旧居委会楼", "community", 520),
    ("架空层一", "community", 212),
    ("架空层二", "community", 250),
)
"""Idle buildings with the tier of what may be in them and their floor area, in all `FOUND_M2`."""
SOURCE = "synthetic; an old estate made up; assumption"


def estate(seed: int) -> Files:
    """Tables of the estate: blocks of houses, one small centre of today, idle buildings."""
    blocks = _blocks(seed)
    return {
        "communities": [
            {"community": c, "zone": "邻里片区", "source": SOURCE} for c in COMMUNITIES
        ],
        "origins": blocks,
        "people": _people(blocks),
        "centres": _centres(),
        "venues": _venues(),
        "hours": _hours(),
        "candidates": _candidates(seed),
    }


def _community(point: Point) -> str:
    return COMMUNITIES[0] if point[0] >= 0 else COMMUNITIES[1]


def _blocks(seed: int) -> list[Row]:
    """Blocks of houses on a grid of four by three, a little moved."""
    rows: list[Row] = []
    points: list[Point] = []
    for i in range(BLOCKS):
        u = uniforms(seed, "estate block", str(i), 2)
        east = HALF_KM[0] * (2 * (i % 4 + 0.5 + 0.4 * (u[0] - 0.5)) / 4 - 1)
        north = HALF_KM[1] * (2 * (i // 4 + 0.5 + 0.4 * (u[1] - 0.5)) / 3 - 1)
        points.append((east, north))
    weights = [0.6 + 0.8 * uniforms(seed, "estate size", str(i), 1)[0] for i in range(BLOCKS)]
    sizes = apportion(weights, HOUSEHOLDS)
    for i, (point, n) in enumerate(zip(points, sizes, strict=True)):
        lon, lat = lonlat(point, MIDDLE)
        rows.append(
            {
                "origin": f"华兴{i + 1}组团",
                "type": "compound",
                "community": _community(point),
                "lon": lon,
                "lat": lat,
                "presence": "always",
                "households": n,
                "source": SOURCE,
            }
        )
    return rows


def _people(blocks: list[Row]) -> list[Row]:
    rows: list[Row] = []
    for block in blocks:
        total = round(int(block["households"]) * PER_HOUSEHOLD)
        for segment, n in zip(SHARES, apportion(list(SHARES.values()), total), strict=True):
            rows.append(
                {"origin": block["origin"], "segment": segment, "people": n, "source": SOURCE}
            )
    return rows


def _centres() -> list[Row]:
    lon, lat = lonlat((-0.25, 0.1), MIDDLE)
    return [
        {
            "centre": "华兴老年活动室",
            "tier": "community",
            "community": COMMUNITIES[1],
            "compound": "",
            "lon": lon,
            "lat": lat,
            "source": SOURCE,
        }
    ]


def _venues() -> list[Row]:
    return [
        {
            "venue": f"华兴老年活动室·活动室{i + 1}",
            "centre": "华兴老年活动室",
            "kind": "activity_room",
            "capacity": 30,
            "area_m2": 65,
            "access": "public",
            "hours": "day",
            "slot_minutes": 30,
            "drop_in": "no",
            "source": SOURCE,
        }
        for i in range(2)
    ]


def _hours() -> list[Row]:
    rows = (
        ("day", "Mon-Sun", "8:30", "17:30"),
        ("long", "Mon-Sun holiday", "8:00", "21:30"),
    )
    return [
        {"hours": name, "days": days, "open": first, "close": last, "source": SOURCE}
        for name, days, first, last in rows
    ]


def _candidates(seed: int) -> list[Row]:
    rows: list[Row] = []
    for i, (name, tier, area) in enumerate(BUILDINGS):
        u = uniforms(seed, "estate building", name, 2)
        angle = 2 * math.pi * (i + 0.5 * u[0]) / len(BUILDINGS)
        share = 0.35 + 0.5 * u[1]
        point = (HALF_KM[0] * share * math.cos(angle), HALF_KM[1] * share * math.sin(angle))
        lon, lat = lonlat(point, MIDDLE)
        rows.append(
            {
                "site": name,
                "lon": lon,
                "lat": lat,
                "tier": tier,
                "community": _community(point),
                "compound": "",
                "access": "public",
                "area_m2": area,
                "kinds": "",
                "rent_yuan_per_m2_day": 1.0,
                "rent_low": 0.5,
                "rent_high": 2.0,
                "capital_yuan_per_m2": 600,
                "source": f"{SOURCE}; in all {FOUND_M2:,} m2 (article), split over buildings by us",
            }
        )
    return rows
