"""The supply before an upgrade: today's rooms less those that it brought."""

from __future__ import annotations

from sim.scenario.schema.tables import VenueRow
from sim.scenario.tables import Tables
from sim.world.generate.draws import uniforms
from sim.world.generate.rows import Row

__all__ = ["AFTER", "BEFORE", "added", "before_rows", "sites_of"]

BEFORE, AFTER = 92.07, 130.87
"""m2 of community service facilities per 100 households, before the upgrade and after."""
CORRIDORS = 1.25
"""Floor area with corridors over that of rooms (assumption)."""
OUTDOOR = "basketball_court"
"""Not among the indoor spaces that were upgraded."""


def added(tables: Tables, seed: int) -> frozenset[str]:
    """Names of the indoor rooms that the upgrade brought.

    Bookable floor area is taken to have grown as all community service area did, alike in every
    kind: of each kind rooms are taken in a keyed order until its share of area is reached.
    """
    share = 1 - BEFORE / AFTER
    by_kind: dict[str, list[VenueRow]] = {}
    for row in tables.venues:
        if row.kind != OUTDOOR:
            by_kind.setdefault(row.kind, []).append(row)
    found: set[str] = set()
    for rows in by_kind.values():
        wanted = share * sum(row.area_m2 for row in rows)
        rows.sort(key=lambda row: uniforms(seed, "upgrade", row.venue, 1)[0])
        area = 0.0
        for row in rows:
            if area + row.area_m2 / 2 <= wanted:  # taken where that comes nearer to the share
                found.add(row.venue)
                area += row.area_m2
    return frozenset(found)


def before_rows(tables: Tables, seed: int) -> list[Row]:
    """Rows of `venues.csv` before the upgrade."""
    new = added(tables, seed)
    return [
        {
            "venue": row.venue,
            "centre": row.centre,
            "kind": row.kind,
            "capacity": row.capacity,
            "area_m2": f"{row.area_m2:g}",
            "access": row.access,
            "hours": row.hours,
            "slot_minutes": row.slot_minutes,
            "drop_in": row.drop_in,
            "source": row.source,
        }
        for row in tables.venues
        if row.venue not in new
    ]


def sites_of(tables: Tables, seed: int) -> list[Row]:
    """Rows of `candidates.csv`: the floor area that the upgrade brought, centre by centre."""
    new = added(tables, seed)
    area: dict[str, float] = {}
    for row in tables.venues:
        if row.venue in new:
            area[row.centre] = area.get(row.centre, 0.0) + row.area_m2
    centres = {row.centre: row for row in tables.centres}
    return [
        {
            "site": name,
            "lon": centres[name].lon,
            "lat": centres[name].lat,
            "tier": centres[name].tier,
            "community": centres[name].community,
            "compound": centres[name].compound or "",
            "access": "",
            "area_m2": round(m2 * CORRIDORS),
            "kinds": "",
            "rent_yuan_per_m2_day": "",
            "rent_low": "",
            "rent_high": "",
            "capital_yuan_per_m2": 0,
            "source": "synthetic; floor area of rooms that the upgrade is taken to have brought",
        }
        for name, m2 in area.items()
    ]
