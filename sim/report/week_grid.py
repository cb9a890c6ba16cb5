"""A week as a grid: days across, hours down, blocks with words in them, a key."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from sim.report import theme
from sim.report.charts.parts import swatch
from sim.report.page import Page

__all__ = ["CLOSED", "LINE", "Style", "block", "key", "opening", "week_axes", "write"]

LINE = 0.22  # inches a line of words needs
KEY_SIZES = (theme.SMALL, 12, 10)
NARROW = 0.1  # inches between entries of a key, below which they are written smaller


@dataclass(frozen=True, slots=True)
class Style:
    """How a use is drawn: colour, hatch, edge and its line; and the ink of words on it."""

    colour: str
    hatch: str = ""
    edge: str = theme.GREY
    line: str = "-"
    width: float = 0.6
    ink: str = theme.INK


CLOSED = Style("#F2F2F2", "//")


def opening(stretches: Iterable[tuple[float, float]]) -> tuple[int, int]:
    """Whole hours around all stretches of (start, end) in hours; 8 to 22 if there is none."""
    ends = list(stretches)
    low = math.floor(min((start for start, _ in ends), default=8.0))
    return low, math.ceil(max((end for _, end in ends), default=22.0))


def week_axes(
    page: Page,
    place: tuple[float, float, float, float],
    hours: tuple[int, int],
    days: Sequence[str],
    every: int | None = None,
) -> Axes:
    """Add a grid: x = days from 0 to 7, y = hours of the day downwards.

    Parameters
    ----------
    place
        Left, bottom, width, height in inches from the box's lower left corner.
    days
        Seven names.
    every
        Hours between labels; 2, or 3 for a long day, if not given.
    """
    low, high = hours
    axes = page.axes(*place)
    axes.set_xlim(0, 7)
    axes.set_xticks([d + 0.5 for d in range(7)])
    axes.set_xticklabels(days)
    labelled = range(low, high + 1, every or (2 if high - low <= 16 else 3))
    axes.set_yticks(list(labelled))
    axes.set_yticklabels([f"{h:02d}:00" for h in labelled])
    axes.set_ylim(high, low)
    axes.tick_params(length=0)
    axes.grid(axis="y", color=theme.PALE, linewidth=0.6)
    return axes


def block(axes: Axes, x: float, width: float, start: float, end: float, style: Style) -> Rectangle:
    """Add a block from start to end (hours) at x (days)."""
    patch = Rectangle(
        (x, start), width, end - start, facecolor=style.colour, hatch=style.hatch,
        edgecolor=style.edge, linewidth=style.width, linestyle=style.line,
    )  # fmt: skip
    axes.add_artist(patch)  # the limits are set: no need to look for them again
    return patch


def write(
    axes: Axes, x: float, y: float, lines: Sequence[str], style: Style, size: float = theme.SMALL
) -> None:
    """Write lines around the point x, y of the grid."""
    axes.text(
        x, y, "\n".join(lines), ha="center", va="center", color=style.ink, fontsize=size,
        linespacing=1.1, bbox={"facecolor": style.colour, "edgecolor": "none", "pad": 1.0},
    )  # fmt: skip


def key(
    page: Page, fields: Sequence[tuple[str, Style]], left: float = 0.75, right: float | None = None
) -> None:
    """Colours and hatches in words, in one line above the grid, between left and right inches."""
    room = (page.width if right is None else right) - left - 0.1
    for size in KEY_SIZES:
        widths = [0.36 + page.width_of(words, size) for words, _ in fields]
        gap = min(0.35, (room - sum(widths)) / max(len(fields) - 1, 1))
        if gap > NARROW:
            break
    x, y = left, page.height - 0.45
    for (words, style), width in zip(fields, widths, strict=True):
        swatch(page, x, y, style.colour, style.hatch, style.edge, style.line)
        page.text(x + 0.36, y + 0.03, words, size=size)
        x += width + gap
