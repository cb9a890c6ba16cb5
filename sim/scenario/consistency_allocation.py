"""Whether a season of group requests fits together: names, the grid, halves, decisions' words.

What needs dates, walks or hours is checked where they are known: `sim.season.checks`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Literal

from sim.scenario.csv_tables import Record, Table
from sim.scenario.nodes import MappingNode, dotted
from sim.scenario.partial import Data, part, value_at, value_place
from sim.scenario.problems import Problem, at
from sim.scenario.references import AnyTables, names_at
from sim.scenario.schema.allocation import Halves, SeasonDates
from sim.scenario.schema.allocation_rows import RequestRow, listed, pin_of
from sim.scenario.schema.tables import minutes_of

__all__ = ["allocation", "unread_pin"]

_HOMES = (("origins", "origin"), ("centres", "centre"), ("places", "place"))
_INLINE: tuple[tuple[str, Literal["lock", "reject"]], ...] = (
    ("locks", "lock"),
    ("rejections", "reject"),
)


def allocation(data: Data, tables: AnyTables, merged: MappingNode) -> list[Problem]:
    """Say what is wrong in `allocation` and its tables before anything is built."""
    if value_at(data, "allocation") is None:
        return []
    return [
        *_halves(data, merged),
        *_lengths(data, merged),
        *_inline(data, merged),
        *_requests(data, tables, merged),
        *_clocks(data, tables),
    ]


def _halves(data: Data, merged: MappingNode) -> Iterator[Problem]:
    """A whole that is named twice, or that is itself a part."""
    values = value_at(data, "allocation", "halves")
    given = [part(Halves, value) for value in values] if isinstance(values, list) else []
    parts = {name for one in given if one is not None for name in one.parts}
    seen: set[str] = set()
    for i, one in enumerate(given):
        if one is None:
            continue
        key = ("allocation", "halves", i, "whole")
        if one.whole in parts:
            message = f"{one.whole} is a part of another: name the smallest parts of each whole"
            yield at(value_place(merged, *key), dotted(key), message)
        if one.whole in seen:
            yield at(value_place(merged, *key), dotted(key), f"{one.whole} is given twice")
        seen.add(one.whole)


def _grid(data: Data) -> int | None:
    grid = value_at(data, "allocation", "grid_minutes")
    return 30 if grid is None else grid if grid in (15, 30) else None


def _lengths(data: Data, merged: MappingNode) -> Iterator[Problem]:
    """Steps and changeovers that are no multiple of the grid."""
    grid = _grid(data)
    changeover = value_at(data, "allocation", "changeover_minutes")
    kinds = changeover if isinstance(changeover, Mapping) else {}
    paths: list[tuple[str, ...]] = [("allocation", n) for n in ("start_minutes", "length_minutes")]
    paths += [("allocation", "changeover_minutes", str(kind)) for kind in kinds]
    for path in paths if grid else ():
        value = value_at(data, *path)
        if type(value) is int and value % (grid or 1):
            message = f"{value} is no multiple of allocation.grid_minutes ({grid})"
            yield at(value_place(merged, *path), dotted(path), message)


def unread_pin(decision: Literal["lock", "reject"], text: str) -> str | None:
    """What is wrong with a decision in words; None: it can be read."""
    try:
        pin_of(decision, text)
    except ValueError as error:
        found = getattr(error, "errors", None)
        if found is None:
            return str(error)
        first = found(include_url=False)[0]
        return str(first.get("ctx", {}).get("error", first["msg"]))
    return None


def _inline(data: Data, merged: MappingNode) -> Iterator[Problem]:
    """Decisions in the YAML that cannot be read."""
    for key, decision in _INLINE:
        texts = value_at(data, "allocation", key)
        for i, text in enumerate(texts if isinstance(texts, list) else ()):
            message = unread_pin(decision, text) if isinstance(text, str) else None
            if message is not None:
                path = ("allocation", key, i)
                yield at(value_place(merged, *path), dotted(path), message)


def _requests(data: Data, tables: AnyTables, merged: MappingNode) -> Iterator[Problem]:
    table = tables.get("group_requests")
    if table is None:
        return
    yield from _homes(table, tables)
    if "venues" in tables:
        venues = tables["venues"]
        yield from _names_in_cells(table, "venues", venues.names("venue"), "venue", venues.file)
    yield from _other_kinds(table, tables)
    equipment = names_at(merged, "allocation", "equipment") or ()
    yield from _names_in_cells(table, "equipment", equipment, "equipment", "`allocation.equipment`")
    season = part(SeasonDates, value_at(data, "allocation", "season"))
    for record, row in table.rows:
        yield from _off_grid(table, record, row, _grid(data))
        if season is not None:
            yield from _dateless(table, record, row, season)


def _homes(table: Table[Any], tables: AnyTables) -> Iterator[Problem]:
    """Homes that are no place of the world."""
    known = [n for t, column in _HOMES if t in tables for n in tables[t].names(column)]
    names = dict.fromkeys(known)
    message = "no origin, centre or place of this name"
    for record, cell in table.cells("home") if "origins" in tables else ():
        if cell and cell not in names:
            yield table.problem(
                record, "home", f"{cell}: {message}", allowed=tuple(names), word=cell
            )


def _names_in_cells(
    table: Table[Any], column: str, known: Iterable[str], what: str, where: str
) -> Iterator[Problem]:
    """Names in cells of several that nothing bears."""
    names = dict.fromkeys(known)
    for record, cell in table.cells(column):
        for name in listed(cell):
            if name not in names:
                message = f"{name}: no {what} of this name in {where}"
                yield table.problem(record, column, message, allowed=tuple(names), word=name)


def _other_kinds(table: Table[Any], tables: AnyTables) -> Iterator[Problem]:
    """Acceptable venues of another kind than the request asks for."""
    venues = tables.get("venues")
    kind = {row.venue: row.kind for _, row in venues.rows} if venues is not None else {}
    for record, row in table.rows:
        for name in listed(row.venues):
            if kind.get(name, row.kind) != row.kind:
                message = f"{name} is of kind {kind[name]}; {row.request} asks for {row.kind}"
                yield table.problem(record, "venues", message)


def _off_grid(
    table: Table[Any], record: Record, row: RequestRow, grid: int | None
) -> Iterator[Problem]:
    """Lengths and stretches that do not lie on the grid."""
    if grid is None:
        return
    words = f"of allocation.grid_minutes ({grid})"
    for column in ("shortest_minutes", "longest_minutes"):
        value = getattr(row, column)
        if value is not None and value % grid:
            yield table.problem(record, column, f"{value} is no multiple {words}")
    for choice, column in ((1, "first_choice"), (2, "second_choice")):
        ends = [m for _, *stretch, n in row.windows if n == choice for m in stretch]
        bad = next((m for m in ends if m % grid), None)
        if bad is not None:
            clock = f"{bad // 60:02d}:{bad % 60:02d}"
            yield table.problem(record, column, f"{clock} lies on no multiple {words}")


def _dateless(
    table: Table[Any], record: Record, row: RequestRow, season: SeasonDates
) -> Iterator[Problem]:
    """Dates that do not touch the season."""
    first, last = row.first or season.first, row.last or season.last
    if first > season.last or last < season.first:
        column = "from" if row.first is not None and first > season.last else "until"
        message = f"no date of {first} until {last} lies in the season"
        allowed = (f"dates of {season.first} until {season.last}",)
        yield table.problem(record, column, message, allowed=allowed)


def _clocks(data: Data, tables: AnyTables) -> Iterator[Problem]:
    """Decisions that do not lie on the grid."""
    table, grid = tables.get("decisions"), _grid(data)
    for record, row in table.rows if table is not None and grid else ():
        assert table is not None
        assert grid
        for column, clock in (("start", row.start), ("end", row.end)):
            if clock is not None and minutes_of(clock) % grid:
                message = f"{clock} lies on no multiple of allocation.grid_minutes ({grid})"
                yield table.problem(record, column, message)
