"""What maps have in common: extent, markers, a bar of scale, room for names."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.patheffects import withStroke

from sim.report import theme
from sim.report.page import Page

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


GRID = 17
"""Places tried across and up; odd, so that the middle is among them."""
WIDER = (1.0, 1.5, 2.5, 4.0)
"""How far places are tried, one after the other."""


def free_spot(
    dots: F64,
    names: F64,
    middles: F64,
    zone: int,
    reach: float,
    size: tuple[float, float],
    view: tuple[float, float, float, float],
) -> F64:
    """Place for a zone's name near its middle: over no other name, and over few dots.

    If there is one it is nearer to the zone's own middle than to any other, lest it be read as
    another's; where there is none nearby, places further off are tried.

    Parameters
    ----------
    dots
        (n, 2) what should not be covered.
    names
        (m, 4) middles and sizes of names that stand already.
    middles
        (z, 2) middles of the zones, of which `zone` is the one to be named.
    reach
        How far the zone spreads around its middle.
    size
        Width and height of the name.
    view
        Left, right, low and high end of the map. All lengths are in its units.
    """
    best = middles[zone]
    for wider in WIDER:
        steps = np.linspace(-1, 1, GRID) * (reach + max(reach, size[1])) * wider
        spots = middles[zone] + np.array([(dx, dy) for dx in steps for dy in steps])
        spots[:, 0] = spots[:, 0].clip(view[0] + 0.55 * size[0], view[1] - 0.55 * size[0])
        spots[:, 1] = spots[:, 1].clip(view[2] + 0.6 * size[1], view[3] - 0.6 * size[1])
        away = np.hypot(*(spots[:, None] - middles[None]).transpose(2, 0, 1))
        others = away[:, zone] > away.min(axis=1) + 1e-9
        apart = np.abs(dots[None] - spots[:, None])
        air = (0.5 * size[0] + 0.3 * size[1], 0.85 * size[1])
        covered = (apart < air).all(axis=2).sum(axis=1)
        between = np.abs(names[None, :, :2] - spots[:, None])
        clashes = (between < 0.6 * (names[:, 2:] + size)).all(axis=2).sum(axis=1)
        first = np.lexsort((away[:, zone].round(9), covered, others, clashes))[0]
        best = spots[first]
        if not clashes[first] and not others[first]:
            break
    return np.asarray(best, dtype=np.float64)
