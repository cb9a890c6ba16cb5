from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
import xlsxwriter

from sim.own_data.sheets import ImportProblems, read_sheets

from .files import HEAD, ROW, csv_file, imported, workbook


def refused(path: Path) -> str:
    with pytest.raises(ImportProblems) as problems:
        read_sheets(path)
    return problems.value.render()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "big5", "utf-16"])
def test_text_in_any_encoding(tmp_path: Path, encoding: str) -> None:
    names = ("場地", "類型") if encoding == "big5" else ("场地", "类型")
    path = csv_file(tmp_path / "a.csv", names, ("體育館", "a"), encoding=encoding)
    sheet = read_sheets(path)[0]
    assert sheet.grid.to_numpy().tolist()[0] == list(names)


@pytest.mark.parametrize("sign", [",", "\t", ";", "|"])
def test_text_with_any_delimiter(tmp_path: Path, sign: str) -> None:
    path = csv_file(tmp_path / "a.txt", ("a", "b"), ("8:00-12:00,14:00-18:00", "x"), sign=sign)
    assert read_sheets(path)[0].grid.iloc[1].tolist() == ["8:00-12:00,14:00-18:00", "x"]


def test_quoted_lines_and_longer_rows_keep_the_row_numbers_of_a_spreadsheet(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('t\n\na,b\n"x\ny",1\n' + "c,2\n" * 70 + "d,3,4,5\n", encoding="utf-8")
    grid = read_sheets(path)[0].grid
    assert grid.loc[4].tolist()[:2] == ["x\ny", "1"]
    assert grid.loc[75].tolist() == ["d", "3", "4", "5"]


def test_a_workbook_with_titles_merged_cells_and_hidden_parts(tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(str(tmp_path / "a.xlsx"))
    sheet = book.add_worksheet("场馆")
    sheet.merge_range("A1:C1", "一览表")
    sheet.write_row("A3", ("社区", "场地", "日期"))
    sheet.merge_range("A4:A5", "甲社区")
    sheet.write_row("B4", ("a", 45717), book.add_format({"num_format": "yyyy-mm-dd"}))
    sheet.write_row("B5", ("b", 0.75))
    sheet.set_column("B:B", None, None, {"hidden": True})
    book.add_worksheet("旧").hide()
    book.add_worksheet("空")
    book.close()
    (only,) = read_sheets(tmp_path / "a.xlsx")
    assert only.name == "场馆"
    assert only.hidden == {1}
    assert only.grid.loc[4:5, 0].tolist() == ["甲社区", "甲社区"]
    assert only.grid.loc[4, 2].startswith("2025-03-01")


def test_a_formula_is_what_the_workbook_shows_and_is_never_computed(tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(str(tmp_path / "a.xlsx"))
    book.add_worksheet("x").write_formula("A1", '=HYPERLINK("http://x","y")', None, "shown")
    book.close()
    assert read_sheets(tmp_path / "a.xlsx")[0].grid.iat[0, 0] == "shown"
    path = csv_file(tmp_path / "a.csv", ("=1+1", "b"))
    assert read_sheets(path)[0].grid.iat[0, 0] == "=1+1"


def test_geojson_gives_properties_and_middles(tmp_path: Path) -> None:
    path = tmp_path / "a.geojson"
    path.write_text(
        '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"名称":"a"},'
        '"geometry":{"type":"Polygon","coordinates":[[[1,2],[3,2],[3,4],[1,4],[1,2]]]}},'
        '{"type":"Feature","properties":{"类型":"b"},"geometry":null}]}',
        encoding="utf-8",
    )
    assert read_sheets(path)[0].grid.to_numpy().tolist() == [
        ["名称", "lon", "lat", "类型"], ["a", "2", "3", ""], ["", "", "", "b"],
    ]  # fmt: skip


def sheet_xml(content: str) -> bytes:
    return (
        '<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/'
        f'2006/main"><sheetData>{content}</sheetData></worksheet>'
    ).encode()


def replaced(path: Path, part: str, content: bytes) -> Path:
    """The same archive with another part."""
    packed = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, content if name == part else old.read(name))
    path.write_bytes(packed.getvalue())
    return path


@pytest.mark.parametrize(
    "content",
    [
        '<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>x</t></is></c></row>',
        '<row r="1"><c r="A1"><v>1</v></c></row>' + " " * 30_000_000,
    ],
    ids=["a cell at the end of the sheet", "much of nothing"],
)
def test_a_workbook_that_unpacks_beyond_reason_is_refused(tmp_path: Path, content: str) -> None:
    path = workbook(tmp_path / "a.xlsx", {"x": [["a"]]})
    message = refused(replaced(path, "xl/worksheets/sheet1.xml", sheet_xml(content)))
    assert "a.xlsx" in message
    assert "save" in message


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.xlsx", b"PK\x03\x04 broken", "no workbook"),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 broken", "no workbook"),
        ("a.csv", b"\xff\x00\x81\x00\x00\xff", "neither"),
        ("a.geojson", b'{"a": 1}', "no GeoJSON"),
        ("a.geojson", b'{"features": [[1]]}', "no GeoJSON"),
        ("a.geojson", b'{"features": [{"geometry": {"coordinates": []}}]}', "no GeoJSON"),
        ("a.csv", b"\xff\xfea\x00b", "neither"),
        ("a.csv", b'a,b\n"' + b"x" * 150_000, "no table of text"),
        ("a.pdf", b"%PDF-1.4\x00\xff\xfe\x00", "neither"),
    ],
)
def test_files_that_cannot_be_read(tmp_path: Path, name: str, content: bytes, words: str) -> None:
    (tmp_path / name).write_bytes(content)
    assert words in refused(tmp_path / name)


def test_files_that_are_not_there(tmp_path: Path) -> None:
    assert "cannot be read" in refused(tmp_path / "none.csv")
    assert "is a folder" in refused(tmp_path)


def test_an_empty_file_is_no_list_of_venues(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"")
    assert read_sheets(tmp_path / "a.csv")[0].grid.empty


def test_several_sheets_of_a_workbook_are_read(tmp_path: Path) -> None:
    other = ["某街道", "乙社区", "乙中心", "会议室", *ROW[4:]]
    path = workbook(
        tmp_path / "a.xlsx", {"一": [HEAD, ROW], "二": [["x"], HEAD, other], "说明": [["y"]]}
    )
    assert imported(tmp_path, path).listed.venues["name"].tolist() == ["羽毛球场1", "会议室"]
