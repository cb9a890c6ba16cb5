"""Whether candidates can be reached by whom they are for, and everybody has one within reach."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from sim.arrays import F64
from sim.scenario.checks.draft import Draft
from sim.scenario.distances import farthest_km, table_km
from sim.scenario.problems import Problem
from sim.scenario.schema.allocation_rows import listed
from sim.scenario.schema.scenario import Scenario
from sim.scenario.schema.siting_rows import CandidateRow
from sim.scenario.schema.tables import CentreRow, OriginRow
from sim.scenario.tables import Tables


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

    origins: Sequence[OriginRow]
    sites: Sequence[CandidateRow]
    inhabited: list[int]
    km: F64


def reached(scenario: Scenario, tables: Tables) -> Reached:
    """Find out who may go where, and how far it is at best."""
    origins, sites = tables.origins, tables.candidates
    at_sites = [(site.lon, site.lat) for site in sites]
    km = _by_road(scenario, tables, [site.site for site in sites], at_sites)
    for c, site in enumerate(sites):
        for o, origin in enumerate(origins):
            if not _admits(site.rule, origin, site):
                km[o, c] = np.inf
    there = {row.origin for row in tables.people if row.people > 0}
    inhabited = [o for o, row in enumerate(origins) if row.origin in there]
    return Reached(origins, sites, inhabited, km)


def _admits(access: str, origin: OriginRow, place: CandidateRow | CentreRow) -> bool:
    """Whether a rule of access lets people of an origin into a centre or site."""
    if access == "community":
        return origin.community == place.community
    return access == "public" or origin.origin == place.compound


def _by_road(
    scenario: Scenario, tables: Tables, names: list[str], points: list[tuple[float, float]]
) -> F64:
    """(O, places) road kilometres from origins to named places, every link open."""
    origins = tables.origins
    km = table_km([(o.lon, o.lat) for o in origins], points) * scenario.travel.detour
    start = {row.origin: o for o, row in enumerate(origins)}
    end = {name: c for c, name in enumerate(names)}
    for row in tables.walks:
        if row.origin in start and row.centre in end:
            o, c = start[row.origin], end[row.centre]
            km[o, c] = min(km[o, c], row.metres / 1000)
    return km


def reach(draft: Draft) -> Iterator[Problem]:
    """Somebody can reach each candidate, and nobody is too far from all if the scenario minds."""
    siting, tables = draft.scenario.siting, draft.tables
    if siting is None or not tables.candidates:
        return
    found = reached(draft.scenario, tables)
    yield from _unreachable(draft, found)
    if siting.reach_minutes is not None:
        yield from _standard(draft, found, siting.reach_minutes)


def _unreachable(draft: Draft, found: Reached) -> Iterator[Problem]:
    """Candidates beyond the reach of all whom they are for."""
    limit = farthest_km(list(draft.scenario.segments.values()), draft.scenario.travel)
    nearest = found.km.argmin(axis=0)
    for c, (record, row) in enumerate(draft.rows("candidates")):
        km = float(found.km[nearest[c], c])
        if np.isinf(km):
            message = f"nobody may enter {row.site}: no origin lies in its {row.rule}"
            yield draft.cell("candidates", record, "site", message)
        elif km > limit:
            message = (
                f"nobody gets there: the nearest of whom {row.site} is for, "
                f"{found.origins[nearest[c]].origin}, is {km:,.1f} km away by road, and nobody "
                f"goes farther than {limit:.1f} km (`travel.max_minutes`); another place, or "
                "other coordinates than the WGS-84 of the world"
            )
            yield draft.cell("candidates", record, "lon", message)


def _standard(draft: Draft, found: Reached, minutes: float) -> Iterator[Problem]:
    """Places that no plan can bring within the minutes that the scenario demands."""
    siting = draft.scenario.siting
    assert siting is not None
    segments = draft.scenario.segments.values()
    limit = max(s.metres_per_second for s in segments) * minutes * 60 / 1000
    near = found.km <= limit
    today = _rooms_near(draft, limit)
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
            yield draft.at(("siting", "reach_minutes"), message)


def nearest_words(found: Reached, origin: int, site: int) -> str:
    """Say which candidate is nearest to an origin, in words."""
    km = float(found.km[origin, site])
    if np.isinf(km):
        return "no candidate is open to its people"
    return f"its nearest candidate is {found.sites[site].site}, {km:.1f} km by road"


def _rooms_near(draft: Draft, limit: float) -> list[set[str]]:
    """Per origin the kinds of which there is a room within reach today."""
    tables = draft.tables
    centres = {row.centre: (c, row) for c, row in enumerate(tables.centres)}
    at_centres = [(row.lon, row.lat) for row in tables.centres]
    km = _by_road(draft.scenario, tables, list(centres), at_centres)
    kinds: list[set[str]] = [set() for _ in tables.origins]
    for name, kind, access in {(row.centre, row.kind, row.access) for row in tables.venues}:
        c, centre = centres[name]
        for o in np.flatnonzero(km[:, c] <= limit):
            if _admits(access, tables.origins[o], centre):
                kinds[o].add(kind)
    return kinds


CHECKS = (reach,)
