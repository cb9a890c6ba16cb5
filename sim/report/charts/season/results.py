"""All pictures of a season's timetable: charts for slides, and weeks to print for each centre."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import pandas as pd

from sim.report.charts.season.blocks import season_context
from sim.report.charts.season.totals import given_drawing, served_drawing
from sim.report.charts.season.weeks import centre_drawings, venue_drawing
from sim.report.context import ChartContext, RunResults
from sim.report.drawing import draw_pages, print_pages, shared
from sim.report.fonts import FontChoice, choose_font, drawable
from sim.report.words import file_names
from sim.season.published import SeasonWeek


def draw_season(
    week: SeasonWeek, context: ChartContext, folder: Path, *, jobs: int = 1
) -> list[Path]:
    """Draw everything; the files written.

    Parameters
    ----------
    context
        Words around the charts of the scenario; season and proof are put in.
    folder
        The result folder: `charts` gets PNG, SVG and CSV of the totals and of every centre with
        sessions, `weeks` a PDF of each with a page for every venue that has sessions.
    jobs
        Processes, this one included; the bytes do not depend on it.
    """
    draw = partial(draw_centre, week=week, context=context, folder=folder)
    drawn = shared(list(centres_of(week)), draw, jobs, folder)
    return [*draw_totals(week, context, folder), *(p for paths in drawn.values() for p in paths)]


def centres_of(week: SeasonWeek) -> dict[str, str]:
    """Centres with sessions, in order of the venues, and their part of a file name."""
    busy = {s.venue for s in week.sessions}
    return file_names(p.centre for p in week.places if p.name in busy)


def draw_totals(week: SeasonWeek, context: ChartContext, folder: Path) -> list[Path]:
    """Draw what groups are given by kind and hour, and what of it each asked for."""
    font = choose_font()
    safe, _ = _drawable(week, context, font)
    drawings = [given_drawing(week, safe)]
    if week.asked:
        drawings.append(served_drawing(week, safe))
    return draw_pages(drawings, safe, font, folder / "charts")


def draw_centre(centre: str, week: SeasonWeek, context: ChartContext, folder: Path) -> list[Path]:
    """Draw a centre's week as charts, and as a PDF with a page for each venue with sessions.

    Where one venue has sessions, its week is the centre's, with the names of groups.
    """
    font = choose_font()
    safe, label = _drawable(week, context, font)
    file = centres_of(week)[centre]
    used = [p for p in week.places if p.centre == centre and week.of(p.name)]
    venues = [venue_drawing(week, place, safe, label) for place in used]
    if len(used) == 1:
        [(finding, plot)] = venues
        overview = [(replace(finding, name=f"season-week-{file}"), plot)]
        sheets = venues
    else:
        overview = centre_drawings(week, centre, file, label)
        sheets = [*overview, *venues]
    paths = draw_pages(overview, safe, font, folder / "charts")
    return [*paths, print_pages(sheets, safe, font, folder / "weeks" / f"{file}.pdf")]


def _drawable(
    week: SeasonWeek, context: ChartContext, font: FontChoice
) -> tuple[ChartContext, Callable[[str], str]]:
    """Context and labels of groups and venues that can all be drawn."""
    levels = [
        *(("kind", p.kind) for p in week.places),
        *((group, getattr(a, group)) for a in week.asked for group in ("segment", "zone")),
    ]
    names = [
        *(("venue", p.name) for p in week.places),
        *(("group", s.group) for s in week.sessions),
    ]
    results = RunResults(
        season_context(week, context),
        pd.DataFrame(list(dict.fromkeys(levels)), columns=["group", "level"]),
        pd.DataFrame(list(dict.fromkeys(names)), columns=["type", "name"]),
    )
    safe = drawable(results, font)
    labels = dict(zip(safe.places["name"], safe.places["label"], strict=True))
    return safe.context, lambda name: str(labels.get(name, name))
