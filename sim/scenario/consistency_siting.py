"""Whether candidates, what is decided already and the budget fit together."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sim.scenario.csv_tables import Record, Table
from sim.scenario.distances import kilometres
from sim.scenario.nodes import MappingNode, dotted
from sim.scenario.partial import Data, part, value_at, value_place
from sim.scenario.problems import Problem, at
from sim.scenario.references import AnyTables
from sim.scenario.schema.allocation_rows import listed
from sim.scenario.schema.siting import Siting
from sim.scenario.schema.siting_rows import CandidateRow, parse_fixed
from sim.scenario.yearly import as_written, link_per_year, room_per_year

__all__ = ["siting"]

_SAME_PLACE_KM = 0.05
_BUDGET = ("siting", "budget_yuan_per_year")


def siting(data: Data, tables: AnyTables, merged: MappingNode) -> list[Problem]:
    """Say what is wrong in `siting` and its candidates before anything is built."""
    problem = part(Siting, value_at(data, "siting"))
    if problem is None:
        return []
    found = list(_hours(problem, tables, merged))
    table = tables.get("candidates")
    if table is not None:
        found += _same_coordinates(table)
        for record, row in table.rows:
            found += _of_row(problem, table, record, row)
            found += _as_centre(table, record, row, tables)
            found += _as_compound(table, record, row, tables)
    return [*found, *_budget(problem, tables, merged)]


def _hours(problem: Siting, tables: AnyTables, merged: MappingNode) -> Iterator[Problem]:
    """Tiers of candidates for which no opening hours can be told."""
    if not {"candidates", "centres", "venues"} <= tables.keys():
        return
    tier_of = {row.centre: row.tier for _, row in tables["centres"].rows}
    known = {tier_of.get(row.centre) for _, row in tables["venues"].rows} | problem.hours.keys()
    bare = all(spec.hours is not None for spec in problem.rooms.values())
    wanted = {row.tier for _, row in tables["candidates"].rows}
    for tier in sorted(wanted - known) if not bare else ():
        key = ("siting", "hours")
        message = f"no hours for tier {tier}: no room of this tier is there to take them from"
        yield at(value_place(merged, *key), dotted(key), message, ("one of the opening hours",))


def _same_coordinates(table: Table[Any]) -> Iterator[Problem]:
    first: dict[tuple[float, float], tuple[Record, CandidateRow]] = {}
    for record, row in table.rows:
        other = first.setdefault((row.lon, row.lat), (record, row))
        if other[0] is not record:
            message = (
                f"the same coordinates as {other[1].site} in line {other[0].line}: one site, "
                "or a copied row"
            )
            yield table.problem(record, "lon", message)


def _of_row(
    problem: Siting, table: Table[Any], record: Record, row: CandidateRow
) -> Iterator[Problem]:
    """Kinds that nobody can open, and rooms that are decided beyond what the site allows."""
    rooms = problem.rooms
    strange = [kind for kind in listed(row.kinds) if kind not in rooms]
    for kind in strange:
        message = f"{kind}: no room that may be opened of this name in `siting.rooms`"
        yield table.problem(record, "kinds", message, allowed=tuple(rooms), word=kind)
    kinds = [kind for kind in listed(row.kinds) or tuple(rooms) if kind in rooms]
    if kinds and not strange and min(rooms[k].area_m2 for k in kinds) > row.area_m2:
        least = min(kinds, key=lambda k: rooms[k].area_m2)
        message = (
            f"{row.area_m2:g} m2 hold no room of its kinds: the smallest ({least}) takes "
            f"{rooms[least].area_m2:g} m2"
        )
        yield table.problem(record, "area_m2", message)
    else:
        yield from _fixed(problem, table, record, row, kinds)


def _fixed(
    problem: Siting, table: Table[Any], record: Record, row: CandidateRow, kinds: list[str]
) -> Iterator[Problem]:
    fixed = parse_fixed(row.fixed)
    for kind, n in fixed.items():
        if kind not in problem.rooms:
            message = f"{kind}: no room that may be opened of this name in `siting.rooms`"
            yield table.problem(record, "fixed", message, allowed=tuple(problem.rooms), word=kind)
        elif kind not in kinds:
            message = f"{kind} is decided, but the site's kinds exclude it"
            yield table.problem(record, "fixed", message, allowed=tuple(kinds))
        else:
            most = min(problem.rooms[kind].most_per_site, row.most_rooms or 50)
            if n > most:
                message = f"{n} rooms of kind {kind} are decided, but the site may get {most}"
                yield table.problem(record, "fixed", message, allowed=(f"at most {most}",))
    area = sum(n * problem.rooms[k].area_m2 for k, n in fixed.items() if k in problem.rooms)
    if area > row.area_m2 * (1 + 1e-9):
        message = f"what is decided takes {area:g} m2, but the site has {row.area_m2:g} m2"
        yield table.problem(record, "fixed", message)


def _as_centre(
    table: Table[Any], record: Record, row: CandidateRow, tables: AnyTables
) -> Iterator[Problem]:
    """Rows that name a centre but say other things of it."""
    centres = tables.get("centres")
    found = (
        (r for _, r in centres.rows if r.centre == row.site) if centres is not None else iter(())
    )
    centre = next(found, None)
    if centre is None or centres is None:
        return
    for column in ("tier", "community", "compound"):
        mine, own = getattr(row, column), getattr(centre, column)
        if mine != own:
            message = f"{mine}, but {row.site} is a centre with {column} {own} in {centres.file}"
            yield table.problem(record, column, message, allowed=(str(own or "empty"),))
    away = kilometres(row.lon, row.lat, centre.lon, centre.lat)
    if away > _SAME_PLACE_KM:
        message = (
            f"{1000 * away:,.0f} m from the centre of this name ({centre.lon}, {centre.lat}): "
            "other coordinates than WGS-84 (GCJ-02 and BD-09 lie 0.5-1.2 km off), or another place"
        )
        yield table.problem(record, "lon", message)


def _as_compound(
    table: Table[Any], record: Record, row: CandidateRow, tables: AnyTables
) -> Iterator[Problem]:
    """Sites in another community than their compound."""
    origins = tables.get("origins")
    for _, origin in origins.rows if origins is not None and row.compound is not None else ():
        if origin.origin == row.compound and origin.community != row.community:
            message = f"{row.community}, but {row.compound} lies in {origin.community}"
            yield table.problem(record, "community", message, allowed=(origin.community,))


def _budget(problem: Siting, tables: AnyTables, merged: MappingNode) -> Iterator[Problem]:
    """What is decided already must be paid for."""
    candidates, links = tables.get("candidates"), tables.get("links")
    total = 0.0
    for _, row in candidates.rows if candidates is not None else ():
        for kind, n in parse_fixed(row.fixed).items():
            if kind in problem.rooms:
                total += n * room_per_year(problem, kind, row.tier, row, as_written).base
    for _, row in links.rows if links is not None else ():
        if row.fixed == "yes":
            total += link_per_year(problem, row, as_written).base
    levels = (
        (_BUDGET, problem.budget_yuan_per_year),
        *((("siting", "budgets", i), budget) for i, budget in enumerate(problem.budgets)),
    )
    for key, budget in levels:
        if total > budget * (1 + 1e-9):
            message = f"{budget:,.0f} yuan a year, but what is decided already costs {total:,.0f}"
            allowed = (f"at least {total:,.0f}",)
            yield at(value_place(merged, *key), dotted(key), message, allowed)
