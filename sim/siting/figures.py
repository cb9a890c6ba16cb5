"""Means over replications with their intervals."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from sim.arrays import F64
from sim.stats.intervals import t_quantile


@dataclass(frozen=True, slots=True)
class Figure:
    """A mean over replications with its interval; NaN where there is none."""

    mean: float
    low: float
    high: float
    n: int


NO_FIGURE = Figure(math.nan, math.nan, math.nan, 0)


def figure(values: F64, confidence: float) -> Figure:
    """Mean of (R,) values and its t interval; no interval of one, NaN left out."""
    known = values[~np.isnan(values)]
    n = len(known)
    if n == 0:
        return NO_FIGURE
    mean = float(known.mean())
    if n == 1:
        return Figure(mean, math.nan, math.nan, 1)
    half = float(t_quantile(confidence, n - 1)) * float(known.std(ddof=1)) / math.sqrt(n)
    return Figure(mean, mean - half, mean + half, n)
