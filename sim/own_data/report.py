"""What an import did with each row: counts that add up, as a page and as JSON."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, astuple, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sim.log.moments import FEW, hidden
from sim.own_data.mapping import Rows, SheetUse, columns_of
from sim.report.template import filled_template
from sim.scenario.problems import InputProblem

_MOST_VENUES = 400
_STEPS = (
    (0, "#ffffff", "none"),
    (1, "#c3d4e6", f"1 to {FEW - 1}"),
    (FEW, "#7ea6cc", f"{FEW} to 29"),
    (30, "#2f6fa8", "30 and more"),
)
"""Bookings of a venue and week from which a colour holds; small numbers are not told apart."""
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
class ImportAccount:
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

    def wrong(self, rows: Rows, row: int, field: str, message: str, **more: Any) -> None:
        """Note what is wrong with a cell of a field; row 0: with the column."""
        self.problems.append(rows.problem(row, field, message, **more))

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


def as_json(
    account: ImportAccount, uses: list[SheetUse], log: pd.DataFrame | None, sha: str
) -> str:
    """Counts that add up, as JSON."""
    content: dict[str, Any] = {
        "sheets": [
            {**asdict(sheet), "left_out": dict(sheet.left_out), "changed": dict(sheet.changed)}
            for sheet in account.sheets
        ],
        "assumed": [asdict(one) for one in account.assumed],
        "words": account.words,
        "counts": account.counts,
        "notes": account.notes,
        "columns_not_used": unused(uses),
        "statuses": _statuses(log),
        "scenario_sha256": sha,
    }
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def as_html(
    name: str, account: ImportAccount, uses: list[SheetUse], log: pd.DataFrame | None
) -> str:
    """The same as a page that stands alone."""
    return filled_template(
        Path(__file__).with_name("import_report.html"),
        name=name,
        sheets=[
            (one.where, one.table, f"{one.read:,}", f"{one.kept:,}",
             _told(one.left_out, one), _told(one.changed, one))
            for one in account.sheets
        ],
        assumed=[astuple(one) for one in account.assumed],
        words=[(kind, w, m) for kind, pairs in account.words.items() for w, m in pairs.items()],
        counts=[
            (what, f"{n:,}" if isinstance(n, int) else n)
            for what, n in [*account.counts.items(), *_statuses(log).items()]
        ],
        cover=None if log is None or log.empty else _cover(log),
        unused=unused(uses),
        notes=account.notes,
    )  # fmt: skip


def unused(uses: list[SheetUse]) -> list[str]:
    """Columns that nothing was taken from, and sheets that are no table."""
    columns = [(use, header) for use, header, column in columns_of(uses) if column.field is None]
    sheets = [(use, "whole sheet") for use in uses if use.table is None]
    return [": ".join(filter(None, (u.file, u.sheet, what))) for u, what in columns + sheets]


def _statuses(log: pd.DataFrame | None) -> dict[str, int | str]:
    if log is None:
        return {}
    counts = log["status"].value_counts()
    # their sum is told, so one small number alone could be had from the others
    shown = counts.where(~hidden(np.asarray(counts, dtype=np.float64)), "not told")
    return {str(k): v for k, v in shown.where(counts >= FEW, f"fewer than {FEW}").items()}


def _told(reasons: Mapping[str, int], sheet: SheetAccount) -> str:
    """`3 a line of totals (rows 7, 12, 20); ...`."""
    told = []
    for reason, number in reasons.items():
        rows = [where.rpartition(":")[2] for where in sheet.listed[reason][:10]]
        more = " ..." if number > len(rows) else ""
        told.append(f"{number:,} {reason} (rows {', '.join(rows)}{more})")
    return "; ".join(told)


def _cover(log: pd.DataFrame) -> dict[str, Any]:
    """Venues by week, as rows of coloured squares."""
    week = log["start"].dt.to_period("W")
    weeks = pd.period_range(week.min(), week.max(), freq="W")
    counts = pd.crosstab(log["venue"], week).reindex(columns=weeks, fill_value=0)
    counts = counts.head(_MOST_VENUES)
    step, left, top, high = max(4, min(14, 700 // len(weeks))), 260, 20, 9
    colours = [[_colour(n) for n in row] for row in counts.to_numpy().tolist()]
    return {
        "first": log["start"].min().date(),
        "last": log["start"].max().date(),
        "step": step,
        "left": left,
        "wide": left + max(step * len(weeks), 600),
        "high": top + high * len(counts) + 10,
        "key": [(left + 150 * i, colour, label) for i, (_, colour, label) in enumerate(_STEPS)],
        "rows": [
            (top + high * i, name, [(left + step * j, c) for j, c in enumerate(row)])
            for i, (name, row) in enumerate(zip(counts.index, colours, strict=True))
        ],
    }


def _colour(number: int) -> str:
    return next(colour for least, colour, _ in reversed(_STEPS) if number >= least)
