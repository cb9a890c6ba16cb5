"""A town and a seed become the tables of a world.

Off-platform use by kind and hour has an open-hour-weighted mean of 1 for each kind.
"""

from __future__ import annotations

from collections.abc import Sequence

from sim.made_up.centres import centres_of, rooms_in_compounds, venue_rows
from sim.made_up.hours import SCHEDULES, hours_rows
from sim.made_up.origins import lay_out
from sim.made_up.people import households_of, people_rows
from sim.made_up.places import place_rows
from sim.made_up.shape import Shape
from sim.made_up.tables import Row, row
from sim.made_up.towns import TABLES, AreaSpec, WorldSpec
from sim.scenario.schema.tables import minutes_of, parse_days

Band = tuple[str, str, str]

BANDS: tuple[Band, ...] = (
    ("Mon-Fri", "0:00", "12:00"),
    ("Mon-Fri", "12:00", "14:00"),
    ("Mon-Fri", "14:00", "18:00"),
    ("Mon-Fri", "18:00", "24:00"),
    ("Sat-Sun holiday", "0:00", "12:00"),
    ("Sat-Sun holiday", "12:00", "14:00"),
    ("Sat-Sun holiday", "14:00", "18:00"),
    ("Sat-Sun holiday", "18:00", "24:00"),
)

SPORT = (0.7, 0.7, 0.8, 1.5, 1.0, 0.8, 1.1, 1.2)
CLASSES = (1.0, 0.6, 0.9, 1.3, 1.1, 0.7, 1.1, 1.0)
FAMILY = (0.8, 0.6, 1.0, 1.0, 1.3, 0.8, 1.3, 0.9)
OFFICE = (1.1, 0.7, 1.2, 1.0, 0.8, 0.7, 0.9, 0.8)

PROFILES: dict[str, tuple[float, ...]] = {
    "activity_room": CLASSES,
    "meeting_room": OFFICE,
    "hall": CLASSES,
    "dance_studio": CLASSES,
    "badminton_court": SPORT,
    "table_tennis": SPORT,
    "children_room": FAMILY,
    "reading_room": FAMILY,
    "co_working": OFFICE,
    "art_room": CLASSES,
    "basketball_court": SPORT,
}
"""Weights of the bands before they are scaled (assumption).

Flat enough that at a share of 60 % no hour is taken more than whole.
"""

SOURCE = "synthetic; profile assumed, scaled to mean 1 over open hours"


def off_platform_rows(venues: Sequence[Row]) -> list[Row]:
    """Rows of `off_platform.csv` for the kinds of some venues."""
    rows: list[Row] = []
    for kind, profile in PROFILES.items():
        hours = _open_hours([str(v["hours"]) for v in venues if v["kind"] == kind])
        total = sum(hours)
        if total <= 0:
            continue
        mean = sum(w * h for w, h in zip(profile, hours, strict=True)) / total
        rows += [
            row("off_platform", kind, days, first, last, round(weight / mean, 2), SOURCE)
            for (days, first, last), weight in zip(BANDS, profile, strict=True)
        ]
    return rows


def _open_hours(schedules: Sequence[str]) -> list[float]:
    """Weekly open hours of some venues in each band (public holidays left out)."""
    return [sum(_overlap(s, band) for s in schedules) for band in BANDS]


def _overlap(schedule: str, band: Band) -> float:
    days, first, last = band
    wanted = {d for d in parse_days(days) if d < 7}
    minutes = 0
    for open_days, opens, closes in SCHEDULES[schedule]:
        common = wanted & set(parse_days(open_days))
        start = max(minutes_of(opens), minutes_of(first))
        end = min(minutes_of(closes), minutes_of(last))
        minutes += len(common) * max(0, end - start)
    return minutes / 60


PRESENCE = {
    "compound": "always",
    "village": "always",
    "workplace": "office_hours",
    "campus": "campus_hours",
}
"""Named presence of each type of origin; the scenario defines the last two."""

NOT_REAL = "synthetic; no real place"
SOURCES = {
    "compound": "synthetic; households lognormal as in Hangzhou's compounds 2019",
    "village": "synthetic; households drawn as for compounds (assumption)",
    "workplace": "synthetic; number and size of parks assumed",
    "campus": "synthetic; one campus assumed",
}


def make_world(spec: WorldSpec, seed: int) -> dict[str, list[Row]]:
    """Make up all tables of a world; the same spec and seed give the same rows.

    Parameters
    ----------
    seed
        Every draw is keyed by this, its purpose and the name of the thing it is for.
    """
    tables: dict[str, list[Row]] = {table: [] for table in TABLES}
    for area in spec.areas:
        _add(area, seed, tables)
    tables["hours"] = hours_rows()
    tables["off_platform"] = off_platform_rows(tables["venues"])
    return tables


def _add(area: AreaSpec, seed: int, tables: dict[str, list[Row]]) -> None:
    """Add an area's rows to the tables."""
    shape, zones = Shape.from_area(area, seed), lay_out(area, seed)
    households, rooms = households_of(area, zones), rooms_in_compounds(area, zones)
    tables["people"] += people_rows(area, zones, households, seed)
    for number, zone in enumerate(zones):
        tables["communities"] += [
            row("communities", c.name, zone.spec.name, "synthetic; no real community")
            for c in zone.communities
        ]
        tables["origins"] += [
            row(
                "origins",
                o.name, o.type, o.community, *shape.lonlat(o.point), PRESENCE[o.type],
                households.get(o.name, 0), SOURCES[o.type],
            )
            for o in (*zone.homes, *zone.works)
        ]  # fmt: skip
        centres = list(centres_of(area, zone, rooms, seed))
        for c in centres:
            where = shape.lonlat(c.point)
            tables["centres"].append(
                row("centres", c.name, c.tier, c.community, c.compound, *where, NOT_REAL)
            )
            tables["venues"] += venue_rows(c, zone.spec.focus, number, seed)
        tables["places"] += place_rows(zone, centres, shape, seed)
