"""What several charts draw: rows with dots, axes of differences, heads, keys, closed fields."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from matplotlib.ticker import MaxNLocator

from sim.report import theme
from sim.report.charts.values import Value, tick
from sim.report.page import Page
from sim.siting.figures import Figure

CLOSED = "#F4F4F4"
LONGEST = 2.6  # inches for the names of rows


@dataclass(frozen=True)
class TableRows:
    """Rows of equal height under one head; measures in inches from the box's lower left corner."""

    number: int
    height: float
    bottom: float

    @classmethod
    def below(
        cls, page: Page, number: int, head: float, foot: float, tallest: float = 0.9
    ) -> TableRows:
        """Fit rows between head and foot, not taller than need be."""
        height = min((page.height - head - foot) / max(number, 1), tallest)
        return cls(number, height, page.height - head - number * height)

    @property
    def top(self) -> float:
        """Upper edge of the first row."""
        return self.bottom + self.number * self.height

    def middle(self, row: int) -> float:
        """Middle of a row, the first on top."""
        return self.top - (row + 0.5) * self.height

    def write(self, page: Page, x: float, words: Sequence[str], ha: str = "left") -> None:
        """Write a word into each row."""
        for row, text in enumerate(words):
            page.text(x, self.middle(row), text, ha=ha, va="center_baseline")

    def names(self, page: Page, labels: Sequence[str], width: float) -> None:
        """Write the rows' names at the left, shortened to `width`."""
        fitted = [page.fitted(label, theme.SMALL, width, middle=True) for label in labels]
        self.write(page, 0, fitted)

    def rules(self, page: Page, every: int = 1) -> None:
        """Draw pale lines between rows, over the whole width, behind everything."""
        ax = page.axes(0, self.bottom, page.width, self.number * self.height)
        ax.set(xlim=(0, 1), ylim=(0, self.number))
        ax.set_axis_off()
        ax.set_zorder(-1)
        ax.hlines(np.arange(0, self.number + 1, every), 0, 1, color="#EBEBEB", linewidth=0.8)


def label_width(page: Page, labels: Sequence[str], longest: float = LONGEST) -> float:
    """Room for names of rows: what the longest needs, within limits."""
    widest = max((page.width_of(label, theme.SMALL) for label in labels), default=0.0)
    return min(max(widest + 0.25, 1.0), longest)


def dot_rows(
    page: Page,
    rows: TableRows,
    place: tuple[float, float],
    values: Sequence[Value],
    top: float,
    colour: str = theme.PALETTE[0],
    marker: str = "o",
    write: Callable[[float], str] = tick,
) -> Axes:
    """Draw a dot and its interval a row, on an axis from 0 to `top` (at left, width inches)."""
    ax = page.axes(place[0], rows.bottom, place[1], rows.number * rows.height)
    ax.patch.set_visible(False)
    ends = (0, top / 2, top) if place[1] > 2 else (0, top)
    ax.set(xlim=(0, top), ylim=(rows.number, 0), yticks=[], xticks=list(ends))
    ax.set_xticklabels([write(end) if end else "0" for end in ends])
    ax.grid(axis="x")
    ax.tick_params(length=0)
    ax.spines["bottom"].set_visible(False)
    for row, value in enumerate(values):
        put_dot(ax, row + 0.5, value, colour, marker)
    return ax


def put_dot(ax: Axes, y: float, value: Value, colour: str, marker: str = "o") -> None:
    """Draw one dot with its interval; nothing where nothing is known."""
    if not value.known:
        return
    if value.bounded:
        ax.plot([value.low, value.high], [y, y], color=colour, linewidth=3.5, alpha=0.5)
    ax.plot([value.mean], [y], marker, markersize=9, color=colour, clip_on=False)


def swatch(
    page: Page,
    x: float,
    y: float,
    colour: str,
    pattern: str = "",
    edge: str = theme.GREY,
    line: str = "-",
) -> None:
    """Draw a key's field, 0.28 by 0.2 inches, lower left corner at x, y."""
    field = Rectangle(
        page.at(x, y), 0.28 / page.paper[0], 0.2 / page.paper[1], facecolor=colour, hatch=pattern,
        edgecolor=edge, linewidth=0.8, linestyle=line, transform=page.figure.transFigure,
    )  # fmt: skip
    page.figure.add_artist(field)


def hatch(ax: Axes, x: float, y: float, width: float, height: float) -> None:
    """Fill a field as closed: pale and hatched."""
    ax.add_patch(
        Rectangle(
            (x, y), width, height, facecolor=CLOSED, hatch="////", edgecolor="#C4C4C4",
            linewidth=0, zorder=0.5,
        )
    )  # fmt: skip


def difference_axis(
    page: Page, rows: TableRows, place: tuple[float, float], values: Sequence[float]
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
