"""Geometry of slides, computed again from the file: nothing is cut, hidden or below the footer."""

from __future__ import annotations

import io
import math
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from matplotlib.font_manager import findfont
from PIL import ImageFont
from pptx import Presentation

from sim.messages import LANGUAGES
from sim.report.document.content import (
    Chapter,
    Column,
    Document,
    Figure,
    Finding,
    Language,
    Source,
    Table,
)
from sim.report.document.report import document
from sim.report.document.slides import FOOT, slides

FONT = ImageFont.truetype(findfont("DejaVu Sans"), 200)
CHINESE = re.compile("[\u2e80-\uffef]")
INCH = 914400
NOTED = {"en": "{} more rows are in the workbook", "zh": "其余{}行见工作簿"}
LONG = {
    "en": "People who live further than fifteen minutes from every suitable room",
    "zh": "步行十五分钟以内没有任何合适场地可以预约的居民和园区员工（含外来访客）",
}


def wide(text: str, size: float) -> float:
    """Inches of a text on one line: Chinese characters are square."""
    text = "".join(c for c in text if unicodedata.category(c) != "Cf")
    square = len(CHINESE.findall(text))
    return float(square * size + FONT.getlength(CHINESE.sub("", text)) / 200 * size) / 72


def number_of_lines(text: str, size: float, across: float) -> int:
    """Lines by filling one after the other."""
    count, used = 1, 0.0
    for word in re.findall(r"[\u2e80-\uffef]|[^\s\u2e80-\uffef]+[ \u00a0]?|\s", text):
        long = wide(word, size)
        alone = wide(word.rstrip(), size)
        if used and used + alone > across + 0.01:
            count, used = count + 1, 0.0
        if alone > across + 0.01:
            count += math.ceil(alone / across) - 1
        used += long
    return count


def needed(frame: Any, across: float) -> float:
    """Inches that the paragraphs of a frame take."""
    total = 0.0
    for paragraph in frame.paragraphs:
        for part in paragraph.text.split("\v"):
            size = paragraph.runs[0].font.size.pt if paragraph.runs else 12
            inner = int(paragraph._p.pPr.get("marL", 0)) / INCH
            spacing = paragraph.line_spacing.pt
            assert spacing >= 1.2 * size
            total += number_of_lines(part, size, across - inner) * spacing / 72
        total += (paragraph.space_after.pt if paragraph.space_after else 0) / 72
    return total


def place(shape: Any) -> tuple[float, float, float, float]:
    """Left, top, right and bottom in inches; a table is as high as its rows."""
    high = sum(row.height for row in shape.table.rows) if shape.has_table else shape.height
    wide = sum(c.width for c in shape.table.columns) if shape.has_table else shape.width
    ends = (shape.left, shape.top, shape.left + wide, shape.top + high)
    return tuple(length / INCH for length in ends)  # type: ignore[return-value]


def check(deck: Any) -> None:
    """Everything that holds for a slide."""
    for number, slide in enumerate(deck.slides, 1):
        shapes = list(slide.shapes)
        places = [place(shape) for shape in shapes]
        for at, (shape, one) in enumerate(zip(shapes, places, strict=True)):
            said = (number, shape.name, shape.has_text_frame and shape.text_frame.text[:60])
            assert one[0] > -0.01, said
            assert one[1] > -0.01, said
            assert one[2] < 13.34, said
            assert one[3] < 7.51, said
            for other, two in zip(shapes[at + 1 :], places[at + 1 :], strict=True):
                apart = (
                    one[2] <= two[0] + 0.01 or two[2] <= one[0] + 0.01
                    or one[3] <= two[1] + 0.01 or two[3] <= one[1] + 0.01
                )  # fmt: skip
                assert apart, (*said, other.name)
        foot = FOOT if slide.slide_layout.name == "Finding" else 7.5
        for shape, (_, _, _, bottom) in zip(shapes, places, strict=True):
            assert bottom <= foot + 0.01, (number, shape.name)
        for shape, (left, top, right, bottom) in zip(shapes, places, strict=True):
            if shape.has_text_frame and shape.text_frame.text:
                high = needed(shape.text_frame, right - left)
                assert high <= bottom - top + 0.02, (number, shape.text_frame.text)
            if shape.has_table:
                check_cells(number, shape.table)
        check_letters(slide)


def check_cells(number: int, table: Any) -> None:
    """No row is lower than what stands in it."""
    for row in table.rows:
        for cell, column in zip(row.cells, table.columns, strict=True):
            across = (column.width - cell.margin_left - cell.margin_right) / INCH
            down = (row.height - cell.margin_top - cell.margin_bottom) / INCH
            assert needed(cell.text_frame, across) <= down + 0.02, (number, cell.text_frame.text)


def check_letters(slide: Any) -> None:
    """Type can be read from the back of a room."""
    title = slide.shapes.title.text_frame
    assert min(run.font.size.pt for p in title.paragraphs for run in p.runs) >= 20
    for run in runs(slide):
        assert run.font.size.pt >= 12


def runs(slide: Any) -> Iterator[Any]:
    for shape in slide.shapes:
        frames = [shape.text_frame] if shape.has_text_frame else []
        if shape.has_table:
            frames = [cell.text_frame for row in shape.table.rows for cell in row.cells]
        for frame in frames:
            for paragraph in frame.paragraphs:
                yield from paragraph.runs


def test_nothing_is_cut_hidden_or_below_the_footer(made: tuple[Path, Document]) -> None:
    check(Presentation(io.BytesIO(slides(made[1]))))


@pytest.mark.parametrize("tongue", LANGUAGES)
def test_names_of_any_length_leave_the_slide_in_order(
    hostile: Path, hostile_searches: list[Path], tongue: Language
) -> None:
    for results in ([hostile], hostile_searches):
        made = document(results, tongue)
        check(Presentation(io.BytesIO(slides(made))))


def figure(at: int) -> Figure:
    source = Source("a.csv", (("row", str(at)),), "mean")
    return Figure(1000.0 * at, "count", source, 1000.0 * at - 300, 1000.0 * at + 500)


def made_up(tongue: Language, rows: int, columns: int, names: int = 1) -> Document:
    """A finding about the last of so many rows, with so many columns of numbers."""
    name, (first, second) = LONG[tongue], ("table", "other")
    heads = tuple(Column(f"{name[:20]} {n}") for n in range(columns + 1))
    cells = tuple((f"{n} {name}", *(figure(n) for _ in range(columns))) for n in range(1, rows + 1))
    text = "; ".join([name] * names)
    finding = Finding(text, (figure(rows),), "low", name, first, 1)
    tables = [Table(n, text, heads, cells, name * 3) for n in (first, second)]
    chapter = Chapter("met", text, (), (finding,), tuple(tables))
    words = Chapter("asked", text, tuple(f"{n} {name * 2}" for n in range(14)))
    return Document(tongue, text, name, name * 4, (words, chapter))


@pytest.mark.parametrize("tongue", LANGUAGES)
@pytest.mark.parametrize(
    ("rows", "columns", "names"), [(3, 1, 1), (14, 4, 2), (60, 3, 5), (40, 20, 3), (5, 2, 12)]
)
def test_tables_of_any_size_leave_the_slide_in_order(
    tongue: Language, rows: int, columns: int, names: int
) -> None:
    made = made_up(tongue, rows, columns, names)
    deck = Presentation(io.BytesIO(slides(made)))
    check(deck)
    titles = [slide.shapes.title.text_frame.text for slide in deck.slides]
    assert made.findings[0].text in titles
    said = [s.text_frame.text for d in deck.slides for s in d.shapes if s.has_text_frame]
    for slide in deck.slides:
        tables = [s.table for s in slide.shapes if s.has_table]
        left = rows - len(tables[0].rows) + 1 if tables else 0
        assert not left or any(NOTED[tongue].format(left) in text for text in said)
    assert rows < 40 or any("60" not in t and NOTED[tongue].split("{}")[1] in t for t in said)


@pytest.mark.parametrize("tongue", LANGUAGES)
def test_the_row_of_a_finding_comes_first_where_the_end_is_cut(tongue: Language) -> None:
    deck = Presentation(io.BytesIO(slides(made_up(tongue, 40, 2))))
    table = next(s.table for slide in deck.slides for s in slide.shapes if s.has_table)
    first, second = (list(table.rows)[n].cells[0] for n in (1, 2))
    assert first.text_frame.text.startswith("40 ")
    assert str(first.fill.fore_color.rgb) == "FDE3D3"
    assert second.fill.type is None


@pytest.mark.parametrize("tongue", LANGUAGES)
def test_the_footer_is_one_line_of_the_layout(tongue: Language) -> None:
    deck = Presentation(io.BytesIO(slides(made_up(tongue, 3, 1))))
    layout = next(layout for layout in deck.slide_layouts if layout.name == "Finding")
    source = next(shape for shape in layout.shapes if shape.name == "Source")
    assert place(source)[1] >= FOOT
    assert needed(source.text_frame, source.width / INCH) <= source.height / INCH
    assert source.text_frame.text[:8] == made_up(tongue, 3, 1).source[:8]
