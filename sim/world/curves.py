"""Weights over the hours of the day, from the stretches that a scenario writes."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from sim.arrays import F64
from sim.scenario.schema.base import hours_of
from sim.scenario.schema.demand import Curve


def spread(bands: Mapping[str, float], *, missing: float = 0.0, per_hour: bool = False) -> F64:
    """(24,) from stretches of hours: a stretch's weight is shared out, or holds in each hour."""
    hours = np.full(24, missing)
    for band, weight in bands.items():
        start, end = hours_of(band)
        hours[start:end] = weight if per_hour else weight / (end - start)
    return hours


def day_shapes(curve: Curve) -> F64:
    """(2, 24) weight of the hours of a weekday, of sum 1, and of a weekend day, of `weekend_day`.

    A kind of day without weights stays 0.
    """
    days = np.stack([spread(curve.weekday), spread(curve.weekend)])
    totals = days.sum(axis=1, keepdims=True)
    days = np.divide(days, totals, where=totals > 0, out=days * 0)
    days[1] *= curve.weekend_day
    return np.asarray(days)
