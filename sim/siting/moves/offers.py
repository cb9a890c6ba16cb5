"""From a scenario's words to a catalogue: sites, and moves at them with their yearly cost."""

from __future__ import annotations

from collections.abc import Iterator

from sim.scenario.derived.yearly import (
    Range,
    Ranges,
    closing_per_year,
    conversion_per_year,
    link_per_year,
    ranges_of,
    room_per_year,
)
from sim.scenario.inputs import Inputs
from sim.scenario.schema.siting import CandidateRow, Siting, parse_fixed
from sim.scenario.schema.tables import CentreRow
from sim.scenario.schema.timetable import listed
from sim.siting.moves.catalogue import Catalogue, Move, Rooms, Site, Yuan, free_rooms

_ACCESS = {"subdistrict": "public", "community": "community", "compound": "compound"}


def siting_of(inputs: Inputs) -> Siting:
    """The scenario's siting problem.

    Raises
    ------
    ValueError
        If it has none.
    """
    if inputs.scenario.siting is None:
        raise ValueError(f"{inputs.scenario.name} has no `siting`: it says not what may be built")
    return inputs.scenario.siting


def catalogue_of(inputs: Inputs) -> Catalogue:
    """Sites and moves of a scenario with `siting`.

    Sites are the candidates of its table in their order (without one, compounds and the centres
    that are there), then other centres in which something may be converted or closed. Moves come
    site by site: openings in the order of `siting.rooms`, conversions, closures; links last.

    Raises
    ------
    ValueError
        If the scenario has no `siting`.
    """
    siting, ranges = siting_of(inputs), ranges_of(inputs, "siting")
    rows = {row.site: row for row in inputs.tables.candidates}
    free = free_rooms(inputs)
    sites = _sites(inputs, siting)
    moves: list[Move] = []
    for site in sites:
        freed = sum(r.area_m2 for kind in siting.closable for r in free.get((site.name, kind), ()))
        moves += _openings(siting, site, rows.get(site.name), freed, ranges)
        if site.exists:
            moves += _conversions(siting, site, free, ranges)
            moves += _closures(siting, site, free, ranges)
    moves += _links(inputs, siting, ranges)
    used = {move.site for move in moves}
    return Catalogue(tuple(s for s in sites if s.name in used), tuple(moves))


def _sites(inputs: Inputs, siting: Siting) -> list[Site]:
    tables = inputs.tables
    centres = {row.centre: row for row in tables.centres}
    if siting.candidates is not None:
        sites = [_candidate(siting, row, row.site in centres) for row in tables.candidates]
    else:
        sites = [*_in_compounds(inputs, siting)]
        sites += [
            _centre(siting, row, siting.spare_m2.get(row.tier, 0.0)) for row in tables.centres
        ]
    named = {site.name for site in sites}
    return [
        *sites,
        *(_centre(siting, row, 0.0) for row in tables.centres if row.centre not in named),
    ]


def _candidate(siting: Siting, row: CandidateRow, exists: bool) -> Site:
    return Site(
        name=row.site,
        lon=row.lon,
        lat=row.lat,
        tier=row.tier,
        community=row.community,
        compound=row.compound,
        access=row.rule,
        area_m2=row.area_m2,
        kinds=listed(row.kinds) or tuple(siting.rooms),
        exists=exists,
        source=row.source,
    )


def _centre(siting: Siting, row: CentreRow, spare: float) -> Site:
    return Site(
        name=row.centre,
        lon=row.lon,
        lat=row.lat,
        tier=row.tier,
        community=row.community,
        compound=row.compound,
        access=_ACCESS[row.tier],
        area_m2=spare if row.tier != "compound" else 0.0,
        kinds=tuple(siting.rooms),
        exists=True,
        source=row.source,
    )


def _in_compounds(inputs: Inputs, siting: Siting) -> Iterator[Site]:
    """A room's worth of floor area in every compound."""
    area = siting.spare_m2.get("compound", 0.0)
    for row in inputs.tables.origins:
        if row.type == "compound" and area > 0:
            yield Site(
                name=f"{row.origin}·new",
                lon=row.lon,
                lat=row.lat,
                tier="compound",
                community=row.community,
                compound=row.origin,
                access="compound",
                area_m2=area,
                kinds=tuple(siting.rooms),
                exists=False,
                source=f"siting.spare_m2 in a compound of the world ({row.source})"[:400],
            )


def _yuan(cost: Range) -> Yuan:
    return Yuan(cost.base, cost.low, cost.high)


def _openings(
    siting: Siting, site: Site, row: CandidateRow | None, freed: float, ranges: Ranges
) -> Iterator[Move]:
    """Rooms for which there is floor area, or would be if all were closed that may be.

    Area that closures free is built on again only where the site has some to be had anyway.
    """
    if site.area_m2 <= 0:
        return
    fixed = {} if row is None else parse_fixed(row.fixed)
    limit = 50 if row is None or row.most_rooms is None else row.most_rooms
    for kind, spec in siting.rooms.items():
        most = int((site.area_m2 + freed) / spec.area_m2 + 1e-9)
        most = min(most, spec.most_per_site, limit)
        if kind in site.kinds and most > 0:
            yield Move(
                what="open",
                site=site.name,
                kind=kind,
                was="",
                capacity=spec.capacity,
                area_m2=spec.area_m2,
                cost=_yuan(room_per_year(siting, kind, site.tier, row, ranges)),
                most=most,
                fixed=fixed.get(kind, 0),
                source=site.source,
            )


def _conversions(siting: Siting, site: Site, free: Rooms, ranges: Ranges) -> Iterator[Move]:
    for number, how in enumerate(siting.conversions):
        spec = siting.rooms[how.kind]
        rooms = [r for r in free.get((site.name, how.was), ()) if r.area_m2 >= spec.area_m2]
        rooms = rooms[: how.most_per_centre]
        if rooms:
            area = sum(r.area_m2 for r in rooms) / len(rooms)
            yield Move(
                what="convert",
                site=site.name,
                kind=how.kind,
                was=how.was,
                capacity=spec.capacity,
                area_m2=0.0,
                cost=_yuan(conversion_per_year(siting, number, area, ranges)),
                most=len(rooms),
                fixed=0,
                source=rooms[0].source,
            )


def _closures(siting: Siting, site: Site, free: Rooms, ranges: Ranges) -> Iterator[Move]:
    for kind in siting.closable:
        rooms = free.get((site.name, kind), ())
        if rooms:
            area = sum(r.area_m2 for r in rooms) / len(rooms)
            yield Move(
                what="close",
                site=site.name,
                kind="",
                was=kind,
                capacity=0,
                area_m2=-area,
                cost=_yuan(closing_per_year(siting, area, ranges)),
                most=len(rooms),
                fixed=0,
                source=rooms[0].source,
            )


def _links(inputs: Inputs, siting: Siting, ranges: Ranges) -> Iterator[Move]:
    for row in inputs.tables.links:
        if row.link not in inputs.scenario.travel.links:
            yield Move(
                what="link",
                site=row.link,
                kind="",
                was="",
                capacity=0,
                area_m2=0.0,
                cost=_yuan(link_per_year(siting, row, ranges)),
                most=1,
                fixed=int(row.fixed == "yes"),
                source=row.source,
            )
