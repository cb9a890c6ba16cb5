"""Charts by name, and findings drawn on pages by several processes."""

from __future__ import annotations

import contextlib
import importlib
import multiprocessing
import os
import pickle
import pkgutil
import signal
import threading
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, ClassVar, Protocol, Self, TypeVar

import matplotlib as mpl

from sim.experiment.pool import interrupts_ignored, process_context
from sim.messages import speaking
from sim.report import theme
from sim.report.context import ChartContext, RunResults
from sim.report.files import remove_parts
from sim.report.fonts import FontChoice, choose_font, drawable_finding, require_glyphs
from sim.report.page import Finding, Page, lay_out

Drawing = tuple[Finding, Callable[[Page], None]]
"""What is found, and how it is drawn on a page."""


def draw_pages(
    drawings: Iterable[Drawing], context: ChartContext, font: FontChoice, folder: Path
) -> list[Path]:
    """Draw each finding into a folder as PNG, SVG and CSV; the files written."""
    paths: list[Path] = []
    with _settings(font):
        for drawing in drawings:
            paths += _drawn(drawing, context, font).save(folder)
    return paths


@contextlib.contextmanager
def _settings(font: FontChoice) -> Iterator[None]:
    with mpl.rc_context():
        mpl.rcdefaults()  # a user's matplotlibrc must not change the bytes
        mpl.rcParams.update(theme.settings(font.families))
        yield


def _drawn(drawing: Drawing, context: ChartContext, font: FontChoice) -> Page:
    finding, plot = drawing
    page = lay_out(drawable_finding(finding, font), context)
    plot(page)
    return page


class ChartData(Protocol):
    """Result of an analysis: frozen figures and the finding in words."""

    @property
    def finding(self) -> Finding:
        """Title, subtitle, table."""
        ...


class Results(Protocol):
    """Results that charts of an outcome are drawn from."""

    charts: ClassVar[str]
    """Package below `sim.report.charts` in which they lie."""

    @property
    def context(self) -> ChartContext:
        """Words and numbers around the charts."""
        ...

    def drawable(self, font: FontChoice) -> Self:
        """Give the same with names that can all be drawn with this font."""
        ...


D = TypeVar("D", bound=ChartData)
R = TypeVar("R", bound=Results)


@dataclass(frozen=True)
class Chart:
    """A chart: `analyse` reads results (one item a picture), `plot` draws one item on a page."""

    name: str
    analyse: Callable[[Any], Sequence[Any]]
    plot: Callable[[Page, Any], None]

    def drawings(self, results: Results) -> Iterator[Drawing]:
        """Findings, and how each is drawn."""
        for data in self.analyse(results):
            yield data.finding, partial(_plot, self, data)


@dataclass(frozen=True, eq=False)
class DrawnChart:
    """A finding with its own way of being drawn: figures of a chart that needs no class."""

    finding: Finding
    plot: Callable[[Page], None]


_CHARTS: dict[tuple[type, str], Chart] = {}


def chart(
    name: str, plot: Callable[[Page, D], None], *, of: type[R]
) -> Callable[[Callable[[R], Sequence[D]]], Callable[[R], Sequence[D]]]:
    """Register the decorated `analyse` of an outcome's results with its `plot` under a name."""

    def register(analyse: Callable[[R], Sequence[D]]) -> Callable[[R], Sequence[D]]:
        if (of, name) in _CHARTS:
            raise ValueError(f"chart {name!r} is registered twice")
        _CHARTS[of, name] = Chart(name, analyse, plot)
        return analyse

    return register


def picture(
    name: str, *, of: type[R]
) -> Callable[[Callable[[R], Drawing | None]], Callable[[R], Drawing | None]]:
    """Register a chart of at most one picture, which says itself how it is drawn."""

    def register(draw: Callable[[R], Drawing | None]) -> Callable[[R], Drawing | None]:
        def analyse(results: R) -> Sequence[DrawnChart]:
            drawing = draw(results)
            return [] if drawing is None else [DrawnChart(*drawing)]

        def plot(page: Page, data: DrawnChart) -> None:
            data.plot(page)

        chart(name, plot, of=of)(analyse)
        return draw

    return register


def all_charts(of: type[Results] = RunResults) -> dict[str, Chart]:
    """Every chart of an outcome, by name in alphabetical order."""
    package = importlib.import_module(f"sim.report.charts.{of.charts}")
    for module in pkgutil.iter_modules(package.__path__):
        importlib.import_module(f"{package.__name__}.{module.name}")
    return dict(sorted((name, one) for (kind, name), one in _CHARTS.items() if kind is of))


Files = dict[str, list[Path]]


def shared(
    names: Sequence[str], draw: Callable[[str], list[Path]], jobs: int, folder: Path
) -> Files:
    """Draw what has these names; the files of each, in their order.

    Other processes draw from the front, and this one from the back, until they meet. What one of
    them was drawing when it was killed, this one draws.

    Parameters
    ----------
    draw
        Draws one; it can be pickled, and gives the files it wrote.
    jobs
        Processes, this one included.
    folder
        Where it draws.
    """
    left = deque(names)
    drawn: Files = {}
    others = min(jobs, len(names)) - 1
    # before anybody draws: what is drawn from fills its caches then
    pickled = pickle.dumps(draw) if others > 0 else b""
    with ThreadPoolExecutor(max(others, 1)) as threads:
        try:
            there = [threads.submit(_drawn_elsewhere, left, pickled) for _ in range(others)]
            for name in _taken(left.pop):
                drawn[name] = draw(name)
            for files in there:
                drawn |= files.result()
        finally:
            left.clear()  # after Ctrl-C nobody begins another
    if len(drawn) < len(names):
        remove_parts(folder)  # of a file that a killed process was writing
    return {name: drawn[name] if name in drawn else draw(name) for name in names}


def _drawn_elsewhere(left: deque[str], draw: bytes) -> Files:
    """Collect, in a thread, what another process draws, until nothing is left or it is killed.

    A pool of one a thread: where one of several is killed, Python 3.11 ends all of them, or, where
    work was cancelled, waits for ever.
    """
    drawn: Files = {}
    with (
        contextlib.suppress(BrokenProcessPool),
        interrupts_ignored(),
        ProcessPoolExecutor(1, process_context(), _leave_with_the_run) as pool,
    ):
        for name in _taken(left.popleft):
            drawn[name] = pool.submit(_draw_pickled, draw, name).result()
    return drawn


def _draw_pickled(draw: bytes, name: str) -> list[Path]:
    files: list[Path] = pickle.loads(draw)(name)
    return files


def _taken(take: Callable[[], str]) -> Iterator[str]:
    """Names as they are taken, until there are none."""
    with contextlib.suppress(IndexError):
        while True:
            yield take()


def _leave_with_the_run() -> None:
    """Leave Ctrl-C to the run in a process that draws, and end when the run does, even killed.

    Nothing else would tell it: it would wait for ever, or go on drawing into a folder that the next
    run has removed.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_after_the_run, daemon=True).start()


def _end_after_the_run() -> None:
    run = multiprocessing.parent_process()
    if run is not None:
        run.join()
        os._exit(1)


def draw_all(
    results: Results,
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
        An outcome: a run, a comparison, a siting result, ...
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
    known = all_charts(type(results))
    names = [name for name in known if only is None or name in only]
    unknown = set(only or ()) - set(known)
    if unknown:
        raise ValueError(f"no chart called {', '.join(sorted(unknown))}; there are {names}")
    font = font or choose_font()
    require_glyphs(font, results.context.language)
    draw = partial(draw_chart, results=results.drawable(font), folder=folder, font=font)
    return [path for paths in shared(names, draw, jobs, folder).values() for path in paths]


def draw_chart(name: str, results: Results, folder: Path, font: FontChoice) -> list[Path]:
    """Draw one chart by name (it may give several pictures) from drawable results."""
    choose_font()
    found = all_charts(type(results))[name]
    with speaking(results.context.language):
        return draw_pages(found.drawings(results), results.context, font, folder)


def _plot(drawing: Chart, data: Any, page: Page) -> None:
    drawing.plot(page, data)
