"""An old estate with idle buildings, after Huaxing 华兴 in Pingyao 瓶窑: its own small world."""

from __future__ import annotations

import math

from sim.made_up.people import residents_of
from sim.made_up.shape import Point, lonlat, uniforms
from sim.made_up.siting.candidates import candidate
from sim.made_up.tables import Files, Row, row
from sim.stats.apportion import apportion

MIDDLE = (119.955, 30.385)
"""Somewhere in the north of the district; no real place."""
FOUND_M2 = 4_732
"""Floor area that planning found; the article's."""
HOUSEHOLDS, PER_HOUSEHOLD = 3_600, 2.3
"""Households of the estate and of what lies around it, and people in each (assumption)."""
COMMUNITIES = ("华兴东社区", "华兴西社区")
ZONE, CENTRE = "邻里片区", "华兴老年活动室"
BLOCKS = 12
SHARES = (0.10, 0.03, 0.24, 0.11, 0.22, 0.22, 0.08)
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


def huaxing(seed: int) -> Files:
    """Tables of the estate: blocks of houses, one small centre of today, idle buildings."""
    blocks = _blocks(seed)
    middle = lonlat((-0.25, 0.1), MIDDLE)
    return {
        "communities": [row("communities", c, ZONE, SOURCE) for c in COMMUNITIES],
        "origins": blocks,
        "people": residents_of(blocks, SHARES, PER_HOUSEHOLD, SOURCE),
        "centres": [row("centres", CENTRE, "community", COMMUNITIES[1], "", *middle, SOURCE)],
        "venues": [
            row(
                "venues",
                f"{CENTRE}·活动室{i + 1}", CENTRE, "activity_room", 30, 65, "public", "day", 30,
                "no", SOURCE,
            )
            for i in range(2)
        ],
        "hours": [
            row("hours", "day", "Mon-Sun", "8:30", "17:30", SOURCE),
            row("hours", "long", "Mon-Sun holiday", "8:00", "21:30", SOURCE),
        ],
        "candidates": _candidates(seed),
    }  # fmt: skip


def _community(point: Point) -> str:
    return COMMUNITIES[0] if point[0] >= 0 else COMMUNITIES[1]


def _blocks(seed: int) -> list[Row]:
    """Blocks of houses on a grid of four by three, a little moved."""
    weights = [0.6 + 0.8 * uniforms(seed, "estate size", str(i), 1)[0] for i in range(BLOCKS)]
    rows: list[Row] = []
    for i, households in enumerate(apportion(weights, HOUSEHOLDS)):
        u = uniforms(seed, "estate block", str(i), 2)
        east = HALF_KM[0] * (2 * (i % 4 + 0.5 + 0.4 * (u[0] - 0.5)) / 4 - 1)
        north = HALF_KM[1] * (2 * (i // 4 + 0.5 + 0.4 * (u[1] - 0.5)) / 3 - 1)
        community, where = _community((east, north)), lonlat((east, north), MIDDLE)
        rows.append(
            row(
                "origins",
                f"华兴{i + 1}组团", "compound", community, *where, "always", households, SOURCE,
            )
        )  # fmt: skip
    return rows


def _candidates(seed: int) -> list[Row]:
    rows: list[Row] = []
    source = f"{SOURCE}; in all {FOUND_M2:,} m2 (article), split over buildings by us"
    for i, (name, tier, area) in enumerate(BUILDINGS):
        u = uniforms(seed, "estate building", name, 2)
        angle = 2 * math.pi * (i + 0.5 * u[0]) / len(BUILDINGS)
        share = 0.35 + 0.5 * u[1]
        point = (HALF_KM[0] * share * math.cos(angle), HALF_KM[1] * share * math.sin(angle))
        rows.append(
            candidate(
                name, lonlat(point, MIDDLE), tier, _community(point), area, source,
                rent=(1.0, 0.5, 2.0), capital=600, access="public",
            )
        )  # fmt: skip
    return rows
