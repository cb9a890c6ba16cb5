"""The picture of one venue's week: days across, hours down, one colour and hatch per use."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, replace
from pathlib import Path

import pandas as pd

from sim.analysis.venue_week import CLUB, CLUB_UNUSED, Stretch, VenueWeek
from sim.report import theme
from sim.report.data import ChartContext, RunResults
from sim.report.finding import Finding
from sim.report.fonts import choose_font, drawable
from sim.report.names import slug
from sim.report.page import Page
from sim.report.pages import draw_pages
from sim.report.week_grid import CLOSED, LINE, Style, block, key, opening, week_axes, write
from sim.report.words import DAYS, short

__all__ = ["clock", "draw_week"]

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
    title = f"{week.venue}: {booked:g} of {open_:g} open hours booked"
    club = week.hours(CLUB) + week.hours(CLUB_UNUSED)
    title += f", {activity:g} for activities" if activity else " on the platform"
    title += f", {club:g} for clubs" if club else ""
    kind = context.label("kind", week.kind)
    return Finding(
        name=f"week-{slug(week.venue)}-{week.monday.isoformat()}",
        title=title,
        subtitle=f"{kind} for {week.capacity}: use by hour in one simulated history, no forecast",
        note=f"replication {week.replication}",
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
    names = [f"{n} {d.day}.{d.month}." for n, d in zip(DAYS, days, strict=True)]
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
    """What is written into a stretch, the most important last: kind of activity, people."""
    if not (row.wish or row.activity or row.club):
        return []
    lines = [f"{row.party} {'person' if row.party == 1 else 'people'}"]
    if row.activity:
        name = short(context.label("activity_kind", row.activity))
        lines.insert(0, page.fitted(name, theme.SMALL, room))
    if row.club:
        lines.insert(0, page.fitted(short(context.label("club", row.club)), theme.SMALL, room))
    return lines


def _key(page: Page, week: VenueWeek) -> None:
    names = {"off-platform": "off-platform (assumed)"}
    names |= {"free": "free or drop-in"} if week.drop_in else {}
    seen = {s.use for s in week.stretches}
    clubs = seen & {CLUB, CLUB_UNUSED}
    shown = {u: style for u, style in STYLES.items() if u in clubs or not u.startswith(CLUB)}
    # with clubs there are more uses than the line has room for in full
    names |= {"booked and used": "booked", "booked, no-show": "no-show"} if clubs else {}
    styles = {**shown, "free": Style("#FFFFFF")}
    key(page, [(names.get(use, use), style) for use, style in styles.items()])
