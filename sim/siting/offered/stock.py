"""Rooms that are there, and which of them a plan may take."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sim.scenario.inputs import Inputs
from sim.scenario.schema.tables import VenueRow
from sim.siting.offered.catalogue import Catalogue

__all__ = ["Rooms", "bound", "free_rooms", "takable_rooms"]

Rooms = Mapping[tuple[str, str], Sequence[VenueRow]]
"""(centre, kind) -> rooms that a plan may take, in the order in which it takes them."""


def bound(inputs: Inputs) -> frozenset[str]:
    """Names of venues that no plan takes.

    Those that blocks of the timetable, closures of the calendar or a season's halves name would
    leave these pointing at nothing; those of a centre with a named series of activities may be
    what the series is held in.
    """
    scenario, tables = inputs.scenario, inputs.tables
    names = {row.venue for row in tables.timetable}
    names |= {name for c in scenario.calendar.closures for name in c.venues}
    kinds = scenario.activities.kinds
    held = {
        (series.centre, kind)
        for series in scenario.activities.series.values()
        for kind in kinds[series.kind].venue_kinds
    }
    names |= {row.venue for row in tables.venues if (row.centre, row.kind) in held}
    return frozenset(names)


def free_rooms(inputs: Inputs) -> Rooms:
    """Rooms that a plan may take.

    The last of the table first: the first are those that a centre is known for.
    """
    kept = bound(inputs)
    found: dict[tuple[str, str], list[VenueRow]] = {}
    for row in reversed(inputs.tables.venues):
        if row.venue not in kept:
            found.setdefault((row.centre, row.kind), []).append(row)
    return found


def takable_rooms(inputs: Inputs, catalogue: Catalogue) -> frozenset[str]:
    """Names of rooms that moves would take if each was made as often as it can be.

    Of a kind at a centre only those under one rule of access, that of the room taken first: the
    planner's model knows one facility for a move to take from.
    """
    siting, free = inputs.scenario.siting, free_rooms(inputs)
    needs = {} if siting is None else {kind: spec.area_m2 for kind, spec in siting.rooms.items()}
    rule: dict[tuple[str, str], str] = {}
    found: set[str] = set()
    for move in sorted(catalogue.moves, key=lambda m: -needs.get(m.kind, 0.0)):
        if not move.was:
            continue
        key = move.site, move.was
        fit = [
            row
            for row in free.get(key, ())
            if row.venue not in found
            and row.area_m2 >= needs.get(move.kind, 0.0)
            and rule.setdefault(key, row.access) == row.access
        ]
        found |= {row.venue for row in fit[: move.most]}
    return frozenset(found)
