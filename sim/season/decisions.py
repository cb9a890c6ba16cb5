"""Locks and rejections of the planner, from the table, the scenario and the command line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sim.scenario.checks.timetable import unread_pin
from sim.scenario.problems import InputProblem, Position, problem_at
from sim.scenario.read.csv_tables import Table
from sim.scenario.read.nodes import MappingNode, value_place
from sim.scenario.schema.season.allocation import Allocation
from sim.scenario.schema.season.rows import DecisionRow, pin_of
from sim.scenario.schema.tables import minutes_of

__all__ = ["Decision", "on_command_line", "read_decisions"]

Kind = Literal["lock", "reject"]


@dataclass(frozen=True, slots=True)
class Decision:
    """A lock or rejection, and where it is written."""

    row: DecisionRow
    place: Position
    key: str

    @property
    def words(self) -> str:
        """Where it is written, in words."""
        typed = self.place.file.startswith("--")
        return f"by {self.place.file}" if typed else f"in {self.place.file}:{self.place.line}"

    @property
    def start(self) -> int:
        """Minutes after midnight; -1: whatever."""
        return -1 if self.row.start is None else minutes_of(self.row.start)

    @property
    def minutes(self) -> int:
        """Length; -1: whatever."""
        return -1 if self.row.end is None else minutes_of(self.row.end) - self.start

    def problem(
        self, message: str, allowed: Sequence[str] = (), word: str | None = None
    ) -> InputProblem:
        """Make a problem of it."""
        return problem_at(self.place, self.key, message, allowed, word)


def on_command_line(
    locks: Sequence[str], rejections: Sequence[str]
) -> tuple[list[Decision], list[InputProblem]]:
    """Decisions of `--lock` and `--reject`, and those that cannot be read."""
    found: list[Decision] = []
    problems: list[InputProblem] = []
    options: tuple[tuple[str, Kind, Sequence[str]], ...] = (
        ("--lock", "lock", locks),
        ("--reject", "reject", rejections),
    )
    for option, kind, texts in options:
        for text in texts:
            place = Position(f"{option} {text}", 1, 1)
            message = unread_pin(kind, text)
            if message is None:
                found.append(Decision(pin_of(kind, text), place, ""))
            else:
                problems.append(problem_at(place, "", message))
    return found, problems


def read_decisions(
    allocation: Allocation, tables: Mapping[str, Table[Any]], merged: MappingNode
) -> Iterator[Decision]:
    """Decisions of the table and of the scenario."""
    table = tables.get("decisions")
    for record, row in table.rows if table is not None else ():
        assert table is not None
        yield Decision(row, table.place(record, "request"), "request")
    inline: tuple[tuple[str, Kind, Sequence[str]], ...] = (
        ("locks", "lock", allocation.locks),
        ("rejections", "reject", allocation.rejections),
    )
    for key, kind, texts in inline:
        for i, text in enumerate(texts):
            place = value_place(merged, "allocation", key, i)
            yield Decision(pin_of(kind, text), place, f"allocation.{key}.{i}")
