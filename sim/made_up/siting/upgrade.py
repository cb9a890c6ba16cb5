"""The supply before an upgrade: today's rooms less those that it brought."""

from __future__ import annotations

from sim.made_up.shape import uniforms
from sim.made_up.siting.candidates import candidate
from sim.made_up.tables import Row, row
from sim.scenario.schema.tables import VenueRow
from sim.scenario.tables import Tables

BEFORE, AFTER = 92.07, 130.87
"""m2 of community service facilities per 100 households, before the upgrade and after."""
CORRIDORS = 1.25
"""Floor area with corridors over that of rooms (assumption)."""
SOURCE = "synthetic; floor area of rooms that the upgrade is taken to have brought"
OUTDOOR = "basketball_court"
"""Not among the indoor spaces that were upgraded."""


def added_rooms(tables: Tables, seed: int) -> frozenset[str]:
    """Names of the indoor rooms that the upgrade brought.

    Bookable floor area is taken to have grown as all community service area did, alike in every
    kind: of each kind rooms are taken in a keyed order until its share of area is reached.
    """
    share = 1 - BEFORE / AFTER
    by_kind: dict[str, list[VenueRow]] = {}
    for venue in tables.venues:
        if venue.kind != OUTDOOR:
            by_kind.setdefault(venue.kind, []).append(venue)
    found: set[str] = set()
    for venues in by_kind.values():
        wanted = share * sum(v.area_m2 for v in venues)
        venues.sort(key=lambda v: uniforms(seed, "upgrade", v.venue, 1)[0])
        area = 0.0
        for venue in venues:
            if area + venue.area_m2 / 2 <= wanted:  # taken where that comes nearer to the share
                found.add(venue.venue)
                area += venue.area_m2
    return frozenset(found)


def before_rows(tables: Tables, seed: int) -> list[Row]:
    """Rows of `venues.csv` before the upgrade."""
    new = added_rooms(tables, seed)
    return [
        row(
            "venues",
            v.venue, v.centre, v.kind, v.capacity, f"{v.area_m2:g}", v.access, v.hours,
            v.slot_minutes, v.drop_in, v.source or "",
        )
        for v in tables.venues
        if v.venue not in new
    ]  # fmt: skip


def sites_of(tables: Tables, seed: int) -> list[Row]:
    """Rows of `candidates.csv`: the floor area that the upgrade brought, centre by centre."""
    new = added_rooms(tables, seed)
    area: dict[str, float] = {}
    for venue in tables.venues:
        if venue.venue in new:
            area[venue.centre] = area.get(venue.centre, 0.0) + venue.area_m2
    centres = {c.centre: c for c in tables.centres}
    return [
        candidate(
            name, (c.lon, c.lat), c.tier, c.community, m2 * CORRIDORS, SOURCE,
            compound=c.compound or "",
        )
        for name, m2 in area.items()
        for c in [centres[name]]
    ]  # fmt: skip
