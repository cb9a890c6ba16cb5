"""A document as slides of 16:9: a finding with a small table, or a chart, on each.

`template.pptx` holds the theme, the bar, the footer and the place of titles. Nobody knows which
fonts the reader's machine has: Latin letters are measured in DejaVu Sans Bold, which is wider than
Calibri, Segoe UI, YaHei and what LibreOffice takes in their place, and a Chinese character is as
wide as it is high in every font. So what fits here fits there.
"""

from __future__ import annotations

import io
import math
import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from matplotlib.font_manager import findfont, get_font
from PIL import Image
from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.oxml.ns import qn
from pptx.util import Inches, Pt

from sim.messages import running_text, say, speaking
from sim.report import theme
from sim.report.document.content import Chapter, Document, Figure, Finding, Picture, Table
from sim.report.fonts import LATIN
from sim.report.numbers import number_parts

TEMPLATE = Path(__file__).with_name("template.pptx")
FONTS = {"zh": "Microsoft YaHei", "en": "Calibri"}
EAST_ASIAN = "Microsoft YaHei"
TONGUES = {"zh": "zh-CN", "en": "en-GB"}
WIDE, HIGH = 13.333, 7.5
LEFT, ACROSS = 0.65, 12.03
"""Where everything begins, and how wide it may be, in inches."""
FOOT = 6.98
"""Nothing but the footer stands below."""
COVER_TITLE = (4.3, 4.1)
"""Foot and greatest height of the title of the cover."""
TITLES = (28, 26, 24, 22, 20)
"""Sizes of a title of two lines at most; the smallest takes as many lines as it needs."""
TITLE_TOP, TITLE_MOST = 0.38, 12
TEXT, BODY, SMALL = 18, 14, 12
ROWS, COLUMNS = 10, 6
"""Most cells of a table; the workbook has all."""
SIDE, ABOVE = 0.1, 0.045
"""Space beside and above what stands in a cell, in inches."""
EMPTY = 2.0
"""Least width of a column that the reader is to write into, in inches."""
GAP, BULLET = 0.14, 0.25
SMALLEST_TABLE = 12
"""Cells of a table that no finding is about: smaller ones are for page and workbook."""
MOST = 700
"""Characters of a cell."""
MARKED = "#FDE3D3"
"""Ground of the rows that a finding is about."""
SPACING = 1.25
"""Distance of lines in sizes of their letters; it is written into every paragraph."""
_EM = 72
_CHINESE = re.compile("[\u2e80-\uffef]")
_TOKENS = re.compile(r"[\u2e80-\uffef]|[^\s\u2e80-\uffef]+[ \u00a0]?|\s")


def slides(document: Document) -> bytes:
    """The file."""
    with speaking(document.language):
        deck = _Deck(document)
        deck.cover()
        for chapter in document.chapters:
            deck.chapter(chapter)
        return deck.content()


def width(text: str, size: float) -> float:
    """Length of a text on one line, in inches."""
    wide = _CHINESE.search(text) is not None
    return sum(_advance(character, wide) for character in text) * size / 72


def lines(text: str, size: float, available: float) -> int:
    """Number of lines of a text; a word longer than a line is broken anywhere, and fills lines."""
    number, used, wide = 1, 0.0, _CHINESE.search(text) is not None
    for token in _TOKENS.findall(text):
        long = sum(_advance(character, wide) for character in token) * size / 72
        if used and used + long > available:
            number, used = number + 1, 0.0
        number += max(math.ceil(long / available) - 1, 0)
        used += long
    return number


def height(texts: Sequence[str], size: float, available: float, apart: float = 0.0) -> float:
    """Height of paragraphs; `apart` is the space behind each in points."""
    total = sum(lines(text, size, available) for text in texts) * SPACING * size
    return (total + apart * len(texts)) / 72


@lru_cache(maxsize=8192)
def _advance(character: str, wide: bool) -> float:
    """Width of a character in sizes of the letters; `wide`: within a Chinese text."""
    if unicodedata.category(character)[0] in "CM":
        return 0.0
    font = get_font(findfont(f"{LATIN}:bold"))
    lacks = ord(character) not in font.get_charmap()
    if lacks or character >= "\u2e80" or (wide and character in "“”‘’…—"):
        return 1.0 if ord(character) < 0x10000 else 1.4
    font.set_size(_EM, 72)
    return float(font.load_char(ord(character)).linearHoriAdvance) / 65536 / _EM


class _Deck:
    """Slides of a document, one after the other.

    Attributes
    ----------
    slide, top
        The slide that is being filled, and where there is space on it.
    """

    def __init__(self, document: Document) -> None:
        self.document = document
        self.deck = Presentation(str(TEMPLATE))
        self.layouts = {layout.name: layout for layout in self.deck.slide_layouts}
        properties = self.deck.core_properties
        # the format has no more characters for them
        properties.title, properties.subject = document.title[:255], document.subtitle[:255]
        properties.author, properties.language = "linli", TONGUES[document.language]
        source: Any = next(s for s in self.layouts["Finding"].shapes if s.name == "Source")
        text = " ".join(document.source.split())
        while lines(text, SMALL, source.width / Inches(1)) > 1:
            text = f"{text[:-2]}…"
        self._fill(source.text_frame, (text,), SMALL, theme.GREY)
        self.slide: Any = None
        self.top = 0.0

    def content(self) -> bytes:
        """The file."""
        buffer = io.BytesIO()
        self.deck.save(buffer)
        return buffer.getvalue()

    def cover(self) -> None:
        """Title, period and source on a dark ground."""
        foot, most = COVER_TITLE
        self.slide = self.deck.slides.add_slide(self.layouts["Cover"])
        title = self.document.title
        size = next((s for s in (44, 36, 28) if lines(title, s, ACROSS) <= 3), 20)
        high = min(height((title,), size, ACROSS), most)
        self._title(title, size, foot - high, high, "#FFFFFF")
        self._box((self.document.subtitle,), (4.75, 0.5), 20, "#FFFFFF")
        self._box((self.document.source,), (5.4, 0.8), BODY, "#FFFFFF")

    def chapter(self, chapter: Chapter) -> None:
        """Its words, findings, the tables of none of them, and its charts."""
        if chapter.words and not chapter.tables:
            self._text(chapter.title, chapter.words)
        shown, summed = set(), set()
        first = next((f for f in chapter.findings if f.table), None)
        caveats = [f.text for f in chapter.findings if first and not f.table]
        for finding in chapter.findings:
            if first and not finding.table:
                continue
            if (finding.table, finding.column) not in summed:
                others = [f for f in chapter.findings if finding.sums(f)]
                self._finding(finding, others, caveats if finding is first else ())
            if finding.summary:
                summed.add((finding.table, finding.column))
            shown.add(finding.table)
        # a week on a map is for the page: a slide cannot move
        if chapter.findings or (chapter.words and not chapter.map):
            for table in chapter.tables:
                size = len(table.rows) * len(table.columns)
                if table.name not in shown and size >= SMALLEST_TABLE and not table.only_sheet:
                    alone = len(chapter.tables) == 1
                    self._table(chapter.title if alone else table.title, chapter.words, table)
        for picture in chapter.pictures:
            self._picture(picture)

    def _text(self, title: str, words: Sequence[str]) -> None:
        """Sentences under a title, on as many slides as they need."""
        self._begin(title)
        apart, across, down = TEXT * 0.7, ACROSS - BULLET, FOOT - self.top - GAP
        kept = len(words)
        while kept > 1 and height(words[:kept], TEXT, across, apart) > down:
            kept -= 1
        high = min(height(words[:kept], TEXT, across, apart), down)
        self._box(words[:kept], (self.top + GAP, high), TEXT, theme.INK, apart=apart, bullets=True)
        if words[kept:]:
            self._text(title, words[kept:])

    def _finding(self, finding: Finding, others: Sequence[Finding], caveats: Sequence[str]) -> None:
        """The sentence as title, what must be known with it, and the figures behind it.

        Parameters
        ----------
        others
            Findings in whose place it stands.
        caveats
            Findings of its chapter without figures.
        """
        self._begin(finding.text)
        for text in caveats:
            self._line(text, BODY, theme.INK)
        self._line(finding.evidence, BODY, theme.GREY)
        table = self.document.table(finding.table)
        if table is not None:
            self._exhibit(table, finding.figures, finding.column)
        sources = dict.fromkeys(f.source.words for one in (finding, *others) for f in one.figures)
        defined = "" if table is None else table.defined
        self._notes([finding.text, *(o.text for o in others), finding.evidence, defined, *sources])

    def _table(self, title: str, words: Sequence[str], table: Table) -> None:
        """A table by itself."""
        self._begin(title)
        for text in words[:1]:
            self._line(text, BODY, theme.GREY)
        rows = self._exhibit(table, (), None)
        cells = [c for at in rows for c in table.rows[at] if isinstance(c, Figure)]
        sources = dict.fromkeys(figure.source.words for figure in cells)
        self._notes([title, *words, table.defined, *sources])

    def _exhibit(
        self, table: Table, figures: Sequence[Figure], column: int | None
    ) -> Sequence[int]:
        """As much of a table as fits, what it says of these figures first; rows that are shown."""
        sources = {figure.source for figure in figures}
        marked = [
            at for at, row in enumerate(table.rows)
            if any(isinstance(c, Figure) and c.source in sources for c in row)
        ]  # fmt: skip
        marked = marked if len(marked) < len(table.rows) else []
        order = list(range(len(table.rows)))
        if marked and marked[-1] >= ROWS:
            order = [*marked, *(at for at in order if at not in marked)]
        columns = _columns(table, column)
        cells, widths = _fitted(table, order[:ROWS], columns)
        top, heights = self.top + GAP, [_high(row, widths) for row in cells]
        down = FOOT - top - GAP - SMALL * SPACING / 72
        while len(heights) > 1 and sum(heights) > down:
            heights.pop()
        if len(heights) < 2:
            self._line(say("more.all"), BODY, theme.INK)
            return ()
        shown = order[: len(heights) - 1]
        right = [any(isinstance(row[at], Figure) for row in table.rows) for at in columns]
        struck = {number for number, at in enumerate(shown, 1) if at in marked}
        made = self._native(table.title, widths, heights, top)
        made.horz_banding = not marked
        for number, texts in enumerate(cells[: len(heights)]):
            for at, text in enumerate(texts):
                bold = number == 0 or number in struck
                self._cell(made.cell(number, at), text, right[at], number == 0, bold)
                if number in struck:
                    made.cell(number, at).fill.solid()
                    made.cell(number, at).fill.fore_color.rgb = _colour(MARKED)
        self.top = top + sum(heights) + GAP / 2
        more = [
            say(key, n=left)
            for key, left in (
                ("more", len(table.rows) - len(shown)),
                ("more.columns", len(table.columns) - len(columns)),
            )
            if left
        ]
        self._line(running_text(more), SMALL, theme.GREY)
        self.top += GAP
        self._line(table.defined, BODY, theme.GREY)
        return shown

    def _native(
        self, alt: str, widths: Sequence[float], heights: Sequence[float], top: float
    ) -> Any:
        """An empty native table."""
        lengths = (LEFT, top, sum(widths), sum(heights))
        frame = self.slide.shapes.add_table(
            len(heights), len(widths), *(Inches(length) for length in lengths)
        )
        frame._element.nvGraphicFramePr.cNvPr.set("descr", alt)  # noqa: SLF001
        for column, wide in zip(frame.table.columns, widths, strict=True):
            column.width = Inches(wide)
        for row, high in zip(frame.table.rows, heights, strict=True):
            row.height = Inches(high)
        return frame.table

    def _picture(self, picture: Picture) -> None:
        """A chart at the size of the slide, which has its own source in it.

        It covers the slide's title, which is the chart's: outlines and screen readers have it.
        """
        self.slide = self.deck.slides.add_slide(self.layouts["Picture"])
        self._title(picture.title, 20, TITLE_TOP, height((picture.title,), 20, ACROSS))
        path = picture.path.with_suffix(".png")
        with Image.open(path) as image:
            ratio = image.width / image.height
        tall = min(HIGH, WIDE / ratio)
        shown = self.slide.shapes.add_picture(
            str(path), Inches((WIDE - tall * ratio) / 2), Inches((HIGH - tall) / 2),
            height=Inches(tall),
        )  # fmt: skip
        shown._element.nvPicPr.cNvPr.set("descr", picture.alt)  # noqa: SLF001
        self._notes([picture.alt, self.document.source])

    def _begin(self, title: str) -> None:
        """A new slide with its title."""
        self.slide = self.deck.slides.add_slide(self.layouts["Finding"])
        size = next((s for s in TITLES if lines(title, s, ACROSS) <= 2), TITLES[-1])
        high = min(lines(title, size, ACROSS), TITLE_MOST) * SPACING * size / 72
        self._title(title, size, TITLE_TOP, high)
        self.top = TITLE_TOP + high + 0.08

    def _title(
        self, title: str, size: int, top: float, high: float, ink: str = theme.PALETTE[0]
    ) -> None:
        shape = self.slide.shapes.title
        shape.left, shape.top = Inches(LEFT), Inches(top)
        shape.width, shape.height = Inches(ACROSS), Inches(high)
        while height((title,), size, ACROSS) > high + 0.01:
            title = f"{title[:-2]}…"
        self._fill(shape.text_frame, (title,), size, ink, bold=True)

    def _line(self, text: str, size: int, ink: str) -> None:
        """A paragraph across the slide, below what stands there, if there is space."""
        high = height((text,), size, ACROSS)
        if text and self.top + high < FOOT:
            self._box((text,), (self.top, high), size, ink)
            self.top += high

    def _box(
        self, words: Sequence[str], place: tuple[float, float], size: float, ink: str,
        *, apart: float = 0, bullets: bool = False,
    ) -> None:  # fmt: skip
        """Paragraphs across the slide; `place` is top and height in inches."""
        lengths = (LEFT, place[0], ACROSS, place[1])
        box = self.slide.shapes.add_textbox(*(Inches(length) for length in lengths))
        box.text_frame.word_wrap = True
        box.text_frame.margin_left = box.text_frame.margin_right = 0
        box.text_frame.margin_top = box.text_frame.margin_bottom = 0
        self._fill(box.text_frame, words, size, ink, apart=apart)
        for paragraph in box.text_frame.paragraphs if bullets else ():
            properties = paragraph._p.get_or_add_pPr()  # noqa: SLF001
            properties.set("marL", str(Inches(BULLET)))
            properties.set("indent", str(-Inches(BULLET)))
            properties.append(properties.makeelement(qn("a:buChar"), {"char": "•"}))

    def _notes(self, words: Sequence[str]) -> None:
        """Notes for who speaks."""
        texts = [line for part in words for line in part.splitlines() if line]
        self._fill(self.slide.notes_slide.notes_text_frame, texts, SMALL, theme.INK)

    def _fill(
        self, frame: Any, words: Sequence[str], size: float, ink: str,
        *, apart: float = 0, bold: bool = False,
    ) -> None:  # fmt: skip
        """Paragraphs into a frame."""
        for number, text in enumerate(words):
            paragraph = frame.paragraphs[0] if number == 0 else frame.add_paragraph()
            paragraph.space_after = Pt(apart)
            self._write(paragraph, text, size, ink, bold=bold)

    def _write(
        self, paragraph: Any, text: str, size: float, ink: str, *, bold: bool = False
    ) -> None:
        """A run with a font for Latin, East Asian and other letters: WPS falls back wrongly.

        The distance of lines is a length, so no font of another machine makes a box higher.
        """
        paragraph.line_spacing = Pt(SPACING * size)
        run = paragraph.add_run()
        run.text = text if "\u00a0" in text else " ".join(text.split())
        run.font.size, run.font.bold = Pt(size), bold
        run.font.color.rgb = _colour(ink)
        properties, latin = run.font._element, FONTS[self.document.language]  # noqa: SLF001
        properties.set("lang", TONGUES[self.document.language])
        for tag, name in (("a:latin", latin), ("a:ea", EAST_ASIAN), ("a:cs", latin)):
            properties.append(properties.makeelement(qn(tag), {"typeface": name}))

    def _cell(self, cell: Any, text: str, right: bool, head: bool, bold: bool) -> None:
        """Write into a cell of a table; a vertical tab begins a new line."""
        cell.margin_left = cell.margin_right = Inches(SIDE)
        cell.margin_top = cell.margin_bottom = Inches(ABOVE)
        cell.vertical_anchor = MSO_ANCHOR.MIDDLE
        paragraph = cell.text_frame.paragraphs[0]
        paragraph.alignment = PP_ALIGN.RIGHT if right else PP_ALIGN.LEFT
        ink = "#FFFFFF" if head else theme.INK
        for number, line in enumerate(text.split("\v") if text else ()):
            if number:
                paragraph.add_line_break()
            self._write(paragraph, line, BODY, ink, bold=bold)
        # letters of an empty cell are of 18 points else, and its row higher than they are small
        paragraph.line_spacing = Pt(SPACING * BODY)
        paragraph._p.get_or_add_endParaRPr().set("sz", str(BODY * 100))  # noqa: SLF001


def _columns(table: Table, column: int | None) -> list[int]:
    """Columns that are shown: the finding's among them."""
    columns = list(range(len(table.columns)))
    if column is not None and column >= COLUMNS:
        columns = [*columns[: COLUMNS - 1], column]
    return columns[:COLUMNS]


def _fitted(
    table: Table, rows: Sequence[int], columns: Sequence[int]
) -> tuple[list[list[str]], list[float]]:
    """Texts of cells, the heads first, and the widths of columns that hold the longest of them.

    Where they would not fit, intervals stand below their numbers and heads on several lines; then
    the widest columns give way.
    """
    for between, seam in (("\u00a0", "\v"), ("\v", None)):
        heads = [table.columns[at].words for at in columns]
        texts = [[_shown(table.rows[n][at], between) for at in columns] for n in rows]
        cells = [heads, *texts]
        empty = [not any(row[at] for row in texts) for at in range(len(columns))]
        widths = [
            max(
                EMPTY * empty[at],
                *(width(part, BODY) for part in heads[at].split(seam)),
                *(width(part, BODY) for row in texts for part in row[at].split("\v")),
            )
            + 2 * SIDE + 0.06  # programs round
            for at in range(len(columns))
        ]  # fmt: skip
        if sum(widths) <= ACROSS:
            spare = (ACROSS - sum(widths)) / len(widths)
            return cells, [wide + min(spare, 0.5) for wide in widths]
    cap, left = 0.0, ACROSS
    for number, wide in enumerate(sorted(widths)):
        cap = left / (len(widths) - number)
        if wide > cap:
            break
        left -= wide
    return cells, [min(wide, cap) for wide in widths]


def _shown(cell: str | Figure | None, between: str) -> str:
    """Text of a cell, with what stands between a number and its interval."""
    if isinstance(cell, Figure):
        number, ends = number_parts(cell)
        number, ends = (part.replace(" ", "\u00a0") for part in (number, ends))
        return f"{number}{between}({ends})" if ends else number
    text = " ".join((cell or "").split())
    return text if len(text) <= MOST else f"{text[: MOST - 1]}…"


def _high(row: Sequence[str], widths: Sequence[float]) -> float:
    """Height of a row in inches."""
    number = max(
        sum(lines(part, BODY, wide - 2 * SIDE) for part in text.split("\v"))
        for text, wide in zip(row, widths, strict=True)
    )
    return number * SPACING * BODY / 72 + 2 * ABOVE


def _colour(code: str) -> Any:
    return RGBColor.from_string(code.lstrip("#"))  # type: ignore[no-untyped-call]
