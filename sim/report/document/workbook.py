"""A document as a workbook: every table with typed numbers, and where each number stands."""

from __future__ import annotations

import io
import math
import re
from collections.abc import Iterable
from typing import Any

import xlsxwriter

from sim.messages import say, speaking
from sim.report.document.content import Cell, Document, Figure, Table

LONGEST = 31
"""Characters of a sheet's name in Excel."""
WIDEST = 46
"""Characters of a column."""
FORMATS = {"share": "0.0%", "points": "+0.0;-0.0;0.0", "minutes": "0.0", "index": "0.00"}


def workbook(document: Document) -> bytes:
    """The file; text is written as text, whatever it looks like, and there is no formula."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False})
    book.set_properties({"title": document.title, "comments": document.source})
    with speaking(document.language):
        writer = _Writer(book)
        names = sheet_names(document.tables, *(say(k) for k in ("contents", "sources")))
        writer.contents(document, names)
        for table in document.tables:
            writer.table(book.add_worksheet(names[table.name]), table)
        writer.sources(document, names)
    book.close()
    return buffer.getvalue()


def sheet_names(tables: Iterable[Table], *taken: str) -> dict[str, str]:
    """Name of each table's sheet: its title without what Excel forbids, no two alike."""
    used, names = {name.casefold() for name in taken}, {}
    for table in tables:
        plain = re.sub(r"[\[\]:*?/\\'\x00-\x1f]", " ", table.title).strip() or table.name
        name, number = plain[:LONGEST].strip(), 1
        while name.casefold() in used:
            number += 1
            name = f"{plain[: LONGEST - 4].strip()} {number}"
        used.add(name.casefold())
        names[table.name] = name
    return names


class _Writer:
    """Writes sheets in one look."""

    def __init__(self, book: Any) -> None:
        self.book = book
        font = {"font_name": "Microsoft YaHei", "font_size": 10, "valign": "top"}
        self.font = font
        self.title = book.add_format({**font, "bold": True, "font_size": 14})
        self.head = book.add_format({**font, "bold": True, "text_wrap": True, "bottom": 1})
        self.text = book.add_format({**font, "text_wrap": True})
        self.numbers: dict[str, Any] = {}

    def number(self, figure: Figure) -> Any:
        """How a number is shown."""
        unit = "points" if _in_points(figure) else figure.unit
        shape = FORMATS.get(unit, "#,##0" if abs(figure.value) >= 10 else "#,##0.##")
        if shape not in self.numbers:
            self.numbers[shape] = self.book.add_format({**self.font, "num_format": shape})
        return self.numbers[shape]

    def contents(self, document: Document, names: dict[str, str]) -> None:
        """What each sheet is, and what was found."""
        sheet = self.book.add_worksheet(say("contents"))
        sheet.set_column(0, 0, 34)
        sheet.set_column(1, 1, 100)
        lines = [(document.title, ""), (document.subtitle, ""), (document.source, ""), ("", "")]
        for row, (text, _) in enumerate(lines):
            sheet.write_string(row, 0, text, self.title if row == 0 else None)
        row = len(lines)
        sheet.write_string(row, 0, say("sheet"), self.head)
        sheet.write_string(row, 1, say("about"), self.head)
        for table in document.tables:
            row += 1
            place = names[table.name].replace("'", "''")
            sheet.write_url(row, 0, f"internal:'{place}'!A1", self.text, names[table.name])
            sheet.write_string(row, 1, table.defined or table.title, self.text)
        row += 2
        sheet.write_string(row, 0, say("findings"), self.head)
        sheet.write_string(row, 1, say("evidence"), self.head)
        for finding in document.findings:
            row += 1
            sheet.write_string(row, 0, finding.text, self.text)
            sheet.write_string(row, 1, finding.evidence, self.text)
        sheet.fit_to_pages(1, 0)

    def table(self, sheet: Any, table: Table) -> None:
        """A table: title, definition, heads, rows; a column for each end of an interval."""
        sheet.write_string(0, 0, table.title, self.title)
        sheet.write_string(1, 0, table.defined)
        for at, (column, cells) in enumerate(self._columns(table)):
            sheet.write_string(2, at, column, self.head)
            widest = max([len(column) / 2, *(len(c) for c in cells if isinstance(c, str))])
            sheet.set_column(at, at, min(WIDEST, max(10, widest * 1.6)))
            for row, cell in enumerate(cells, 3):
                if isinstance(cell, tuple):
                    number, figure = cell
                    if not math.isnan(number):
                        sheet.write_number(row, at, _shown(number, figure), self.number(figure))
                elif cell:
                    sheet.write_string(row, at, cell, self.text)
        sheet.freeze_panes(3, 1)
        sheet.repeat_rows(2)
        sheet.autofilter(2, 0, 2 + len(table.rows), at - 1)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)

    def _columns(self, table: Table) -> list[tuple[str, list[Any]]]:
        """Heads with their cells: text, or a number and the figure that it is of."""
        found: list[tuple[str, list[Any]]] = []
        for at, column in enumerate(table.columns):
            cells = [row[at] for row in table.rows]
            found.append((column.words, [_of(cell, "value") for cell in cells]))
            if any(isinstance(cell, Figure) and cell.half_width for cell in cells):
                for end in ("low", "high"):
                    head = f"{column.head}: {say(f'head.{end}')}"
                    found.append((head, [_of(cell, end) for cell in cells]))
        return found

    def sources(self, document: Document, names: dict[str, str]) -> None:
        """Where every number of the tables stands."""
        heads = ("sheet", "head.what", "head.figure", "head.value", "head.file", "head.key")
        sheet = self.book.add_worksheet(say("sources"))
        for at, head in enumerate(heads):
            sheet.write_string(0, at, say(head), self.head)
        sheet.set_column(0, len(heads) - 1, 24)
        row = 0
        for table in document.tables:
            for cells in table.rows:
                for column, cell in zip(table.columns, cells, strict=True):
                    if isinstance(cell, Figure):
                        row += 1
                        texts = (names[table.name], str(cells[table.named]), column.head)
                        for at, text in enumerate(texts):
                            sheet.write_string(row, at, text)
                        sheet.write_number(row, 3, cell.value)
                        sheet.write_string(row, 4, cell.source.file)
                        sheet.write_string(row, 5, cell.source.place)
        sheet.freeze_panes(1, 0)


def _of(cell: Cell, end: str) -> Any:
    return (getattr(cell, end), cell) if isinstance(cell, Figure) else cell


def _in_points(figure: Figure) -> bool:
    return figure.unit == "points" or (figure.unit == "share" and figure.is_change)


def _shown(number: float, figure: Figure) -> float:
    return 100 * number if _in_points(figure) else number
