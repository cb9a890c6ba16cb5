"""A town and a seed become the tables of a world."""

from __future__ import annotations

from sim.made_up.centres import centres_of, rooms_in_compounds, venue_rows
from sim.made_up.hours import hours_rows
from sim.made_up.off_platform import off_platform_rows
from sim.made_up.origins import lay_out
from sim.made_up.people import households_of, people_rows
from sim.made_up.places import place_rows
from sim.made_up.shape import Shape
from sim.made_up.tables import Row, row
from sim.made_up.towns import TABLES, AreaSpec, WorldSpec

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
