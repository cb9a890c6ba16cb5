"""Whether candidates, what is decided already, budget and walks fit together and can be reached."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from sim.arrays import F64
from sim.scenario.checks.draft import Draft
from sim.scenario.derived.distances import farthest_km, kilometres, known_walks, table_km
from sim.scenario.derived.yearly import as_written, link_per_year, room_per_year
from sim.scenario.problems import InputProblem
from sim.scenario.read.csv_tables import CsvRecord
from sim.scenario.read.nodes import Key
from sim.scenario.schema.scenario import Scenario
from sim.scenario.schema.siting import CandidateRow, Siting, parse_fixed
from sim.scenario.schema.tables import CentreRow, OriginRow
from sim.scenario.schema.timetable import listed
from sim.scenario.tables import Tables


@dataclass(frozen=True, slots=True)
class CandidateReach:
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


def reached(scenario: Scenario, tables: Tables) -> CandidateReach:
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
    return CandidateReach(origins, sites, inhabited, km)


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
    here = [row for row in tables.walks if row.origin in start and row.centre in end]
    found = known_walks(here, lambda _: True, lambda o, c: float(km[start[o], end[c]]))
    for (origin, name), walked in found.items():
        km[start[origin], end[name]] = walked
    return km


def reach(draft: Draft) -> Iterator[InputProblem]:
    """Check that somebody reaches each candidate, and, if asked for, that nobody is too far."""
    siting, tables = draft.scenario.siting, draft.tables
    if siting is None or not tables.candidates:
        return
    found = reached(draft.scenario, tables)
    yield from _unreachable(draft, found)
    if siting.reach_minutes is not None:
        yield from _standard(draft, found, siting.reach_minutes)


def _unreachable(draft: Draft, found: CandidateReach) -> Iterator[InputProblem]:
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


def _standard(draft: Draft, found: CandidateReach, minutes: float) -> Iterator[InputProblem]:
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
            yield draft.problem(("siting", "reach_minutes"), message)


def nearest_words(found: CandidateReach, origin: int, site: int) -> str:
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


_SAME_PLACE_KM = 0.05
_TABLE = "candidates"


def hours(draft: Draft) -> Iterator[InputProblem]:
    """Check that opening hours are known for the tier of every candidate."""
    siting, tables = draft.scenario.siting, draft.tables
    if siting is None or all(spec.hours is not None for spec in siting.rooms.values()):
        return
    tier_of = {row.centre: row.tier for row in tables.centres}
    known = {tier_of[row.centre] for row in tables.venues} | siting.hours.keys()
    for tier in sorted({row.tier for row in tables.candidates} - known):
        message = f"no hours for tier {tier}: no room of this tier is there to take them from"
        yield draft.problem(("siting", "hours"), message, "one of the opening hours")


def candidates(draft: Draft) -> Iterator[InputProblem]:
    """Check that each site is another place, can hold a room, and is what the world says."""
    siting = draft.scenario.siting
    first: dict[tuple[float, float], tuple[CsvRecord, CandidateRow]] = {}
    for record, row in draft.rows(_TABLE) if siting is not None else ():
        assert siting is not None
        other = first.setdefault((row.lon, row.lat), (record, row))
        if other[0] is not record:
            message = (
                f"the same coordinates as {other[1].site} in line {other[0].line}: one site, "
                "or a copied row"
            )
            yield draft.cell(_TABLE, record, "lon", message)
        yield from _rooms(draft, siting, record, row)
        yield from _as_centre(draft, record, row)
        yield from _as_compound(draft, record, row)


def _rooms(
    draft: Draft, siting: Siting, record: CsvRecord, row: CandidateRow
) -> Iterator[InputProblem]:
    """Sites too small for any room, and rooms that are decided beyond what the site allows."""
    rooms = siting.rooms
    kinds = listed(row.kinds) or tuple(rooms)
    least = min(kinds, key=lambda kind: rooms[kind].area_m2)
    if rooms[least].area_m2 > row.area_m2:
        message = (
            f"{row.area_m2:g} m2 hold no room of its kinds: the smallest ({least}) takes "
            f"{rooms[least].area_m2:g} m2"
        )
        yield draft.cell(_TABLE, record, "area_m2", message)
        return
    fixed = parse_fixed(row.fixed)
    for kind, n in fixed.items():
        if kind not in kinds:
            message = f"{kind} is decided, but the site's kinds exclude it"
            yield draft.cell(_TABLE, record, "fixed", message, kinds)
            continue
        most = min(rooms[kind].most_per_site, row.most_rooms or 50)
        if n > most:
            message = f"{n} rooms of kind {kind} are decided, but the site may get {most}"
            yield draft.cell(_TABLE, record, "fixed", message, (f"at most {most}",))
    area = sum(n * rooms[kind].area_m2 for kind, n in fixed.items())
    if area > row.area_m2 * (1 + 1e-9):
        message = f"what is decided takes {area:g} m2, but the site has {row.area_m2:g} m2"
        yield draft.cell(_TABLE, record, "fixed", message)


def _as_centre(draft: Draft, record: CsvRecord, row: CandidateRow) -> Iterator[InputProblem]:
    """Rows that name a centre but say other things of it."""
    for centre in (c for c in draft.tables.centres if c.centre == row.site):
        for column in ("tier", "community", "compound"):
            mine, own = getattr(row, column), getattr(centre, column)
            if mine != own:
                file = draft.read["centres"].file
                message = f"{mine}, but {row.site} is a centre with {column} {own} in {file}"
                yield draft.cell(_TABLE, record, column, message, (str(own or "empty"),))
        away = kilometres(row.lon, row.lat, centre.lon, centre.lat)
        if away > _SAME_PLACE_KM:
            message = (
                f"{1000 * away:,.0f} m from the centre of this name ({centre.lon}, {centre.lat}): "
                "other coordinates than WGS-84 (GCJ-02 and BD-09 lie 0.5-1.2 km off), or another "
                "place"
            )
            yield draft.cell(_TABLE, record, "lon", message)


def _as_compound(draft: Draft, record: CsvRecord, row: CandidateRow) -> Iterator[InputProblem]:
    """Sites in another community than their compound."""
    for origin in (o for o in draft.tables.origins if o.origin == row.compound):
        if origin.community != row.community:
            message = f"{row.community}, but {row.compound} lies in {origin.community}"
            yield draft.cell(_TABLE, record, "community", message, (origin.community,))


def budget(draft: Draft) -> Iterator[InputProblem]:
    """Check that decisions already made can be paid for."""
    siting, tables = draft.scenario.siting, draft.tables
    if siting is None:
        return
    total = sum(
        n * room_per_year(siting, kind, row.tier, row, as_written).base
        for row in tables.candidates
        for kind, n in parse_fixed(row.fixed).items()
    )
    decided = (row for row in tables.links if row.fixed == "yes")
    total += sum(link_per_year(siting, row, as_written).base for row in decided)
    budgets: dict[tuple[Key, ...], float] = {
        ("siting", "budget_yuan_per_year"): siting.budget_yuan_per_year,
        **{("siting", "budgets", i): budget for i, budget in enumerate(siting.budgets)},
    }
    for key, budget in budgets.items():
        if total > budget * (1 + 1e-9):
            message = f"{budget:,.0f} yuan a year, but what is decided already costs {total:,.0f}"
            yield draft.problem(key, message, f"at least {total:,.0f}")


def walks(draft: Draft) -> Iterator[InputProblem]:
    """No walk is far shorter than the straight line: kilometres or minutes in the wrong column."""
    tables = draft.tables
    starts = {row.compound: (row.lon, row.lat) for row in tables.handovers}
    starts |= {row.origin: (row.lon, row.lat) for row in tables.origins}
    ends = {row.site: (row.lon, row.lat) for row in tables.candidates}
    ends |= {row.centre: (row.lon, row.lat) for row in tables.centres}
    for record, row in draft.rows("walks"):
        straight = 1000 * kilometres(*starts[row.origin], *ends[row.centre])
        if row.metres < straight / 2:
            message = (
                f"{row.metres:g} m from {row.origin} to {row.centre}, less than half of the "
                f"straight line ({straight:,.0f} m): no walk is"
            )
            yield draft.cell("walks", record, "metres", message)


CHECKS = (hours, candidates, budget, walks, reach)
