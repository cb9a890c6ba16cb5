"""A centre's week in a season: its venues side by side, groups by number."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np

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
SIZE, HEAD, FOOT, GAP = 11, 0.28, 0.22, 0.12
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
    out = []
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
            note=f"{number(empty, 'venue')} without sessions not shown" if empty else "",
        )
        out.append((finding, _plotter(week, shown, numbers, label)))
    return out


def _plotter(
    week: SeasonWeek, shown: Sequence[Place], numbers: dict[str, int], label: Callable[[str], str]
) -> Callable[[Page], None]:
    blocks = [blocks_of(week, place) for place in shown]

    def plot(page: Page) -> None:
        found = {s.group: numbers[s.group] for p in shown for s in week.of(p.name)}
        width = page.width - _list(page, found, label)
        spans = [shown_hours(row) for row in blocks]
        span = min(s[0] for s in spans), max(s[1] for s in spans)
        _panels(page, week, shown, blocks, span, numbers, width, label)
        every = [b for row in blocks for b in row]
        key(page, fields_of(every, span, any(p.changeover for p in shown)), left=0, right=width)

    return plot


def _panels(
    page: Page,
    week: SeasonWeek,
    shown: Sequence[Place],
    blocks: Sequence[Sequence[Block]],
    span: tuple[int, int],
    numbers: dict[str, int],
    width: float,
    label: Callable[[str], str],
) -> None:
    """All venues on one scale of hours."""
    across_page, down = _shape(len(shown))
    wide, high = width / across_page, (page.height - 0.6) / down
    for i, (place, row) in enumerate(zip(shown, blocks, strict=True)):
        left, bottom = (i % across_page) * wide, page.height - 0.6 - (i // across_page + 1) * high
        box = (left + 0.52, bottom + FOOT, wide - 0.52 - GAP, high - HEAD - FOOT)
        axes = week_axes(page, box, span, list(LETTERS), every=4)
        axes.tick_params(labelsize=SIZE, pad=2)
        draw_blocks(axes, place, row, span)
        mark_prime(axes, week, place, span)
        given = prime_hours(week, [place])
        ends = f"{hours(given.given)}/{hours(given.open)} h"
        room = wide - 0.52 - GAP - page.width_of(ends, 12) - 0.1
        name = page.fitted(label(within(place.name, place.centre)), 12, room, middle=True)
        page.text(left + 0.52, bottom + high - HEAD + 0.06, name, size=12)
        page.text(
            left + wide - GAP, bottom + high - HEAD + 0.06, ends, size=12, colour=theme.GREY,
            ha="right",
        )  # fmt: skip
        per_hour = box[3] / (span[1] - span[0])
        for b in row:
            if b.session is None or b.session.venue != place.name:
                continue
            x, part = across(b)
            words, size = str(numbers[b.session.group]), 10
            tall = (b.end - b.start) / 60 * per_hour >= 0.115
            if tall and page.width_of(words, size) < part * box[2] / 7:
                axes.text(
                    x + part / 2, (b.start + b.end) / 120, words, ha="center",
                    va="center_baseline", fontsize=size, color=STYLES[b.use].ink,
                )  # fmt: skip


def _shape(n: int) -> tuple[int, int]:
    """Panels across and down."""
    down = 1 if n <= 3 else 2
    return math.ceil(n / down), down


def _list(page: Page, found: dict[str, int], label: Callable[[str], str]) -> float:
    """List groups by number at the right; inches that the list takes."""
    a_column = int((page.height - 0.1) / LINE)
    columns = 1 if len(found) <= a_column else 2
    lines = [f"{i}  {label(group)}" for group, i in sorted(found.items(), key=lambda g: g[1])]
    if len(lines) > columns * a_column:
        more = len(lines) - columns * a_column + 1
        lines = [*lines[: columns * a_column - 1], f"and {more} more"]
    for i, line in enumerate(np.array_split(np.array(lines, dtype=object), columns)):
        x = page.width - (columns - i) * COLUMN
        for row, words in enumerate(line.tolist()):
            text = page.fitted(words, SIZE, COLUMN - 0.1)
            page.text(x, page.height - 0.2 - row * LINE, text, size=SIZE)
    return columns * COLUMN + 0.1
