"""Which slides a document has, and what stands where on each."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from PIL import Image
from pptx import Presentation
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.util import Inches

from sim.report import theme
from sim.report.document.content import Chapter, Document, Figure, Finding, Picture, Table
from sim.report.document.slides.dotplot import AXIS, dotplot
from sim.report.document.slides.grid import Grid, fitted
from sim.report.document.slides.measure import SPACING, height, lines
from sim.report.document.slides.shapes import BULLET, TONGUES, Look, colour

WIDE, HIGH = 13.333, 7.5
LEFT, ACROSS = 0.65, 12.03
"""Where everything begins, and how wide it may be, in inches."""
FOOT = 6.98
"""Nothing but the footer stands below."""
TITLES, SMALLEST = (30, 28, 26, 24, 22), 20
"""Sizes of a title of two lines at most; the smallest takes as many lines as it needs."""
NARROW = 0.86
"""Width of the letters of Calibri beside those that are measured."""
TITLE_TOP, TITLE_MOST = 0.38, 12
BODY, SMALL = 14, 12
TEXT = (22, 20, 18, 16)
GAP = 0.14
SURE = 8
"""Rows that every slide has space for."""
DOTS = (4.6, 3.4)
"""Least widths of dots, in inches, the first if there is space."""
SMALLEST_TABLE = 12
"""Cells of a table that no finding is about: smaller ones are for page and workbook."""
REDRAWN = frozenset({"forest", "headroom_breaks_first"})
"""Charts of which a finding's slide has a native one."""


def slides(document: Document) -> bytes:
    """The file."""
    deck = _Deck(document)
    deck.cover()
    for chapter in document.chapters:
        deck.chapter(chapter)
    return deck.content()


class _Deck:
    """Slides of a document, one after the other.

    Attributes
    ----------
    slide, top
        The slide that is being filled, and where there is space on it.
    """

    def __init__(self, document: Document) -> None:
        self.document, self.look = document, Look(document.language)
        self.deck = Presentation()
        self.deck.slide_width, self.deck.slide_height = Inches(WIDE), Inches(HIGH)
        properties = self.deck.core_properties
        # the format has no more characters for them
        properties.title, properties.subject = document.title[:255], document.subtitle[:255]
        properties.author, properties.language = "linli", TONGUES[document.language]
        self.look.name_theme(self.deck)
        self.slide: Any = None
        self.top = 0.0

    def content(self) -> bytes:
        """The file."""
        buffer = io.BytesIO()
        self.deck.save(buffer)
        return buffer.getvalue()

    def cover(self) -> None:
        """Title, period and source on a dark ground."""
        slide = self.slide = self.deck.slides.add_slide(self.deck.slide_layouts[5])
        slide.background.fill.solid()
        slide.background.fill.fore_color.rgb = colour(theme.PALETTE[0])
        title = self.document.title
        size = next((s for s in (44, 40, 36, 32, 28, 24) if lines(title, s, ACROSS) <= 3), 20)
        high = min(lines(title, size, ACROSS) * SPACING * size / 72, 4.2)
        self._title(title, size, 4.3 - high, high, "#FFFFFF")
        self.look.bar(slide, (LEFT, 4.5, 1.6, 0.06), theme.HIGHLIGHT)
        self.look.box(slide, (self.document.subtitle,), (LEFT, 4.75, ACROSS, 0.5), 20, "#FFFFFF")
        self.look.box(slide, (self.document.source,), (LEFT, 5.4, ACROSS, 0.8), BODY, "#FFFFFF")

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
            if picture.path.name not in REDRAWN:
                self._picture(picture)

    def _text(self, title: str, words: Sequence[str]) -> None:
        """Sentences under a title, on as many slides as they need."""
        self._begin(title)
        across, down = ACROSS - BULLET, FOOT - self.top - GAP
        size = next((s for s in TEXT if height(words, s, across, s * 0.7) <= down), TEXT[-1])
        kept = len(words)
        while kept > 1 and height(words[:kept], size, across, size * 0.7) > down:
            kept -= 1
        high = min(height(words[:kept], size, across, size * 0.7), down)
        place = (LEFT, self.top + GAP, ACROSS, high)
        self.look.box(self.slide, words[:kept], place, size, apart=size * 0.7, bullets=True)
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
        told = (finding, *others)
        figures = [figure for one in told for figure in one.figures]
        if table is not None:
            table, marked = _led(table, _rows(table, finding.figures))
            self._exhibit(table, finding.column, marked)
        defined = table.defined if table is not None else ""
        sources = dict.fromkeys(figure.source.words for figure in figures)
        texts = [one.text for one in others]
        self.look.notes(self.slide, [finding.text, *texts, finding.evidence, defined, *sources])

    def _table(self, title: str, words: Sequence[str], table: Table) -> None:
        """A table by itself."""
        self._begin(title)
        for text in words[:1]:
            self._line(text, BODY, theme.GREY)
        grid = self._exhibit(table, table.dots, ())
        rows = grid.rows if grid is not None else ()
        cells = [cell for row in rows for cell in row if isinstance(cell, Figure)]
        sources = dict.fromkeys(figure.source.words for figure in cells)
        self.look.notes(self.slide, [title, *words, table.defined, *sources])

    def _exhibit(self, table: Table, column: int | None, marked: Sequence[int]) -> Grid | None:
        """A table, with dots beside it where a column is drawn, and what must be said of it."""
        say, top = self.look.say, self.top + GAP
        down = FOOT - top - GAP - SMALL * SPACING / 72
        if column is not None and _comparable(table, column):
            before = [at for at in range(column) if not _numbers(table, at)]
            for asked in ([*before, column], [table.named, column]):
                found = [fitted(table, asked, ACROSS - dots, down - AXIS, say) for dots in DOTS]
                if grids := [g for g in found if g is not None and column in g.columns]:
                    best = max(grids, key=lambda grid: len(grid.rows))
                    self._dots(best, column, top, marked)
                    return best
        grid = fitted(table, range(len(table.columns)), ACROSS, down, say)
        if grid is None:
            self._line(say.say("more.all"), BODY, theme.INK)
            return None
        self.look.table(self.slide, grid, LEFT, top, marked)
        self._below(grid, top + grid.height)
        return grid

    def _dots(self, grid: Grid, column: int, top: float, marked: Sequence[int]) -> None:
        """A table and the dots of one of its columns."""
        say = self.look.say
        self.look.table(self.slide, grid, LEFT, top, marked)
        alt = say.say("dots", title=grid.table.title, head=grid.table.columns[column].words)
        place = (LEFT + grid.width, top + grid.heights[0], ACROSS - grid.width)
        dotplot(self.look, self.slide, grid, column, place, marked, alt)
        lines = any(isinstance(c := row[column], Figure) and c.half_width for row in grid.rows)
        self._below(grid, top + grid.height + AXIS, say.say("dots.note") if lines else "")

    def _below(self, grid: Grid, top: float, note: str = "") -> None:
        """What dots mean, what the workbook has more of, and definitions where there is space."""
        say = self.look.say
        rows, columns = grid.left_out
        words = [note] if note else []
        if rows:
            words.append(say.say("more", n=rows))
        if columns:
            words.append(say.say("more.columns", n=columns))
        self.top = top + GAP / 2
        if words:
            self._line(say.sentences(words), SMALL, theme.GREY)
        self.top += GAP
        self._line(grid.table.defined, BODY, theme.GREY)

    def _picture(self, picture: Picture) -> None:
        """A chart at the size of the slide, which has its own source in it.

        It covers the slide's title, which is the chart's: outlines and screen readers have it.
        """
        self.slide = self.deck.slides.add_slide(self.deck.slide_layouts[5])
        high = SPACING * SMALLEST / 72 * lines(picture.title, SMALLEST, ACROSS)
        self._title(picture.title, SMALLEST, TITLE_TOP, high)
        path = picture.path.with_suffix(".png")
        with Image.open(path) as image:
            ratio = image.width / image.height
        tall = min(HIGH, WIDE / ratio)
        shown = self.slide.shapes.add_picture(
            str(path), Inches((WIDE - tall * ratio) / 2), Inches((HIGH - tall) / 2),
            height=Inches(tall),
        )  # fmt: skip
        shown._element.nvPicPr.cNvPr.set("descr", picture.alt)  # noqa: SLF001
        self.look.notes(self.slide, [picture.alt, self.document.source])

    def _begin(self, title: str) -> None:
        """A new slide with its title and footer."""
        self.slide = self.deck.slides.add_slide(self.deck.slide_layouts[5])
        size = _title_size(title)
        number = min(lines(title, size, ACROSS), TITLE_MOST)
        high = number * SPACING * size / 72
        self._title(title, size, TITLE_TOP, high)
        self.look.bar(self.slide, (LEFT - 0.22, TITLE_TOP, 0.08, high), theme.HIGHLIGHT)
        self.top = TITLE_TOP + high + 0.08
        self._foot()

    def _title(
        self, title: str, size: int, top: float, high: float, ink: str = theme.PALETTE[0]
    ) -> None:
        shape = self.slide.shapes.title
        shape.left, shape.top = Inches(LEFT), Inches(top)
        shape.width, shape.height = Inches(ACROSS), Inches(high)
        shape.text_frame.vertical_anchor = MSO_ANCHOR.TOP
        while lines(title, size, ACROSS) * SPACING * size / 72 > high + 0.01:
            title = f"{title[:-2]}…"
        self.look.fill(shape.text_frame, (title,), size, ink, bold=True)

    def _foot(self) -> None:
        """Source and number of the slide."""
        place = (LEFT, FOOT + 0.08, ACROSS - 0.8, 0.4)
        text = self.document.source
        while lines(text, SMALL, ACROSS - 0.8) > 1:
            text = f"{text[:-2]}…"
        self.look.box(self.slide, (text,), place, SMALL, theme.GREY)
        number = str(len(self.deck.slides))
        place = (LEFT + ACROSS - 0.6, FOOT + 0.08, 0.6, 0.4)
        self.look.box(self.slide, (number,), place, SMALL, theme.GREY, align=PP_ALIGN.RIGHT)

    def _line(self, text: str, size: int, ink: str) -> None:
        """A paragraph across the slide, below what stands there."""
        high = height((text,), size, ACROSS)
        if text and self.top + high < FOOT:
            self.look.box(self.slide, (text,), (LEFT, self.top, ACROSS, high), size, ink)
            self.top += high


def _led(table: Table, marked: Sequence[int]) -> tuple[Table, Sequence[int]]:
    """A long table with the rows first that a finding is about: its end is cut."""
    if not marked or marked[-1] < SURE:
        return table, marked
    rest = [at for at in range(len(table.rows)) if at not in marked]
    rows = tuple(table.rows[at] for at in (*marked, *rest))
    return replace(table, rows=rows), range(len(marked))


def _title_size(title: str) -> int:
    """The largest size of two lines at most, which are as many in a narrow font too."""
    for size in TITLES:
        number = lines(title, size, ACROSS)
        if number <= 2 and number == lines(title, NARROW * size, ACROSS):
            return size
    return SMALLEST


def _numbers(table: Table, column: int) -> bool:
    return any(isinstance(row[column], Figure) for row in table.rows)


def _comparable(table: Table, column: int) -> bool:
    """Whether there is more than one number to compare."""
    return sum(isinstance(row[column], Figure) for row in table.rows) > 1


def _rows(table: Table, figures: Sequence[Figure]) -> list[int]:
    """Rows that hold one of these figures, if not all of them do."""
    sources = {figure.source for figure in figures}
    found = [
        at for at, row in enumerate(table.rows)
        if any(isinstance(c, Figure) and c.source in sources for c in row)
    ]  # fmt: skip
    return found if len(found) < len(table.rows) else []
