"""What several charts of a siting draw: an axis of gains with dots and intervals, a row each."""

from __future__ import annotations

import math
from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from sim.report import theme
from sim.report.charts.parts import Rows
from sim.report.charts.values import tick
from sim.report.page import Page
from sim.siting.outcome import Figure

__all__ = ["difference_axis", "draw_figure", "head"]


def difference_axis(
    page: Page, rows: Rows, place: tuple[float, float], values: Sequence[float]
) -> Axes:
    """Axes with a line at zero that is in sight, rows from 0.5 downwards.

    Parameters
    ----------
    place
        Left and width in inches.
    values
        All that must fit; NaN are left out.
    """
    known = [v for v in values if not math.isnan(v)]
    low, high = min([0.0, *known]), max([0.0, *known])
    room = 0.06 * (high - low) or 1.0
    ax = page.axes(place[0], rows.bottom, place[1], rows.number * rows.height)
    ax.patch.set_visible(False)
    ax.set(xlim=(low - room, high + room), ylim=(rows.number, 0), yticks=[])
    ax.xaxis.set_major_locator(MaxNLocator(4 if place[1] > 2.5 else 2))
    ax.xaxis.set_major_formatter(lambda value, _: _tick(value))
    ax.grid(axis="x")
    ax.tick_params(length=0)
    for side in ("left", "bottom"):
        ax.spines[side].set_visible(False)
    ax.axvline(0, color=theme.INK, linewidth=1)
    return ax


def _tick(value: float) -> str:
    return f"-{tick(-value)}" if value < 0 else tick(value)


def draw_figure(ax: Axes, y: float, figure: Figure, colour: str, marker: str = "o") -> None:
    """A dot and its interval; nothing where nothing is known."""
    if math.isnan(figure.mean):
        return
    if not math.isnan(figure.low):
        ax.plot([figure.low, figure.high], [y, y], color=colour, linewidth=3.5, alpha=0.5)
    ax.plot([figure.mean], [y], marker, markersize=9, color=colour)


def head(page: Page, x: float, width: float, title: str, unit: str) -> None:
    """Name a column and its unit above the rows."""
    words, size = page.sized(title, width)
    page.text(x, page.height - 0.22, words, size)
    page.text(x, page.height - 0.48, page.fitted(unit, theme.SMALL, width), colour=theme.GREY)
