"""A workbook to fill in: venues, people, rules, assumptions; `linli import` reads it back."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal, get_args

import numpy as np
import xlsxwriter

from sim.own_data.fields import ACCESS, KINDS, TIERS, fields_of
from sim.own_data.mapping import Rows
from sim.own_data.report import ImportAccount
from sim.own_data.values import is_empty, numbers
from sim.own_data.venues import EXAMPLE
from sim.report.files import atomic_write
from sim.scenario.inputs import Provenance, SourceKind
from sim.scenario.loading import load
from sim.scenario.problems import ScenarioProblems
from sim.scenario.read.files import shipped_folder
from sim.scenario.read.yaml_reader import yaml_text

Language = Literal["zh", "en"]
SOURCES: tuple[str, ...] = get_args(SourceKind)
RULES = ("policy.", "activities.rooms.")
ASSUMPTIONS = ("off_platform.", "demand.cancellation", "demand.no_show", "demand.day_effect",
               "choice.", "travel.")  # fmt: skip
_SHEETS = {
    "zh": ("场馆", "人口", "规则", "假设"),
    "en": ("Venues", "People", "Rules", "Assumptions"),
}
_VENUE_FIELDS = ("zone", "community", "compound", "centre", "venue", "kind", "area_m2", "capacity",
                 "hours", "tier", "access", "slot_minutes", "drop_in", "lon", "lat")  # fmt: skip
_PEOPLE_FIELDS = ("community", "compound", "households", "people", "lon", "lat")
_BANDS = {"zh": ("0-14岁", "15-59岁", "60岁以上"), "en": ("0-14", "15-59", "60+")}
_HEADS = {
    "zh": ("参数", "低值", "基准值", "高值", "来源", "依据"),
    "en": ("key", "low", "base", "high", "source", "basis"),
}
_HINTS = {
    "hours": EXAMPLE,
    "lon": "WGS-84",
    "lat": "WGS-84",
    "community": "name it for every venue, or at least for every centre",
    "compound": "only for centres of one compound, and for compounds of the population",
}
_CHOICES: dict[str, tuple[str, ...]] = {
    "kind": tuple(KINDS),
    "tier": tuple(TIERS),
    "access": tuple(ACCESS),
    "drop_in": ("yes", "no"),
}
_ROWS = 1000
"""Rows that have drop-downs."""


def shipped_numbers() -> dict[str, Provenance]:
    """Numbers of the shipped scenario that a workbook may change, by key."""
    inputs = load(shipped_folder() / "cangqian.yaml", need_level=False)
    return {p.key: p for p in inputs.provenance if p.key.startswith(RULES + ASSUMPTIONS)}


def write_workbook(path: Path, language: Language) -> None:
    """Write an empty workbook with headers, notes, drop-downs and the shipped assumptions."""
    stream = io.BytesIO()
    venues, people, rules, assumptions = _SHEETS[language]
    known = shipped_numbers()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True})
        _table(book.add_worksheet(venues), "venues", _VENUE_FIELDS, (), language, bold)
        bands = _BANDS[language]
        _table(book.add_worksheet(people), "population", _PEOPLE_FIELDS, bands, language, bold)
        for name, group in ((rules, RULES), (assumptions, ASSUMPTIONS)):
            some = [p for key, p in known.items() if key.startswith(group)]
            _numbers(book.add_worksheet(name), some, language, bold)
    atomic_write(path, stream.getvalue())


def _table(
    sheet: Any, table: str, names: Sequence[str], more: Sequence[str], language: Language, bold: Any
) -> None:
    """Headers of fields, each the plainest word that is read back."""
    known = fields_of(table)
    words = [known[n].words[1] if language == "zh" else n for n in names]
    sheet.write_row(0, 0, [*words, *more], bold)
    sheet.set_column(0, len(words) + len(more), 14)
    sheet.freeze_panes(1, 0)
    for column, name in enumerate(names):
        hint = ("needed; " if known[name].needed else "") + _HINTS.get(name, "")
        if hint:
            sheet.write_comment(0, column, hint.rstrip("; "))
        if name in _CHOICES:
            choice = {"validate": "list", "source": list(_CHOICES[name]), "error_type": "warning"}
            sheet.data_validation(1, column, _ROWS, column, choice)


def _numbers(sheet: Any, some: Sequence[Provenance], language: Language, bold: Any) -> None:
    sheet.write_row(0, 0, _HEADS[language], bold)
    sheet.set_column(0, 0, 32)
    sheet.set_column(5, 5, 60)
    sheet.freeze_panes(1, 1)
    for row, p in enumerate(some, 1):
        cells = (p.key, p.low, p.value, p.high, p.source, p.note)
        sheet.write_row(row, 0, ["" if cell is None else cell for cell in cells])
    sheet.data_validation(1, 4, _ROWS, 4, {"validate": "list", "source": list(SOURCES)})


def read_numbers(taken: list[Rows], account: ImportAccount) -> dict[str, dict[str, object]]:
    """Numbers that differ from the shipped ones, by key, as a scenario writes them."""
    known = shipped_numbers() if taken else {}
    found: dict[str, dict[str, object]] = {}
    for rows in taken:
        own = account.open(rows)
        own.kept = len(rows.cells)
        columns = {
            field: numbers(rows.cells[field]) if field in rows.cells else None
            for field in ("low", "base", "high")
        }
        for row in rows.cells.index:
            value = {f: float("nan") if c is None else float(c[row]) for f, c in columns.items()}
            quantity = _quantity(rows, row, value, known, account)
            if quantity is not None:
                found[str(rows.cells.at[row, "key"])] = quantity
    return found


def _quantity(
    rows: Rows,
    row: int,
    value: dict[str, float],
    known: dict[str, Provenance],
    account: ImportAccount,
) -> dict[str, object] | None:
    """A number with source and range, if it is right and not the shipped one."""
    key = str(rows.cells.at[row, "key"])
    if key not in known:
        message = "no number of this key may be changed here"
        account.wrong(rows, row, "key", message, allowed=tuple(known), word=key)
        return None
    for field, number in value.items():
        if np.isnan(number) and (field == "base" or _filled(rows, row, field)):
            account.wrong(rows, row, field, f"{rows.shown(row, field)} is no number")
            return None
    low, base, high = value["low"], value["base"], value["high"]
    if low > base or high < base:
        account.wrong(rows, row, "base", f"{base:g} does not lie between {low:g} and {high:g}")
        return None
    source = str(rows.cells.at[row, "source"]) if _filled(rows, row, "source") else "assumption"
    if source not in SOURCES:
        account.wrong(rows, row, "source", "no kind of source", allowed=SOURCES, word=source)
        return None
    p = known[key]
    if (base, source) == (p.value, p.source) and _same(low, p.low) and _same(high, p.high):
        return None
    quantity: dict[str, object] = {"value": _plain(base), "source": source}
    if not np.isnan(low) and not np.isnan(high):
        quantity["range"] = [_plain(low), _plain(high)]
    if _filled(rows, row, "basis"):
        quantity["note"] = " ".join(str(rows.cells.at[row, "basis"]).split())[:200]
    _try(rows, row, key, quantity, account)
    return quantity


def _try(
    rows: Rows, row: int, key: str, quantity: dict[str, object], account: ImportAccount
) -> None:
    """Let the scenario's own rules judge the number, and say it at the cell."""
    try:
        sets = [f"{key}={quantity['value']}"]
        load(shipped_folder() / "cangqian.yaml", sets=sets, need_level=False)
    except ScenarioProblems as error:
        for one in error.problems:
            account.wrong(rows, row, "base", one.message, allowed=one.allowed)


def _filled(rows: Rows, row: int, field: str) -> bool:
    return field in rows.cells and not bool(is_empty(rows.cells.loc[[row], field]).iloc[0])


def _same(one: float, other: float | None) -> bool:
    return np.isnan(one) if other is None else one == other


def _plain(value: float) -> int | float:
    return int(value) if value == int(value) else value


def numbers_text(name: str, found: dict[str, dict[str, object]]) -> str:
    """A scenario of these numbers alone, which that of the import extends."""
    tree: dict[str, Any] = {"extends": "cangqian", "name": f"{name}-numbers"}
    for key, quantity in found.items():
        *above, last = key.split(".")
        node = tree
        for step in above:
            node = node.setdefault(step, {})
        node[last] = quantity
    return (
        f"# Rules and assumptions of the workbook that differ from cangqian's.\n{yaml_text(tree)}"
    )
