"""A workbook to fill in: venues, people, rules, assumptions; `linli import` reads it back."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd
import xlsxwriter

from sim.own_data.fields import ACCESS, FIELDS, KINDS, TIERS, TableName
from sim.own_data.mapping import Rows
from sim.own_data.reading import ImportAccount, SheetReading
from sim.own_data.values import normal, number
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
    sheet: Any,
    table: TableName,
    names: Sequence[str],
    more: Sequence[str],
    language: Language,
    bold: Any,
) -> None:
    """Headers of fields, each the plainest word that is read back."""
    known = FIELDS[table]
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
    for sheet in map(account.open, taken):
        table = pd.DataFrame({field: sheet.text(field) for field in _HEADS["en"]})
        for row, cells in zip(table.index, table.to_dict("records"), strict=True):
            quantity = _quantity(sheet, row, cells, known)
            if quantity is not None:
                found[cells["key"]] = quantity
    return found


def _quantity(
    sheet: SheetReading, row: int, cells: dict[Any, str], known: dict[str, Provenance]
) -> dict[str, object] | None:
    """A number with source and range, if it is right and not the shipped one."""
    key, source = cells["key"], cells["source"] or "assumption"
    if key not in known:
        message = "no number of this key may be changed here"
        sheet.wrong(row, "key", message, allowed=tuple(known), word=key)
        return None
    low, base, high = (number(normal(cells[field])) for field in ("low", "base", "high"))
    for field, value in (("low", low), ("base", base), ("high", high)):
        if np.isnan(value) and (field == "base" or cells[field]):
            sheet.wrong(row, field, f"{sheet.rows.shown(row, field)} is no number")
            return None
    if low > base or high < base:
        sheet.wrong(row, "base", f"{base:g} does not lie between {low:g} and {high:g}")
        return None
    if source not in SOURCES:
        sheet.wrong(row, "source", "no kind of source", allowed=SOURCES, word=source)
        return None
    p = known[key]
    if (base, source) == (p.value, p.source) and _same(low, p.low) and _same(high, p.high):
        return None
    quantity: dict[str, object] = {"value": _plain(base), "source": source}
    if not np.isnan(low) and not np.isnan(high):
        quantity["range"] = [_plain(low), _plain(high)]
    if cells["basis"]:
        quantity["note"] = " ".join(cells["basis"].split())[:200]
    try:  # the scenario's own rules judge the number
        sets = [f"{key}={quantity['value']}"]
        load(shipped_folder() / "cangqian.yaml", sets=sets, need_level=False)
    except ScenarioProblems as error:
        for one in error.problems:
            sheet.wrong(row, "base", one.message, allowed=one.allowed)
    return quantity


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
