"""A venue's week in a season, for the noticeboard: groups with times, hours kept, closed hours."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from matplotlib.axes import Axes

from sim.report import theme
from sim.report.data import ChartContext
from sim.report.finding import Finding
from sim.report.names import slug
from sim.report.page import Page
from sim.report.pages import Drawing
from sim.report.season_blocks import Block, blocks_of, prime_hours, stretches, table_of
from sim.report.season_words import fitted_words, given_title, within
from sim.report.week_grid import CLOSED, Style, block, key, opening, week_axes, write
from sim.report.words import DAYS
from sim.season.published import Place, SeasonWeek

__all__ = [
    "INSET",
    "STYLES",
    "across",
    "draw_blocks",
    "fields_of",
    "mark_prime",
    "shown_hours",
    "venue_drawing",
]

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
    "session": "first choice",
    "second choice": "second choice",
    "kept": "kept for residents",
    "room taken by another venue": "shared room in use",
    "closed": "closed",
}


def venue_drawing(
    week: SeasonWeek, place: Place, context: ChartContext, label: Callable[[str], str]
) -> Drawing:
    """One venue's week; `label` gives a name that can be drawn."""
    finding = Finding(
        name=f"week-{slug(place.name)}",
        title=given_title(place.name, prime_hours(week, [place])),
        subtitle=f"{context.label('kind', place.kind)}: weekly sessions of groups by hour",
        table=table_of(week, [place]),
        note="Hours a week; a session of part of the season counts in part",
    )
    return finding, lambda page: _plot(page, week, place, label)


def shown_hours(blocks: Sequence[Block]) -> tuple[int, int]:
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


def _plot(page: Page, week: SeasonWeek, place: Place, label: Callable[[str], str]) -> None:
    blocks = blocks_of(week, place)
    hours = shown_hours(blocks)
    width, height = page.width - 0.8, page.height - 0.95
    axes = week_axes(page, (0.75, 0.3, width, height), hours, DAYS)
    draw_blocks(axes, place, blocks, hours)
    mark_prime(axes, week, place, hours)
    for b in blocks:
        if b.session is None:
            continue
        x, wide = across(b)
        other = b.use == "room taken by another venue"
        name = within(b.session.venue, place.centre) if other else b.session.group
        lines, size = fitted_words(
            page, label(name), b.session, not week.whole(b.session),
            0.92 * wide * width / 7, (b.end - b.start) / 60 / (hours[1] - hours[0]) * height,
        )  # fmt: skip
        if lines:
            write(axes, x + wide / 2, (b.start + b.end) / 120, lines, STYLES[b.use], size)
    key(page, fields_of(blocks, hours, place.changeover > 0), left=0)


def fields_of(
    blocks: Sequence[Block], hours: tuple[int, int], changeover: bool
) -> list[tuple[str, Style]]:
    """Key of what occurs in the hours shown."""
    used = {b.use for b in blocks if b.start < 60 * hours[1] and b.end > 60 * hours[0]}
    fields = [(words, STYLES[use]) for use, words in KEY.items() if use in used]
    thin = changeover and used & {"session", "second choice"}
    return [*fields, *([("changeover", CHANGEOVER)] if thin else []), ("prime time", PRIME)]


def across(b: Block) -> tuple[float, float]:
    """Left edge and width of a block in days."""
    wide = (1 - 2 * INSET) / b.lanes
    return b.day + INSET + b.lane * wide, wide


def draw_blocks(axes: Axes, place: Place, blocks: Sequence[Block], hours: tuple[int, int]) -> None:
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


def mark_prime(axes: Axes, week: SeasonWeek, place: Place, hours: tuple[int, int]) -> None:
    """Mark prime hours by a strip at the left of their day."""
    for stretch in stretches("prime", week.prime & place.open, week.step):
        start, end = max(stretch.start / 60, hours[0]), min(stretch.end / 60, hours[1])
        if start < end:
            block(axes, stretch.day, INSET * 0.6, start, end, PRIME)
