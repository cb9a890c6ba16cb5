"""What is probably not meant about sites: places without a candidate, shifted coordinates."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterator

from sim.scenario.checks.reach import nearest_words, reached
from sim.scenario.distances import EARTH_KM, farthest_km
from sim.scenario.schema.scenario import Scenario
from sim.scenario.tables import Tables

_MOST_NAMED = 5
_SHIFT_KM = 0.3
_SHIFTED = 5
"""Compound sites from which on a shift is told from chance."""


def of_siting(scenario: Scenario, tables: Tables) -> Iterator[str]:
    """Sentences about candidates."""
    if scenario.siting is None or not tables.candidates:
        return
    yield from _unreached(scenario, tables)
    yield from _shifted(tables)
    if scenario.siting.robust != "base" and not (scenario.siting.outlooks or scenario.siting.path):
        yield f"siting.robust: {scenario.siting.robust}, but there are no outlooks and no path."


def _unreached(scenario: Scenario, tables: Tables) -> Iterator[str]:
    """Name places whose people no candidate serves."""
    found = reached(scenario, tables)
    limit = farthest_km(list(scenario.segments.values()), scenario.travel)
    alone = [o for o in found.inhabited if found.km[o].min() > limit]
    for o in alone[:_MOST_NAMED]:
        words = nearest_words(found, o, int(found.km[o].argmin()))
        yield f"siting.candidates: nobody of {found.origins[o].origin} can reach any; {words}."
    if len(alone) > _MOST_NAMED:
        yield f"siting.candidates: nor can those of {len(alone) - _MOST_NAMED} more origins."


def _shifted(tables: Tables) -> Iterator[str]:
    """Sites in compounds that all lie off their compound in one direction.

    A shift of GCJ-02 or BD-09 against WGS-84 (in Hangzhou 0.5 and 1.1 km) cannot be told from
    coordinates alone, only against places that are known.
    """
    homes = {row.origin: row for row in tables.origins}
    sites = [r for r in tables.candidates if r.compound in homes and r.tier == "compound"]
    away = []
    for row in sites:
        home = homes[str(row.compound)]
        scale = math.radians(1) * EARTH_KM
        east = (row.lon - home.lon) * scale * math.cos(math.radians(home.lat))
        away.append((east, (row.lat - home.lat) * scale))
    if len(away) < _SHIFTED:
        return
    east, north = (statistics.median(axis) for axis in zip(*away, strict=True))
    alike = [p for p in away if math.hypot(p[0] - east, p[1] - north) < _SHIFT_KM / 2]
    if math.hypot(east, north) > _SHIFT_KM and len(alike) > 0.8 * len(away):
        yield (
            f"siting.candidates: {len(alike)} of {len(away)} sites in compounds lie "
            f"{1000 * abs(east):,.0f} m {'east' if east > 0 else 'west'} and "
            f"{1000 * abs(north):,.0f} m {'north' if north > 0 else 'south'} of their compound: "
            "are these GCJ-02 or BD-09 coordinates? The world's are read as WGS-84."
        )
