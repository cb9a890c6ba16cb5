"""Whether series can be put on at all: whether their centres have rooms for them."""

from __future__ import annotations

from collections.abc import Mapping

from sim.scenario.nodes import MappingNode, dotted
from sim.scenario.partial import Data, named_parts, value_at, value_place
from sim.scenario.problems import Problem, at
from sim.scenario.ranges import lowest
from sim.scenario.references import AnyTables
from sim.scenario.schema.activities import ActivityKind, Series

__all__ = ["in_rooms", "series"]


def in_rooms(data: Data) -> bool:
    """Whether sessions take rooms among the venues, as they do if nothing is said."""
    rooms = value_at(data, "activities", "rooms")
    return rooms is None or (isinstance(rooms, Mapping) and rooms.get("rule") == "published")


def series(data: Data, tables: AnyTables, merged: MappingNode) -> list[Problem]:
    """Check that the centre of a series has a room of its kinds that holds it."""
    if not in_rooms(data) or not {"centres", "venues"} <= set(tables):
        return []
    kinds = named_parts(data, ActivityKind, "activities", "kinds")
    known = tables["centres"].names("centre")
    return [
        problem
        for name, row in named_parts(data, Series, "activities", "series").items()
        if row.kind in kinds and row.centre in known
        for problem in _rooms(name, row, kinds[row.kind], tables, merged)
    ]


def _rooms(
    name: str, row: Series, kind: ActivityKind, tables: AnyTables, merged: MappingNode
) -> list[Problem]:
    """Say which room is missing, or by how much the largest is too small."""
    largest: dict[str, int] = {}
    for _, venue in tables["venues"].rows:
        if venue.kind in kind.venue_kinds:
            largest[venue.centre] = max(venue.capacity, largest.get(venue.centre, 0))
    people = lowest(kind.capacity) if row.capacity is None else row.capacity
    rooms = f"{' or '.join(kind.venue_kinds)}"
    enough = tuple(centre for centre, capacity in largest.items() if capacity >= people)
    key: tuple[str, ...] = ("activities", "series", name, "centre")
    if row.centre not in largest:
        message = f"{row.centre} has no room of a kind in which {row.kind} is held ({rooms})"
        return [at(value_place(merged, *key), dotted(key), message, enough)]
    if largest[row.centre] >= people:
        return []
    message = f"the largest room of {row.centre} for {row.kind} ({rooms}) holds "
    message += f"{largest[row.centre]} people, a session takes {people:g}"
    if row.capacity is not None:
        key = (*key[:-1], "capacity")
        enough = (f"at most {largest[row.centre]}, or another centre",)
    return [at(value_place(merged, *key), dotted(key), message, enough)]
