"""Whether what one table or mapping names exists in another: trees and tables in, problems out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sim.scenario.csv_tables import Table
from sim.scenario.nodes import (
    MappingNode,
    ScalarNode,
    SequenceNode,
    entries_at,
    find,
    mapping_at,
)
from sim.scenario.problems import Problem, at

__all__ = ["duplicates", "emptiness", "table_references", "yaml_references"]

AnyTables = Mapping[str, Table[Any]]

_TABLE_TO_TABLE = (
    ("origins", "community", "communities", "community"),
    ("centres", "community", "communities", "community"),
    ("centres", "compound", "origins", "origin"),
    ("people", "origin", "origins", "origin"),
    ("venues", "centre", "centres", "centre"),
    ("venues", "hours", "hours", "hours"),
)
_TABLE_TO_YAML = (
    ("communities", "zone", ("zones",)),
    ("people", "segment", ("segments",)),
    ("venues", "kind", ("kinds",)),
    ("off_platform", "kind", ("kinds",)),
    ("origins", "presence", ("demand", "presence")),
)
_UNIQUE = (
    ("communities", ("community",)),
    ("origins", ("origin",)),
    ("people", ("origin", "segment")),
    ("centres", ("centre",)),
    ("venues", ("venue",)),
)
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
}


def _dangling(
    table: Table[Any], column: str, known: Iterable[str], what: str, where: str
) -> list[Problem]:
    names = dict.fromkeys(known)
    message = f"no {_SINGULAR[what]} of this name in {where}"
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
        if name in tables and _is_readable(merged, path):
            always = ["always"] if path[-1] == "presence" else []
            known_keys = [*always, *(key for key, _ in entries_at(merged, *path))]
            problems += _dangling(tables[name], column, known_keys, path[-1], f"`{'.'.join(path)}`")
    return problems


def _is_readable(merged: MappingNode, path: tuple[str, ...]) -> bool:
    """Whether it can be said what names stand at a path; where all is broken, all would dangle."""
    node = find(merged, path)[1]
    if path == ("demand", "presence") and node is None:
        return mapping_at(merged, "demand") is not None
    return isinstance(node, MappingNode)


def yaml_references(tables: AnyTables, merged: MappingNode) -> list[Problem]:
    """Names in the scenario that nothing bears: curves, segments, kinds, closed venues."""
    problems: list[Problem] = []
    curves = mapping_at(merged, "demand", "curves")
    if curves is not None:
        for segment, entry in entries_at(merged, "segments"):
            curve = entry.node.text("curve") if isinstance(entry.node, MappingNode) else None
            if curve is not None and curve.value not in curves.entries:
                key = f"segments.{segment}.curve"
                problems += _unknown(curve, key, "curves", curves.entries, "`demand.curves`")
    segments, kinds = mapping_at(merged, "segments"), mapping_at(merged, "kinds")
    for segment, entry in entries_at(merged, "demand", "wishes_per_1000"):
        key = f"demand.wishes_per_1000.{segment}"
        if segments is not None and segment not in segments.entries:
            message = "no segment of this name in `segments`"
            problems.append(at(entry.place, key, message, segments.entries, segment))
        inner = entry.node.entries if isinstance(entry.node, MappingNode) else {}
        for kind, wish in inner.items():
            if kinds is not None and kind not in kinds.entries:
                message = "no kind of this name in `kinds`"
                problems.append(at(wish.place, f"{key}.{kind}", message, kinds.entries, kind))
    return problems + _closures(tables, merged)


def _closures(tables: AnyTables, merged: MappingNode) -> list[Problem]:
    known: dict[str, tuple[Iterable[str], str]] = {}
    for name, column in (("venues", "venue"), ("centres", "centre")):
        if name in tables:
            known[name] = tables[name].names(column), tables[name].file
    kinds = mapping_at(merged, "kinds")
    if kinds is not None:
        known["kinds"] = kinds.entries, "`kinds`"
    problems: list[Problem] = []
    closures = find(merged, ("calendar", "closures"))[1]
    for i, closure in enumerate(closures.items if isinstance(closures, SequenceNode) else ()):
        for what, (names, where) in known.items():
            named = closure.get(what) if isinstance(closure, MappingNode) else None
            for item in named.items if isinstance(named, SequenceNode) else ():
                if isinstance(item, ScalarNode) and isinstance(item.value, str):
                    key = f"calendar.closures.{i}.{what}"
                    if item.value not in names:
                        problems += _unknown(item, key, what, names, where)
    return problems


def _unknown(
    node: ScalarNode, key: str, what: str, names: Iterable[str], where: str
) -> list[Problem]:
    message = f"{node.value}: no {_SINGULAR[what]} of this name in {where}"
    return [at(node.place, key, message, names, str(node.value))]


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
    return problems


def emptiness(tables: AnyTables) -> list[Problem]:
    """Tables without a row that need one."""
    return [
        Problem(table.file, 1, 1, "", f"the table has no rows: at least one of {name} is needed")
        for name, table in tables.items()
        if name != "off_platform" and not table.records
    ]
