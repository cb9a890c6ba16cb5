"""The frame of a map: its extent at equal scale, its scale bar, markers of tiers."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.patheffects import withStroke

from sim.report import theme
from sim.report.page import Page

__all__ = ["MARKERS", "OTHER", "View", "extent", "scale_bar", "scale_box"]

F64 = npt.NDArray[np.float64]
View = tuple[float, float, float, float]
"""Left, right, low and high end in km."""

MARKERS = {"subdistrict": ("*", 260.0), "community": ("^", 75.0), "compound": ("+", 42.0)}
OTHER = ("x", 42.0)


def extent(xy: F64, ratio: float, tall: float = 1.24) -> View:
    """Limits in km of equal scale on both axes, free at the edges.

    Parameters
    ----------
    xy
        (n, 2) what must be seen.
    ratio
        Width of the map over its height.
    tall
        Height of the map over that of what is seen, at least.
    """
    (x_low, y_low), (x_high, y_high) = xy.min(axis=0).tolist(), xy.max(axis=0).tolist()
    high = max((y_high - y_low) * tall, (x_high - x_low) / ratio * 1.12, 0.5)
    wide, mx = high * ratio, (x_high + x_low) / 2
    my = (y_high + y_low) / 2 + 0.02 * high
    return mx - wide / 2, mx + wide / 2, my - high / 2, my + high / 2


def _scale(view: View) -> tuple[float, float, float]:
    """Left end, height and length of the scale bar, km."""
    wide, tall = view[1] - view[0], view[3] - view[2]
    length = 10 ** math.floor(math.log10(wide / 4))
    length *= max(k for k in (1, 2, 5) if k * length <= wide / 4)
    return view[0] + 0.04 * wide, view[2] + 0.05 * tall, length


def scale_box(page: Page, view: View, per_inch: float) -> F64:
    """Middle and size of what the scale bar and its words cover, as one name."""
    x, y, length = _scale(view)
    wide = length + (page.width_of(f"{length:g} km", theme.SMALL) + 0.1) * per_inch
    return np.array([[x + wide / 2, y, wide, 0.3 * per_inch]])


def scale_bar(ax: Axes, view: View) -> None:
    """Draw the bar and its length."""
    x, y, length = _scale(view)
    ax.plot([x, x + length], [y, y], color=theme.INK, linewidth=3, solid_capstyle="butt", zorder=5)
    ax.text(x + length + 0.015 * (view[1] - view[0]), y, f"{length:g} km", fontsize=theme.SMALL,
            va="center", zorder=5,
            path_effects=[withStroke(linewidth=3, foreground="white")])  # fmt: skip
