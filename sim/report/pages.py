"""Findings drawn on pages and saved: what all charts have in common."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import matplotlib as mpl

from sim.report.data import ChartContext
from sim.report.finding import Finding
from sim.report.fonts import FontChoice, drawable_finding
from sim.report.page import Page, lay_out
from sim.report.theme import settings

__all__ = ["Drawing", "draw_pages"]

Drawing = tuple[Finding, Callable[[Page], None]]
"""What is found, and how it is drawn on a page."""


def draw_pages(
    drawings: Iterable[Drawing], context: ChartContext, font: FontChoice, folder: Path
) -> list[Path]:
    """Draw each finding into a folder as PNG, SVG and CSV; the files written."""
    paths: list[Path] = []
    with mpl.rc_context():
        mpl.rcdefaults()  # a user's matplotlibrc must not change the bytes
        mpl.rcParams.update(settings(font.families))
        for finding, plot in drawings:
            page = lay_out(drawable_finding(finding, font), context)
            plot(page)
            paths += page.save(folder)
    return paths
