"""A scenario that is right key by key and row by row, with the places at which all of it stands."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sim.scenario.problems import InputProblem, problem_at
from sim.scenario.read.csv_tables import CsvRecord, Table
from sim.scenario.read.nodes import Key, MappingNode, dotted, find, value_place
from sim.scenario.schema.scenario import Scenario
from sim.scenario.tables import Tables


@dataclass(frozen=True, slots=True)
class Draft:
    """Parts of a scenario that are checked together.

    Attributes
    ----------
    scenario, tables
        Checked values; every name in them is borne by something.
    merged, read
        The same as read, with places of keys and cells.
    """

    scenario: Scenario
    tables: Tables
    merged: MappingNode
    read: Mapping[str, Table[Any]]

    def rows(self, table: str) -> Sequence[tuple[CsvRecord, Any]]:
        """Rows of a table with their records; none where there is no such table."""
        return self.read[table].rows if table in self.read else ()

    def problem(
        self, key: Sequence[Key], message: str, *allowed: str, word: str | None = None
    ) -> InputProblem:
        """Make a problem with the value of a key."""
        return problem_at(value_place(self.merged, *key), dotted(key), message, allowed, word)

    def cell(
        self, table: str, record: CsvRecord, column: str, message: str, allowed: Iterable[str] = ()
    ) -> InputProblem:
        """Make a problem with a cell."""
        return self.read[table].problem(record, column, message, allowed=tuple(allowed))

    def is_written(self, key: Sequence[Key]) -> bool:
        """Whether a key is written and not left at its default."""
        return find(self.merged, key)[1] is not None


Check = Callable[[Draft], Iterator[InputProblem]]
"""What is wrong, one problem after the other."""
