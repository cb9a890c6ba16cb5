"""Rooms that levers open at candidate sites: what they cost, and the scenario with them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sim.scenario.derived.yearly import Range, ranges_of, room_capital, room_per_year
from sim.scenario.inputs import Inputs
from sim.siting.moves.application import apply_plan
from sim.siting.moves.catalogue import Move
from sim.siting.moves.offers import catalogue_of, siting_of

SiteRooms = Mapping[str, Mapping[str, int]]
"""Site -> kind -> rooms opened there."""


def with_rooms(inputs: Inputs, rooms: SiteRooms) -> Inputs:
    """The scenario with rooms opened, as `linli site` would open them.

    Raises
    ------
    ValueError
        If a site cannot have them.
    """
    if not rooms:
        return inputs
    catalogue = catalogue_of(inputs)
    times = (_times(move, rooms) for move in catalogue.moves)
    return apply_plan(inputs, catalogue, tuple(times))


def _times(move: Move, rooms: SiteRooms) -> int:
    return rooms.get(move.site, {}).get(move.kind, 0) if move.what == "open" else 0


def room_costs(inputs: Inputs, rooms: SiteRooms) -> tuple[Range, Range]:
    """Yuan a year as `siting` counts them, and capital."""
    yearly = capital = Range(0.0, 0.0, 0.0)
    if rooms:
        siting, ranges = siting_of(inputs), ranges_of(inputs, "siting")
        rows = {row.site: row for row in inputs.tables.candidates}
        for site, kinds in rooms.items():
            row = rows[site]
            for kind, n in kinds.items():
                cost = room_per_year(siting, kind, row.tier, row, ranges)
                yearly = yearly.plus(cost.times(n))
                capital = capital.plus(room_capital(siting, kind, row, ranges).times(n))
    return yearly, capital


def room_problems(
    inputs: Inputs, rooms: SiteRooms
) -> Iterator[tuple[tuple[str, ...], str, tuple[str, ...]]]:
    """Key below `rooms`, what is wrong there, and what is allowed."""
    if not rooms:
        return
    siting, catalogue = siting_of(inputs), catalogue_of(inputs)
    area = {site.name: site.area_m2 for site in catalogue.sites}
    for site, kinds in rooms.items():
        most = {m.kind: m.most for m in catalogue.moves if m.what == "open" and m.site == site}
        wrong = [kind for kind, n in kinds.items() if n > most.get(kind, 0)]
        for kind in wrong:
            if kind in most:
                message = f"{kinds[kind]} rooms of kind {kind}, but the site may get {most[kind]}"
                yield (site, kind), message, (f"at most {most[kind]}",)
            else:
                yield (site, kind), f"no room of kind {kind} may be opened at {site}", tuple(most)
        needed = sum(n * siting.rooms[kind].area_m2 for kind, n in kinds.items())
        if not wrong and needed > area[site] * (1 + 1e-9):
            yield (site,), f"takes {needed:g} m2, but the site has {area[site]:g} m2", ()
            wrong = [site]
        if not wrong:
            try:
                with_rooms(inputs, {site: kinds})
            except ValueError as error:  # rooms of these names are there already
                yield (site,), str(error), ()
