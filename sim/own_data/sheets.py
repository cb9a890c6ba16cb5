"""Files become grids of text cells, each of which knows its name; nothing in them is computed."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import re
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetVisibleEnum
from xlsxwriter.utility import xl_cell_to_rowcol, xl_rowcol_to_cell

from sim.scenario.problems import InputProblem, ScenarioProblems, Sources, clean, display, shorten
from sim.sentences import spoken
from sim.words import counted

MOST_BYTES = 1_500_000_000
MOST_CELLS = 20_000_000
"""Most cells of one sheet of a workbook; a table of text may have more."""
MOST_RATIO = 400
"""Unpacked over packed size of a part of a workbook; real sheets stay below 50."""
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_ENCODINGS = ("utf-8-sig", "gb18030", "big5")


@dataclass(frozen=True, slots=True)
class CellProblem(InputProblem):
    """Something wrong in a cell, or in a file as a whole where `cell` is empty."""

    sheet: str = ""
    cell: str = ""

    def render(self, excerpt: str = "") -> str:
        """`file [sheet] C7: header: what is wrong; allowed: .... Did you mean ...?`."""
        text = super(CellProblem, self).render(excerpt)
        before = f"{clean(shorten(self.file, 300))}:{self.line}:{self.column}: "
        where = "".join(
            f" {w}" for w in (f"[{clean(self.sheet)}]" * bool(self.sheet), self.cell) if w
        )
        return f"{clean(shorten(self.file, 300))}{where}: {text.removeprefix(before)}"


class ImportProblems(ScenarioProblems):
    """Everything that is wrong with the files of an import."""

    def __init__(self, problems: Iterable[InputProblem], hint: str = "") -> None:
        super().__init__(problems, Sources())
        self.hint = hint

    def _closing(self) -> str:
        return spoken(f"{counted(len(self.problems), 'problem')}. Nothing was written.{self.hint}")


@dataclass(frozen=True, slots=True)
class Sheet:
    """A grid of text.

    Attributes
    ----------
    file, name
        The file as the user would type it; the sheet, empty in a file that has none.
    grid
        Text cells; the index is the row as a spreadsheet counts it, columns count from 0.
    hidden
        Columns that the workbook hides: they are read like others, and said to be hidden.
    """

    file: str
    name: str
    grid: pd.DataFrame
    hidden: frozenset[int] = frozenset()

    def problem(self, row: int, column: int, key: str, message: str, **more: Any) -> CellProblem:
        """Make a problem with one cell; row 0 means the sheet as a whole."""
        cell = xl_rowcol_to_cell(row - 1, column) if row else ""
        return CellProblem(
            self.file, max(row, 1), column + 1, key, message, sheet=self.name, cell=cell, **more
        )


def read_sheets(path: Path) -> list[Sheet]:
    """Read every sheet of a file that is not hidden and not empty.

    Raises
    ------
    ImportProblems
        If the file is none that can be read.
    """
    file = display(path)
    try:
        if path.is_dir():
            raise _refused(file, "is a folder; name the files in it")
        size = path.stat().st_size
        with path.open("rb") as stream:
            start = stream.read(8)
    except OSError as error:
        raise _refused(file, f"cannot be read: {error.strerror}") from None
    if not path.is_file() or size > MOST_BYTES:
        raise _refused(file, f"is no file of at most {MOST_BYTES / 1e9:g} GB")
    if start.startswith(_WORKBOOKS):
        return list(_workbook(path, file))
    text = _decoded(path.read_bytes(), file)
    if path.suffix.lower() in (".geojson", ".json") or text.lstrip().startswith("{"):
        return [_geojson(text, file)]
    return [Sheet(file, "", _table(text, file))]


def _refused(file: str, message: str) -> ImportProblems:
    return ImportProblems([CellProblem(file, 1, 1, "", message)])


def _workbook(path: Path, file: str) -> Iterator[Sheet]:
    try:
        hidden = _checked_parts(path, file) if zipfile.is_zipfile(path) else {}
        book = CalamineWorkbook.from_path(str(path))
        names = [
            about.name
            for about in book.sheets_metadata
            if about.visible is SheetVisibleEnum.Visible
        ]
        sheets = [(name, book.get_sheet_by_name(name)) for name in names]
    except (CalamineError, zipfile.BadZipFile, OSError, ValueError, KeyError) as error:
        why = (
            "is protected by a password"
            if "assword" in str(error)
            else "is no workbook that can be read"
        )
        raise _refused(file, f"{why}; save it again as .xlsx or CSV") from None
    for order, (name, sheet) in enumerate(sheets):
        grid = _sheet_grid(sheet)
        if not grid.empty:
            yield Sheet(file, name, grid, hidden.get(order, frozenset()))


def _checked_parts(path: Path, file: str) -> dict[int, frozenset[int]]:
    """Refuse workbooks that would unpack beyond reason; hidden columns by order of the sheet."""
    hidden = {}
    with zipfile.ZipFile(path) as archive:
        for part in archive.infolist():
            bomb = part.file_size > 10_000_000 and part.file_size > MOST_RATIO * part.compress_size
            if bomb or part.file_size > MOST_BYTES:
                raise _refused(file, f"unpacks to {part.file_size / 1e6:,.0f} MB; save it as CSV")
            number = re.fullmatch(r"xl/worksheets/sheet(\d+)\.xml", part.filename)
            if number:
                with archive.open(part) as stream:
                    hidden[int(number[1]) - 1] = _checked_sheet(stream, file)
    return hidden


def _checked_sheet(stream: Any, file: str) -> frozenset[int]:
    """Refuse a sheet whose cells span too much: readers make room for all in between."""
    head, last, wide, before = b"", 0, 1, b""
    while block := stream.read(1 << 22):
        head = head or block[:65536]
        text = before + block
        rows = re.findall(rb'<row [^>]*?\br="(\d{1,9})"', text)
        last = max([last, *map(int, rows[-3:])])
        letters = set(re.findall(rb'<c [^>]*?\br="([A-Z]{1,4})\d', text[:200_000]))
        letters |= set(re.findall(rb'\br="([A-Z]{2,4})\d', text))
        wide = max([wide, *(xl_cell_to_rowcol(f"{one.decode()}1")[1] + 1 for one in letters)])
        before = block[-200:]
    if last * wide > MOST_CELLS:
        raise _refused(file, f"a sheet spans {last:,} rows x {wide:,} columns; save the part "
                       "that is filled, or save it as CSV")  # fmt: skip
    found: set[int] = set()
    for column in re.findall(rb"<col [^>]*>", head):
        if re.search(rb'hidden="(1|true)"', column):
            ends = dict(re.findall(rb'\b(min|max)="(\d{1,5})"', column))
            found |= set(range(int(ends.get(b"min", 1)) - 1, int(ends.get(b"max", 0))))
    return frozenset(found)


def _sheet_grid(sheet: CalamineSheet) -> pd.DataFrame:
    """Cells as text; of merged cells each has the text of the first."""
    rows = sheet.to_python(skip_empty_area=False)
    cells = np.array([[_text(value) for value in row] for row in rows], dtype=object)
    if not cells.size:
        return pd.DataFrame()
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or ():
        cells[top : bottom + 1, left : right + 1] = cells[top, left]
    return _without_blank(pd.DataFrame(cells, index=np.arange(1, len(cells) + 1)))


def _text(value: object) -> str:
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, dt.datetime):
        return value.isoformat(" ", "seconds")
    if isinstance(value, dt.timedelta):
        minutes = round(value.total_seconds() / 60)
        return f"{minutes // 60}:{minutes % 60:02d}"
    return "" if value is None else str(value)


def _without_blank(grid: pd.DataFrame) -> pd.DataFrame:
    return grid[(grid != "").any(axis=1)]


def _decoded(data: bytes, file: str) -> str:
    """Text of bytes, by the first encoding that fits throughout."""
    marked = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if marked else _ENCODINGS:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        private = re.search("[\ue000-\uf8ff]", text[:1_000_000])  # Big5 fits GB18030, oddly
        strange = encoding == "gb18030" and private
        if "\x00" not in text and not strange:
            return text
    raise _refused(file, "is neither a workbook nor text in UTF-8, GB18030 or Big5")


def _table(text: str, file: str) -> pd.DataFrame:
    """Rows of a text, also of unequal length; each keeps its number, blank ones too."""
    delimiter = _delimiter(text[:200_000].splitlines()[:60])
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)

    def read(stream: Any, wide: int, engine: Literal["c", "pyarrow"]) -> pd.DataFrame:
        return pd.read_csv(
            stream, sep=delimiter, header=None, names=range(wide), dtype=str,
            keep_default_na=False, skip_blank_lines=False, engine=engine,
        )  # fmt: skip

    try:
        wide = len(next(lines, []))
        try:  # rows that are all as long as the first, as nearly all exports have them
            grid = read(io.BytesIO(text.encode()), wide, "pyarrow")
        except (pd.errors.ParserError, pd.errors.EmptyDataError, ValueError):
            wide = max([wide, *map(len, lines)])
            grid = read(io.StringIO(text), wide, "c") if wide else pd.DataFrame()
    except (csv.Error, pd.errors.ParserError) as error:
        raise _refused(file, f"is no table of text: {error}") from None
    grid.index = pd.RangeIndex(1, len(grid) + 1)
    return _without_blank(grid.apply(lambda column: column.fillna("").str.strip()))


def _delimiter(lines: Sequence[str]) -> str:
    """The sign that most lines have equally often; a comma where none does."""
    best, most = ",", 0
    for sign in ("\t", ",", ";", "|", "，", "；"):
        counts = Counter(line.count(sign) for line in lines if line.strip())
        counts.pop(0, None)
        number = max((times * min(often, 5) for often, times in counts.items()), default=0)
        if number > most:
            best, most = sign, number
    return best


def _geojson(text: str, file: str) -> Sheet:
    """Points, and the middle of other shapes, as rows with their properties."""
    try:
        features = json.loads(text)["features"]
        rows = [
            {**(f.get("properties") or {}), **dict(zip(("lon", "lat"), _middle(f), strict=True))}
            for f in features
        ]
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        raise _refused(file, "is no GeoJSON of features") from None
    names = list(dict.fromkeys(str(key) for row in rows for key in row))
    cells = [names, *([_plain(row.get(name)) for name in names] for row in rows)]
    return Sheet(file, "", pd.DataFrame(cells, index=range(1, len(cells) + 1)).astype(object))


def _plain(value: object) -> str:
    return _text(value) if isinstance(value, (str, bool, int, float)) else ""


def _middle(feature: dict[str, Any]) -> tuple[float | str, float | str]:
    geometry = feature.get("geometry")
    if not geometry:
        return "", ""
    points = np.array(list(_points(geometry["coordinates"])))
    low, high = points.min(axis=0), points.max(axis=0)
    return float((low[0] + high[0]) / 2), float((low[1] + high[1]) / 2)


def _points(shape: Any) -> Iterator[tuple[float, float]]:
    if isinstance(shape[0], (int, float)):
        yield float(shape[0]), float(shape[1])
    else:
        for inner in shape:
            yield from _points(inner)
