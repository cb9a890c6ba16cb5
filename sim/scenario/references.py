"""Whether what a table names exists, and whether its own names are unique."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sim.scenario.csv_tables import Table
from sim.scenario.nodes import MappingNode, find
from sim.scenario.problems import Problem

__all__ = ["AnyTables", "duplicates", "emptiness", "names_at", "singular", "table_references"]

AnyTables = Mapping[str, Table[Any]]

_TABLE_TO_TABLE = (
    ("origins", "community", "communities", "community"),
    ("centres", "community", "communities", "community"),
    ("centres", "compound", "origins", "origin"),
    ("people", "origin", "origins", "origin"),
    ("venues", "centre", "centres", "centre"),
    ("venues", "hours", "hours", "hours"),
    ("places", "community", "communities", "community"),
    ("places", "centre", "centres", "centre"),
    ("places", "hours", "hours", "hours"),
    ("places", "school_holiday_hours", "hours", "hours"),
    ("timetable", "venue", "venues", "venue"),
    ("decisions", "venue", "venues", "venue"),
    ("decisions", "request", "group_requests", "request"),
    ("candidates", "community", "communities", "community"),
    ("candidates", "compound", "origins", "origin"),
    ("handovers", "community", "communities", "community"),
)
_TABLE_TO_YAML = (
    ("communities", "zone", ("zones",)),
    ("people", "segment", ("segments",)),
    ("venues", "kind", ("kinds",)),
    ("off_platform", "kind", ("kinds",)),
    ("origins", "presence", ("demand", "presence")),
    ("places", "kind", ("dropin", "kinds")),
    ("group_requests", "segment", ("segments",)),
    ("group_requests", "kind", ("kinds",)),
)
_MAY_BE_ABSENT = (
    ("demand", "presence"),
    ("dropin", "kinds"),
    ("dropin", "venues"),
    ("activities", "kinds"),
)
"""Mappings without which there is simply no such name."""
_UNIQUE = (
    ("communities", ("community",)),
    ("origins", ("origin",)),
    ("people", ("origin", "segment")),
    ("centres", ("centre",)),
    ("venues", ("venue",)),
    ("places", ("place",)),
    ("group_requests", ("request",)),
    ("candidates", ("site",)),
    ("links", ("link",)),
    ("handovers", ("compound",)),
    ("walks", ("origin", "centre", "link")),
)
_MAY_BE_EMPTY = ("off_platform", "places", "timetable", "last_season", "decisions", "walks")
_SINGULAR = {
    "communities": "community",
    "origins": "origin",
    "centres": "centre",
    "hours": "opening hours",
    "zones": "zone",
    "segments": "segment",
    "kinds": "kind",
    "presence": "presence curve",
    "curves": "curve",
    "venues": "venue",
    "places": "place",
    "group_requests": "request",
    "equipment": "equipment",
    "classes": "class",
    "rooms": "room that may be opened",
}


def _dangling(
    table: Table[Any], column: str, known: Iterable[str], what: str, where: str
) -> list[Problem]:
    names = dict.fromkeys(known)
    message = f"no {singular(what)} of this name in {where}"
    return [
        table.problem(
            record, column, f"{cell}: {message}", allowed=tuple(n for n in names if n), word=cell
        )
        for record, cell in table.cells(column)
        if cell and cell not in names
    ]


def table_references(tables: AnyTables, merged: MappingNode) -> list[Problem]:
    """Names in tables that nothing bears.

    Parameters
    ----------
    tables
        The tables that could be read; a reference into one that could not is not judged.
    merged
        The scenario's tree; likewise for its mappings.
    """
    problems = []
    for name, column, target, key in _TABLE_TO_TABLE:
        if name in tables and target in tables and key in tables[target].header:
            known = tables[target].names(key)
            file = tables[target].file
            problems += _dangling(tables[name], column, known, target, file)
    for name, column, path in _TABLE_TO_YAML:
        found = names_at(merged, *path)
        if name in tables and found is not None:
            known_keys = [*(["always"] if path[-1] == "presence" else []), *found]
            problems += _dangling(tables[name], column, known_keys, path[-1], f"`{'.'.join(path)}`")
    return problems


def singular(what: str) -> str:
    """What one entry of a table or mapping is called."""
    return _SINGULAR[what]


def names_at(merged: MappingNode, *path: str) -> tuple[str, ...] | None:
    """Names in a mapping of the scenario; None if it cannot be said: all of them would dangle."""
    node = find(merged, path)[1]
    if isinstance(node, MappingNode):
        return tuple(node.entries)
    above = find(merged, path[:-1])[1]
    absent = node is None and (above is None or isinstance(above, MappingNode))
    # where even `demand` is missing a parent could not be read, and may have given the names
    whole = isinstance(find(merged, ("demand",))[1], MappingNode)
    return () if absent and whole and path in _MAY_BE_ABSENT else None


def duplicates(tables: AnyTables) -> list[Problem]:
    """Names given twice, with both rows."""
    problems = []
    for name, columns in _UNIQUE:
        table = tables.get(name)
        if table is None or not set(columns) <= set(table.header):
            continue
        indices = [table.header.index(column) for column in columns]
        first: dict[tuple[str, ...], int] = {}
        for record in table.records:
            if max(indices) >= len(record.cells):
                continue
            key = tuple(record.cells[i] for i in indices)
            if key in first and all(key):
                message = f"{', '.join(key)}: given twice, first in line {first[key]}"
                problems.append(table.problem(record, columns[0], message))
            first.setdefault(key, record.line)
    return problems + _also_venues(tables)


def _also_venues(tables: AnyTables) -> list[Problem]:
    """Places named like a venue: closures and results name either by its name alone."""
    places, venues = tables.get("places"), tables.get("venues")
    if places is None or venues is None:
        return []
    taken = venues.names("venue")
    return [
        places.problem(
            record,
            "place",
            f"{cell}: also the name of a venue, in line {taken[cell].line} of {venues.file}",
        )
        for record, cell in places.cells("place")
        if cell in taken
    ]


def emptiness(tables: AnyTables) -> list[Problem]:
    """Tables without a row that need one."""
    return [
        Problem(table.file, 1, 1, "", f"the table has no rows: at least one of {name} is needed")
        for name, table in tables.items()
        if name not in _MAY_BE_EMPTY and not table.records
    ]
