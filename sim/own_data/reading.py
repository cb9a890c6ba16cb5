"""What an import does with each row of a sheet, and all that it assumes or finds wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from sim.own_data.mapping import ImportMapping, Rows
from sim.own_data.values import is_empty
from sim.scenario.problems import InputProblem

MOST_LISTED = 50


@dataclass
class SheetReading:
    """A sheet on its way to a table: rows read are `kept` and all of `left_out`.

    Attributes
    ----------
    cells
        Rows that were not left out.
    left_out, changed
        Numbers of rows by reason.
    listed
        Where the first rows of each reason stand.
    """

    rows: Rows
    account: ImportAccount
    cells: pd.DataFrame
    left_out: Counter[str] = field(default_factory=Counter)
    changed: Counter[str] = field(default_factory=Counter)
    listed: dict[str, list[str]] = field(default_factory=dict)

    @property
    def where(self) -> str:
        """File and sheet."""
        return self.rows.where

    @property
    def table(self) -> str:
        """What its rows are."""
        return str(self.rows.use.table)

    @property
    def read(self) -> int:
        """Rows of the sheet."""
        return len(self.rows.cells)

    @property
    def kept(self) -> int:
        """Rows that became rows of a table."""
        return len(self.cells)

    def raw(self, name: str) -> pd.Series:
        """Cells of a field; empty where there is no such column."""
        return self.cells[name] if name in self.cells else pd.Series("", index=self.cells.index)

    def text(self, name: str) -> pd.Series:
        """Cells of a field; empty where they say nothing, too."""
        cells = self.raw(name)
        return cells.where(~is_empty(cells), "")

    def first(self, *names: str) -> str:
        """First of some fields that the sheet has, else the last named."""
        return next((name for name in names if name in self.cells), names[-1])

    def leave(self, found: pd.Series, reason: str) -> None:
        """Leave out the rows marked."""
        self._count(self.left_out, found, reason)
        self.cells = self.cells[~found]

    def change(self, found: pd.Series, reason: str) -> None:
        """Count the rows marked, which were changed or completed."""
        self._count(self.changed, found, reason)

    def _count(self, counter: Counter[str], found: pd.Series, reason: str) -> None:
        numbers = found.index[found]
        if len(numbers):
            counter[reason] += len(numbers)
            listed = self.listed.setdefault(reason, [])
            listed += [self.rows.source(n) for n in numbers[: MOST_LISTED - len(listed)]]

    def wrong(self, row: int, name: str, message: str, **more: Any) -> None:
        """Note what is wrong with a cell of a field; row 0: with the column."""
        self.account.problems.append(self.rows.problem(row, name, message, **more))

    def wrong_cells(self, name: str, found: pd.Series, words: str) -> None:
        """Note each cell marked, which is shown if it says nothing of a person."""
        for row in found.index[found]:
            self.wrong(row, name, f"{self.rows.shown(row, name)} is {words}")

    def unknown_words(self, name: str, found: pd.Series, hint: str, allowed: Iterable[str]) -> None:
        """Note each word of the cells marked once, at the first cell that has it."""
        cells = self.text(name)[found]
        for word in dict.fromkeys(cells[cells != ""]):
            row, times = int(cells.index[cells == word][0]), int((cells == word).sum())
            message = f"{self.rows.shown(row, name)} is no word known here; say in the mapping "
            more = f" ({times - 1} more rows have it)" if times > 1 else ""
            self.wrong(row, name, message + hint + more, allowed=tuple(allowed))


@dataclass(frozen=True, slots=True)
class Assumed:
    """Something that no file says."""

    what: str
    value: str
    between: str
    note: str


@dataclass
class ImportAccount:
    """All of an import: sheets, assumptions, mapped words, and what is wrong."""

    mapping: ImportMapping = field(default_factory=ImportMapping)
    sheets: list[SheetReading] = field(default_factory=list)
    assumed: list[Assumed] = field(default_factory=list)
    words: dict[str, dict[str, str]] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    problems: list[InputProblem] = field(default_factory=list)

    def open(self, rows: Rows) -> SheetReading:
        """Begin to read a sheet."""
        self.sheets.append(SheetReading(rows, self, rows.cells))
        return self.sheets[-1]

    def assume(
        self,
        what: str,
        value: object,
        note: str = "no file says it",
        *,
        between: str = "",
        of: pd.Series | None = None,
    ) -> None:
        """Note something that no file says, once; with `of` for the rows marked, if any are."""
        number = 1 if of is None else int(of.sum())
        one = Assumed(what.format(n=number), str(value), between, note)
        if number and one not in self.assumed:
            self.assumed.append(one)
