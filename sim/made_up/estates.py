"""Two small worlds: an old estate with idle buildings, and both sides of a canal and a road."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator

from sim.made_up.draws import Point, lonlat, uniforms
from sim.made_up.siting import candidate
from sim.made_up.tables import FACTS, Files, Row, row
from sim.made_up.world import residents_of
from sim.stats.apportion import apportion

ZONE = "邻里片区"
ESTATE, BANKS = FACTS["huaxing"], FACTS["nanteng"]
CENTRE, COMMUNITY, STATION, PASSAGE = "华兴老年活动室", "南滕社区", "地铁站出口", "地下通道800米"
DETOUR = 1.35
SHORTENS_METRES = 50
"""Less is not worth a row of walks."""
OF_ESTATE = "synthetic; an old estate made up; assumption"
OF_BANKS = "synthetic; a neighbourhood on both sides of a canal made up; assumption"
MAPPED = f"synthetic; points on a map, detour {DETOUR}; assumption"


def huaxing(seed: int) -> Files:
    """Tables of the estate: blocks of houses, one small centre of today, idle buildings."""
    blocks = _blocks(seed)
    communities = ESTATE["communities"]
    middle = lonlat((-0.25, 0.1), ESTATE["middle"])
    return {
        "communities": [row("communities", c, ZONE, OF_ESTATE) for c in communities],
        "origins": blocks,
        "people": residents_of(blocks, ESTATE, OF_ESTATE),
        "centres": [row("centres", CENTRE, "community", communities[1], "", *middle, OF_ESTATE)],
        "venues": [
            row(
                "venues",
                f"{CENTRE}·活动室{i + 1}", CENTRE, "activity_room", 30, 65, "public", "day", 30,
                "no", OF_ESTATE,
            )
            for i in range(2)
        ],
        "hours": [
            row("hours", "day", "Mon-Sun", "8:30", "17:30", OF_ESTATE),
            row("hours", "long", "Mon-Sun holiday", "8:00", "21:30", OF_ESTATE),
        ],
        "candidates": list(_buildings(seed)),
    }  # fmt: skip


def _community(point: Point) -> str:
    return str(ESTATE["communities"][0 if point[0] >= 0 else 1])


def _blocks(seed: int) -> list[Row]:
    """Twelve blocks of houses on a grid of four by three, a little moved."""
    weights = [0.6 + 0.8 * uniforms(seed, "estate size", str(i), 1)[0] for i in range(12)]
    rows: list[Row] = []
    for i, households in enumerate(apportion(weights, ESTATE["households"])):
        u = uniforms(seed, "estate block", str(i), 2)
        east = ESTATE["half_km"][0] * (2 * (i % 4 + 0.5 + 0.4 * (u[0] - 0.5)) / 4 - 1)
        north = ESTATE["half_km"][1] * (2 * (i // 4 + 0.5 + 0.4 * (u[1] - 0.5)) / 3 - 1)
        where = (_community((east, north)), *lonlat((east, north), ESTATE["middle"]))
        name = f"华兴{i + 1}组团"
        rows.append(row("origins", name, "compound", *where, "always", households, OF_ESTATE))
    return rows


def _buildings(seed: int) -> Iterator[Row]:
    buildings, (wide, high) = ESTATE["buildings"], ESTATE["half_km"]
    found = sum(area for _, _, area in buildings)
    source = f"{OF_ESTATE}; in all {found:,} m2 (article), split over buildings by us"
    for i, (name, tier, area) in enumerate(buildings):
        u = uniforms(seed, "estate building", name, 2)
        angle = 2 * math.pi * (i + 0.5 * u[0]) / len(buildings)
        share = 0.35 + 0.5 * u[1]
        point = (wide * share * math.cos(angle), high * share * math.sin(angle))
        yield candidate(
            name, lonlat(point, ESTATE["middle"]), tier, _community(point), area, source,
            rent=(1.0, 0.5, 2.0), capital=600, access="public",
        )  # fmt: skip


def nanteng(seed: int) -> Files:
    """Tables of the neighbourhood, its walks around the canal and its links."""
    middle, centres, sites = BANKS["middle"], BANKS["centres"], BANKS["sites"]
    weights = [0.5 + uniforms(seed, "bank home", str(i), 1)[0] for i in range(len(BANKS["homes"]))]
    names = [f"南滕{i + 1}号小区" for i in range(len(weights))]
    homes = [
        row(
            "origins",
            name, "compound", COMMUNITY, *lonlat(point, middle), "always", households, OF_BANKS,
        )
        for name, point, households in zip(
            names, BANKS["homes"], apportion(weights, BANKS["households"]), strict=True
        )
    ]  # fmt: skip
    where = lonlat(BANKS["metro"], middle)
    station = row("origins", STATION, "workplace", COMMUNITY, *where, "office_hours", 0, OF_BANKS)
    riders = row("people", STATION, "employee", BANKS["riders"], OF_BANKS)
    starts = {**dict(zip(names, BANKS["homes"], strict=True)), STATION: BANKS["metro"]}
    ends = {place["name"]: place["point"] for place in (*centres, *sites)}
    return {
        "communities": [row("communities", COMMUNITY, ZONE, OF_BANKS)],
        "origins": [*homes, station],
        "people": [*residents_of(homes, BANKS, OF_BANKS), riders],
        "centres": [
            row(
                "centres",
                c["name"], "community", COMMUNITY, "", *lonlat(c["point"], middle), OF_BANKS,
            )
            for c in centres
        ],
        "venues": [
            row(
                "venues",
                f"{c['name']}·{kind}{i + 1}", c["name"], kind, capacity, area, "public", "day",
                60 if kind in ("badminton_court", "hall") else 30, "no", OF_BANKS,
            )
            for c in centres
            for kind, number, capacity, area in c["rooms"]
            for i in range(number)
        ],
        "hours": [row("hours", "day", "Mon-Sun holiday", "8:30", "21:00", OF_BANKS)],
        "walks": [w for s in starts.items() for end in ends.items() for w in _walks(s, end)],
        "links": list(_links()),
        "candidates": [
            candidate(
                s["name"], lonlat(s["point"], middle), "community", COMMUNITY, s["area_m2"],
                OF_BANKS, rent=(2.0, 1.5, 3.0), capital=300, access="public",
            )
            for s in sites
        ],
    }  # fmt: skip


def _way(*points: Point) -> float:
    """Metres along some points, by detour over each straight line."""
    return 1000 * DETOUR * sum(math.dist(p, q) for p, q in itertools.pairwise(points))


def _walks(start: tuple[str, Point], end: tuple[str, Point]) -> Iterator[Row]:
    """Today's walk around canal and road, then by each link that makes it much shorter.

    A walk that two links together would shorten has a row for each alone.
    """
    (name, p), (centre, q) = start, end
    sides = _side(p), _side(q)
    today = _way(p, *_crossings(sides), q)
    if sides[0] != sides[1]:
        yield row("walks", name, centre, round(today), "", MAPPED)
    for link, metres in _by_links(p, q, sides):
        if metres < today - SHORTENS_METRES:
            yield row("walks", name, centre, round(metres), link, MAPPED)


def _side(point: Point) -> int:
    """0 west of the canal, 1 between canal and road, 2 beyond the road, where the metro is."""
    return int(point[0] > BANKS["canal"]) + int(point[0] > BANKS["road"])


def _crossings(sides: tuple[int, int]) -> list[Point]:
    """Where a walk from one side to the other crosses today, in its order."""
    low, high = sorted(sides)
    found: list[Point] = BANKS["crossings"][low:high]
    return found if sides[0] <= sides[1] else found[::-1]


def _by_links(p: Point, q: Point, sides: tuple[int, int]) -> Iterator[tuple[str, float]]:
    """Links that a walk can use, each alone, with its metres then."""
    if sides[0] > sides[1]:
        p, q, sides = q, p, (sides[1], sides[0])
    if sides[0] == 0 and sides[1] > 0:
        rest = _crossings((1, sides[1]))
        for name, north in BANKS["bridges"].items():
            yield name, _way(p, (BANKS["canal"], north), *rest, q)
    if sides[0] < 2 and sides[1] == 2:
        before = _crossings((sides[0], 1))
        to_passage = _way(p, *before, BANKS["passage_end"]) + BANKS["passage_metres"]
        yield PASSAGE, to_passage + _way(BANKS["metro"], q)


def _links() -> Iterator[Row]:
    """Costs of links: assumptions, no citable source was found."""
    source = f"{OF_BANKS}; its number is the article's, its cost assumed"
    sizes = {name: 3.0 if name == "空中步道" else 1.0 for name in BANKS["bridges"]}
    costs = {name: (3.0e6 * n, 2.0e6 * n, 5.0e6 * n, 30_000 * n) for name, n in sizes.items()}
    costs[PASSAGE] = (1.2e8, 8.0e7, 2.0e8, 1.0e6)
    for name, (yuan, low, high, operation) in costs.items():
        yearly = (round(operation), round(0.6 * operation), round(1.6 * operation))
        yield row("links", name, *map(round, (yuan, low, high)), 50, *yearly, source)
