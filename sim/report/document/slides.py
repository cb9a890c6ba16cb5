"""A document as slides: one finding a slide, native tables, dots that can be edited."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.enum.shapes import MSO_SHAPE
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.oxml.ns import qn
from pptx.util import Emu, Inches, Pt

from sim.report import theme
from sim.report.document.content import Cell, Document, Figure, Finding, Picture, Table
from sim.report.document.dots import Dots, dots_of
from sim.report.document.messages import Messages

FONTS = {"zh": "Microsoft YaHei", "en": "Calibri"}
TONGUES = {"zh": "zh-CN", "en": "en-GB"}
EAST_ASIAN = "Microsoft YaHei"
ROWS, COLUMNS = 14, 5
"""Most rows and columns of a table on a slide."""
LEFT, TOP, WIDE = 0.5, 1.75, 12.33
"""Where what is below the title begins, and how wide it is, in inches."""
BODY, FOOT = 14, 12
MOST = 60
"""Characters of a name in a cell of a slide."""


def slides(document: Document) -> bytes:
    """The file."""
    deck = _Deck(document)
    deck.cover()
    for chapter in document.chapters:
        if chapter.words and not chapter.tables:
            deck.text(chapter.title, chapter.words)
        for finding in chapter.findings:
            deck.finding(finding)
        # a week on a map is for the page: a slide cannot move
        if chapter.words and chapter.tables and not (chapter.findings or chapter.map):
            deck.table(chapter.title, chapter.words[0], chapter.tables[0])
        for picture in chapter.pictures:
            deck.picture(chapter.title, picture)
    return deck.content()


class _Deck:
    """Slides in one look, with a font for every script on every run."""

    def __init__(self, document: Document) -> None:
        self.document, self.say = document, Messages(document.language)
        self.font = FONTS[document.language]
        self.deck = Presentation()
        self.deck.slide_width, self.deck.slide_height = Inches(13.333), Inches(7.5)
        properties = self.deck.core_properties
        properties.title, properties.subject = document.title, document.subtitle
        properties.author, properties.language = "linli", TONGUES[document.language]
        self._name_fonts()

    def content(self) -> bytes:
        """The file."""
        buffer = io.BytesIO()
        self.deck.save(buffer)
        return buffer.getvalue()

    def cover(self) -> None:
        """Title, period and source."""
        slide = self._slide(self.document.title, 36, top=2.4)
        words = (self.document.subtitle, self.document.source)
        self._box(slide, words, LEFT, 4.2, WIDE, 1.2, 18)

    def text(self, title: str, words: Sequence[str]) -> None:
        """Sentences under a title."""
        slide = self._slide(title)
        self._box(slide, words, LEFT, TOP, WIDE, 4.9, 18, apart=8)
        self._foot(slide)

    def finding(self, finding: Finding) -> None:
        """The sentence as title, its evidence, and the figures behind it."""
        slide = self._slide(finding.text)
        self._box(slide, (finding.evidence,), LEFT, TOP - 0.5, WIDE, 0.4, BODY)
        table = self.document.table(finding.table)
        if table is not None:
            dots = dots_of(table, finding.column, self.say)
            if dots is None or finding.column is None:
                self._table(slide, table, range(min(COLUMNS, len(table.columns))), WIDE)
            else:
                self._table(slide, table, (table.named, finding.column), 6.2)
                self._dots(slide, dots)
        sources = "\n".join(figure.source.words for figure in finding.figures)
        defined = table.defined if table is not None else ""
        self._notes(slide, "\n".join(part for part in (finding.evidence, defined, sources) if part))
        self._foot(slide)

    def table(self, title: str, words: str, table: Table) -> None:
        """A table by itself."""
        slide = self._slide(title)
        self._box(slide, (words,), LEFT, TOP - 0.5, WIDE, 0.4, BODY)
        self._table(slide, table, range(min(COLUMNS, len(table.columns))), WIDE)
        self._notes(slide, "\n".join(figure.source.words for figure in table.figures))
        self._foot(slide)

    def picture(self, title: str, picture: Picture) -> None:
        """A chart, which is as large as a slide and has its own title in it."""
        slide = self._slide(title, 14, top=0.02)
        shown = slide.shapes.add_picture(
            str(picture.path.with_suffix(".png")), Inches(0.4), Inches(0.45), height=Inches(7.0)
        )
        shown._element.nvPicPr.cNvPr.set("descr", picture.alt)  # noqa: SLF001
        self._notes(slide, picture.alt)

    def _slide(self, title: str, size: int = 0, top: float = 0.3) -> Any:
        slide = self.deck.slides.add_slide(self.deck.slide_layouts[5])  # title only
        shape = slide.shapes.title
        shape.left, shape.top = Inches(LEFT), Inches(top)
        shape.width, shape.height = Inches(WIDE), Inches(0.4 if size and size < 20 else 0.95)
        wide = sum(2 if c >= "\u2e80" else 1 for c in title)
        fitted = size or (28 if wide <= 60 else 22 if wide <= 150 else 14)
        frame = shape.text_frame
        frame.word_wrap, frame.vertical_anchor = True, MSO_ANCHOR.MIDDLE
        self._run(frame.paragraphs[0], title, fitted, theme.PALETTE[0])
        frame.paragraphs[0].alignment = PP_ALIGN.LEFT
        return slide

    def _box(
        self, slide: Any, words: Sequence[str], left: float, top: float, width: float,
        height: float, size: float, apart: float = 0, align: Any = PP_ALIGN.LEFT,
    ) -> Any:  # fmt: skip
        shapes = getattr(slide, "shapes", slide)
        box = shapes.add_textbox(Inches(left), Inches(top), Inches(width), Inches(height))
        frame = box.text_frame
        frame.word_wrap = True
        for number, text in enumerate(words):
            paragraph = frame.paragraphs[0] if number == 0 else frame.add_paragraph()
            paragraph.alignment, paragraph.space_after = align, Pt(apart)
            self._run(paragraph, text, size, theme.INK)
        return box

    def _table(self, slide: Any, table: Table, columns: Sequence[int], width: float) -> None:
        rows = table.rows[:ROWS]
        high, size = _row(len(rows))
        frame = slide.shapes.add_table(
            len(rows) + 1, len(columns), Inches(LEFT), Inches(TOP), Inches(width),
            Inches(high * (len(rows) + 1)),
        )  # fmt: skip
        frame._element.nvGraphicFramePr.cNvPr.set("descr", table.title)  # noqa: SLF001
        for at, column in enumerate(columns):
            frame.table.columns[at].width = Emu(int(Inches(width) / len(columns)))
            self._cell(frame.table.cell(0, at), table.columns[column].words, "#FFFFFF", size)
            for number, row in enumerate(rows, 1):
                self._cell(frame.table.cell(number, at), row[column], theme.INK, size)
        for row in frame.table.rows:
            row.height = Inches(high)

    def _cell(self, cell: Any, content: Cell, colour: str, size: int) -> None:
        number = isinstance(content, Figure)
        text = self.say.figure(content) if isinstance(content, Figure) else content or ""
        text = text if len(text) <= MOST else f"{text[: MOST - 1]}…"
        cell.margin_top = cell.margin_bottom = Inches(0.03)
        cell.vertical_anchor = MSO_ANCHOR.MIDDLE
        paragraph = cell.text_frame.paragraphs[0]
        paragraph.alignment = PP_ALIGN.RIGHT if number else PP_ALIGN.LEFT
        self._run(paragraph, text, size, colour)

    def _dots(self, slide: Any, dots: Dots) -> None:
        """Dots and lines beside the rows of the table, as shapes of one group."""
        left, width = 7.0, 5.5
        group = slide.shapes.add_group_shape()
        group._element.nvGrpSpPr.cNvPr.set("descr", dots.alt)  # noqa: SLF001
        row_high, size = _row(len(dots.rows))
        bottom = TOP + row_high * (len(dots.rows) + 1)
        for at, text in dots.ticks:
            self._bar(
                group, left + at * width, TOP + row_high, 0.01, bottom - TOP - row_high, theme.PALE
            )
            self._box(group, (text,), left + at * width - 0.6, bottom, 1.2, 0.3, size,
                      align=PP_ALIGN.CENTER)  # fmt: skip
        for number, row in enumerate(dots.rows, 1):
            middle = TOP + row_high * (number + 0.5)
            length = max(0.01, (row.high - row.low) * width)
            self._bar(group, left + row.low * width, middle - 0.015, length, 0.03, theme.PALETTE[0])
            self._bar(group, left + row.at * width - 0.07, middle - 0.07, 0.14, 0.14,
                      theme.PALETTE[0], MSO_SHAPE.OVAL)  # fmt: skip

    def _bar(
        self, group: Any, left: float, top: float, width: float, height: float, colour: str,
        shape: Any = MSO_SHAPE.RECTANGLE,
    ) -> None:  # fmt: skip
        made = group.shapes.add_shape(
            shape, Inches(left), Inches(top), Inches(width), Inches(height)
        )
        made.fill.solid()
        made.fill.fore_color.rgb = _colour(colour)
        made.line.fill.background()
        made.shadow.inherit = False

    def _foot(self, slide: Any) -> None:
        self._box(slide, (self.document.source,), LEFT, 7.05, WIDE, 0.35, FOOT)

    def _notes(self, slide: Any, words: str) -> None:
        frame = slide.notes_slide.notes_text_frame
        for number, line in enumerate(words.splitlines()):
            paragraph = frame.paragraphs[0] if number == 0 else frame.add_paragraph()
            self._run(paragraph, line, 11, theme.INK)

    def _run(self, paragraph: Any, text: str, size: float, colour: str) -> None:
        """A run with a font for Latin, East Asian and other letters: WPS falls back wrongly."""
        run = paragraph.add_run()
        run.text = " ".join(text.split())
        run.font.size = Pt(size)
        run.font.color.rgb = _colour(colour)
        properties = run.font._element  # noqa: SLF001
        properties.set("lang", TONGUES[self.document.language])
        for tag, name in (("a:latin", self.font), ("a:ea", EAST_ASIAN), ("a:cs", self.font)):
            properties.append(properties.makeelement(qn(tag), {"typeface": name}))

    def _name_fonts(self) -> None:
        """Name the fonts in the theme too: there the East Asian one is empty."""
        part = self.deck.slide_master.part.part_related_by(RELATIONSHIP_TYPE.THEME)
        text = part.blob.decode("utf-8")
        text = text.replace('<a:latin typeface="Calibri"/>', f'<a:latin typeface="{self.font}"/>')
        text = text.replace('<a:ea typeface=""/>', f'<a:ea typeface="{EAST_ASIAN}"/>')
        text = text.replace('<a:cs typeface=""/>', f'<a:cs typeface="{self.font}"/>')
        part._blob = text.encode("utf-8")  # noqa: SLF001


def _row(rows: int) -> tuple[float, int]:
    """Height in inches and size of letters of so many rows: few are larger."""
    return (0.5, 18) if rows <= 7 else (0.34, 12)


def _colour(colour: str) -> Any:
    return RGBColor.from_string(colour.lstrip("#"))  # type: ignore[no-untyped-call]
