"""Whether candidates, what is decided already, the budget and walks fit together."""

from __future__ import annotations

from collections.abc import Iterator

from sim.scenario.checks.draft import Draft
from sim.scenario.distances import kilometres
from sim.scenario.problems import Problem
from sim.scenario.read.csv_tables import Record
from sim.scenario.read.nodes import Key
from sim.scenario.schema.allocation_rows import listed
from sim.scenario.schema.siting import Siting
from sim.scenario.schema.siting_rows import CandidateRow, parse_fixed
from sim.scenario.yearly import as_written, link_per_year, room_per_year

_SAME_PLACE_KM = 0.05
_TABLE = "candidates"


def hours(draft: Draft) -> Iterator[Problem]:
    """Opening hours can be told for the tier of every candidate."""
    siting, tables = draft.scenario.siting, draft.tables
    if siting is None or all(spec.hours is not None for spec in siting.rooms.values()):
        return
    tier_of = {row.centre: row.tier for row in tables.centres}
    known = {tier_of[row.centre] for row in tables.venues} | siting.hours.keys()
    for tier in sorted({row.tier for row in tables.candidates} - known):
        message = f"no hours for tier {tier}: no room of this tier is there to take them from"
        yield draft.at(("siting", "hours"), message, "one of the opening hours")


def candidates(draft: Draft) -> Iterator[Problem]:
    """Each site is another place, can hold a room, and is what the world says of its name."""
    siting = draft.scenario.siting
    first: dict[tuple[float, float], tuple[Record, CandidateRow]] = {}
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


def _rooms(draft: Draft, siting: Siting, record: Record, row: CandidateRow) -> Iterator[Problem]:
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


def _as_centre(draft: Draft, record: Record, row: CandidateRow) -> Iterator[Problem]:
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


def _as_compound(draft: Draft, record: Record, row: CandidateRow) -> Iterator[Problem]:
    """Sites in another community than their compound."""
    for origin in (o for o in draft.tables.origins if o.origin == row.compound):
        if origin.community != row.community:
            message = f"{row.community}, but {row.compound} lies in {origin.community}"
            yield draft.cell(_TABLE, record, "community", message, (origin.community,))


def budget(draft: Draft) -> Iterator[Problem]:
    """What is decided already can be paid for."""
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
            yield draft.at(key, message, f"at least {total:,.0f}")


def walks(draft: Draft) -> Iterator[Problem]:
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


CHECKS = (hours, candidates, budget, walks)
