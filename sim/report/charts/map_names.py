"""Where the name of a zone can stand on a map."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

__all__ = ["free_spot"]

F64 = npt.NDArray[np.float64]

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
