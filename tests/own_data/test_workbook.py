from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from cli.commands import inside
from python_calamine import CalamineWorkbook

from sim.own_data.importing import plan_import
from sim.own_data.mapping import ImportMapping
from sim.own_data.report import statuses
from sim.own_data.sheets import read_sheets
from sim.own_data.workbook import Language, write_workbook
from sim.scenario.loading import load

from .files import said, workbook

VENUE = ["甲片区", "甲社区", "", "甲中心", "球场1", "badminton_court", 120, 6, "9:00-21:00",
         "community", "public", 60, "no", 119.97, 30.27]  # fmt: skip


def filled(folder: Path, language: Language, **cells: object) -> Path:
    """A workbook as it is written, with a venue and other cells of `off_platform.share`."""
    empty = folder / "empty.xlsx"
    write_workbook(empty, language)
    book = CalamineWorkbook.from_path(str(empty))
    sheets = {n: book.get_sheet_by_name(n).to_python() for n in book.sheet_names}
    venues, _, _, assumptions = sheets
    sheets[venues].append(VENUE)
    head = ["key", "low", "base", "high", "source", "basis"]
    for row in sheets[assumptions]:
        if row[0] == "off_platform.share":
            for name, cell in cells.items():
                row[head.index(name)] = cell
    return workbook(folder / "filled.xlsx", sheets)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_workbook_is_read_back(tmp_path: Path, language: Language) -> None:
    path = filled(tmp_path, language, base=0.42, high=0.5, source="data", basis="counted in May")
    out = tmp_path / "scenarios" / "town"
    plan_import([path], out, ImportMapping()).write(out)
    inputs = load(out / "scenario.yaml")
    assert [v.venue for v in inputs.tables.venues] == ["球场1"]
    (share,) = (p for p in inputs.provenance if p.key == "off_platform.share")
    assert (share.value, share.source, share.high, share.note) == (
        0.42,
        "data",
        0.5,
        "counted in May",
    )
    assert (out / "numbers.yaml").read_text(encoding="utf-8").count("value:") == 1


@pytest.mark.parametrize(
    ("cells", "cell", "words"),
    [
        ({"base": "many"}, "C", "no number"), ({"base": 0.9}, "C", "between 0 and 0.6"),
        ({"base": 5, "high": 6}, "C", "1"), ({"source": "guess"}, "E", "assumption"),
        ({"key": "off_platform.shares"}, "A", "Did you mean `off_platform.share`?"),
    ],
)  # fmt: skip
def test_a_wrong_number_is_named_with_sheet_and_cell(
    tmp_path: Path, cells: dict[str, object], cell: str, words: str
) -> None:
    path = filled(tmp_path, "zh", **cells)
    grid = next(s.grid for s in read_sheets(path) if s.name == "假设")
    row = next(i for i in grid.index if str(grid.at[i, 0]).startswith("off_platform.share"))
    message = said(tmp_path, path)
    assert f"[假设] {cell}{row}: " in message
    assert words in message


def test_a_workbook_is_begun_by_its_verb_and_never_replaced(tmp_path: Path) -> None:
    assert inside(tmp_path, "init", "town", "--xlsx").returncode == 0
    names = CalamineWorkbook.from_path(str(tmp_path / "scenarios" / "town.xlsx")).sheet_names
    assert names == ["场馆", "人口", "规则", "假设"]
    assert "exists already" in inside(tmp_path, "init", "town", "--xlsx").stderr
    assert "zh or en" in inside(tmp_path, "init", "t", "--xlsx", "--language", "fr").stderr


def test_a_small_number_of_one_status_hides_a_second_one() -> None:
    """The number of rows kept is told, so one alone could be had from it."""
    few, others = ["no_show"] * 3, ["kept"] * 40 + ["cancelled"] * 12
    assert statuses(pd.DataFrame({"status": few + others})) == {
        "kept": 40, "cancelled": "not told", "no_show": "fewer than 10",
    }  # fmt: skip
    assert statuses(pd.DataFrame({"status": others})) == {"kept": 40, "cancelled": 12}
    assert statuses(None) == {}
