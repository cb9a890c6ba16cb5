"""Search for the demand multipliers at which served shares fall below their targets.

What is sought is the first m at which the *expected* share is below the target t. At any m the t
interval of the mean share over replications covers the expected share; so the interval of the
crossing is every m at which that interval holds t: from where the lower band first falls below t
to where the upper band does. It is a test turned round (as Fieller's interval is): where the bands
fall, it covers exactly when the share's interval at the crossing does, with no approximation for
the slope, and a band that never crosses leaves its end open. Crossings of single replications
are not averaged: that estimates another number where curves bend, and has no value for a
replication that never crosses. Residents are common to all multipliers, so bands and mean are
smooth in m and few multipliers are enough for all groups.

The bands are known at the multipliers that were simulated and interpolated in log m between them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike

from sim.arrays import F64, I64, Bools
from sim.stats.intervals import linearised, t_intervals
from sim.stats.refine import (
    Crossing,
    Falls,
    RefinementPlan,
    Wanted,
    crossing_of,
    first_fall,
    next_multipliers,
)


@dataclass(frozen=True, eq=False, slots=True)
class Curves:
    """Mean share and its interval by multiplier, for a chart.

    Attributes
    ----------
    multipliers
        (M,) ascending.
    mean, low, high
        (M, G); NaN where unknown. t intervals, not clipped to [0, 1]. Where every share was
        exactly 1 (or 0), the exact binomial limit of the pooled counts instead of no width. All
        served at a larger multiplier says as much of a smaller one, so the limit is that of the
        largest such count there or above (for none served: or below).
    n
        (M, G) replications with a value.
    """

    multipliers: F64
    mean: F64
    low: F64
    high: F64
    n: I64


@dataclass(slots=True)
class _Point:
    """Replications at one multiplier: (R, G) shares and denominators; (R,) which are known."""

    shares: F64
    units: F64
    known: Bools


@dataclass(slots=True)
class CrossingSearch:
    """Ask for simulations, tell their shares, read the crossings; one search for all groups.

    The caller runs what `ask` wants in any order and on any number of machines; what is asked
    next and what comes out depend on the values only.

    Parameters
    ----------
    targets
        (G,) target of each group (tiers, zones, kinds); repeat a group for another target.
    replications
        How many replications each multiplier gets to begin with.
    confidence
        Coverage of each group's interval by itself (not jointly over groups).
    plan
        Where to look and when to stop.

    Raises
    ------
    ValueError
        If a target is no share above 0, or there is no replication.
    """

    targets: F64
    replications: int
    confidence: float = 0.95
    plan: RefinementPlan = field(default_factory=RefinementPlan)
    _points: dict[float, _Point] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.targets = np.atleast_1d(np.asarray(self.targets, dtype=np.float64))
        if self.targets.ndim != 1 or not np.all((self.targets > 0) & (self.targets <= 1)):
            raise ValueError("targets are shares above 0 and at most 1, one a group")
        if self.replications < 1:
            raise ValueError(f"at least 1 replication is needed, not {self.replications}")

    def ask(self) -> list[Wanted]:
        """Return what is wanted now, the same until something is added; empty when done."""
        if not self._points:
            self._add(self.plan.start)
        elif not self._pending():
            curves = self.curves()
            self._add(next_multipliers(curves.multipliers, self._falls(curves), self.plan))
            if not self._pending():
                self._more()
        return self._pending()

    def add(
        self,
        multiplier: float,
        values: ArrayLike,
        denominators: ArrayLike | None = None,
        first: int = 0,
    ) -> None:
        """Add replications first, first + 1, ... at a multiplier asked for.

        Parameters
        ----------
        values
            (r, G) shares, NaN where a group had no requests (it is left out there); with
            `denominators` the numerators.
        denominators
            (r, G) denominators. Without them each replication counts as one unit where every
            share was 1 or 0.

        Raises
        ------
        ValueError
            If the multiplier or a replication was not asked for, or a value is no share.
        """
        shares, units = self._shares(values, denominators)
        if multiplier not in self._points:
            raise ValueError(f"multiplier {multiplier!r} was not asked for")
        rows = slice(first, first + len(shares))
        if first < 0 or rows.stop > self.replications:
            raise ValueError(f"replications 0 to {self.replications - 1} were asked for")
        point = self._points[multiplier]
        point.shares[rows], point.units[rows], point.known[rows] = shares, units, True

    def curves(self) -> Curves:
        """Mean and interval at all multipliers of which every replication is known."""
        known = sorted(m for m, p in self._points.items() if p.known.all())
        shape = (len(known), len(self.targets))
        points = [self._points[m] for m in known]
        bands = [
            t_intervals(linearised(np.nan_to_num(p.shares) * p.units, p.units), self.confidence)
            for p in points
        ]
        units = np.array([p.units.sum(axis=0) for p in points]).reshape(shape)
        mean = np.array([b.mean for b in bands]).reshape(shape)
        low = np.array([b.low for b in bands]).reshape(shape)
        high = np.array([b.high for b in bands]).reshape(shape)
        n = np.array([b.n for b in bands], dtype=np.int64).reshape(shape)
        tail = (1 - self.confidence) / 2
        every, none = (mean == 1) & (n > 1), (mean == 0) & (n > 1)
        above = np.maximum.accumulate(np.where(every, units, 0.0)[::-1], axis=0)[::-1]
        under = np.maximum.accumulate(np.where(none, units, 0.0), axis=0)
        low = np.where(every, tail ** (1 / np.maximum(above, 1.0)), low)
        high = np.where(none, 1 - tail ** (1 / np.maximum(under, 1.0)), high)
        return Curves(np.array(known), mean, low, high, n)

    def crossings(self) -> list[Crossing]:
        """(G,) crossings as far as they are known."""
        curves = self.curves()
        return [
            crossing_of(curves.multipliers, curves.n[:, group], falls, self.plan)
            for group, falls in enumerate(self._falls(curves))
        ]

    def _shares(self, values: ArrayLike, denominators: ArrayLike | None) -> tuple[F64, F64]:
        """(r, G) shares, NaN where undefined, and units, 0 there."""
        x = np.asarray(values, dtype=np.float64)
        groups = len(self.targets)
        if x.ndim != 2 or x.shape[1] != groups:
            raise ValueError(f"replications x {groups} groups expected, got {x.shape}")
        if denominators is None:
            shares, units = x, np.where(np.isnan(x), 0.0, 1.0)
        else:
            units = np.asarray(denominators, dtype=np.float64)
            if units.shape != x.shape:
                raise ValueError(f"shapes differ: {x.shape} and {units.shape}")
            shares = np.divide(x, units, out=np.full(x.shape, np.nan), where=units > 0)
        if np.any((shares < 0) | (shares > 1)):
            raise ValueError("shares lie between 0 and 1")
        return shares, units

    def _add(self, multipliers: tuple[float, ...] | list[float]) -> None:
        shape = (self.replications, len(self.targets))
        for m in multipliers:
            known = np.zeros(self.replications, dtype=bool)
            self._points[m] = _Point(np.full(shape, np.nan), np.zeros(shape), known)

    def _more(self) -> None:
        """Raise the number of replications if an interval is wider than wished for.

        At most twofold at a time: from few replications the width is badly known. Every
        multiplier gets them: curves of one number of replications are smooth.
        """
        wish = self.plan.half_width
        widths = [c.half_width for c in self.crossings()]
        worst = max((w for w in widths if w is not None), default=0.0)
        if wish is None or worst <= wish:
            return
        needed = math.ceil(self.replications * min((worst / wish) ** 2, 2.0))
        extra = min(needed, self.plan.most_replications) - self.replications
        if extra <= 0:
            return
        gap = np.full((extra, len(self.targets)), np.nan)
        for point in self._points.values():
            point.shares = np.vstack([point.shares, gap])
            point.units = np.vstack([point.units, np.zeros_like(gap)])
            point.known = np.concatenate([point.known, np.zeros(extra, dtype=bool)])
        self.replications += extra

    def _pending(self) -> list[Wanted]:
        wanted = []
        for m in sorted(self._points):
            gaps = np.diff(np.concatenate([[True], self._points[m].known, [True]]).astype(np.int8))
            starts, ends = np.flatnonzero(gaps == -1), np.flatnonzero(gaps == 1)
            wanted += [Wanted(m, int(a), int(b)) for a, b in zip(starts, ends, strict=True)]
        return wanted

    def _falls(self, curves: Curves) -> list[Falls]:
        """(low, mean, high) falls of every group."""
        x = np.log(curves.multipliers)
        bands = (curves.low, curves.mean, curves.high)
        falls = []
        for group, target in enumerate(self.targets):
            low, mean, high = (first_fall(x, band[:, group], float(target)) for band in bands)
            falls.append((low, mean, high))
        return falls
