"""The answer for one group: where its share falls below the target, read from mean and bands."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.arrays import F64
from sim.stats.refine import Fall, Falls, RefinementPlan, tolerance


@dataclass(frozen=True, slots=True)
class Crossing:
    """Multiplier at which one group's expected share first falls below its target.

    Attributes
    ----------
    multiplier
        Crossing of the mean over replications; None if it starts below or never falls below.
    ci_low, ci_high
        Interval. None = open on that side. The largest multiplier tried stands as `ci_low` where
        even the lower band never fell below the target, the smallest tried as `ci_high` where
        even the upper band was below it from the start. Both None: no interval (fewer than two
        replications with a value) or nothing known. Ends lie outwards by the error of
        interpolation.
    n
        Replications with a value beside the crossing (without one: at the nearest point tried).
    settled
        Whether interpolation is accurate enough; if not (the cap was reached), the ends are the
        nearest multipliers tried outside.
    """

    multiplier: float | None
    ci_low: float | None
    ci_high: float | None
    n: int
    settled: bool

    @property
    def half_width(self) -> float | None:
        """Half of the interval's width as a share of the multiplier; None if it is open."""
        if self.multiplier is None or self.ci_low is None or self.ci_high is None:
            return None
        return (self.ci_high - self.ci_low) / (2 * self.multiplier)


def crossing_of(
    multipliers: F64, n: NDArray[np.int64], falls: Falls, plan: RefinementPlan
) -> Crossing:
    """Crossing of one group from (M,) `multipliers`, its `n` at each, and its three falls."""
    low, mean, high = falls
    if mean is None:
        return Crossing(None, None, None, 0, settled=True)
    close = tolerance(falls, plan)
    settled = all(f is None or f.error <= close for f in falls)
    at = float(np.exp(mean.at)) if np.isfinite(mean.at) else None
    ci_low = None if low is None else _end(low, -1, settled, multipliers)
    ci_high = None if high is None else _end(high, 1, settled, multipliers)
    if at is not None:  # a group with gaps may lack bands where it has a mean
        ci_low = None if ci_low is None else min(ci_low, at)
        ci_high = None if ci_high is None else max(ci_high, at)
    beside = [_nearest(multipliers, x) for x in (mean.left, mean.right) if np.isfinite(x)]
    return Crossing(at, ci_low, ci_high, int(n[beside].min()), settled)


def _end(fall: Fall, side: int, settled: bool, multipliers: F64) -> float | None:
    """Limit on one side (-1 the lower, 1 the upper), outwards by the error of interpolation."""
    outer = fall.left if side < 0 else fall.right
    if not np.isfinite(outer):
        return None
    limit = float(multipliers[_nearest(multipliers, outer)])
    if not np.isfinite(fall.at) or not settled:
        return limit
    reached = float(np.exp(fall.at + side * fall.error))
    return max(reached, limit) if side < 0 else min(reached, limit)


def _nearest(multipliers: F64, x: float) -> int:
    return int(np.argmin(np.abs(np.log(multipliers) - x)))
