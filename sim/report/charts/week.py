"""A week as a grid of days and hours; the picture of one venue's week."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from sim.explain.venue_week import CLUB, CLUB_UNUSED, Stretch, VenueWeek
from sim.messages import say, speaking
from sim.report import theme
from sim.report.charts.parts import swatch
from sim.report.context import ChartContext, RunResults
from sim.report.drawing import draw_pages
from sim.report.fonts import choose_font, drawable
from sim.report.page import Finding, Page
from sim.report.words import DAYS, short, slug

LINE = 0.22  # inches a line of words needs
KEY_SIZES = (theme.SMALL, 12, 10)
NARROW = 0.1  # inches between entries of a key, below which they are written smaller


@dataclass(frozen=True, slots=True)
class Style:
    """How a use is drawn: colour, hatch, edge and its line; and the ink of words on it."""

    colour: str
    hatch: str = ""
    edge: str = theme.GREY
    line: str = "-"
    width: float = 0.6
    ink: str = theme.INK


CLOSED = Style("#F2F2F2", "//")


def opening(stretches: Iterable[tuple[float, float]]) -> tuple[int, int]:
    """Whole hours around all stretches of (start, end) in hours; 8 to 22 if there is none."""
    ends = list(stretches)
    low = math.floor(min((start for start, _ in ends), default=8.0))
    return low, math.ceil(max((end for _, end in ends), default=22.0))


def week_axes(
    page: Page,
    place: tuple[float, float, float, float],
    hours: tuple[int, int],
    days: Sequence[str],
    every: int | None = None,
) -> Axes:
    """Add a grid: x = days from 0 to 7, y = hours of the day downwards.

    Parameters
    ----------
    place
        Left, bottom, width, height in inches from the box's lower left corner.
    days
        Seven names.
    every
        Hours between labels; 2, or 3 for a long day, if not given.
    """
    low, high = hours
    axes = page.axes(*place)
    axes.set_xlim(0, 7)
    axes.set_xticks([d + 0.5 for d in range(7)])
    axes.set_xticklabels(days)
    labelled = range(low, high + 1, every or (2 if high - low <= 16 else 3))
    axes.set_yticks(list(labelled))
    axes.set_yticklabels([f"{h:02d}:00" for h in labelled])
    axes.set_ylim(high, low)
    axes.tick_params(length=0)
    axes.grid(axis="y", color=theme.PALE, linewidth=0.6)
    return axes


def block(axes: Axes, x: float, width: float, start: float, end: float, style: Style) -> Rectangle:
    """Add a block from start to end (hours) at x (days)."""
    patch = Rectangle(
        (x, start), width, end - start, facecolor=style.colour, hatch=style.hatch,
        edgecolor=style.edge, linewidth=style.width, linestyle=style.line,
    )  # fmt: skip
    axes.add_artist(patch)  # the limits are set: no need to look for them again
    return patch


def write(
    axes: Axes, x: float, y: float, lines: Sequence[str], style: Style, size: float = theme.SMALL
) -> None:
    """Write lines around the point x, y of the grid."""
    axes.text(
        x, y, "\n".join(lines), ha="center", va="center", color=style.ink, fontsize=size,
        linespacing=1.1, bbox={"facecolor": style.colour, "edgecolor": "none", "pad": 1.0},
    )  # fmt: skip


def key(
    page: Page, fields: Sequence[tuple[str, Style]], left: float = 0.75, right: float | None = None
) -> None:
    """Colours and hatches in words, in one line above the grid, between left and right inches."""
    room = (page.width if right is None else right) - left - 0.1
    for size in KEY_SIZES:
        widths = [0.36 + page.width_of(words, size) for words, _ in fields]
        gap = min(0.35, (room - sum(widths)) / max(len(fields) - 1, 1))
        if gap > NARROW:
            break
    x, y = left, page.height - 0.45
    for (words, style), width in zip(fields, widths, strict=True):
        swatch(page, x, y, style.colour, style.hatch, style.edge, style.line)
        page.text(x + 0.36, y + 0.03, words, size=size)
        x += width + gap


STYLES = {
    "booked and used": Style(theme.PALETTE[0], ink="white"),
    "booked, no-show": Style("#FFFFFF", "xx"),
    "activity": Style(theme.PALETTE[1], ".."),
    CLUB: Style(theme.PALETTE[5]),
    CLUB_UNUSED: Style("#FFFFFF", "\\\\"),
    "off-platform": Style(theme.BAND),
    "closed": CLOSED,
}


def draw_week(week: VenueWeek, context: ChartContext, folder: Path) -> list[Path]:
    """Draw a venue's week as PNG, SVG and CSV."""
    font = choose_font()
    last = week.monday + dt.timedelta(days=6)
    context = replace(context, first_day=week.monday, last_day=last, n_replications=1)
    with speaking(context.language):
        context = drawable(RunResults(context, _names(week)), font).context
        drawing = _finding(week, context), lambda page: _plot(page, week, context)
        return draw_pages([drawing], context, font, folder)


def _names(week: VenueWeek) -> pd.DataFrame:
    """Names that are drawn and may have no label."""
    kinds = sorted({s.activity for s in week.stretches if s.activity})
    clubs = sorted({s.club for s in week.stretches if s.club})
    rows = [("kind", week.kind), *(("activity_kind", kind) for kind in kinds)]
    rows += [("club", club) for club in clubs]
    return pd.DataFrame(rows, columns=["group", "level"])


def _finding(week: VenueWeek, context: ChartContext) -> Finding:
    booked = week.hours("booked and used") + week.hours("booked, no-show")
    open_ = 168.0 - week.hours("closed")
    activity = week.hours("activity")
    club = week.hours(CLUB) + week.hours(CLUB_UNUSED)
    said = {"name": week.venue, "booked": booked, "open": open_}
    title = say(
        "venue-week.booked-and" if activity else "venue-week.booked", activity=activity, **said
    )
    title += say("venue-week.clubs", club=club) if club else ""
    kind = context.label("kind", week.kind)
    return Finding(
        name=f"week-{slug(week.venue)}-{week.monday.isoformat()}",
        title=title,
        subtitle=say("venue-week.subtitle", kind=kind, capacity=week.capacity),
        note=say("venue-week.replication", n=week.replication),
        table=_table(week),
    )


def _table(week: VenueWeek) -> pd.DataFrame:
    rows = []
    for s in week.stretches:
        date = (week.monday + dt.timedelta(days=s.day)).isoformat()
        times = {"start": clock(s.start), "end": clock(s.end)}
        rows.append({"date": date, **asdict(s), **times})
    clubs = any(s.club for s in week.stretches)
    return pd.DataFrame(rows).drop(columns="day" if clubs else ["day", "club"])


def clock(hours: float) -> str:
    """Hours of the day as `HH:MM`."""
    return f"{int(hours):02d}:{round(hours % 1 * 60):02d}"


def _plot(page: Page, week: VenueWeek, context: ChartContext) -> None:
    """Draw the hours in which it is ever open, in whole hours; what is closed all week is not."""
    width, height = page.width - 0.8, page.height - 1.15
    low, high = opening((s.start, s.end) for s in week.stretches if s.use != "closed")
    days = [week.monday + dt.timedelta(days=d) for d in range(7)]
    names = [
        say("venue-week.day", day=say(f"day.{n}"), number=d.day, month=d.month)
        for n, d in zip(DAYS, days, strict=True)
    ]
    axes = week_axes(page, (0.75, 0.5, width, height), (low, high), names)
    for row in week.stretches:
        start, end = max(row.start, low), min(row.end, high)
        style = STYLES.get(row.use)
        if style is None or start >= end:
            continue
        block(axes, row.day + 0.03, 0.94, start, end, style)
        room = int((end - start) / (high - low) * height / LINE)
        lines = _words(page, row, context, 0.9 * width / 7)[-room:] if room else []
        if lines:
            write(axes, row.day + 0.5, (start + end) / 2, lines, style)
    _key(page, week)


def _words(page: Page, row: Stretch, context: ChartContext, room: float) -> list[str]:
    """Words written into a stretch, the most important last: kind of activity, people."""
    if not (row.wish or row.activity or row.club):
        return []
    rooms = say("venue-week.rooms", n=row.rooms) if row.rooms > 1 else ""
    lines = [say("venue-week.people", n=row.party) + rooms]
    if row.activity:
        name = short(context.label("activity_kind", row.activity))
        lines.insert(0, page.fitted(name, theme.SMALL, room))
    if row.club:
        lines.insert(0, page.fitted(short(context.label("club", row.club)), theme.SMALL, room))
    return lines


def _key(page: Page, week: VenueWeek) -> None:
    names = {"free": "free or drop-in"} if week.drop_in else {}
    used = {s.use for s in week.stretches}
    clubs = used & {CLUB, CLUB_UNUSED}
    shown = {u: style for u, style in STYLES.items() if u in clubs or not u.startswith(CLUB)}
    # with clubs there are more uses than the line has room for in full
    names |= {"booked and used": "booked", "booked, no-show": "no-show"} if clubs else {}
    styles = {**shown, "free": Style("#FFFFFF")}
    key(page, [(say(f"use-of.{names.get(use, use)}"), style) for use, style in styles.items()])
