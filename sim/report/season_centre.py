"""A centre's week in a season: its venues side by side, groups by number."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes

from sim.report import theme
from sim.report.finding import Finding
from sim.report.page import Page
from sim.report.pages import Drawing
from sim.report.season_blocks import Block, blocks_of, prime_hours, table_of
from sim.report.season_venue import STYLES, across, draw_blocks, fields_of, mark_prime, shown_hours
from sim.report.season_words import given_title, hours, number, within
from sim.report.week_grid import key, week_axes
from sim.season.published import Place, SeasonWeek

__all__ = ["MOST", "centre_drawings"]

MOST = 8
"""Venues of a picture; more give another picture."""
LETTERS = "MTWTFSS"
NOTE = "Above each venue: prime hours given / open"
SIZE, NUMBER = 11, 10
TALL = 0.115  # inches that a number needs
KEY, HEAD, FOOT, SIDE, GAP = 0.6, 0.28, 0.22, 0.52, 0.12  # inches around panels
COLUMN, LINE = 1.75, 0.185  # inches of the list of groups


def centre_drawings(
    week: SeasonWeek, centre: str, file: str, label: Callable[[str], str]
) -> list[Drawing]:
    """Pictures of a centre's venues that have sessions, at most `MOST` in each.

    `file` is the centre in names of files; `label` gives a name that can be drawn.
    """
    here = [p for p in week.places if p.centre == centre]
    used = [p for p in here if week.of(p.name)]
    groups = list(dict.fromkeys(s.group for p in used for s in week.of(p.name)))
    numbers = {group: i for i, group in enumerate(groups, 1)}
    pictures = math.ceil(len(used) / MOST)
    each = math.ceil(len(used) / max(pictures, 1))
    empty = len(here) - len(used)
    out: list[Drawing] = []
    for i in range(pictures):
        shown = used[i * each : (i + 1) * each]
        more = f", part {i + 1} of {pictures}" if pictures > 1 else ""
        table = table_of(week, shown)
        table.insert(6, "number", table["group"].map(numbers).astype("Int64"))
        finding = Finding(
            name=f"season-week-{file}" + (f"-part-{i + 1}" if more else ""),
            title=given_title(centre, prime_hours(week, here)),
            subtitle=f"Weekly sessions of groups in {number(len(here), 'venue')}{more}",
            table=table,
            note=NOTE + (f". {number(empty, 'venue')} without sessions not shown" if empty else ""),
        )
        out.append((finding, _Picture(week, tuple(shown), numbers, label).plot))
    return out


@dataclass(frozen=True, eq=False)
class _Picture:
    """Venues side by side, on one scale of hours; `numbers` are those of the centre's groups."""

    week: SeasonWeek
    shown: tuple[Place, ...]
    numbers: dict[str, int]
    label: Callable[[str], str]

    def plot(self, page: Page) -> None:
        blocks = [blocks_of(self.week, place) for place in self.shown]
        spans = [shown_hours(row) for row in blocks]
        span = min(s[0] for s in spans), max(s[1] for s in spans)
        found = {s.group for place in self.shown for s in self.week.of(place.name)}
        lines = [f"{i}  {self.label(g)}" for g, i in self.numbers.items() if g in found]
        width = page.width - _list(page, lines)
        columns, down = _shape(len(self.shown))
        size = width / columns, (page.height - KEY) / down
        for i, (place, row) in enumerate(zip(self.shown, blocks, strict=True)):
            corner = (i % columns) * size[0], page.height - KEY - (i // columns + 1) * size[1]
            self._panel(page, corner, size, place, row, span)
        every = [b for row in blocks for b in row]
        changeover = any(place.changeover for place in self.shown)
        key(page, fields_of(every, span, changeover), left=0, right=width)

    def _panel(
        self,
        page: Page,
        corner: tuple[float, float],
        size: tuple[float, float],
        place: Place,
        blocks: Sequence[Block],
        span: tuple[int, int],
    ) -> None:
        left, width = corner[0] + SIDE, size[0] - SIDE - GAP
        height = size[1] - HEAD - FOOT
        axes = week_axes(
            page, (left, corner[1] + FOOT, width, height), span, list(LETTERS), every=4
        )
        axes.tick_params(labelsize=SIZE, pad=2)
        draw_blocks(axes, place, blocks, span)
        mark_prime(axes, self.week, place, span)
        self._numbers(page, axes, place, blocks, (width / 7, height / (span[1] - span[0])))
        given = prime_hours(self.week, [place])
        ends, top = f"{hours(given.given)}/{hours(given.open)} h", corner[1] + FOOT + height + 0.06
        room = width - page.width_of(ends, 12) - 0.1
        name = page.fitted(self.label(within(place.name, place.centre)), 12, room, middle=True)
        page.text(left, top, name, size=12)
        page.text(left + width, top, ends, size=12, colour=theme.GREY, ha="right")

    def _numbers(
        self,
        page: Page,
        axes: Axes,
        place: Place,
        blocks: Sequence[Block],
        unit: tuple[float, float],
    ) -> None:
        """Number sessions by group, where a day x an hour (`unit`, inches) leaves room."""
        for b in blocks:
            if b.session is None or b.session.venue != place.name:
                continue
            x, part = across(b)
            words = str(self.numbers[b.session.group])
            tall = (b.end - b.start) / 60 * unit[1] >= TALL
            if tall and page.width_of(words, NUMBER) < part * unit[0]:
                axes.text(
                    x + part / 2, (b.start + b.end) / 120, words, ha="center",
                    va="center_baseline", fontsize=NUMBER, color=STYLES[b.use].ink,
                )  # fmt: skip


def _shape(n: int) -> tuple[int, int]:
    """Panels across and down."""
    down = 1 if n <= 3 else 2
    return math.ceil(n / down), down


def _list(page: Page, lines: list[str]) -> float:
    """List groups at the right, in one column or two; inches that the list takes."""
    a_column = int((page.height - 0.1) / LINE)
    columns = 1 if len(lines) <= a_column else 2
    if len(lines) > columns * a_column:
        more = len(lines) - columns * a_column + 1
        lines = [*lines[: columns * a_column - 1], f"and {more} more"]
    for i, line in enumerate(lines):
        column, row = divmod(i, a_column)
        x = page.width - (columns - column) * COLUMN
        text = page.fitted(line, SIZE, COLUMN - 0.1)
        page.text(x, page.height - 0.2 - row * LINE, text, size=SIZE)
    return columns * COLUMN + 0.1
