"""A venue's week for the noticeboard, and a centre's venues side by side."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from matplotlib.axes import Axes

from sim.messages import clauses, say, sentences
from sim.report import theme
from sim.report.charts.season.blocks import (
    WeekBlock,
    blocks_of,
    fitted_words,
    given_title,
    hours,
    prime_hours,
    stretches,
    table_of,
    within,
)
from sim.report.charts.week import CLOSED, Style, block, key, opening, week_axes, write
from sim.report.context import ChartContext
from sim.report.drawing import Drawing
from sim.report.page import Finding, Page
from sim.report.words import DAYS, slug
from sim.season.published import PublishedVenue, SeasonWeek

STYLES = {
    "session": Style(theme.PALETTE[0], edge="white", width=1.0, ink="white"),
    "second choice": Style("#DCE6F0", edge=theme.PALETTE[0], line="--", width=1.8),
    "room taken by another venue": Style("#FFFFFF", "xx", ink=theme.GREY),
    "kept": Style("#FFFFFF", "..", edge=theme.PALETTE[1]),
    "closed": CLOSED,
}
CHANGEOVER = Style("#8C8C8C", edge="#8C8C8C", width=0)
PRIME = Style(theme.HIGHLIGHT, edge=theme.HIGHLIGHT, width=0)
INSET = 0.04  # of a day, left and right of its blocks
KEY = {
    "session": "season.first-choice",
    "second choice": "season.second-choice",
    "kept": "season.kept",
    "room taken by another venue": "season.shared",
    "closed": "closed",
}
"""Use of a stretch -> message that names it in the key."""


def venue_drawing(
    week: SeasonWeek, place: PublishedVenue, context: ChartContext, label: Callable[[str], str]
) -> Drawing:
    """One venue's week; `label` gives a name that can be drawn."""
    finding = Finding(
        name=f"week-{slug(place.name)}",
        title=given_title(place.name, prime_hours(week, [place])),
        subtitle=say("season.venue", kind=context.label("kind", place.kind)),
        table=table_of(week, [place]),
        note=say("season.venue.note"),
    )
    return finding, lambda page: _plot(page, week, place, label)


def shown_hours(blocks: Sequence[WeekBlock]) -> tuple[int, int]:
    """Whole hours in which the venue is ever open, or has a session."""
    closed = [b for b in blocks if b.use == "closed"]
    ends = [(b.start / 60, b.end / 60) for b in blocks if b.use != "closed"]
    for day in range(7):
        at = 0
        for shut in sorted((b for b in closed if b.day == day), key=lambda b: b.start):
            ends += [(at / 60, shut.start / 60)] if shut.start > at else []
            at = shut.end
        ends += [(at / 60, 24.0)] if at < 1440 else []
    return opening(ends)


def _plot(page: Page, week: SeasonWeek, place: PublishedVenue, label: Callable[[str], str]) -> None:
    blocks = blocks_of(week, place)
    hours = shown_hours(blocks)
    width, height = page.width - 0.8, page.height - 0.95
    axes = week_axes(page, (0.75, 0.3, width, height), hours, [say(f"day.{day}") for day in DAYS])
    draw_blocks(axes, place, blocks, hours)
    mark_prime(axes, week, place, hours)
    for b in blocks:
        if b.session is None:
            continue
        x, wide = across(b)
        other = b.use == "room taken by another venue"
        name = within(b.session.venue, place.centre) if other else b.session.group
        lines, size = fitted_words(
            page, label(name), b.session, not week.lasts_whole_season(b.session),
            0.92 * wide * width / 7, (b.end - b.start) / 60 / (hours[1] - hours[0]) * height,
        )  # fmt: skip
        if lines:
            write(axes, x + wide / 2, (b.start + b.end) / 120, lines, STYLES[b.use], size)
    key(page, fields_of(blocks, hours, place.changeover > 0), left=0)


def fields_of(
    blocks: Sequence[WeekBlock], hours: tuple[int, int], changeover: bool
) -> list[tuple[str, Style]]:
    """Key of what occurs in the hours shown."""
    used = {b.use for b in blocks if b.start < 60 * hours[1] and b.end > 60 * hours[0]}
    fields = [(say(words), STYLES[use]) for use, words in KEY.items() if use in used]
    thin = changeover and used & {"session", "second choice"}
    return [
        *fields,
        *([(say("season.changeover"), CHANGEOVER)] if thin else []),
        (say("season.prime-time"), PRIME),
    ]


def across(b: WeekBlock) -> tuple[float, float]:
    """Left edge and width of a block in days."""
    wide = (1 - 2 * INSET) / b.lanes
    return b.day + INSET + b.lane * wide, wide


def draw_blocks(
    axes: Axes, place: PublishedVenue, blocks: Sequence[WeekBlock], hours: tuple[int, int]
) -> None:
    """Draw blocks between the hours shown; changeovers as a thin strip below their session."""
    low, high = hours
    for b in blocks:
        start, end = max(b.start / 60, low), min(b.end / 60, high)
        if start >= end:
            continue
        x, wide = across(b)
        block(axes, x, wide, start, end, STYLES[b.use])
        after = min(end + place.changeover / 60, high)
        if b.use in ("session", "second choice") and after > end:
            block(axes, x + 0.25 * wide, 0.5 * wide, end, after, CHANGEOVER)


def mark_prime(axes: Axes, week: SeasonWeek, place: PublishedVenue, hours: tuple[int, int]) -> None:
    """Mark prime hours by a strip at the left of their day."""
    for stretch in stretches("prime", week.prime & place.open, week.step):
        start, end = max(stretch.start / 60, hours[0]), min(stretch.end / 60, hours[1])
        if start < end:
            block(axes, stretch.day, INSET * 0.6, start, end, PRIME)


MOST = 4
"""Venues of a picture, side by side; fewer where more would leave no room for numbers."""
SIZE = 11
NUMBERS = (10, 9, 8, 7, 6)
"""Sizes of the numbers in blocks, the largest that fits."""
WIDE, ROWS = 10.5, 22
"""Inches across and lines of the list of groups that every paper has room for."""
DIGIT = 0.08  # inches of a digit of a number
KEY_ROOM, HEAD, FOOT, SIDE, GAP = 0.6, 0.74, 0.22, 0.52, 0.12  # inches around panels
COLUMN, LINE = 1.75, 0.185  # inches of the list of groups
PANEL = 2.2  # inches of a panel that a list of long names leaves


def centre_drawings(
    week: SeasonWeek, centre: str, file: str, label: Callable[[str], str]
) -> list[Drawing]:
    """Pictures of a centre's venues that have sessions, as many in each as there is room for.

    `file` is the centre in names of files; `label` gives a name that can be drawn.
    """
    here = [p for p in week.places if p.centre == centre]
    used = [p for p in here if week.sessions_in(p.name)]
    groups = list(dict.fromkeys(s.group for p in used for s in week.sessions_in(p.name)))
    numbers = {group: i for i, group in enumerate(groups, 1)}
    pictures = _pictures(week, used, numbers)
    empty = len(here) - len(used)
    out: list[Drawing] = []
    for i, shown in enumerate(pictures, 1):
        more = say("season.part", number=i, of=len(pictures)) if len(pictures) > 1 else ""
        table = table_of(week, shown)
        table.insert(6, "number", table["group"].map(numbers).astype("Int64"))
        finding = Finding(
            name=f"season-week-{file}" + (f"-part-{i}" if more else ""),
            title=given_title(centre, prime_hours(week, here)),
            subtitle=clauses(say("season.centre", n=len(here)), more),
            table=table,
            note=sentences(
                say("season.centre.note"), say("season.empty", n=empty) if empty else ""
            ),
        )
        out.append((finding, _Picture(week, tuple(shown), numbers, label).plot))
    return out


def _pictures(
    week: SeasonWeek, used: Sequence[PublishedVenue], numbers: Mapping[str, int]
) -> list[list[PublishedVenue]]:
    """Put venues into as few pictures as have room for their numbers and lists, about evenly."""
    most = next((n for n in range(MOST, 1, -1) if _fit(week, used, n, numbers)), 1)
    count = math.ceil(len(used) / most)
    ends = [round(i * len(used) / count) for i in range(count + 1)]
    return [list(used[a:b]) for a, b in pairwise(ends)]


def _fit(
    week: SeasonWeek, used: Sequence[PublishedVenue], n: int, numbers: Mapping[str, int]
) -> bool:
    """Whether any `n` venues in turn have room side by side."""
    return all(
        _needed(week, used[i : i + n], numbers) <= WIDE for i in range(max(1, len(used) - n + 1))
    )


def _needed(week: SeasonWeek, shown: Sequence[PublishedVenue], numbers: Mapping[str, int]) -> float:
    """Inches that panels and the list of their groups need."""
    groups = {s.group for place in shown for s in week.sessions_in(place.name)}
    return _panels(week, shown, numbers) + math.ceil(len(groups) / ROWS) * COLUMN + 0.1


def _panels(week: SeasonWeek, shown: Sequence[PublishedVenue], numbers: Mapping[str, int]) -> float:
    """Inches that panels need, all as wide as the widest."""
    lanes = (
        b.lanes * len(str(numbers[b.session.group]))
        for place in shown
        for b in blocks_of(week, place)
        if b.session is not None and b.session.venue == place.name
    )
    return len(shown) * (SIDE + GAP + 7 * DIGIT * max(lanes, default=1) / (1 - 2 * INSET))


@dataclass(frozen=True, eq=False)
class _Picture:
    """Venues side by side, on one scale of hours; `numbers` are those of the centre's groups."""

    week: SeasonWeek
    shown: tuple[PublishedVenue, ...]
    numbers: dict[str, int]
    label: Callable[[str], str]

    def plot(self, page: Page) -> None:
        blocks = [blocks_of(self.week, place) for place in self.shown]
        spans = [shown_hours(row) for row in blocks]
        span = min(s[0] for s in spans), max(s[1] for s in spans)
        found = {s.group for place in self.shown for s in self.week.sessions_in(place.name)}
        lines = [f"{i}  {self.label(g)}" for g, i in self.numbers.items() if g in found]
        panels = max(_panels(self.week, self.shown, self.numbers), PANEL * len(self.shown))
        width = page.width - _list(page, lines, page.width - panels)
        size = width / len(self.shown), page.height - KEY_ROOM
        for i, (place, row) in enumerate(zip(self.shown, blocks, strict=True)):
            self._panel(page, i * size[0], size, place, row, span)
        every = [b for row in blocks for b in row]
        changeover = any(place.changeover for place in self.shown)
        key(page, fields_of(every, span, changeover), left=0, right=width)

    def _panel(
        self,
        page: Page,
        corner: float,
        size: tuple[float, float],
        place: PublishedVenue,
        blocks: Sequence[WeekBlock],
        span: tuple[int, int],
    ) -> None:
        left, width = corner + SIDE, size[0] - SIDE - GAP
        height = size[1] - HEAD - FOOT
        axes = week_axes(
            page, (left, FOOT, width, height), span, list(say("season.letters")), every=2
        )
        axes.tick_params(labelsize=SIZE, pad=2)
        draw_blocks(axes, place, blocks, span)
        mark_prime(axes, self.week, place, span)
        self._numbers(page, axes, place, blocks, (width / 7, height / (span[1] - span[0])))
        given = prime_hours(self.week, [place])
        words = say("season.of-hours", given=hours(given.given), open=hours(given.open))
        top = FOOT + height + 0.06
        page.text(left, top, words, size=SIZE, colour=theme.GREY)
        name = self.label(within(place.name, place.centre))
        for line in reversed(_two_lines(page, name, size[0] - GAP)):
            top += LINE
            page.text(corner + SIDE / 4, top, line, size=SIZE)

    def _numbers(
        self,
        page: Page,
        axes: Axes,
        place: PublishedVenue,
        blocks: Sequence[WeekBlock],
        unit: tuple[float, float],
    ) -> None:
        """Number sessions by group; `unit` is a day x an hour in inches."""
        for b in blocks:
            if b.session is None or b.session.venue != place.name:
                continue
            x, part = across(b)
            words = str(self.numbers[b.session.group])
            tall = (b.end - b.start) / 60 * unit[1]
            fits = (
                n
                for n in NUMBERS
                if page.width_of(words, n) < part * unit[0] and 0.8 * n / 72 < tall
            )
            axes.text(
                x + part / 2, (b.start + b.end) / 120, words, ha="center", va="center_baseline",
                fontsize=next(fits, NUMBERS[-1]), color=STYLES[b.use].ink,
            )  # fmt: skip


def _two_lines(page: Page, name: str, width: float) -> list[str]:
    """A name on at most two lines; what is too long even so keeps its end, which tells it apart."""
    lines = page.wrapped(name, SIZE, width)
    if len(lines) <= 2:
        return [page.fitted(line, SIZE, width, middle=True) for line in lines]
    rest = name.removeprefix(lines[0]).lstrip()
    return [lines[0], page.fitted(rest, SIZE, width, middle=True)]


def _list(page: Page, lines: list[str], room: float) -> float:
    """List groups at the right in at most `room` inches if that is enough; inches that it takes."""
    a_column = int((page.height - 0.1) / LINE)
    columns = math.ceil(len(lines) / a_column)
    longest = max(page.width_of(line, SIZE) for line in lines) + 0.1
    column = max(min(longest, room / columns), min(longest, COLUMN))
    for i, line in enumerate(lines):
        at, row = divmod(i, a_column)
        text = page.fitted(line, SIZE, column - 0.1, middle=True)
        y = page.height - 0.2 - row * LINE
        page.text(page.width - (columns - at) * column, y, text, size=SIZE)
    return columns * column + 0.1
