"""The one finish of every chart: title = finding, subtitle, footer, fixed size, two formats."""

from __future__ import annotations

import html
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import matplotlib as mpl
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties

from sim.messages import clauses, say, sentences
from sim.report import theme
from sim.report.context import ChartContext
from sim.report.files import atomic_write
from sim.report.tables import write_csv
from sim.words import capital


@dataclass(frozen=True, eq=False)
class Finding:
    """Finding of a chart, in words and figures.

    Attributes
    ----------
    name
        File name without ending.
    title
        The finding, a sentence of at most 15 words.
    subtitle
        Measure and unit; place and period are added.
    table
        The data behind, written as CSV.
    note
        What must be said in the footer; it begins with a capital there.
    n
        Fewest and most replications behind its figures, where they are not those of the run.
    """

    name: str
    title: str
    subtitle: str
    table: pd.DataFrame
    note: str = ""
    n: tuple[int, int] | None = None

    @property
    def alt(self) -> str:
        """Alternative text: the picture in a sentence or two."""
        return say("page.alt", title=self.title, subtitle=self.subtitle)


MARGIN = 0.45
FOOT = 0.82
LINE = 1.25
RULER = 600  # dots per inch to measure text at: coarse ones round every letter
CHANGED = 0.8  # of a line of the footer, at most, for values that were changed
LAST, OTHERWISE = "'DejaVu Sans'", "'DejaVu Sans', sans-serif"
"""Fonts of text in an SVG: a reader without them takes one without serifs."""
WRITTEN = re.compile(r'(<text style="font-size: ([\d.]+)px;[^>]*)>([^<]+)<')
"""Beginning, size and words of a text of an SVG."""
NO_BREAK_BEFORE = set("，。、；：）！？,.;:)%")


class Page:
    """A figure with its header and footer; charts draw into the box between, in inches."""

    def __init__(self, finding: Finding) -> None:
        self.finding = finding
        self.paper = paper = theme.SLIDE
        self.figure = Figure(figsize=paper, dpi=theme.DPI)
        self.canvas = FigureCanvasAgg(self.figure)
        self.left, self.right = MARGIN, paper[0] - MARGIN
        self.bottom, self.top = FOOT, paper[1] - MARGIN

    @property
    def width(self) -> float:
        """Width of the box in inches."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """Height of the box in inches."""
        return self.top - self.bottom

    def axes(self, left: float, bottom: float, width: float, height: float) -> Axes:
        """Add axes, measured in inches from the box's lower left corner."""
        x, y = self.at(left, bottom)
        return self.figure.add_axes((x, y, width / self.paper[0], height / self.paper[1]))

    def at(self, x: float, y: float) -> tuple[float, float]:
        """Inches from the box's lower left corner as shares of the figure."""
        return (self.left + x) / self.paper[0], (self.bottom + y) / self.paper[1]

    def text(
        self,
        x: float,
        y: float,
        words: str,
        size: float = theme.SMALL,
        colour: str = theme.INK,
        ha: str = "left",
        va: str = "baseline",
    ) -> None:
        """Write at inches from the box's lower left corner."""
        self.figure.text(
            *self.at(x, y),
            words,
            fontsize=size,
            color=colour,
            ha=ha,
            va=va,
        )

    def width_of(self, words: str, size: float) -> float:
        """Width of a line in inches."""
        return _width(words, size, tuple(mpl.rcParams["font.family"]))

    def wrapped(self, words: str, size: float, width: float) -> list[str]:
        """Break words into lines no wider than `width` inches; Chinese breaks anywhere."""
        lines, line = [], ""
        for piece in _pieces(words):
            longer = line + piece
            if line and self.width_of(longer.rstrip(), size) > width:
                lines.append(line.rstrip())
                line = piece.lstrip()
            else:
                line = longer
        return [*lines, line.rstrip()]

    def balanced(self, words: str, size: float, width: float) -> list[str]:
        """Break words into as few lines as `wrapped`, about equally long, best beside names."""
        lines = self.wrapped(words, size, width)
        if len(lines) != 2:
            return lines
        tried = [self.wrapped(words, size, share * width) for share in (0.55, 0.65, 0.75, 0.85)]
        two = [found for found in (*tried, lines) if len(found) == 2]
        return next((found for found in two if not _breaks_chinese(*found)), two[0])

    def fitted(self, words: str, size: float, width: float, middle: bool = False) -> str:
        """Shorten words to one line of `width` inches; names in the middle, not at the end.

        Names of one place often begin alike, and differ in their last characters.
        """
        if self.width_of(words, size) <= width:
            return words
        tail = words[-max(3, len(words) // 6) :] if middle else ""
        room = width - self.width_of("..." + tail, size)
        low, high = 0, len(words)
        while low < high:
            half = (low + high + 1) // 2
            if self.width_of(words[:half].rstrip(), size) <= room:
                low = half
            else:
                high = half - 1
        return words[:low].rstrip() + "..." + tail

    def sized(self, words: str, width: float) -> tuple[str, float]:
        """Words on one line of `width` inches, in the body size or if needed the small one."""
        if self.width_of(words, theme.BODY) <= width:
            return words, theme.BODY
        return self.fitted(words, theme.SMALL, width, middle=True), theme.SMALL

    def save(self, folder: Path) -> list[Path]:
        """Write PNG, SVG and CSV; the same data give the same bytes."""
        base = folder / self.finding.name
        words = {"Title": self.finding.title, "Description": self.finding.alt}
        paths = []
        for ending in ("png", "svg"):
            buffer = io.BytesIO()
            if ending == "png":
                self.figure.savefig(
                    buffer,
                    format="png",
                    metadata={"Software": None, **words},
                    pil_kwargs={"compress_level": 3},
                )
            else:
                self.figure.savefig(buffer, format="svg", metadata={"Date": None, **words})
            path = base.with_name(f"{base.name}.{ending}")
            drawn = buffer.getvalue()
            atomic_write(path, drawn if ending == "png" else self._for_readers(drawn))
            paths.append(path)
        paths.append(write_csv(base.with_name(f"{base.name}.csv"), self.finding.table))
        return paths

    def _for_readers(self, drawn: bytes) -> bytes:
        """An SVG whose words are as wide as here where a reader has other fonts."""

        def sized(found: re.Match[str]) -> str:
            width = 72 * self.width_of(html.unescape(found[3]), float(found[2]))
            return (
                f'{found[1]} textLength="{width:.2f}" lengthAdjust="spacingAndGlyphs">{found[3]}<'
            )

        text = drawn.decode("utf-8").replace(LAST, OTHERWISE)
        return WRITTEN.sub(sized, text).encode("utf-8")


@lru_cache(maxsize=1)
def _ruler() -> Any:
    return FigureCanvasAgg(Figure(dpi=RULER)).get_renderer()  # type: ignore[no-untyped-call]


@lru_cache(maxsize=50_000)
def _width(words: str, size: float, families: tuple[str, ...]) -> float:
    """Width in inches; names and footers are measured again and again, on every page."""
    font = FontProperties(family=list(families), size=size)
    return float(_ruler().get_text_width_height_descent(words, font, False)[0]) / RULER


def lay_out(finding: Finding, context: ChartContext) -> Page:
    """Make a page with title, subtitle and footer; what is left is the chart's."""
    page = Page(finding)
    title, subtitle = theme.TITLE, theme.SUBTITLE
    top = page.paper[1] - 0.3
    for size, colour, words, most in (
        (title, theme.PALETTE[0], [capital(finding.title)], 2),
        (subtitle, theme.GREY, _subtitle(page, finding, context, subtitle), 2),
    ):
        lines = [line for part in words for line in page.balanced(part, size, page.width)]
        if len(lines) > most:
            rest = " ".join(lines[most - 1 :])
            lines = [*lines[: most - 1], page.fitted(rest, size, page.width)]
        for line in lines:
            top -= size * LINE / 72
            _place(page, top, line, size, colour)
        top -= 0.06
    page.top = top - 0.16
    bottom = 0.2
    for line in reversed(_footer(page, finding, context)):
        _place(page, bottom, line, theme.FOOTER, theme.GREY)
        bottom += theme.FOOTER * LINE / 72
    page.bottom = bottom + 0.12
    return page


def _place(page: Page, bottom: float, words: str, size: float, colour: str) -> None:
    page.figure.text(
        page.left / page.paper[0], bottom / page.paper[1], words, fontsize=size, color=colour
    )


def _subtitle(page: Page, finding: Finding, context: ChartContext, size: int) -> list[str]:
    """One line if it fits, else the place and period on a line of their own."""
    place = say("page.place", place=context.place_or_title, period=context.period)
    whole = clauses(finding.subtitle, place)
    if page.width_of(whole, size) <= page.width:
        return [whole]
    return [page.fitted(finding.subtitle, size, page.width), place]


def _footer(page: Page, finding: Finding, context: ChartContext) -> list[str]:
    """Source and levels; from a new line what was changed and how sure the figures are; notes."""
    origin = clauses(say("page.origin", source=context.source), context.level_note)
    notes = [capital(part) for part in (finding.note, context.font_note) if part]
    whole = sentences(origin, *notes)
    if page.width_of(whole, theme.FOOTER) <= page.width:
        origin, notes = whole, []
    run = say("page.run", name=context.scenario_name, run=context.run_id)
    changed = say("page.changed", keys=_changed(page, context.changed)) if context.changed else ""
    facts = clauses(changed, context.venues, _sure(context, finding.n), run)
    lines: list[str] = []
    for words, most in ((origin, 2), (facts, 3), (sentences(*notes), 2)):
        if words:
            found = page.wrapped(words, theme.FOOTER, page.width)
            rest = " ".join(found[most - 1 :])
            lines += found[: most - 1]
            lines += [page.fitted(rest, theme.FOOTER, page.width)] if rest else []
    return lines


def _sure(context: ChartContext, own: tuple[int, int] | None) -> str:
    """Replications and what their ranges show; one replication has no range."""
    fewest, n = own or (context.n_replications, context.n_replications)
    if n == 0:  # nothing was simulated
        return context.assumption_note
    if n == 1:
        return say("page.once")
    number = f"{n}" if fewest == n else say("from-to", first=fewest, last=n)
    return say(
        "page.sure.few" if fewest < 5 else "page.sure",
        n=number,
        confidence=100 * context.confidence,
        note=context.assumption_note,
    )


def _changed(page: Page, changed: Sequence[str]) -> str:
    """List the changed values that fit in most of a line, and count the others."""
    room = CHANGED * page.width
    for n in range(len(changed), 0, -1):
        more = say("page.more", n=len(changed) - n) if n < len(changed) else ""
        words = ", ".join(changed[:n]) + more
        if page.width_of(words, theme.FOOTER) <= room:
            return words
    more = say("page.more", n=len(changed) - 1) if len(changed) > 1 else ""
    return page.fitted(changed[0], theme.FOOTER, room - page.width_of(more, theme.FOOTER)) + more


def _breaks_chinese(before: str, after: str) -> bool:
    """Whether a line ends and the next begins with a Chinese character: in a name, mostly."""
    return all("\u2e80" <= character < "\ufffe" for character in (before[-1:], after[:1]))


def _pieces(words: str) -> list[str]:
    """Pieces between which a line may break."""
    pieces: list[str] = []
    for character in words:
        wide = "\u2e80" <= character < "\ufffe"
        new = not pieces or pieces[-1].endswith(" ") or wide
        if pieces and character in NO_BREAK_BEFORE:
            new = False
        if not new and pieces and "\u2e80" <= pieces[-1][-1] < "\ufffe" and character != " ":
            new = character not in NO_BREAK_BEFORE
        if new:
            pieces.append(character)
        else:
            pieces[-1] += character
    return pieces
