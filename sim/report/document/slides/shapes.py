"""Text, tables and notes on a slide in one look, with a font for every script on every run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pptx.dml.color import RGBColor
from pptx.enum.shapes import MSO_SHAPE
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.oxml.ns import qn
from pptx.util import Inches, Pt

from sim.messages import Language
from sim.report import theme
from sim.report.document.content import Figure
from sim.report.document.messages import Messages
from sim.report.document.slides.grid import ABOVE, SIDE, Grid
from sim.report.document.slides.measure import SPACING

FONTS = {"zh": "Microsoft YaHei", "en": "Calibri"}
TONGUES = {"zh": "zh-CN", "en": "en-GB"}
EAST_ASIAN = "Microsoft YaHei"
MARKED = "#FDE3D3"
"""Ground of the rows that a finding is about."""
_THEME = (("4F81BD", theme.PALETTE[0]), ("1F497D", theme.PALETTE[0]))
"""Colours of the template and those in their place."""


class Look:
    """Writes into shapes in the language's fonts."""

    def __init__(self, language: Language) -> None:
        self.language, self.say = language, Messages(language)
        self.font = FONTS[language]
        self.tongue = TONGUES[language]

    def box(
        self, slide: Any, words: Sequence[str], place: tuple[float, float, float, float],
        size: float, ink: str = theme.INK, *, apart: float = 0, bullets: bool = False,
        align: Any = PP_ALIGN.LEFT,
    ) -> None:  # fmt: skip
        """Paragraphs in a box without margins: left, top, width, height."""
        box = slide.shapes.add_textbox(*(Inches(length) for length in place))
        self.fill(box.text_frame, words, size, ink, apart=apart, bullets=bullets, align=align)

    def fill(
        self, frame: Any, words: Sequence[str], size: float, ink: str, *, apart: float = 0,
        bullets: bool = False, bold: bool = False, align: Any = PP_ALIGN.LEFT,
    ) -> None:  # fmt: skip
        """Paragraphs into a frame."""
        frame.word_wrap = True
        frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
        for number, text in enumerate(words):
            paragraph = frame.paragraphs[0] if number == 0 else frame.add_paragraph()
            paragraph.alignment, paragraph.space_after = align, Pt(apart)
            self.run(paragraph, text, size, ink, bold=bold)
            if bullets:
                properties = paragraph._p.get_or_add_pPr()  # noqa: SLF001
                properties.set("marL", str(Inches(BULLET)))
                properties.set("indent", str(-Inches(BULLET)))
                properties.append(properties.makeelement(qn("a:buChar"), {"char": "•"}))

    def bar(self, slide: Any, place: tuple[float, float, float, float], ink: str) -> None:
        """A coloured rectangle, which says nothing."""
        made = slide.shapes.add_shape(MSO_SHAPE.RECTANGLE, *(Inches(length) for length in place))
        made.fill.solid()
        made.fill.fore_color.rgb = colour(ink)
        made.line.fill.background()
        made.shadow.inherit = False

    def table(
        self, slide: Any, grid: Grid, left: float, top: float, marked: Sequence[int] = ()
    ) -> None:
        """A native table."""
        frame = slide.shapes.add_table(
            len(grid.cells), len(grid.columns), Inches(left), Inches(top),
            Inches(grid.width), Inches(grid.height),
        )  # fmt: skip
        frame._element.nvGraphicFramePr.cNvPr.set("descr", grid.table.title)  # noqa: SLF001
        made = frame.table
        made.horz_banding = not marked
        for column, wide in zip(made.columns, grid.widths, strict=True):
            column.width = Inches(wide)
        right = {
            at for at, column in enumerate(grid.columns)
            if any(isinstance(row[column], Figure) for row in grid.rows)
        }  # fmt: skip
        for number, (row, texts) in enumerate(zip(made.rows, grid.cells, strict=True)):
            row.height = Inches(grid.heights[number])
            for at, text in enumerate(texts):
                head, mark = number == 0, number - 1 in marked
                cell = made.cell(number, at)
                self._cell(cell, text, grid.size, right=at in right, head=head, bold=head or mark)
                if mark:
                    cell.fill.solid()
                    cell.fill.fore_color.rgb = colour(MARKED)

    def _cell(
        self, cell: Any, text: str, size: int, *, right: bool, head: bool, bold: bool
    ) -> None:
        cell.margin_left = cell.margin_right = Inches(SIDE)
        cell.margin_top = cell.margin_bottom = Inches(ABOVE)
        cell.vertical_anchor = MSO_ANCHOR.MIDDLE
        paragraph = cell.text_frame.paragraphs[0]
        paragraph.alignment = PP_ALIGN.RIGHT if right else PP_ALIGN.LEFT
        paragraph.line_spacing = Pt(SPACING * size)
        for number, line in enumerate(text.split("\v") if text else ()):
            if number:
                paragraph.add_line_break()
            self.run(paragraph, line, size, "#FFFFFF" if head else theme.INK, bold=bold)
        # letters of an empty cell are of 18 points else, and its row higher than they are small
        paragraph._p.get_or_add_endParaRPr().set("sz", str(size * 100))  # noqa: SLF001

    def notes(self, slide: Any, words: Sequence[str]) -> None:
        """Notes for who speaks."""
        frame = slide.notes_slide.notes_text_frame
        texts = [line for part in words for line in part.splitlines() if line]
        for number, line in enumerate(texts):
            paragraph = frame.paragraphs[0] if number == 0 else frame.add_paragraph()
            self.run(paragraph, line, 12, theme.INK)

    def run(self, paragraph: Any, text: str, size: float, ink: str, *, bold: bool = False) -> None:
        """A run with a font for Latin, East Asian and other letters: WPS falls back wrongly.

        The distance of lines is a length, so no font of another machine makes a box higher.
        """
        paragraph.line_spacing = Pt(SPACING * size)
        run = paragraph.add_run()
        run.text = text if "\u00a0" in text else " ".join(text.split())
        run.font.size, run.font.bold = Pt(size), bold or None
        run.font.color.rgb = colour(ink)
        properties = run.font._element  # noqa: SLF001
        properties.set("lang", self.tongue)
        self._fonts(properties)

    def _fonts(self, properties: Any) -> None:
        for tag, name in (("a:latin", self.font), ("a:ea", EAST_ASIAN), ("a:cs", self.font)):
            properties.append(properties.makeelement(qn(tag), {"typeface": name}))

    def name_chart_fonts(self, chart: Any, size: float) -> None:
        """Fonts of all that a chart writes."""
        chart.font.size, chart.font.color.rgb = Pt(size), colour(theme.INK)
        self._fonts(chart.font._element)  # noqa: SLF001

    def name_theme(self, deck: Any) -> None:
        """Colours and fonts of the theme: its East Asian font is empty."""
        part = deck.slide_master.part.part_related_by(RELATIONSHIP_TYPE.THEME)
        text = part.blob.decode("utf-8")
        text = text.replace('<a:latin typeface="Calibri"/>', f'<a:latin typeface="{self.font}"/>')
        text = text.replace('<a:ea typeface=""/>', f'<a:ea typeface="{EAST_ASIAN}"/>')
        text = text.replace('<a:cs typeface=""/>', f'<a:cs typeface="{self.font}"/>')
        for old, new in _THEME:
            text = text.replace(old, new.lstrip("#"))
        part._blob = text.encode("utf-8")  # noqa: SLF001


BULLET = 0.25
"""How far paragraphs with bullets are moved in, in inches."""


def colour(code: str) -> Any:
    """A colour of the theme for shapes."""
    return RGBColor.from_string(code.lstrip("#"))  # type: ignore[no-untyped-call]
