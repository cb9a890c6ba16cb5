"""Whether candidates can be reached by whom they are for, and everybody has one within reach."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.scenario.distances import farthest_km, table_km
from sim.scenario.nodes import MappingNode, dotted
from sim.scenario.partial import Data, named_parts, part, value_at, value_place
from sim.scenario.problems import Problem, at
from sim.scenario.references import AnyTables
from sim.scenario.schema.allocation_rows import listed
from sim.scenario.schema.demand import Segment
from sim.scenario.schema.place import Travel
from sim.scenario.schema.siting import Siting

__all__ = ["Reached", "nearest_words", "reach", "reached"]

F64 = npt.NDArray[np.float64]
_STANDARD = ("siting", "reach_minutes")
_NEEDED = ("origins", "people", "candidates")
"""Tables without which nothing can be said."""


@dataclass(frozen=True, slots=True)
class Reached:
    """Road kilometres from origins to candidates, at best: with every link open.

    Attributes
    ----------
    origins, sites
        Rows.
    inhabited
        Numbers of the origins at which somebody lives or works.
    km
        (O, C), infinite where the access rule lets nobody of the origin in.
    """

    origins: list[Any]
    sites: list[Any]
    inhabited: list[int]
    km: F64


def reached(
    origins: list[Any], sites: list[Any], people: list[Any], walks: list[Any], travel: Travel
) -> Reached:
    """Find out who may go where, and how far it is at best."""
    straight = table_km([(o.lon, o.lat) for o in origins], [(s.lon, s.lat) for s in sites])
    km = _shortened(straight * travel.detour, origins, [s.site for s in sites], walks)
    for c, site in enumerate(sites):
        for o, origin in enumerate(origins):
            if not _admits(site.rule, origin, site):
                km[o, c] = np.inf
    there = {row.origin for row in people if row.people > 0}
    inhabited = [o for o, row in enumerate(origins) if row.origin in there]
    return Reached(origins, sites, inhabited, km)


def _admits(access: str, origin: Any, place: Any) -> bool:
    """Whether a rule of access lets people of an origin into a centre or site."""
    if access == "community":
        return bool(origin.community == place.community)
    return access == "public" or bool(origin.origin == place.compound)


def _shortened(km: F64, origins: list[Any], ends: list[str], walks: list[Any]) -> F64:
    start = {row.origin: o for o, row in enumerate(origins)}
    end = {name: c for c, name in enumerate(ends)}
    for row in walks:
        if row.origin in start and row.centre in end:
            o, c = start[row.origin], end[row.centre]
            km[o, c] = min(km[o, c], row.metres / 1000)
    return km


def reach(data: Data, tables: AnyTables, merged: MappingNode) -> list[Problem]:
    """Candidates that nobody can reach, and places too far from all if the scenario minds."""
    siting = part(Siting, value_at(data, "siting"))
    travel = part(Travel, value_at(data, "travel") or {})
    segments = list(named_parts(data, Segment, "segments").values())
    if (
        siting is None
        or travel is None
        or not segments
        or not {*_NEEDED, "communities"} <= tables.keys()
    ):
        return []
    origins, people, sites = ([row for _, row in tables[name].rows] for name in _NEEDED)
    walks = [row for _, row in tables["walks"].rows] if "walks" in tables else []
    if not origins or not sites:
        return []
    found = reached(origins, sites, people, walks, travel)
    problems = list(_unreachable(found, tables, farthest_km(segments, travel)))
    if siting.reach_minutes is not None:
        problems += _standard(siting, found, tables, merged, segments, travel)
    return problems


def _unreachable(found: Reached, tables: AnyTables, limit: float) -> Iterator[Problem]:
    """Candidates beyond the reach of all whom they are for."""
    table = tables["candidates"]
    nearest = found.km.argmin(axis=0)
    known = {row.community for _, row in tables["communities"].rows}
    for c, (record, row) in enumerate(table.rows):
        km = float(found.km[nearest[c], c])
        if np.isinf(km):
            # a community or compound that is not there is reported by itself
            if row.community in known and row.compound is None:
                message = f"nobody may enter {row.site}: no origin lies in its {row.rule}"
                yield table.problem(record, "site", message)
        elif km > limit:
            message = (
                f"nobody gets there: the nearest of whom {row.site} is for, "
                f"{found.origins[nearest[c]].origin}, is {km:,.1f} km away by road, and nobody "
                f"goes farther than {limit:.1f} km (`travel.max_minutes`); another place, or "
                "other coordinates than the WGS-84 of the world"
            )
            yield table.problem(record, "lon", message)


def _standard(
    siting: Siting,
    found: Reached,
    tables: AnyTables,
    merged: MappingNode,
    segments: list[Segment],
    travel: Travel,
) -> Iterator[Problem]:
    """Places that no plan can bring within the minutes that the scenario demands."""
    minutes = siting.reach_minutes or 0.0
    limit = max(s.metres_per_second for s in segments) * minutes * 60 / 1000
    near = found.km <= limit
    today = _rooms_near(found, tables, travel, limit)
    for o in found.inhabited:
        missing = [
            kind
            for kind in siting.rooms
            if kind not in today[o]
            and not any(
                near[o, c] and (not row.kinds or kind in listed(row.kinds))
                for c, row in enumerate(found.sites)
            )
        ]
        if missing:
            best = int(found.km[o].argmin())
            message = (
                f"{found.origins[o].origin} has no room and no candidate for "
                f"{', '.join(missing)} within {minutes:g} minutes on foot; "
                f"{nearest_words(found, o, best)}"
            )
            yield at(value_place(merged, *_STANDARD), dotted(_STANDARD), message)


def nearest_words(found: Reached, origin: int, site: int) -> str:
    """Say which candidate is nearest to an origin, in words."""
    km = float(found.km[origin, site])
    if np.isinf(km):
        return "no candidate is open to its people"
    return f"its nearest candidate is {found.sites[site].site}, {km:.1f} km by road"


def _rooms_near(found: Reached, tables: AnyTables, travel: Travel, limit: float) -> list[set[str]]:
    """Per origin the kinds of which there is a room within reach today."""
    centres = {row.centre: row for _, row in tables["centres"].rows} if "centres" in tables else {}
    rooms = {
        (row.centre, row.kind, row.access)
        for _, row in (tables["venues"].rows if "venues" in tables else ())
        if row.centre in centres
    }
    names = list(centres)
    at_centre = [(centres[name].lon, centres[name].lat) for name in names]
    km = table_km([(o.lon, o.lat) for o in found.origins], at_centre) * travel.detour
    walks = [row for _, row in tables["walks"].rows] if "walks" in tables else []
    km = _shortened(km, found.origins, names, walks)
    kinds: list[set[str]] = [set() for _ in found.origins]
    for centre, kind, access in rooms:
        row = centres[centre]
        for o in np.flatnonzero(km[:, names.index(centre)] <= limit):
            origin = found.origins[o]
            if _admits(access, origin, row):
                kinds[o].add(kind)
    return kinds
