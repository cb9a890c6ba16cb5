"""Both sides of a canal and a road, after Nanteng 南滕 in Wuchang 五常: walks around, and links."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator

from sim.made_up.people import residents_of
from sim.made_up.shape import Point, lonlat, uniforms
from sim.made_up.siting.candidates import candidate
from sim.made_up.tables import Files, Row, row
from sim.stats.apportion import apportion

MIDDLE = (120.045, 30.245)
"""Somewhere in the south-east of the district; no real place."""
COMMUNITY, ZONE, STATION = "南滕社区", "邻里片区", "地铁站出口"
DETOUR = 1.35
CANAL, ROAD = 0.0, 0.65
"""A canal and a main road from north to south, in kilometres east of the middle."""
CANAL_CROSSING: Point = (CANAL, -0.75)
ROAD_CROSSING: Point = (ROAD, -0.55)
"""Where they can be crossed today."""
BRIDGES: tuple[tuple[str, float], ...] = (
    ("空中步道", 0.05),
    ("空中连廊1", -0.35),
    ("空中连廊2", -0.15),
    ("空中连廊3", 0.25),
    ("空中连廊4", 0.42),
    ("空中连廊5", 0.60),
    ("空中连廊6", 0.78),
)
"""A sky path and six sky bridges over the canal, with kilometres north (numbers: the article)."""
PASSAGE = "地下通道800米"
METRO: Point = (0.92, 0.30)
PASSAGE_END: Point = (0.20, 0.30)
PASSAGE_METRES = 800
"""The underground passage to the metro, below the road; its length is the article's."""
SHORTENS_METRES = 50
"""Less is not worth a row."""
CENTRES: tuple[tuple[str, Point, tuple[tuple[str, int, int, int], ...]], ...] = (
    ("南滕邻里中心", (0.18, 0.28), (("activity_room", 3, 30, 80), ("meeting_room", 2, 16, 40),
                              ("badminton_court", 2, 6, 125))),
    ("南滕健康中心", (-0.22, 0.02), (("health_room", 3, 2, 25), ("dance_studio", 1, 16, 110))),
    ("南滕文化艺术中心", (0.30, -0.20), (("art_room", 2, 24, 80), ("dance_studio", 1, 16, 110),
                                ("hall", 1, 150, 260))),
    ("南滕托育中心", (-0.35, 0.45), (("children_room", 3, 24, 90),)),
)  # fmt: skip
"""Neighbourhood, health, arts and childcare centres with kind, number, people and m2."""
HOMES: tuple[Point, ...] = (
    (-0.70, 0.70), (-0.45, 0.10), (-0.60, -0.35), (-0.20, 0.62), (-0.85, 0.20), (-0.25, -0.50),
    (0.45, 0.62), (0.55, 0.05), (0.35, -0.45), (0.80, 0.10),
)  # fmt: skip
HOUSEHOLDS, PER_HOUSEHOLD = 9_000, 2.4
SHARES = (0.15, 0.04, 0.36, 0.20, 0.14, 0.09, 0.02)
RIDERS = 3_000
"""People who come by metro for work, beside the residents."""
SITES: tuple[tuple[str, Point, int], ...] = (
    ("西岸底商", (-0.55, 0.40), 500),
    ("西岸架空层", (-0.50, -0.10), 260),
    ("西岸旧库房", (-0.65, 0.62), 700),
    ("东岸底商", (0.50, 0.40), 500),
    ("地铁口商铺", (0.86, 0.24), 320),
)
SOURCE = "synthetic; a neighbourhood on both sides of a canal made up; assumption"
MAPPED = f"synthetic; points on a map, detour {DETOUR}; assumption"


def nanteng(seed: int) -> Files:
    """Tables of the neighbourhood, its walks around the canal and its links."""
    homes = _homes(seed)
    where = lonlat(METRO, MIDDLE)
    station = row("origins", STATION, "workplace", COMMUNITY, *where, "office_hours", 0, SOURCE)
    riders = row("people", STATION, "employee", RIDERS, SOURCE)
    starts = {**{str(h["origin"]): p for h, p in zip(homes, HOMES, strict=True)}, STATION: METRO}
    ends = {name: point for name, point, _ in (*CENTRES, *SITES)}
    return {
        "communities": [row("communities", COMMUNITY, ZONE, SOURCE)],
        "origins": [*homes, station],
        "people": [*residents_of(homes, SHARES, PER_HOUSEHOLD, SOURCE), riders],
        "centres": [
            row("centres", name, "community", COMMUNITY, "", *lonlat(point, MIDDLE), SOURCE)
            for name, point, _ in CENTRES
        ],
        "venues": list(_venues()),
        "hours": [row("hours", "day", "Mon-Sun holiday", "8:30", "21:00", SOURCE)],
        "walks": list(_walks(starts, ends)),
        "links": list(_links()),
        "candidates": [
            candidate(
                name, lonlat(point, MIDDLE), "community", COMMUNITY, area, SOURCE,
                rent=(2.0, 1.5, 3.0), capital=300, access="public",
            )
            for name, point, area in SITES
        ],
    }  # fmt: skip


def _homes(seed: int) -> list[Row]:
    weights = [0.5 + uniforms(seed, "bank home", str(i), 1)[0] for i in range(len(HOMES))]
    sizes = apportion(weights, HOUSEHOLDS)
    return [
        row(
            "origins",
            f"南滕{i + 1}号小区", "compound", COMMUNITY, *lonlat(point, MIDDLE), "always", n,
            SOURCE,
        )
        for i, (point, n) in enumerate(zip(HOMES, sizes, strict=True))
    ]  # fmt: skip


def _venues() -> Iterator[Row]:
    for centre, _, kinds in CENTRES:
        for kind, number, capacity, area in kinds:
            slot = 60 if kind in ("badminton_court", "hall") else 30
            for i in range(number):
                yield row(
                    "venues",
                    f"{centre}·{kind}{i + 1}", centre, kind, capacity, area, "public", "day", slot,
                    "no", SOURCE,
                )  # fmt: skip


def _way(*points: Point) -> float:
    """Metres along some points, by detour over each straight line."""
    return 1000 * DETOUR * sum(math.dist(p, q) for p, q in itertools.pairwise(points))


def _walks(starts: dict[str, Point], ends: dict[str, Point]) -> Iterator[Row]:
    """Today's walks around canal and road, then by each link what is much shorter.

    A walk that two links together would shorten has a row for each alone.
    """
    for start, p in starts.items():
        for end, q in ends.items():
            sides = _side(p), _side(q)
            today = _way(p, *_crossings(sides), q)
            if sides[0] != sides[1]:
                yield row("walks", start, end, round(today), "", MAPPED)
            for name, metres in _by_links(p, q, sides):
                if metres < today - SHORTENS_METRES:
                    yield row("walks", start, end, round(metres), name, MAPPED)


def _side(point: Point) -> int:
    """0 west of the canal, 1 between canal and road, 2 beyond the road, where the metro is."""
    return int(point[0] > CANAL) + int(point[0] > ROAD)


def _crossings(sides: tuple[int, int]) -> list[Point]:
    """Where a walk from one side to the other crosses today, in its order."""
    low, high = sorted(sides)
    found = [(CANAL_CROSSING, ROAD_CROSSING)[i] for i in range(low, high)]
    return found if sides[0] <= sides[1] else found[::-1]


def _by_links(p: Point, q: Point, sides: tuple[int, int]) -> Iterator[tuple[str, float]]:
    """Links that a walk can use, each alone, with its metres then."""
    if sides[0] > sides[1]:
        p, q, sides = q, p, (sides[1], sides[0])
    if sides[0] == 0 and sides[1] > 0:
        rest = _crossings((1, sides[1]))
        for name, north in BRIDGES:
            yield name, _way(p, (CANAL, north), *rest, q)
    if sides[0] < 2 and sides[1] == 2:
        before = _crossings((sides[0], 1))
        yield PASSAGE, _way(p, *before, PASSAGE_END) + PASSAGE_METRES + _way(METRO, q)


def _links() -> Iterator[Row]:
    """Costs of links: assumptions, no citable source was found."""
    for name, _ in BRIDGES:
        size = 3.0 if name == "空中步道" else 1.0
        yield _link(name, 3.0e6 * size, (2.0e6 * size, 5.0e6 * size), 30_000 * size)
    yield _link(PASSAGE, 1.2e8, (8.0e7, 2.0e8), 1.0e6)


def _link(name: str, yuan: float, between: tuple[float, float], operation: float) -> Row:
    yearly = (round(operation), round(0.6 * operation), round(1.6 * operation))
    source = f"{SOURCE}; its number is the article's, its cost assumed"
    return row("links", name, round(yuan), *map(round, between), 50, *yearly, source)
