"""A scenario with a plan carried out: new centres and rooms, conversions, closures, open links."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Iterable
from typing import TypeVar

from sim.scenario.inputs import Inputs
from sim.scenario.schema.tables import CentreRow, VenueRow
from sim.scenario.tables import Tables
from sim.siting.moves.catalogue import Catalogue, Move, Site, free_rooms
from sim.siting.moves.offers import siting_of

T = TypeVar("T", str, int)


def apply_plan(inputs: Inputs, catalogue: Catalogue, times: tuple[int, ...]) -> Inputs:
    """The scenario as it would be under a plan; hashes are those of a file that said so.

    Names are keyed by site, kind and number: a room opened is `<site>·<kind>+<n>`, one converted
    `<old name>→<kind>` in the old one's row. So whatever else a plan does, a room and whoever
    wishes for it keep their random numbers. A closed room's row is gone; its centre stays, with
    its drop-in places.

    Parameters
    ----------
    catalogue
        Of this scenario, or of one with the same siting problem (an outlook's).
    times
        How often each move is made.

    Raises
    ------
    ValueError
        If the numbers do not fit the moves, or two moves take the same room.
    """
    check_times(catalogue, times)
    if not any(times):
        return inputs
    made = [(m, n) for m, n in zip(catalogue.moves, times, strict=True) if n]
    tables = inputs.tables
    kept = _kept(inputs, made)
    sites = {site.name: site for site in catalogue.sites}
    new = [row for move, n in made if move.what == "open" for row in _rooms(inputs, sites, move, n)]
    _check_names(row.venue for row in (*kept, *new))
    known = {row.centre for row in tables.centres}
    wanted = dict.fromkeys(row.centre for row in new if row.centre not in known)
    centres = (*tables.centres, *(_centre(sites[name]) for name in wanted))
    links = [move.site for move, _ in made if move.what == "link"]
    changed = dataclasses.replace(tables, centres=centres, venues=(*kept, *new))
    return with_tables(_with_links(inputs, links), changed)


def check_times(catalogue: Catalogue, times: tuple[int, ...]) -> None:
    """Say which move cannot be made so often.

    Raises
    ------
    ValueError
        If there are not as many numbers as moves, or one lies outside 0 to `most`.
    """
    if len(times) != len(catalogue.moves):
        raise ValueError(f"{len(times)} numbers for {len(catalogue.moves)} moves")
    for move, n in zip(catalogue.moves, times, strict=True):
        if not 0 <= n <= move.most:
            raise ValueError(f"{move.words}: {n} times, but it can be made 0 to {move.most} times")


def with_tables(inputs: Inputs, tables: Tables) -> Inputs:
    """Replace the tables of a scenario."""
    changed = dataclasses.replace(inputs, tables=tables)
    fitted = inputs.fitted and changed.fit_hash == inputs.fit_hash
    return dataclasses.replace(changed, fitted=fitted)


def _with_links(inputs: Inputs, links: list[str]) -> Inputs:
    """Open more links of a scenario."""
    travel = inputs.scenario.travel
    opened = [*travel.links, *links]
    scenario = inputs.scenario.model_copy(
        update={"travel": travel.model_copy(update={"links": opened})}
    )
    resolved = {**inputs.resolved, "travel": {**inputs.resolved["travel"], "links": opened}}
    return dataclasses.replace(inputs, scenario=scenario, resolved=resolved)


def _kept(inputs: Inputs, made: list[tuple[Move, int]]) -> list[VenueRow]:
    """Rooms that are there, converted ones in their places, closed ones left out."""
    taken: dict[str, VenueRow | None] = {}
    free = free_rooms(inputs)
    siting = siting_of(inputs)
    takers = [(move, n) for move, n in made if move.what in ("convert", "close")]
    # those that need the largest rooms choose first, closures last: what fits one may fit another
    needs = {id(m): siting.rooms[m.kind].area_m2 if m.kind else 0.0 for m, _ in takers}
    for move, n in sorted(takers, key=lambda t: -needs[id(t[0])]):
        fit = [
            row
            for row in free.get((move.site, move.was), ())
            if row.venue not in taken and row.area_m2 >= needs[id(move)]
        ]
        if len(fit) < n:
            raise ValueError(f"{move.words}: {n} times, but only {len(fit)} rooms are left for it")
        for row in fit[:n]:
            taken[row.venue] = _converted(inputs, row, move) if move.what == "convert" else None
    rows = (taken.get(row.venue, row) for row in inputs.tables.venues)
    return [row for row in rows if row is not None]


def _converted(inputs: Inputs, row: VenueRow, move: Move) -> VenueRow:
    return row.model_copy(
        update={
            "venue": f"{row.venue}→{move.kind}",
            "kind": move.kind,
            "capacity": move.capacity,
            "slot_minutes": _slot_minutes(inputs, move.kind),
            "hours": siting_of(inputs).rooms[move.kind].hours or row.hours,
            "drop_in": "yes" if siting_of(inputs).rooms[move.kind].drop_in else "no",
            "source": "plan: converted",
        }
    )


def _rooms(inputs: Inputs, sites: dict[str, Site], move: Move, n: int) -> list[VenueRow]:
    """Rows of rooms that a plan opens."""
    site, spec = sites[move.site], siting_of(inputs).rooms[move.kind]
    return [
        VenueRow(
            venue=f"{site.name}·{move.kind}+{number + 1}",
            centre=site.name,
            kind=move.kind,
            capacity=move.capacity,
            area_m2=spec.area_m2,
            access=site.access,
            hours=spec.hours or _hours(inputs, site),
            slot_minutes=_slot_minutes(inputs, move.kind),
            drop_in="yes" if spec.drop_in else "no",
            source="plan: opened",
        )
        for number in range(n)
    ]


def _hours(inputs: Inputs, site: Site) -> str:
    """Opening hours of a new room: those of most rooms of its centre, else by tier."""
    tables, by_tier = inputs.tables, siting_of(inputs).hours
    own = [row.hours for row in tables.venues if row.centre == site.name]
    if own:
        return _most_common(own)
    if site.tier in by_tier:
        return by_tier[site.tier]
    tier = {row.centre for row in tables.centres if row.tier == site.tier}
    return _most_common([row.hours for row in tables.venues if row.centre in tier])


def _slot_minutes(inputs: Inputs, kind: str) -> int:
    """Step of starts of a new room: as written, as most rooms of the kind, or by the kind."""
    spec = siting_of(inputs).rooms[kind]
    if spec.slot_minutes is not None:
        return spec.slot_minutes
    there = [row.slot_minutes for row in inputs.tables.venues if row.kind == kind]
    if there:
        return _most_common(there)
    return inputs.scenario.kinds[kind].start_minutes or inputs.scenario.grid_minutes


def _most_common(values: list[T]) -> T:
    """The value that occurs most often, the first of equals."""
    return Counter(values).most_common(1)[0][0]


def _centre(site: Site) -> CentreRow:
    return CentreRow(
        centre=site.name,
        tier=site.tier,
        community=site.community,
        compound=site.compound,
        lon=site.lon,
        lat=site.lat,
        source=site.source,
    )


def _check_names(names: Iterable[str]) -> None:
    twice = [name for name, n in Counter(names).items() if n > 1]
    if twice:
        raise ValueError(f"{twice[0]}: a room of this name is there already")
