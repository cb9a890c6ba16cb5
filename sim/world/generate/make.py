"""A spec and a seed become a world."""

from __future__ import annotations

from collections.abc import Sequence

from sim.world.generate.centres import centres_of, rooms_in_compounds
from sim.world.generate.dropin import place_rows
from sim.world.generate.dropin_hours import place_hours_rows
from sim.world.generate.hours import SCHEDULES, SOURCE, hours_rows
from sim.world.generate.off_platform import off_platform_rows
from sim.world.generate.people import households_of, people_rows
from sim.world.generate.places import Origin, ZonePlaces, lay_out
from sim.world.generate.rows import GeneratedWorld, Row
from sim.world.generate.shape import Shape
from sim.world.generate.spec import AreaSpec, WorldSpec
from sim.world.generate.venues import venue_rows

__all__ = ["make_world"]

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


def make_world(spec: WorldSpec, seed: int) -> GeneratedWorld:
    """Generate a world.

    Parameters
    ----------
    spec
        How many of everything, and where.
    seed
        Every draw is keyed by this, its purpose and the name of the thing it is for.

    Returns
    -------
    GeneratedWorld
        The tables; the same spec and seed give the same rows.
    """
    communities: list[Row] = []
    origins: list[Row] = []
    people: list[Row] = []
    centres: list[Row] = []
    venues: list[Row] = []
    places: list[Row] = []
    for area in spec.areas:
        zones = lay_out(area, seed)
        households = households_of(area, zones)
        communities += _community_rows(zones)
        origins += _origin_rows(area, zones, households, seed)
        people += people_rows(area, zones, households, seed)
        supply = _supply(area, zones, seed)
        for rows, more in zip((centres, venues, places), supply, strict=True):
            rows += more
    return GeneratedWorld(
        name=spec.name,
        seed=seed,
        communities=tuple(communities),
        origins=tuple(origins),
        people=tuple(people),
        centres=tuple(centres),
        venues=tuple(venues),
        places=tuple(places),
        hours=(*hours_rows(SCHEDULES, SOURCE), *place_hours_rows()),
        off_platform=tuple(off_platform_rows(venues)),
        write=spec.tables,
    )


def _community_rows(zones: Sequence[ZonePlaces]) -> list[Row]:
    return [
        {"community": c.name, "zone": z.spec.name, "source": "synthetic; no real community"}
        for z in zones
        for c in z.communities
    ]


def _origin_rows(
    area: AreaSpec, zones: Sequence[ZonePlaces], households: dict[str, int], seed: int
) -> list[Row]:
    shape = Shape.of(area, seed)

    def row(origin: Origin) -> Row:
        lon, lat = shape.lonlat(origin.point)
        return {
            "origin": origin.name,
            "type": origin.type,
            "community": origin.community,
            "lon": lon,
            "lat": lat,
            "presence": PRESENCE[origin.type],
            "households": households.get(origin.name, 0),
            "source": SOURCES[origin.type],
        }

    return [row(o) for z in zones for o in (*z.homes, *z.works)]


def _supply(
    area: AreaSpec, zones: Sequence[ZonePlaces], seed: int
) -> tuple[list[Row], list[Row], list[Row]]:
    """Rows of centres, of venues and of drop-in places."""
    shape = Shape.of(area, seed)
    rooms = rooms_in_compounds(area, zones)
    rows: list[Row] = []
    venues: list[Row] = []
    places: list[Row] = []
    for i, zone in enumerate(zones):
        centres = list(centres_of(area, zone, rooms, seed))
        rows += [centre.row(shape) for centre in centres]
        for centre in centres:
            venues += venue_rows(centre, zone.spec.focus, i, seed)
        places += place_rows(zone, centres, shape, seed)
    return rows, venues, places
