"""Which multipliers to simulate next, and where a share falls below its target.

All crossings become accurate with few multipliers; a crossing is read from mean and bands.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.arrays import F64, I64


@dataclass(frozen=True, slots=True)
class Fall:
    """First fall of a piecewise linear curve below a target.

    Attributes
    ----------
    at
        Abscissa; -inf if the curve starts below, +inf if it never falls below.
    left, right
        The known points on either side of it; infinite where there is none.
    error
        Estimated error of `at` by linear interpolation, at most its distance to the farther of
        the two points; 0 outside the points.
    """

    at: float
    left: float
    right: float
    error: float


def first_fall(x: F64, y: F64, target: float) -> Fall | None:
    """First fall of (M,) `y` at ascending (M,) `x` below `target`; None if no y is known.

    Points with a NaN are passed over. The curve is below a target where y < target. The error is
    that of the chord, |y''| (at - left) (right - at) / (2 |slope|), with the larger second
    difference of the neighbouring cells for y''; without neighbours only the points themselves
    bound it.
    """
    known = ~np.isnan(y)
    x, y = x[known], y[known]
    if not len(x):
        return None
    below = y < target
    if not below.any():
        return Fall(np.inf, float(x[-1]), np.inf, 0.0)
    j = int(np.argmax(below))
    if j == 0:
        return Fall(-np.inf, -np.inf, float(x[0]), 0.0)
    left, right = float(x[j - 1]), float(x[j])
    slope = float(y[j] - y[j - 1]) / (right - left)
    at = min(max(left + float(target - y[j - 1]) / slope, left), right)
    farthest = max(at - left, right - at)
    bends = _second_differences(x, y)[max(j - 2, 0) : j]
    if not len(bends):
        return Fall(at, left, right, farthest)
    bend = float(np.abs(bends).max())
    error = bend * (at - left) * (right - at) / (2 * abs(slope))
    return Fall(at, left, right, min(error, farthest))


def _second_differences(x: F64, y: F64) -> F64:
    """(M - 2,) estimate of y'' at each inner point."""
    slopes = np.diff(y) / np.diff(x)
    return np.asarray(2 * np.diff(slopes) / (x[2:] - x[:-2]))


Falls = tuple[Fall | None, Fall | None, Fall | None]

_OPEN = 0.1
"""Half-width of log m that an interval open on one side is taken to have."""
_INSIDE = 0.1
"""A new point keeps this share of its cell away from the cell's ends, so that cells shrink."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RefinementPlan:
    """Where to look for crossings and when to stop.

    Attributes
    ----------
    start
        Ascending multipliers to begin with.
    smallest, largest
        Limits of the search: from the ends of `start` it goes on by factors of `step` while a
        group has not crossed with its whole band. Costs grow with the multiplier, so it climbs.
    step
        Factor, above 1.
    accuracy
        Error of interpolation allowed, as a share of the interval's half-width in log m.
    resolution
        Relative error that never matters, however narrow the interval.
    at_most
        Cap on multipliers.
    half_width
        Half-width wished for, as a share of the multiplier: replications are added until every
        interval with two ends is that narrow. An open one is not waited for. None: no wish.
    most_replications
        Cap on replications at each multiplier.

    Raises
    ------
    ValueError
        If limits or grid are out of order.
    """

    start: tuple[float, ...] = (1.0, 2.0, 4.0, 8.0)
    smallest: float = 1.0
    largest: float = 100.0
    step: float = 2.0
    accuracy: float = 0.1
    resolution: float = 0.002
    at_most: int = 40
    half_width: float | None = None
    most_replications: int = 200

    def __post_init__(self) -> None:
        grid = (self.smallest, *self.start, self.largest)
        rising = all(a < b for a, b in zip(self.start, self.start[1:], strict=False))
        if not self.start or not rising or list(grid) != sorted(grid) or self.smallest <= 0:
            raise ValueError(
                "needed: 0 < smallest <= start <= largest, start ascending, not "
                f"{self.smallest}, {self.start}, {self.largest}"
            )
        if not (self.step > 1 and self.accuracy > 0 and self.resolution > 0):
            raise ValueError("needed: step above 1, accuracy and resolution above 0")
        if self.half_width is not None and not self.half_width > 0:
            raise ValueError(f"half_width must be above 0, not {self.half_width!r}")
        if self.at_most < len(self.start):
            raise ValueError(f"at_most must allow the {len(self.start)} multipliers of start")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Replications `first` to `last` - 1 at one multiplier."""

    multiplier: float
    first: int
    last: int


def tolerance(falls: Falls, plan: RefinementPlan) -> float:
    """Error of interpolation in log m that one group may have."""
    low, _, high = falls
    if low is None or high is None:  # no interval: only the resolution counts
        return plan.resolution
    closed = math.isfinite(low.at) and math.isfinite(high.at)
    half = (high.at - low.at) / 2 if closed else _OPEN
    return max(plan.accuracy * half, plan.resolution)


def next_multipliers(tried: F64, falls: Sequence[Falls], plan: RefinementPlan) -> list[float]:
    """Ascending multipliers to simulate next; empty when all groups are settled or at the cap.

    First the bracket is widened until every group's whole band has crossed. Then each cell in
    which some group's error is too large gets one point, where the worst of its groups crosses.

    Parameters
    ----------
    tried
        (M,) ascending multipliers known.
    falls
        By group, of the lower band, the mean and the upper band.
    plan
        Limits and accuracy.
    """
    left = plan.at_most - len(tried)
    if left <= 0:
        return []
    outside = _outside(tried, falls, plan)
    if outside:
        return outside[:left]
    cells: dict[tuple[float, float], tuple[float, float]] = {}
    for group in falls:
        close = tolerance(group, plan)
        for fall in group:
            if fall is not None and fall.error > close:
                cell = (fall.left, fall.right)
                cells[cell] = max(cells.get(cell, (0.0, 0.0)), (fall.error / close, fall.at))
    worst_first = sorted(cells, key=lambda cell: (-cells[cell][0], cell))
    known = {float(m) for m in tried}
    found: list[float] = []
    for cell in worst_first:
        m = _inner(cell, cells[cell][1])
        if m not in known and m not in found:
            found.append(m)
    return sorted(found[:left])


def _outside(tried: F64, falls: Sequence[Falls], plan: RefinementPlan) -> list[float]:
    smallest, largest = float(tried[0]), float(tried[-1])
    lows = [low or mean for low, mean, _ in falls]
    highs = [high or mean for _, mean, high in falls]
    wanted = []
    if smallest > plan.smallest and any(f is not None and f.at == -np.inf for f in lows):
        wanted.append(max(_rounded(smallest / plan.step), plan.smallest))
    if largest < plan.largest and any(f is not None and f.at == np.inf for f in highs):
        wanted.append(min(_rounded(largest * plan.step), plan.largest))
    return wanted


def _inner(cell: tuple[float, float], at: float) -> float:
    """Point of a cell (in log m) at a crossing but not at the cell's ends, as a multiplier."""
    a, b = cell
    edge = _INSIDE * (b - a)
    return _rounded(math.exp(min(max(at, a + edge), b - edge)))


def _rounded(m: float) -> float:
    """Four significant digits: readable, and the same on any machine."""
    return float(f"{m:.4g}")


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


def crossing_of(multipliers: F64, n: I64, falls: Falls, plan: RefinementPlan) -> Crossing:
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
