"""Draw all charts of a run into a folder."""

from __future__ import annotations

import multiprocessing
from collections.abc import Collection, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

from sim.report.data import RunResults
from sim.report.fonts import FontChoice, choose_font, drawable
from sim.report.page import Page
from sim.report.pages import draw_pages
from sim.report.registry import Chart, all_charts

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
    if jobs < 2 or len(names) < 2:
        return [path for name in names for path in draw_chart(name, results, folder, font)]
    return _shared(names, results, folder, font, jobs)


def _shared(
    names: Sequence[str], results: RunResults, folder: Path, font: FontChoice, jobs: int
) -> list[Path]:
    """Draw in other processes from the front, and in this one from the back, until they meet."""
    here: dict[str, list[Path]] = {}
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(min(jobs, len(names)) - 1, mp_context=spawn) as pool:
        there = {name: pool.submit(draw_chart, name, results, folder, font) for name in names}
        for name in reversed(names):
            if there[name].cancel():  # nobody has begun it
                here[name] = draw_chart(name, results, folder, font)
        drawn = [here[name] if name in here else there[name].result() for name in names]
    return [path for paths in drawn for path in paths]


def draw_chart(name: str, results: RunResults, folder: Path, font: FontChoice) -> list[Path]:
    """Draw one chart by name (it may give several pictures) from drawable results."""
    choose_font()
    drawing = all_charts()[name]
    drawings = ((data.finding, partial(_plot, drawing, data)) for data in drawing.analyse(results))
    return draw_pages(drawings, results.context, font, folder)


def _plot(drawing: Chart, data: Any, page: Page) -> None:
    drawing.plot(page, data)
