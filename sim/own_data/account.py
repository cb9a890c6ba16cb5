"""What an import did with each sheet's rows; counts that add up, and what had to be assumed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from sim.own_data.mapping import Rows
from sim.scenario.problems import InputProblem

MOST_LISTED = 50


@dataclass
class SheetAccount:
    """One sheet: `read` is `kept` and all of `left_out`."""

    where: str
    table: str
    read: int
    kept: int = 0
    left_out: Counter[str] = field(default_factory=Counter)
    changed: Counter[str] = field(default_factory=Counter)
    listed: dict[str, list[str]] = field(default_factory=dict)

    def leave(self, rows: Rows, index: Iterable[int], reason: str) -> None:
        """Count rows that are left out, and list where they stand."""
        self._count(self.left_out, rows, index, reason)

    def change(self, rows: Rows, index: Iterable[int], reason: str) -> None:
        """Count rows that were changed or completed."""
        self._count(self.changed, rows, index, reason)

    def _count(self, counter: Counter[str], rows: Rows, index: Iterable[int], reason: str) -> None:
        numbers = list(index)
        if numbers:
            counter[reason] += len(numbers)
            listed = self.listed.setdefault(reason, [])
            listed += [rows.source(n) for n in numbers[: MOST_LISTED - len(listed)]]

    @property
    def adds_up(self) -> bool:
        """Whether every row that was read is accounted for."""
        return self.read == self.kept + self.left_out.total()


@dataclass(frozen=True, slots=True)
class Assumed:
    """Something that no file says."""

    what: str
    value: str
    between: str
    note: str


@dataclass
class Account:
    """All of an import: sheets, assumptions, mapped words, and what is wrong."""

    sheets: list[SheetAccount] = field(default_factory=list)
    assumed: list[Assumed] = field(default_factory=list)
    words: dict[str, dict[str, str]] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    problems: list[InputProblem] = field(default_factory=list)

    def open(self, rows: Rows) -> SheetAccount:
        """Begin the account of a sheet."""
        account = SheetAccount(rows.where, str(rows.use.table), len(rows.cells))
        self.sheets.append(account)
        return account

    def assume(self, what: str, value: object, between: str, note: str) -> None:
        """Note something that no file says, once."""
        one = Assumed(what, str(value), between, note)
        if one not in self.assumed:
            self.assumed.append(one)
