"""The workbook, read back by another library: numbers are numbers, names are never formulas."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

from python_calamine import CalamineWorkbook

from sim.messages import said
from sim.report.document.content import Document, Figure
from sim.report.document.report import document
from sim.report.document.workbook import sheet_names, workbook

from .conftest import HOSTILE, WORST


def test_every_table_comes_back(made: tuple[Path, Document]) -> None:
    document = made[1]
    book = CalamineWorkbook.from_filelike(io.BytesIO(workbook(document)))
    contents, sources, points = (
        said(key, document.language, {}) for key in ("contents", "sources", "unit.points")
    )
    names = sheet_names(document.tables, contents, sources)
    assert len(book.sheet_names) == len(document.tables) + 2
    for table in document.tables:
        rows = book.get_sheet_by_name(names[table.name]).to_python()
        assert rows[0][0] == table.title
        head = rows[2]
        assert head[0] == table.columns[0].words
        for at, column in enumerate(table.columns):
            there = head.index(column.words)
            for row, cells in zip(rows[3:], table.rows, strict=True):
                cell = cells[at]
                if isinstance(cell, Figure):
                    scale = 100 if column.unit == points else 1
                    assert abs(float(row[there]) - scale * cell.value) < 1e-9  # type: ignore[arg-type]
                else:
                    assert row[there] == (cell or "")


def test_every_number_has_a_row_of_sources(made: tuple[Path, Document]) -> None:
    document = made[1]
    book = CalamineWorkbook.from_filelike(io.BytesIO(workbook(document)))
    rows = book.get_sheet_by_name(said("sources", document.language, {})).to_python()[1:]
    figures = [f for table in document.tables for f in table.figures]
    assert [(row[3], row[4]) for row in rows] == [(f.value, f.source.file) for f in figures]


def test_names_of_searches_are_text(hostile_searches: list[Path]) -> None:
    content = workbook(document(hostile_searches, "zh"))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        sheets = [n for n in archive.namelist() if n.startswith("xl/worksheets/sheet")]
        assert not any(b"<f>" in archive.read(name) for name in sheets)
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    sheets_read = [book.get_sheet_by_name(name).to_python() for name in book.sheet_names]
    assert WORST in {cell for rows in sheets_read for row in rows for cell in row}


def test_names_are_text_and_there_is_no_formula(hostile: Path) -> None:
    content = workbook(document([hostile], "zh"))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        sheets = [n for n in archive.namelist() if n.startswith("xl/worksheets/sheet")]
        texts = [archive.read(name).decode("utf-8") for name in sheets]
        assert not any("vba" in name for name in archive.namelist())
    assert not any("<f>" in text for text in texts)
    assert all(re.search(r'<pane [^>]*state="frozen"', text) for text in texts[1:])
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    sheets_read = [book.get_sheet_by_name(name).to_python() for name in book.sheet_names]
    cells = {cell for rows in sheets_read for row in rows for cell in row}
    for name in (*HOSTILE[1:], "<b>南</b>", "=1+1"):
        assert name in cells, name


def test_names_of_sheets_are_short_and_differ(made: tuple[Path, Document]) -> None:
    document = made[1]
    names = sheet_names(document.tables)
    assert len({name.casefold() for name in names.values()}) == len(document.tables)
    assert all(len(name) <= 31 and not re.search(r"[\[\]:*?/\\]", name) for name in names.values())
