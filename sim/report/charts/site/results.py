"""Draw all charts of a siting result into a folder."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pandas as pd

from sim.report.charts.site.convergence import convergence
from sim.report.charts.site.frontier import frontier, frontier_worst
from sim.report.charts.site.gains import GROUPS, dumbbell
from sim.report.charts.site.map import map_after, map_before
from sim.report.charts.site.outlooks import outlook_ranks
from sim.report.charts.site.plans import left_out, plans
from sim.report.context import ChartContext, RunResults
from sim.report.drawing import Drawing, draw_pages, shared
from sim.report.fonts import FontChoice, choose_font, drawable
from sim.report.site.places import Seen
from sim.report.site.words import Label

Chart = Callable[[Seen, ChartContext, Label], Drawing | None]

CHARTS: dict[str, Chart] = {
    "map-before": map_before,
    "map-after": map_after,
    "plans": plans,
    "left-out": left_out,
    **{f"dumbbell-{group.replace('_', '-')}": dumbbell(group) for group in GROUPS},
    "frontier": frontier,
    "frontier-worst": frontier_worst,
    "outlooks": outlook_ranks,
    "convergence": convergence,
}
"""By name; one that has nothing to show gives None."""


def draw_siting(seen: Seen, context: ChartContext, folder: Path, *, jobs: int = 1) -> list[Path]:
    """Draw every chart that the result allows, as PNG, SVG and CSV.

    Parameters
    ----------
    context
        Words around the charts, with the replications of the final judging.
    folder
        Where the files go (the `charts` folder itself).
    jobs
        Processes, this one included; the bytes do not depend on it.

    Returns
    -------
    list of Path
        Files written, chart by chart.
    """
    draw = partial(draw_one, seen=seen, context=context, folder=folder)
    return [path for paths in shared(list(CHARTS), draw, jobs, folder).values() for path in paths]


def draw_one(name: str, seen: Seen, context: ChartContext, folder: Path) -> list[Path]:
    """Draw one chart by name; no file where it has nothing to show."""
    font = choose_font()
    safe, label = labelled(seen, context, font)
    drawing = CHARTS[name](seen, safe, label)
    return draw_pages([drawing], safe, font, folder) if drawing else []


def labelled(seen: Seen, context: ChartContext, font: FontChoice) -> tuple[ChartContext, Label]:
    """Context and labels of kinds, groups, places, plans and outlooks that can all be drawn."""
    found = seen.found
    levels = [
        *(("kind", m.kind) for m in found.catalogue.moves if m.kind),
        *(("kind", m.was) for m in found.catalogue.moves if m.was),
        *((g.group, g.level) for g in found.gains),
    ]
    names = [
        *(("place", name) for name in found.homes.names),
        *(("place", p.name) for view in (found.today, found.after) for p in view.places),
        *(("place", s.site.name) for s in seen.sites),
        *(("place", link.name) for link in seen.links),
        *(("plan", plan.label) for plan in found.plans),
        *(("community", name) for name in found.homes.communities),
        *(("outlook", o.outlook) for o in found.outlooks),
    ]
    results = RunResults(
        context,
        pd.DataFrame(list(dict.fromkeys(levels)), columns=["group", "level"]),
        pd.DataFrame(list(dict.fromkeys(names)), columns=["type", "name"]),
    )
    safe = drawable(results, font)
    labels = dict(
        zip(zip(safe.places["type"], safe.places["name"], strict=True), safe.places["label"],
            strict=True)
    )  # fmt: skip
    return safe.context, lambda what, name: str(
        labels.get((what, name)) or safe.context.label(what, name)
    )
