"""Where places lie on a map of a page: shape and units of its picture."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pandas as pd

WIDE = 1000.0
"""Units across."""
MARGIN = 45.0
HIGHEST, LOWEST = 760.0, 420.0


class Frame:
    """Puts degrees onto a picture of equal scale, north up.

    Parameters
    ----------
    degrees
        (longitude, latitude) of all that must be seen.
    """

    def __init__(self, degrees: Sequence[tuple[float, float]]) -> None:
        east, north = zip(*degrees, strict=True)
        self._middle = (min(east) + max(east)) / 2, (min(north) + max(north)) / 2
        self._shrink = math.cos(math.radians(self._middle[1]))
        wide = max((max(east) - min(east)) * self._shrink, 1e-6)
        high = max(max(north) - min(north), 1e-6)
        self.high = min(HIGHEST, max(LOWEST, high / wide * (WIDE - 2 * MARGIN) + 2 * MARGIN))
        self._scale = min((WIDE - 2 * MARGIN) / wide, (self.high - 2 * MARGIN) / high)

    def place(self, lon: float, lat: float) -> tuple[float, float]:
        """Units from the left and from above."""
        x = WIDE / 2 + (lon - self._middle[0]) * self._shrink * self._scale
        return round(x, 1), round(self.high / 2 - (lat - self._middle[1]) * self._scale, 1)


def degrees(table: pd.DataFrame) -> list[tuple[float, float]]:
    """Longitude and latitude of the places of a table."""
    places = table[["lon", "lat"]].apply(pd.to_numeric).dropna()
    return list(zip(places["lon"].tolist(), places["lat"].tolist(), strict=True))
