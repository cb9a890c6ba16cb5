"""Draw all charts of a run into a folder."""

from __future__ import annotations

from collections.abc import Collection
from functools import partial
from pathlib import Path
from typing import Any

from sim.report.data import RunResults
from sim.report.fonts import FontChoice, choose_font, drawable
from sim.report.page import Page
from sim.report.pages import draw_pages
from sim.report.registry import Chart, all_charts
from sim.report.sharing import shared

__all__ = ["draw_all", "draw_chart"]


def draw_all(
    results: RunResults,
    folder: Path,
    *,
    only: Collection[str] | None = None,
    jobs: int = 1,
    font: FontChoice | None = None,
) -> list[Path]:
    """Draw every chart that the results allow, as PNG, SVG and CSV.

    Parameters
    ----------
    results
        The run.
    folder
        Where the files go (the `charts` folder itself).
    only
        Names of charts to draw; all if not given.
    jobs
        Processes, this one included; the bytes do not depend on it.
    font
        For tests; chosen by itself otherwise.

    Returns
    -------
    list of Path
        Files written, by chart name. A chart without data is left out.
    """
    names = [name for name in all_charts() if only is None or name in only]
    unknown = set(only or ()) - set(all_charts())
    if unknown:
        raise ValueError(f"no chart called {', '.join(sorted(unknown))}; there are {names}")
    font = font or choose_font()
    results = drawable(results, font)
    draw = partial(draw_chart, results=results, folder=folder, font=font)
    return [path for paths in shared(names, draw, jobs, folder).values() for path in paths]


def draw_chart(name: str, results: RunResults, folder: Path, font: FontChoice) -> list[Path]:
    """Draw one chart by name (it may give several pictures) from drawable results."""
    choose_font()
    drawing = all_charts()[name]
    drawings = ((data.finding, partial(_plot, drawing, data)) for data in drawing.analyse(results))
    return draw_pages(drawings, results.context, font, folder)


def _plot(drawing: Chart, data: Any, page: Page) -> None:
    drawing.plot(page, data)
