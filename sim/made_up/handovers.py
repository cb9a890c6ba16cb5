"""New compounds of the next five years: where, how large, when."""

from __future__ import annotations

import datetime as dt
import math

from sim.made_up.draws import lognormal, uniforms
from sim.made_up.origins import HOUSEHOLDS_MU, HOUSEHOLDS_SIGMA
from sim.made_up.shape import around, lonlat, point_of
from sim.made_up.tables import Row, row
from sim.scenario.tables import Tables

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
    zone_of = {c.community: c.zone for c in tables.communities}
    taken = list(homes)
    rows: list[Row] = []
    offered = [
        (c.community, point)
        for c in tables.centres
        if c.tier == "community"
        for point in around(
            point_of(c.lon, c.lat, middle),
            RING_KM,
            uniforms(seed, "handover place", c.community, 24),
        )
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
        where = lonlat(point, middle)
        rows.append(row("handovers", name, community, *where, round(size), day.isoformat(), SOURCE))
    return rows


def planned_origins(tables: Tables, handovers: list[Row]) -> list[Row]:
    """Rows of `origins.csv`: those that are there, then new compounds, with nobody in them yet."""
    there = [
        row(
            "origins",
            o.origin, o.type, o.community, o.lon, o.lat, o.presence, o.households, o.source or "",
        )
        for o in tables.origins
    ]  # fmt: skip
    new = [
        row(
            "origins",
            h["compound"], "compound", h["community"], h["lon"], h["lat"], "always", 0,
            f"planned, handed over {h['handover']}; {h['source']}",
        )
        for h in handovers
    ]  # fmt: skip
    return there + new
