"""Whether what is named exists, in the scenario's own mappings or in tables, and is named once.

Which keys and columns are names, and of what, stands at them (`schema.base.NameOf`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sim.scenario import shape
from sim.scenario.problems import InputProblem, Position, problem_at
from sim.scenario.read.csv_tables import Table
from sim.scenario.read.nodes import Key, MappingNode, Node, ScalarNode, SequenceNode, dotted, find
from sim.scenario.schema.base import NameOf, Names
from sim.scenario.schema.scenario import Scenario
from sim.scenario.tables import ROWS, TABLES, TableSpec

AnyTables = Mapping[str, Table[Any]]


@dataclass(frozen=True, slots=True)
class Named:
    """A text that must be the name of something.

    Attributes
    ----------
    key, place, text
        Where it stands, and what it says.
    fact
        Of what it is a name.
    is_key
        Whether it is the key of a mapping.
    """

    key: tuple[Key, ...]
    place: Position
    text: str
    fact: NameOf
    is_key: bool = False


@dataclass(frozen=True, slots=True)
class _Known:
    """Names that a text may be, what one is called, and where they stand."""

    names: tuple[str, ...]
    word: str
    source: str

    @property
    def missing(self) -> str:
        return f"no {self.word} of this name in {self.source}"


def references(tables: AnyTables, merged: MappingNode, complete: bool) -> list[InputProblem]:
    """Names in the scenario and its tables that nothing bears.

    Names in a table or mapping that could not be read are not judged; nor, unless all ancestors
    could be read (`complete`), those that one of them may give.
    """
    look_up = _LookUp(tables, merged, complete)
    problems: list[InputProblem] = []
    for one in named_in(merged, Scenario):
        known = look_up(one.fact)
        if known is not None and one.text not in known.names:
            message = known.missing if one.is_key else f"{one.text}: {known.missing}"
            problems.append(problem_at(one.place, dotted(one.key), message, known.names, one.text))
    for name, table in tables.items():
        problems += _in_cells(table, name, look_up)
    return problems


def named_in(node: Node, annotation: Any, key: tuple[Key, ...] = ()) -> Iterator[Named]:
    """Every text of a tree that the schema takes for a name."""
    if isinstance(node, ScalarNode):
        fact = shape.fact(annotation, NameOf)
        if fact is not None and isinstance(node.value, str):
            yield Named(key, node.place, node.value, fact)
    elif isinstance(node, SequenceNode):
        for i, item in enumerate(node.items):
            yield from named_in(item, shape.inner(annotation, i), (*key, i))
    else:
        fact = shape.fact(shape.key_annotation(annotation, node), NameOf)
        for name, entry in node.entries.items():
            if fact is not None:
                yield Named((*key, name), entry.place, name, fact, is_key=True)
            yield from named_in(entry.node, shape.inner(annotation, name, node), (*key, name))


def _in_cells(table: Table[Any], name: str, look_up: _LookUp) -> Iterator[InputProblem]:
    for column, field in shape.fields(ROWS[name]).items():
        fact = shape.fact(shape.field_annotation(field), NameOf)
        known = None if fact is None else look_up(fact)
        for record, cell in table.cells(column) if known is not None else ():
            assert known is not None
            assert fact is not None
            for text in _texts(fact, cell):
                if text not in known.names:
                    message = f"{text}: {known.missing}"
                    yield table.problem(record, column, message, allowed=known.names, word=text)


def _texts(fact: NameOf, cell: str) -> tuple[str, ...]:
    """Names in a cell; none in one that cannot be read, which is reported by itself."""
    try:
        return tuple(fact.parts(cell)) if cell else ()
    except ValueError:
        return ()


class _LookUp:
    """Finds the names that a text may be; each once."""

    def __init__(self, tables: AnyTables, merged: MappingNode, complete: bool) -> None:
        self.tables, self.merged, self.complete = tables, merged, complete
        self.found: dict[NameOf, _Known | None] = {}

    def __call__(self, fact: NameOf) -> _Known | None:
        """Return the names, or None where they cannot be known: all references would dangle."""
        if fact not in self.found:
            self.found[fact] = self._known(fact)
        return self.found[fact]

    def _known(self, fact: NameOf) -> _Known | None:
        each = [self._known_at(where) for where in fact.where]
        if None in each:
            return None
        found = [one for one in each if one is not None]
        there = [one for one in found if one.names] or found[:1]
        names = dict.fromkeys(name for one in found for name in one.names)
        words = dict.fromkeys(one.word for one in found)
        *most, last = words
        word = f"{', '.join(most)} or {last}" if most else last
        source = " or ".join(dict.fromkeys(one.source for one in there))
        if fact.words:
            source += f", nor the word {' or '.join(fact.words)}"
        return _Known((*names, *fact.words), word, source)

    def _known_at(self, key: str) -> _Known | None:
        spec = TABLES.get(key)
        if spec is None:
            return self._in_mapping(tuple(key.split(".")))
        table = self.tables.get(key)
        if table is not None:
            known = spec.name in table.header
            return _Known(tuple(table.names(spec.name)), spec.word, table.file) if known else None
        return self._absent(tuple(spec.named_by.split(".")), spec.word)

    def _in_mapping(self, path: tuple[str, ...]) -> _Known | None:
        names = shape.fact(shape.field_annotation(shape.field_at(Scenario, path)), Names)
        assert names is not None, f"{dotted(path)} gives no names"
        node = find(self.merged, path)[1]
        if isinstance(node, MappingNode) and self.complete:
            return _Known(tuple(node.entries), names.word, f"`{dotted(path)}`")
        return self._absent(path, names.word)

    def _absent(self, path: tuple[str, ...], word: str) -> _Known | None:
        """Return no names where a key that may be left out is left out."""
        optional = not shape.field_at(Scenario, path).is_required()
        above, node = find(self.merged, path[:-1])[1], find(self.merged, path)[1]
        left_out = node is None and (above is None or isinstance(above, MappingNode))
        if self.complete and optional and left_out:
            return _Known((), word, f"`{dotted(path)}`")
        return None


def repeated(tables: AnyTables) -> Iterator[InputProblem]:
    """Tables without a row that need one, and rows given twice, with both lines."""
    for name, table in tables.items():
        spec = TABLES[name]
        if not table.records and not spec.may_be_empty:
            message = f"the table has no rows: at least one of {name} is needed"
            yield InputProblem(table.file, 1, 1, "", message)
        if spec.unique and set(spec.unique) <= set(table.header):
            yield from _twice(table, spec, name)


def _twice(table: Table[Any], spec: TableSpec, name: str) -> Iterator[InputProblem]:
    fields = shape.fields(ROWS[name])
    columns = [(table.header.index(c), fields[c].is_required()) for c in spec.unique]
    first: dict[tuple[str, ...], int] = {}
    for record in table.records:
        if len(record.cells) <= max(index for index, _ in columns):
            continue
        key = tuple(record.cells[index] for index, _ in columns)
        named = all(cell or not needed for cell, (_, needed) in zip(key, columns, strict=True))
        if key in first and named:
            message = f"{', '.join(filter(None, key))}: given twice, first in line {first[key]}"
            yield table.problem(record, spec.unique[0], message)
        first.setdefault(key, record.line)
