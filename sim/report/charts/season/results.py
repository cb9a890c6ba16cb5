"""All charts of a season's timetable: totals, and the week of each centre."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import ClassVar

from sim.messages import speaking
from sim.report.charts.season.blocks import season_context
from sim.report.context import ChartContext
from sim.report.fonts import FontChoice, choose_font, drawable_labels
from sim.report.words import file_names
from sim.season.published import SeasonWeek


@dataclass(frozen=True, eq=False)
class SeasonResults:
    """A season's week with the words around its charts.

    Attributes
    ----------
    context
        Of the scenario, or with season and proof put in once it is drawable.
    labels
        (what it is, its name) -> what is shown, for venues and groups.
    """

    charts: ClassVar[str] = "season"

    week: SeasonWeek
    context: ChartContext
    labels: Mapping[tuple[str, str], str] = field(default_factory=dict)

    def shown(self, name: str) -> str:
        """Name to show of a venue or a group."""
        found = self.labels.get(("venue", name)) or self.labels.get(("group", name)) or name
        return self.context.named(found)

    def drawable(self, font: FontChoice) -> SeasonResults:
        """Give the same with season and proof in its footers, and names that can all be drawn."""
        week = self.week
        levels = [
            *(("kind", p.kind) for p in week.places),
            *((group, getattr(a, group)) for a in week.asked for group in ("segment", "zone")),
        ]
        names = [
            *(("venue", p.name) for p in week.places),
            *(("group", s.group) for s in week.sessions),
        ]
        around = season_context(week, self.context)
        context, labels = drawable_labels(around, levels, names, font)
        return replace(self, context=context, labels=labels)


def draw_season(
    week: SeasonWeek, context: ChartContext, folder: Path, *, jobs: int = 1
) -> list[Path]:
    """Draw everything; the files written.

    Parameters
    ----------
    context
        Words around the charts of the scenario; season and proof are put in.
    folder
        Where they go: PNG, SVG and CSV of the totals and of every centre with sessions.
    jobs
        Processes, this one included; the bytes do not depend on it.
    """
    from sim.report.drawing import draw_all, shared

    draw = partial(draw_centre, week=week, context=context, folder=folder)
    drawn = shared(list(centres_of(week)), draw, jobs, folder)
    totals = draw_all(SeasonResults(week, context), folder)
    return [*totals, *(path for paths in drawn.values() for path in paths)]


def centres_of(week: SeasonWeek) -> dict[str, str]:
    """Centres with sessions, in order of the venues, and their part of a file name."""
    busy = {s.venue for s in week.sessions}
    return file_names(p.centre for p in week.places if p.name in busy)


def draw_centre(centre: str, week: SeasonWeek, context: ChartContext, folder: Path) -> list[Path]:
    """Draw a centre's week as charts.

    Where one venue has sessions, its week is the centre's, with the names of groups.
    """
    from sim.report.charts.season.weeks import centre_drawings, venue_drawing
    from sim.report.drawing import draw_pages

    font = choose_font()
    with speaking(context.language):
        results = SeasonResults(week, context).drawable(font)
        safe, label = results.context, results.shown
        file = centres_of(week)[centre]
        used = [p for p in week.places if p.centre == centre and week.sessions_in(p.name)]
        if len(used) == 1:
            finding, plot = venue_drawing(week, used[0], safe, label)
            overview = [(replace(finding, name=f"season-week-{file}"), plot)]
        else:
            overview = centre_drawings(week, centre, file, label)
        return draw_pages(overview, safe, font, folder)
