"""New compounds of the next five years: where, how large, when."""

from __future__ import annotations

import datetime as dt
import math

from sim.scenario.tables import Tables
from sim.siting.generate.tables import lonlat, point_of
from sim.world.generate.draws import lognormal, uniforms
from sim.world.generate.places import HOUSEHOLDS_MU, HOUSEHOLDS_SIGMA
from sim.world.generate.rows import Row

__all__ = ["handover_rows", "planned_origins"]

NUMBER = 8
FIRST, DAYS = dt.date(2026, 3, 1), 1_460
"""Handovers spread over four years from here (assumption)."""
SMALLEST, LARGEST = 600, 2_400
RING_KM = (0.8, 1.5)
"""From the middle of the community: farther out than the compounds that are there."""
SOURCE = (
    "synthetic; no real estate; households lognormal as in Hangzhou's compounds 2019, dates assumed"
)


def handover_rows(tables: Tables, seed: int) -> list[Row]:
    """Rows of `handovers.csv`: compounds at the edges, each in the community that is nearest.

    Of points around community centres the one farthest from all that is there is taken, again and
    again, so far as it lies between the outermost origins.
    """
    middle = (tables.origins[0].lon, tables.origins[0].lat)
    homes = [point_of(o.lon, o.lat, middle) for o in tables.origins]
    hubs = [
        (row.community, point_of(row.lon, row.lat, middle))
        for row in tables.centres
        if row.tier == "community"
    ]
    zone_of = {row.community: row.zone for row in tables.communities}
    taken = list(homes)
    rows: list[Row] = []
    offered = [
        (community, (hub[0] + r * math.cos(a), hub[1] + r * math.sin(a)))
        for community, hub in hubs
        for a, r in _around(community, seed)
    ]
    low = [min(p[i] for p in homes) for i in (0, 1)]
    high = [max(p[i] for p in homes) for i in (0, 1)]
    inside = [o for o in offered if all(low[i] <= o[1][i] <= high[i] for i in (0, 1))]
    for n in range(NUMBER):
        community, point = max(
            inside, key=lambda o: round(min(math.dist(o[1], q) for q in taken), 9)
        )
        taken.append(point)
        name = f"{zone_of[community][:2]}新{n + 1}号小区"
        u = uniforms(seed, "handover", name, 2)
        size = lognormal(u[0], HOUSEHOLDS_MU + 0.5, HOUSEHOLDS_SIGMA, SMALLEST, LARGEST)
        day = FIRST + dt.timedelta(days=round(DAYS * (n + u[1]) / NUMBER))
        lon, lat = lonlat(point, middle)
        rows.append(
            {
                "compound": name,
                "community": community,
                "lon": lon,
                "lat": lat,
                "households": round(size),
                "handover": day.isoformat(),
                "source": SOURCE,
            }
        )
    return rows


def _around(community: str, seed: int) -> list[tuple[float, float]]:
    """Angles and kilometres of points in a ring."""
    u = uniforms(seed, "handover place", community, 24)
    low, high = RING_KM
    return [
        (2 * math.pi * a, math.sqrt(low**2 + r * (high**2 - low**2)))
        for a, r in zip(u[0::2], u[1::2], strict=True)
    ]


def planned_origins(tables: Tables, handovers: list[Row]) -> list[Row]:
    """Rows of `origins.csv`: those that are there, then new compounds, with nobody in them yet."""
    there: list[Row] = [
        {
            "origin": o.origin,
            "type": o.type,
            "community": o.community,
            "lon": o.lon,
            "lat": o.lat,
            "presence": o.presence,
            "households": o.households,
            "source": o.source,
        }
        for o in tables.origins
    ]
    return [
        *there,
        *(
            {
                "origin": row["compound"],
                "type": "compound",
                "community": row["community"],
                "lon": row["lon"],
                "lat": row["lat"],
                "presence": "always",
                "households": 0,
                "source": f"planned, handed over {row['handover']}; {row['source']}",
            }
            for row in handovers
        ),
    ]
