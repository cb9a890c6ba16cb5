"""Weights over the hours of the day, from the stretches that a scenario writes."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

__all__ = ["spread"]


def spread(
    bands: Mapping[str, float], *, missing: float = 0.0, per_hour: bool = False
) -> npt.NDArray[np.float64]:
    """(24,) from stretches of hours: a stretch's weight is shared out, or holds in each hour."""
    hours = np.full(24, missing)
    for band, weight in bands.items():
        start, end = (int(x) for x in band.split("-"))
        hours[start:end] = weight if per_hour else weight / (end - start)
    return hours
