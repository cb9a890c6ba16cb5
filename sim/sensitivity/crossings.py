"""Headroom in every draw: where shares served, asked at several multiples, fall below targets."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from sim.arrays import F64
from sim.sensitivity.study import Sensitivity, SimulationInterval
from sim.stats.refine import Fall, RefinementPlan, first_fall
from sim.stats.search import CrossingSearch

GRID = (0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0)
"""Multiples of today's demand that are asked; between them the logarithm is interpolated."""
TARGETS = (0.8, 0.9)
GROUPS = ("all", "peak", "tier", "zone", "kind")


def target_of(metric: str) -> float:
    """Share below which a metric of headroom says that service falls; NaN of another metric."""
    name, _, percent = metric.partition("_")
    return int(percent) / 100 if name == "headroom" else math.nan


def crossed(asked: Sensitivity) -> Sensitivity:
    """Crossings of draws, from the shares served at the multiples of `GRID`.

    A crossing outside of `GRID` stands at its nearest end.
    """
    which = [
        i
        for i, (metric, group, _) in enumerate(asked.lines)
        if metric == "served_share" and group in GROUPS
    ]
    lines, ratios, noise = [], [], []
    for target in TARGETS:
        for i in which:
            lines.append((f"headroom_{100 * target:.0f}", *asked.lines[i][1:]))
            pairs = zip(asked.ratios[:, :, i], asked.noise[:, :, i], strict=True)
            at, spread = zip(*(_crossing(y, of, target) for y, of in pairs), strict=True)
            ratios.append(at)
            noise.append(spread)
    plain = _plain(asked, which)
    base = np.repeat(plain.mean[None, None], asked.base_top.shape[1], axis=1)
    return replace(
        asked,
        scenarios=asked.scenarios[:1],
        lines=tuple(lines),
        base_top=base,
        base_bottom=np.ones_like(base),
        ratios=np.array(ratios, dtype=np.float64).T[:, None],
        noise=np.array(noise, dtype=np.float64).T[:, None],
        plain=plain,
    )


def _crossing(shares: F64, noise: F64, target: float) -> tuple[float, float]:
    """Multiplier, and its variance by the luck that is in the shares beside it."""
    x = np.log(GRID)
    fall = first_fall(x, shares, target)
    if fall is None:
        return math.nan, math.nan
    multiplier = _within(fall)
    if not math.isfinite(fall.at):
        return multiplier, 0.0
    left, right = (int(np.argmin(np.abs(x - end))) for end in (fall.left, fall.right))
    slope = (shares[right] - shares[left]) / (x[right] - x[left])
    beside = noise[[left, right]].max()
    return multiplier, float(beside / slope**2 * multiplier**2)


def _within(fall: Fall) -> float:
    return float(np.exp(np.clip(fall.at, math.log(GRID[0]), math.log(GRID[-1]))))


def _plain(asked: Sensitivity, which: list[int]) -> SimulationInterval:
    """Crossings of the scenario itself with their intervals, as `linli headroom` finds them."""
    n, k = asked.base_top.shape[1], len(which)
    plan = RefinementPlan(start=GRID, smallest=GRID[0], largest=GRID[-1], at_most=len(GRID))
    confidence = asked.scenarios[0].scenario.experiment.interval_confidence
    search = CrossingSearch(np.repeat(TARGETS, k), n, confidence, plan)
    search.ask()
    for number, multiplier in enumerate(GRID):
        top, bottom = (
            np.tile(of[number][:, which], len(TARGETS))
            for of in (asked.base_top, asked.base_bottom)
        )
        search.add(multiplier, top, bottom)
    ends = [[c.multiplier, c.ci_low, c.ci_high] for c in search.crossings()]
    mean, low, high = np.array(ends, dtype=np.float64).T
    shares = asked.base()[0].mean(axis=0)[which]
    started = np.tile(shares, len(TARGETS)) < np.repeat(TARGETS, k)
    known = np.tile(np.isfinite(shares), len(TARGETS))
    mean = np.where(np.isfinite(mean) | ~known, mean, np.where(started, GRID[0], GRID[-1]))
    return SimulationInterval(mean, low, high)
