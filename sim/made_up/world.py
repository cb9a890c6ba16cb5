"""A town and a seed become the tables of a world.

Every draw is keyed by the seed, its purpose and the name of the thing it is for. Whether a centre
has a room or place follows from its tier and its number in the zone, so a community or a compound
more changes nothing that was there, but for shares of a fixed total.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

import numpy as np

from sim.arrays import F64, I64
from sim.made_up.draws import Point, farthest, points_around, uniforms
from sim.made_up.layout import Community, Origin, Outline, ZonePlaces, lay_out, nearest_community
from sim.made_up.tables import FACTS, TABLES, Row, row
from sim.made_up.towns import AreaSpec, WorldSpec, ZoneSpec
from sim.scenario.schema.tables import minutes_of, parse_days
from sim.stats.apportion import apportion

STATION, HOUSE = "邻里驿站", "邻里中心"
ROOMS_AT_MOST = 3
"""Bookable rooms of one compound."""
VILLAGE_TURNS = 50
"""Villages take turns of their own, so that a new compound leaves them as they are."""
DROP_IN = ("reading_room", "table_tennis")
"""Kinds that people also use without booking while nobody holds the room (assumption)."""
TIER_RANGE = {"subdistrict": (0.4, 1.0), "community": (0.2, 0.8), "compound": (0.0, 0.5)}
"""Part of a kind's range of areas from which rooms of a tier are drawn (assumption)."""
SEATS_RANGE = {"subdistrict": (0.5, 1.0), "community": (0.0, 0.7)}
"""Part of a kind's range of seats from which its places in centres of a tier are drawn."""
_COMMUNITY = ("activity_room", "activity_room", "meeting_room", "table_tennis", "reading_room")
_SECOND = ("table_tennis", "reading_room", "meeting_room", "children_room")
_THIRD = ("meeting_room", "activity_room", "art_room")
"""Rooms of every community centre; second and third rooms of compounds, in turn."""
SCHOOL_KM = (0.2, 0.5)
"""Distances from a community's middle within which its school lies."""
OUTDOOR, LIBRARY = "outdoor-court", "reading-24-hours"
GOLDEN = 0.6180339887498949
BANDS = tuple(
    (days, first, last)
    for days in ("Mon-Fri", "Sat-Sun holiday")
    for first, last in (
        ("0:00", "12:00"),
        ("12:00", "14:00"),
        ("14:00", "18:00"),
        ("18:00", "24:00"),
    )
)
"""Days and hours for which off-platform use has a weight."""
PRESENCE = {
    "compound": "always",
    "village": "always",
    "workplace": "office_hours",
    "campus": "campus_hours",
}
"""Named presence of each type of origin; the scenario defines the last two."""
SOURCES = {
    "compound": "synthetic; households lognormal as in Hangzhou's compounds 2019",
    "village": "synthetic; households drawn as for compounds (assumption)",
    "workplace": "synthetic; number and size of parks assumed",
    "campus": "synthetic; one campus assumed",
}
RESIDENTS = "synthetic; age shares assumed after Hangzhou census 2020, younger"


@dataclass(frozen=True, slots=True)
class Centre:
    """A centre 邻里中心, where it is and what rooms it has.

    Attributes
    ----------
    rooms
        Kinds, one entry a room.
    index
        Its number among the centres of its tier and zone; decides hours and access in turn.
    """

    name: str
    tier: str
    community: str
    compound: str
    point: Point
    rooms: tuple[str, ...]
    index: int


def make_world(spec: WorldSpec, seed: int) -> dict[str, list[Row]]:
    """Make up all tables of a world; the same spec and seed give the same rows."""
    tables: dict[str, list[Row]] = {table: [] for table in TABLES}
    for area in spec.areas:
        _add(area, seed, tables)
    shares = "synthetic; shares after Hangzhou's free reading rooms"
    for group, source in (
        ("venues", shares),
        ("reading", shares),
        ("others", "synthetic; usual hours (assumption)"),
    ):
        tables["hours"] += [
            row("hours", name, *stretch, source)
            for name in FACTS["hours"][group]
            for stretch in stretches(name)
        ]
    tables["off_platform"] = off_platform_rows(tables["venues"])
    return tables


def _add(area: AreaSpec, seed: int, tables: dict[str, list[Row]]) -> None:
    """Add an area's rows to the tables."""
    outline = Outline.draw(area, seed)
    zones = lay_out(outline)
    households = households_of(area, zones)
    homes = [h for z in zones for h in z.homes]
    counts = apportion([h.weight**0.7 for h in homes], area.compound_rooms, 0, ROOMS_AT_MOST)
    rooms = {h.name: n for h, n in zip(homes, counts, strict=True)}
    tables["people"] += people_rows(area, zones, households, seed)
    for number, zone in enumerate(zones):
        tables["communities"] += [
            row("communities", c.name, zone.spec.name, "synthetic; no real community")
            for c in zone.communities
        ]
        tables["origins"] += [
            row(
                "origins",
                o.name, o.type, o.community, *outline.lonlat(o.point), PRESENCE[o.type],
                households.get(o.name, 0), SOURCES[o.type],
            )
            for o in (*zone.homes, *zone.works)
        ]  # fmt: skip
        centres = list(_centres(zone, rooms, outline))
        for c in centres:
            where = (c.tier, c.community, c.compound, *outline.lonlat(c.point))
            tables["centres"].append(row("centres", c.name, *where, "synthetic; no real place"))
            tables["venues"] += _venues(c, zone.spec, number, seed)
        tables["places"] += _places(zone, centres, outline)


def _centres(zone: ZonePlaces, rooms: dict[str, int], outline: Outline) -> Iterator[Centre]:
    """Centres of a zone, tier by tier; larger compounds have more rooms, the smallest none."""
    focus, prefix = FACTS["focus"][zone.spec.focus], outline.area.prefix

    def spot(point: Point, name: str, km: float) -> Point:
        a, r = uniforms(outline.seed, "centre", name, 2)
        distance, angle = km * math.sqrt(r), 2 * math.pi * a
        return (point[0] + distance * math.cos(angle), point[1] + distance * math.sin(angle))

    for i, point in enumerate(zone.anchors):
        number = "" if len(zone.anchors) == 1 else f"{i + 1}号"
        name = f"{prefix}{zone.spec.name}{number}街道级{HOUSE}"
        near = nearest_community(zone.communities, point)
        kinds = tuple(kind for kind, n in focus["rooms"].items() for _ in range(n))
        yield Centre(name, "subdistrict", near, "", spot(point, name, 0.15), kinds, i)
    for i, c in enumerate(zone.communities):
        name = f"{c.name}{HOUSE}"
        kinds = (*_COMMUNITY, *focus["turns"][i % len(focus["turns"])])
        yield Centre(name, "community", c.name, "", spot(c.point, name, 0.1), kinds, i)
    for home in zone.homes:
        if rooms[home.name]:
            i, name = home.index + VILLAGE_TURNS * (home.type == "village"), home.name + STATION
            kinds = ("activity_room", _SECOND[i % len(_SECOND)], _THIRD[i % len(_THIRD)])
            where = (home.community, home.name, spot(home.point, name, 0.06))
            yield Centre(name, "compound", *where, kinds[: rooms[home.name]], i)


def _venues(centre: Centre, zone: ZoneSpec, number: int, seed: int) -> Iterator[Row]:
    """Rows of `venues.csv` of one centre: sizes after the norms, hours and access after it."""
    numbers: Counter[str] = Counter()
    for kind in centre.rooms:
        norm = FACTS["rooms"][kind]
        numbers[kind] += 1
        name = f"{centre.name}·{norm['label']}{numbers[kind]}"
        (low, high), (first, last) = norm["area_m2"], TIER_RANGE[centre.tier]
        (u,) = uniforms(seed, "area", name, 1)
        area = round(low + (high - low) * (first + (last - first) * u))
        least, most = norm["capacity"]
        people = int(area / norm["m2_per_user"] + 1e-9) if "m2_per_user" in norm else most
        yield row(
            "venues",
            name, centre.name, kind, max(least, min(most, people)), area, _access(centre),
            OUTDOOR if kind == "basketball_court" else _hours(centre, zone, number),
            norm["slot_minutes"], "yes" if kind in DROP_IN else "no", f"synthetic; {norm['basis']}",
        )  # fmt: skip


def _access(centre: Centre) -> str:
    """Every fifth room in a compound is open to all, every fifth community centre not."""
    if centre.tier == "compound":
        return "public" if centre.index % 5 == 4 else "compound"
    return "community" if centre.tier == "community" and centre.index % 5 == 2 else "public"


def _hours(centre: Centre, zone: ZoneSpec, number: int) -> str:
    """Choose a centre's schedule: by focus for subdistrict level, in turn by quota for the rest."""
    if centre.tier == "subdistrict":
        return f"subdistrict-{'late' if FACTS['focus'][zone.focus]['late'] else 'full'}"
    first = number * 0.47 + (0.0 if centre.tier == "community" else 0.5)
    return f"{centre.tier}-{quota_of_turn(centre.index, first)}"


def quota_of_turn(index: int, first: float) -> str:
    """Key of the quotas of hours of the centre with a number in the zone.

    The turn is a golden-ratio sequence over the number in the zone, so quotas hold closely for
    any number of centres and a new centre changes no other's hours.
    """
    quotas = FACTS["quotas"]
    u = (index * GOLDEN + first) % 1.0
    steps = accumulate(quotas.values())
    kinds = (kind for kind, step in zip(quotas, steps, strict=True) if u < step)
    return str(next(kinds, [*quotas][-1]))


def stretches(name: str) -> list[tuple[str, str, str]]:
    """Days, opening and closing of each stretch of a named schedule."""
    group = next(hours for hours in FACTS["hours"].values() if name in hours)
    found = (text.rsplit(" ", 2) for text in group[name])
    return [(days, opens, closes) for days, opens, closes in found]


def _places(zone: ZonePlaces, centres: Sequence[Centre], outline: Outline) -> Iterator[Row]:
    """Rows of `places.csv` of a zone: places of a centre stand where it stands."""
    for centre in centres:
        for kind, prefix, hours in _of_centre(centre, zone.spec, outline.seed):
            name = f"{centre.name}·{prefix}{FACTS['places'][kind]['label']}"
            where = (centre.community, centre.name, *outline.lonlat(centre.point))
            part = (0.0, 1.0) if kind == "clinic" else SEATS_RANGE[centre.tier]
            yield _place(name, kind, where, (hours, ""), part, outline.seed)
    for community in zone.communities[1::2]:
        yield _school(community, outline)


def _of_centre(centre: Centre, zone: ZoneSpec, seed: int) -> Iterator[tuple[str, str, str]]:
    """Kind, what its name begins with, and hours of each place of a centre."""
    top, i = centre.tier == "subdistrict", centre.index
    if centre.tier == "compound":
        return
    if top or i % 4 != 3:
        yield "canteen", "", "canteen"
    if top and i == 0 and FACTS["focus"][zone.focus]["library"]:
        yield "reading_seats", "24小时", LIBRARY
    else:  # each zone starts somewhere else, or district-wide the first in turn would be too many
        (first,) = uniforms(seed, "reading hours", zone.name, 1)
        yield "reading_seats", "", f"reading-{quota_of_turn(-1 - i if top else i, first)}"
    if top or i % 2 == 0:
        yield "gym", "", "gym-early-and-late" if top else "gym"
    if not top:
        yield "clinic", "", "clinic-weekdays" if i % 3 == 2 else "clinic"


def _school(community: Community, outline: Outline) -> Row:
    """Row of a community's school sports ground, open outside school hours."""
    kind = "school_ground"
    name = f"{community.name}{FACTS['places'][kind]['label']}"
    u = uniforms(outline.seed, "school", name, 24)
    point = farthest(points_around(community.point, SCHOOL_KM, u), (), outline.holds)
    where = (community.name, "", *outline.lonlat(point))
    hours = ("school-ground-term", "school-ground-holidays")
    return _place(name, kind, where, hours, (0.0, 1.0), outline.seed)


def _place(
    name: str,
    kind: str,
    where: tuple[str, str, float, float],
    hours: tuple[str, str],
    part: tuple[float, float],
    seed: int,
) -> Row:
    """Row of a place with seats in whole steps and an area that rounding keeps within the norm."""
    norm = FACTS["places"][kind]
    many, roomy = uniforms(seed, "place", name, 2)
    (fewest, most), (low, high) = norm["seats"], norm["m2_per_seat"]
    share = part[0] + (part[1] - part[0]) * many
    seats = fewest + norm["step"] * round((most - fewest) / norm["step"] * share)
    area = round(seats * (low + (high - low) * roomy))
    area = min(max(area, math.ceil(seats * low)), math.floor(seats * high))
    source = f"synthetic; {norm['basis']}"
    return row("places", name, kind, *where, seats, area, "public", *hours, source)


def households_of(area: AreaSpec, zones: Sequence[ZonePlaces]) -> dict[str, int]:
    """Households of each compound and village, in all exactly the area's.

    A zone's share follows its number of compounds and villages, so that one large estate does not
    make a zone twice as large as its neighbour.
    """
    totals = apportion([len(z.homes) for z in zones], area.households)
    found: dict[str, int] = {}
    for zone, total in zip(zones, totals, strict=True):
        counts = apportion([h.weight for h in zone.homes], total, 100, 4_000)
        found |= {h.name: n for h, n in zip(zone.homes, counts, strict=True)}
    return found


def people_rows(
    area: AreaSpec, zones: Sequence[ZonePlaces], households: dict[str, int], seed: int
) -> list[Row]:
    """Rows of people: residents by segment, then employees of parks and students of campuses."""
    shares, homes = FACTS["shares"], [(h, z.spec.focus) for z in zones for h in z.homes]
    sizes = [households[h.name] for h, _ in homes]
    collective = [
        n * FACTS["focus"][focus]["collective"] for n, (_, focus) in zip(sizes, homes, strict=True)
    ]
    totals = np.array(apportion(sizes, area.residents_in_households)) + np.array(
        apportion(collective, area.residents_collective)
    )
    residents = area.residents_in_households + area.residents_collective
    table = _raked(
        np.array([_mix(h, focus, seed) for h, focus in homes]),
        totals.astype(np.int64),
        np.array(apportion(list(shares.values()), residents), dtype=np.int64),
    )
    rows = [
        row("people", h.name, s, int(table[i, j]), RESIDENTS)
        for i, (h, _) in enumerate(homes)
        for j, s in enumerate(shares)
        if table[i, j] > 0
    ]
    for zone in zones:
        for kind, segment, number, source in (
            ("workplace", "employee", zone.spec.employees,
             "synthetic; employees are non-residents (assumption)"),
            ("campus", "student", zone.spec.students,
             "synthetic; students are non-residents at the campus (assumption)"),
        ):  # fmt: skip
            works = [w for w in zone.works if w.type == kind]
            counts = apportion([w.weight for w in works], number) if works else []
            rows += [
                row("people", w.name, segment, n, source)
                for w, n in zip(works, counts, strict=True)
            ]
    return rows


def _mix(home: Origin, focus: str, seed: int) -> list[float]:
    """Relative mix of a compound: its zone's, times a keyed factor of 0.75 to 1.33 a segment."""
    shares, mix = FACTS["shares"], FACTS["focus"][focus]["mix"]
    u = uniforms(seed, "mix", home.name, len(shares))
    return [
        shares[s] * mix.get(s, 1.0) * (4 / 3) ** (2 * x - 1) for s, x in zip(shares, u, strict=True)
    ]


def _raked(start: F64, rows: I64, columns: I64) -> I64:
    """Whole numbers near `start` whose rows and columns add up exactly.

    Iterative proportional fitting, then units go to the largest fractions whose row and column
    still lack some.
    """
    x = start.copy()
    for _ in range(200):
        x *= (rows / x.sum(axis=1))[:, None]
        x *= columns / x.sum(axis=0)
    x = np.round(x, 6)
    whole = np.floor(x).astype(np.int64)
    lack_row, lack_column = rows - whole.sum(axis=1), columns - whole.sum(axis=0)
    order = sorted(np.ndindex(*x.shape), key=lambda ij: (-(x[ij] - whole[ij]), ij))
    while lack_row.sum() > 0:
        for i, j in order:
            if lack_row[i] > 0 and lack_column[j] > 0:
                whole[i, j] += 1
                lack_row[i] -= 1
                lack_column[j] -= 1
    return whole


def residents_of(homes: Sequence[Row], facts: Mapping[str, Any], source: str) -> list[Row]:
    """Rows of people of homes that all have the same `shares` of segments."""
    return [
        row("people", str(home["origin"]), segment, n, source)
        for home in homes
        for segment, n in zip(
            FACTS["shares"],
            apportion(facts["shares"], round(int(home["households"]) * facts["per_household"])),
            strict=True,
        )
    ]


def off_platform_rows(venues: Sequence[Row]) -> list[Row]:
    """Rows of `off_platform.csv` for the kinds of some venues.

    Weights by kind and band have a mean of 1 over open hours.
    """
    source = "synthetic; profile assumed, scaled to mean 1 over open hours"
    rows: list[Row] = []
    for kind, norm in FACTS["rooms"].items():
        hours = open_hours([str(v["hours"]) for v in venues if v["kind"] == kind])
        profile = FACTS["profiles"][norm["profile"]]
        total = sum(hours)
        if total > 0:
            mean = sum(w * h for w, h in zip(profile, hours, strict=True)) / total
            rows += [
                row("off_platform", kind, *band, round(weight / mean, 2), source)
                for band, weight in zip(BANDS, profile, strict=True)
            ]
    return rows


def open_hours(schedules: Sequence[str]) -> list[float]:
    """Weekly open hours of some venues in each band (public holidays left out)."""
    return [sum(_overlap(s, band) for s in schedules) for band in BANDS]


def _overlap(schedule: str, band: tuple[str, str, str]) -> float:
    days, first, last = band
    wanted = {d for d in parse_days(days) if d < 7}
    minutes = 0
    for open_days, opens, closes in stretches(schedule):
        start = max(minutes_of(opens), minutes_of(first))
        end = min(minutes_of(closes), minutes_of(last))
        minutes += len(wanted & set(parse_days(open_days))) * max(0, end - start)
    return minutes / 60
