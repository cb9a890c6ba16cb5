"""Findings drawn on pages and saved: what all charts have in common."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import matplotlib as mpl

from sim.report import theme
from sim.report.data import ChartContext
from sim.report.files import atomic_write
from sim.report.finding import Finding
from sim.report.fonts import FontChoice, drawable_finding
from sim.report.page import Page, lay_out

__all__ = ["Drawing", "draw_pages", "print_pages"]

Drawing = tuple[Finding, Callable[[Page], None]]
"""What is found, and how it is drawn on a page."""


def draw_pages(
    drawings: Iterable[Drawing], context: ChartContext, font: FontChoice, folder: Path
) -> list[Path]:
    """Draw each finding into a folder as PNG, SVG and CSV; the files written."""
    paths: list[Path] = []
    with _settings(font):
        for drawing in drawings:
            paths += _drawn(drawing, context, font, theme.SLIDE).save(folder)
    return paths


def print_pages(
    drawings: Iterable[Drawing], context: ChartContext, font: FontChoice, path: Path
) -> Path:
    """Draw findings on sheets of A4 across, one PDF; the same data give the same bytes."""
    from matplotlib.backends.backend_pdf import PdfPages

    buffer = io.BytesIO()
    with (
        _settings(font),
        PdfPages(buffer, metadata={"CreationDate": None, "Creator": None, "Producer": None}) as pdf,
    ):
        for drawing in drawings:
            _drawn(drawing, context, font, theme.PRINT).figure.savefig(pdf, format="pdf")
    atomic_write(path, buffer.getvalue())
    return path


@contextlib.contextmanager
def _settings(font: FontChoice) -> Iterator[None]:
    with mpl.rc_context():
        mpl.rcdefaults()  # a user's matplotlibrc must not change the bytes
        mpl.rcParams.update(theme.settings(font.families))
        yield


def _drawn(
    drawing: Drawing, context: ChartContext, font: FontChoice, paper: tuple[float, float]
) -> Page:
    finding, plot = drawing
    page = lay_out(drawable_finding(finding, font), context, paper)
    plot(page)
    return page
