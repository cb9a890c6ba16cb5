"""The picture of one venue's week: days across, hours down, one colour and hatch per use."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, replace
from pathlib import Path

import matplotlib as mpl
import pandas as pd
from matplotlib.patches import Rectangle

from sim.analysis.venue_week import VenueWeek
from sim.report import theme
from sim.report.data import ChartContext
from sim.report.finding import Finding
from sim.report.fonts import choose_font, drawable_finding
from sim.report.names import slug
from sim.report.page import Page, lay_out
from sim.report.theme import settings

__all__ = ["clock", "draw_week"]

STYLES = {
    "booked and used": (theme.PALETTE[0], ""),
    "booked, no-show": ("#FFFFFF", "xx"),
    "activity": (theme.PALETTE[1], ".."),
    "off-platform": (theme.BAND, ""),
    "closed": ("#F2F2F2", "//"),
}
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def draw_week(week: VenueWeek, context: ChartContext, folder: Path) -> list[Path]:
    """Draw a venue's week as PNG, SVG and CSV."""
    font = choose_font()
    last = week.monday + dt.timedelta(days=6)
    context = replace(context, first_day=week.monday, last_day=last, n_replications=1)
    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(settings(font.families))
        page = lay_out(drawable_finding(_finding(week, context), font), context)
        _plot(page, week)
        return page.save(folder)


def _finding(week: VenueWeek, context: ChartContext) -> Finding:
    booked = week.hours("booked and used") + week.hours("booked, no-show")
    open_ = 168.0 - week.hours("closed")
    title = f"{week.venue}: {booked:g} of {open_:g} open hours booked on the platform"
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
    return pd.DataFrame(rows).drop(columns="day")


def clock(hours: float) -> str:
    """Hours of the day as `HH:MM`."""
    return f"{int(hours):02d}:{round(hours % 1 * 60):02d}"


def _plot(page: Page, week: VenueWeek) -> None:
    axes = page.axes(0.75, 0.5, page.width - 0.8, page.height - 1.15)
    low = min((s.start for s in week.stretches if s.use != "closed"), default=8.0)
    high = max((s.end for s in week.stretches if s.use != "closed"), default=22.0)
    for row in week.stretches:
        style = STYLES.get(row.use)
        if style is None:
            continue
        colour, hatch = style
        axes.add_patch(
            Rectangle(
                (row.day + 0.03, row.start), 0.94, row.end - row.start,
                facecolor=colour, hatch=hatch, edgecolor=theme.GREY, linewidth=0.6,
            )
        )  # fmt: skip
        if row.wish and row.end - row.start >= 1:
            ink = "white" if row.use == "booked and used" else theme.INK
            axes.text(
                row.day + 0.5, (row.start + row.end) / 2, f"{row.party} people",
                ha="center", va="center", color=ink, fontsize=theme.SMALL,
                bbox={"facecolor": colour, "edgecolor": "none", "pad": 1.0},
            )  # fmt: skip
    axes.set_xlim(0, 7)
    axes.set_ylim(high, low)
    days = [week.monday + dt.timedelta(days=d) for d in range(7)]
    axes.set_xticks([d + 0.5 for d in range(7)])
    axes.set_xticklabels([f"{n} {d.day}.{d.month}." for n, d in zip(DAYS, days, strict=True)])
    hours = range(int(low), int(high) + 1, 2)
    axes.set_yticks(list(hours))
    axes.set_yticklabels([f"{h:02d}:00" for h in hours])
    axes.tick_params(length=0)
    axes.grid(axis="y", color=theme.PALE, linewidth=0.6)
    _key(page)


def _key(page: Page) -> None:
    """Colours and hatches in words, above the week."""
    x, y = 0.75, page.height - 0.45
    for use, (colour, hatch) in {**STYLES, "free": ("#FFFFFF", "")}.items():
        swatch = Rectangle(
            ((page.left + x) / theme.WIDTH, (page.bottom + y) / theme.HEIGHT),
            0.28 / theme.WIDTH, 0.2 / theme.HEIGHT,
            facecolor=colour, hatch=hatch, edgecolor=theme.GREY, linewidth=0.6,
            transform=page.figure.transFigure,
        )  # fmt: skip
        page.figure.add_artist(swatch)
        page.text(x + 0.36, y + 0.03, use, size=theme.SMALL)
        x += 0.36 + page.width_of(use, theme.SMALL) + 0.35
