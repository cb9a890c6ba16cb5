"""Whether walks and links name each other and places that are there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sim.scenario.csv_tables import Record, Table
from sim.scenario.distances import kilometres
from sim.scenario.nodes import MappingNode, dotted
from sim.scenario.partial import Data, value_at, value_place
from sim.scenario.problems import Problem, at
from sim.scenario.references import AnyTables

__all__ = ["walks"]

_STARTS = (("origins", "origin"), ("handovers", "compound"))
_ENDS = (("centres", "centre"), ("candidates", "site"))


def walks(data: Data, tables: AnyTables, merged: MappingNode) -> list[Problem]:
    """Say what is wrong with walks, and with links that are open or may be."""
    table = tables.get("walks")
    found = [] if table is None else [*_ends(table, tables), *_twice(table), *_short(table, tables)]
    return [*found, *_links(tables), *_open(data, tables, merged)]


def _ends(table: Table[Any], tables: AnyTables) -> Iterator[Problem]:
    """Walks from and to what is nowhere."""
    for column, needed, sources, what in (
        ("origin", "origins", _STARTS, "origin"),
        ("centre", "centres", _ENDS, "centre or candidate site"),
    ):
        names = [n for t, c in sources if t in tables for n in tables[t].names(c)]
        known = dict.fromkeys(names)
        for record, cell in table.cells(column) if needed in tables else ():
            if cell and cell not in known:
                message = f"{cell}: no {what} of this name"
                yield table.problem(record, column, message, allowed=tuple(known), word=cell)


def _twice(table: Table[Any]) -> Iterator[Problem]:
    first: dict[tuple[str, str, str | None], Record] = {}
    for record, row in table.rows:
        other = first.setdefault((row.origin, row.centre, row.link), record)
        if other is not record:
            message = f"{row.origin} to {row.centre}: given twice, first in line {other.line}"
            yield table.problem(record, "origin", message)


def _short(table: Table[Any], tables: AnyTables) -> Iterator[Problem]:
    """Walks far shorter than the straight line: kilometres or minutes in the wrong column."""
    starts = _points(tables, _STARTS)
    ends = _points(tables, _ENDS)
    for record, row in table.rows:
        if row.origin in starts and row.centre in ends:
            straight = 1000 * kilometres(*starts[row.origin], *ends[row.centre])
            if row.metres < straight / 2:
                message = (
                    f"{row.metres:g} m from {row.origin} to {row.centre}, less than half of the "
                    f"straight line ({straight:,.0f} m): no walk is"
                )
                yield table.problem(record, "metres", message)


def _points(
    tables: AnyTables, sources: tuple[tuple[str, str], ...]
) -> dict[str, tuple[float, float]]:
    """Name -> (lon, lat), the first table that knows it."""
    found: dict[str, tuple[float, float]] = {}
    for name, column in sources:
        for _, row in tables[name].rows if name in tables else ():
            found.setdefault(getattr(row, column), (row.lon, row.lat))
    return found


def _links(tables: AnyTables) -> Iterator[Problem]:
    """Links that shorten no walk."""
    links, table = tables.get("links"), tables.get("walks")
    named = {row.link for _, row in table.rows} if table is not None else set()
    for record, row in links.rows if links is not None else ():
        if row.link not in named:
            message = f"{row.link}: no walk in `world.walks` names it, so it would shorten nothing"
            allowed = tuple(name for name in named if name is not None)
            assert links is not None
            yield links.problem(record, "link", message, allowed=allowed, word=row.link)


def _open(data: Data, tables: AnyTables, merged: MappingNode) -> Iterator[Problem]:
    """Open links that no walk names."""
    opened = value_at(data, "travel", "links")
    table = tables.get("walks")
    if table is None and value_at(data, "world", "walks") is not None:
        return
    named = dict.fromkeys(row.link for _, row in table.rows if row.link) if table else {}
    for i, name in enumerate(opened if isinstance(opened, list) else ()):
        if isinstance(name, str) and name not in named:
            key = ("travel", "links", i)
            message = f"{name}: no walk in `world.walks` names this link"
            yield at(value_place(merged, *key), dotted(key), message, tuple(named), name)
