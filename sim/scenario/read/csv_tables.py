"""Reading the world's CSV tables: every row checked, every problem with its row and column."""

from __future__ import annotations

import csv
import dataclasses
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from pydantic import ValidationError

from sim.scenario import shape
from sim.scenario.problems import (
    InputProblem,
    Position,
    ScenarioProblems,
    Sources,
    display,
    problem_at,
)
from sim.scenario.read.files import RefusedError, confined, read_text
from sim.scenario.read.nodes import MappingNode, mapping_at
from sim.scenario.read.values import in_words
from sim.scenario.schema.base import Part
from sim.scenario.tables import ROWS, TABLES, Tables

MOST_BYTES = 64_000_000
Row = TypeVar("Row", bound=Part)


@dataclass(frozen=True, slots=True)
class CsvRecord:
    """The cells of one row, stripped, and the line it begins in."""

    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table(Generic[Row]):
    """A table as read.

    Attributes
    ----------
    file, header, lines
        The file, its columns in its own order, its text.
    records
        Every row, also the wrong ones: their names still count when others refer to them.
    rows
        The rows that hold, each with its record.
    """

    file: str
    header: tuple[str, ...]
    lines: list[str]
    records: list[CsvRecord]
    rows: list[tuple[CsvRecord, Row]]

    def cells(self, column: str) -> Iterator[tuple[CsvRecord, str]]:
        """Yield records with their cell in a column; none if the table has no such column."""
        if column in self.header:
            index = self.header.index(column)
            for record in self.records:
                if index < len(record.cells):
                    yield record, record.cells[index]

    def names(self, column: str) -> dict[str, CsvRecord]:
        """Names in a column and the first record of each."""
        found: dict[str, CsvRecord] = {}
        for record, cell in self.cells(column):
            found.setdefault(cell, record)
        found.pop("", None)
        return found

    def place(self, record: CsvRecord, column: str) -> Position:
        """Where a cell stands; the row's beginning if the table has no such column."""
        index = self.header.index(column) if column in self.header else 0
        line, offset = _position(self.lines, record.line, index)
        return Position(self.file, line, offset)

    def problem(self, record: CsvRecord, column: str, message: str, **more: object) -> InputProblem:
        """Make a problem with one cell."""
        return problem_at(self.place(record, column), column, message, **more)  # type: ignore[arg-type]


def read_table(
    path: Path, model: type[Row], sources: Sources, named_at: Position | None = None
) -> tuple[Table[Row], list[InputProblem]]:
    """Read a table and check its rows: what could be read, and what is wrong in it.

    The file is UTF-8, with or without byte order mark, with columns in any order; columns of fields
    with a default may be absent or empty.

    Raises
    ------
    ScenarioProblems
        If the file cannot be read as a table at all.
    """
    text = read_text(path, MOST_BYTES, sources, named_at)
    file = display(path)
    records = _records(text, file)
    if not records:
        message = "the table is empty: its first line must name the columns"
        raise ScenarioProblems(
            [problem_at(Position(file, 1, 1), "", message, shape.field_names(model))]
        )
    lines = text.split("\n")
    head, body = records[0], records[1:]
    table: Table[Row] = Table(file, head.cells, lines, body, [])
    problems = _header_problems(table, head, model)
    if problems:
        ragged = (r for r in table.records if len(r.cells) != len(table.header))
        return table, [*problems, *(_ragged_problem(table, record) for record in ragged)]
    return table, _check_rows(table, model)


def _records(text: str, file: str) -> list[CsvRecord]:
    """Rows that are not blank; their lines stay true where a quoted cell spans several."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    found: list[CsvRecord] = []
    before = 0
    try:
        for cells in reader:
            stripped = tuple(cell.strip() for cell in cells)
            if any(stripped):
                found.append(CsvRecord(before + 1, stripped))
            before = reader.line_num
    except csv.Error as error:
        message = f"cannot be read as CSV: {error}"
        if "unexpected end" in str(error):
            message = 'a quoted cell that begins here is not closed by `"`'
        raise ScenarioProblems([problem_at(Position(file, before + 1, 1), "", message)]) from None
    return found


def _header_problems(table: Table[Row], head: CsvRecord, model: type[Row]) -> list[InputProblem]:
    names = shape.field_names(model)
    if len(head.cells) == 1 and len(names) > 1:
        for mark, word in ((";", "semicolons"), ("\t", "tabs")):
            if mark in head.cells[0]:
                message = f"columns are separated by {word}; save the table as CSV with commas"
                raise ScenarioProblems(
                    [problem_at(Position(table.file, head.line, 1), "", message)]
                )
    problems = []
    seen: set[str] = set()
    for index, name in enumerate(head.cells):
        if name in seen or name not in names:
            place = Position(table.file, *_position(table.lines, head.line, index))
            if name in seen:
                problems.append(problem_at(place, name, "column given twice"))
            else:
                message = "unknown column" if name else f"column {index + 1} has no name"
                problems.append(problem_at(place, name, message, names, name or None))
        seen.add(name)
    suggested = {p.suggestion for p in problems}
    for name, field in shape.fields(model).items():
        if field.is_required() and name not in seen | suggested:
            place = Position(table.file, head.line, 1)
            problems.append(problem_at(place, name, f"missing column `{name}`"))
    return problems


def _ragged_problem(table: Table[Row], record: CsvRecord) -> InputProblem:
    message = f"{len(record.cells)} cells in this row but {len(table.header)} columns"
    return problem_at(Position(table.file, record.line, 1), "", message)


def _check_rows(table: Table[Row], model: type[Row]) -> list[InputProblem]:
    problems: list[InputProblem] = []
    header = table.header
    for record in table.records:
        cells = record.cells
        if len(cells) != len(header):
            problems.append(_ragged_problem(table, record))
            continue
        values = {name: cell for name, cell in zip(header, cells, strict=True) if cell}
        try:
            table.rows.append((record, model.model_validate(values)))
        except ValidationError as error:
            for item in error.errors(include_url=False):
                problems.append(_cell_problem(table, record, dict(item), model))
    return problems


def _cell_problem(
    table: Table[Row], record: CsvRecord, item: Mapping[str, Any], model: type[Row]
) -> InputProblem:
    path, annotation, _ = shape.real_path(model, item["loc"])
    column = str(path[0]) if path else ""
    if item["type"] == "missing":
        return table.problem(record, column, "the cell is empty")
    message, allowed, word = in_words(item, annotation)
    return table.problem(record, column, message, allowed=allowed, word=word)


def _position(lines: list[str], line: int, index: int) -> tuple[int, int]:
    """Line and column in which the cell of a row begins, quoted newlines followed."""
    quoted = False
    while index > 0 and line <= len(lines):
        for offset, c in enumerate(lines[line - 1]):
            if c == '"':
                quoted = not quoted
            elif c == "," and not quoted:
                index -= 1
                if index == 0:
                    return line, offset + 2
        if not quoted:
            return line, 1
        line += 1
    return line, 1


def read_tables(
    merged: MappingNode, sources: Sources
) -> tuple[dict[str, Table[Any]], list[InputProblem]]:
    """Read every table whose path is written, relative to the file in which it is written."""
    tables: dict[str, Table[Any]] = {}
    problems: list[InputProblem] = []
    for name, spec in TABLES.items():
        path, place, refused = named_file(merged, spec.named_by)
        problems += refused
        if path is None:
            continue
        try:
            tables[name], found = read_table(path, ROWS[name], sources, place)
            problems += found
        except ScenarioProblems as error:
            problems += [_named(p, spec.named_by) for p in error.problems]
    return tables, problems


def named_file(
    merged: MappingNode, key: str
) -> tuple[Path | None, Position | None, list[InputProblem]]:
    """The file that a key names, relative to the file in which it is written, and where that is."""
    *above, last = key.split(".")
    holder = mapping_at(merged, *above)
    node = None if holder is None else holder.text(last)
    if node is None:
        return None, None, []
    try:
        return confined(str(node.value), node.place.folder), node.place, []
    except RefusedError as error:
        return None, node.place, [problem_at(node.place, key, f"{node.value}: {error}")]


def _named(problem: InputProblem, key: str) -> InputProblem:
    """Make a file that is not there a problem of the key that names it."""
    if problem.message.startswith("no such file") and not problem.key:
        return dataclasses.replace(problem, key=key)
    return problem


def frozen(tables: Mapping[str, Table[Any]]) -> Tables:
    """Keep the rows alone."""
    return Tables(
        **{
            name: tuple(row for _, row in tables[name].rows) if name in tables else ()
            for name in TABLES
        }
    )
