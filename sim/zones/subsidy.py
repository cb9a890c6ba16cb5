"""Splitting a subsidy 运营奖补 by performance: what each rule pays, rewards, and leaves to chance.

Every replication is a period that might have been: the rule splits the amount by what happened in
it. So the spread over replications is the part of a zone's money that is luck.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from sim.arrays import F64
from sim.metrics import METRICS
from sim.scenario.schema.money import SubsidyRule
from sim.world.world import World
from sim.zones.league import ZoneMeasure, zone_heads

MOST = 2.0
"""A zone's metric counts as at most this many times the mean of zones."""
_ROUNDING = 1e-15
"""A share below it is none."""
_NEAREST = 1e-100
"""Minutes that a walk of no length counts as, so that its inverse is finite."""
_ADJUSTED = ("served_share", "met_share")


@dataclass(frozen=True, slots=True)
class ZoneSizes:
    """(Z,) people and centres of each zone."""

    heads: F64
    centres: F64

    def scale(self, rule: SubsidyRule) -> F64:
        """The factor by which the rule multiplies scores."""
        if rule.scaled_by == "head":
            return self.heads
        return self.centres if rule.scaled_by == "centre" else np.ones(len(self.heads))


def sizes_of(world: World) -> ZoneSizes:
    """People and centres of the zones of a world."""
    centres = np.bincount(world.centres.zone, minlength=len(world.zones))
    return ZoneSizes(heads=zone_heads(world), centres=centres.astype(np.float64))


def infeasible(rule: SubsidyRule, n_zones: int) -> str | None:
    """Why a rule cannot be kept with so many zones; None if it can."""
    if rule.floor * n_zones > 1:
        return (
            f"floor {rule.floor:g} for each of {n_zones} zones is more than there is: "
            f"at most {1 / n_zones:.4g}"
        )
    if rule.cap * n_zones < 1:
        return (
            f"cap {rule.cap:g} for each of {n_zones} zones leaves money over: "
            f"at least {1 / n_zones:.4g}"
        )
    return None


def scores(rule: SubsidyRule, measures: Mapping[str, ZoneMeasure], shape: tuple[int, int]) -> F64:
    """(n, Z) weighted sum of metrics over their mean of zones, capped at `MOST`; 1 is average.

    Cost is inverted (mean over value); `nearness` is 1 over walking minutes. With `adjusted`,
    served and met shares are the adjusted ones. A zone whose metric is unknown in a replication
    counts as average there, except that cost without any use counts 0. A metric that was not
    measured at all leaves all zones average.
    """
    weights = {str(metric): weight for metric, weight in rule.weights.items() if weight > 0}
    if not weights:
        return np.ones(shape)
    total, score = sum(weights.values()), np.zeros(shape)
    for metric, weight in weights.items():
        score += weight / total * _relative(metric, rule.adjusted, measures, shape)
    return score


def _relative(
    metric: str, adjusted: bool, measures: Mapping[str, ZoneMeasure], shape: tuple[int, int]
) -> F64:
    """(n, Z) a metric over its mean of zones, at most `MOST`."""
    name = f"{metric}_adjusted" if adjusted and metric in _ADJUSTED else metric
    measure = measures.get("mean_walk_minutes" if metric == "nearness" else name)
    if measure is None:
        return np.ones(shape)
    x = measure.values
    if metric == "nearness":
        x = 1.0 / np.maximum(x, _NEAREST)
    known = ~np.isnan(x)
    number = np.maximum(known.sum(axis=1, keepdims=True), 1)
    mean = np.where(known, x, 0.0).sum(axis=1, keepdims=True) / number
    if METRICS[metric].larger_is_better:
        ratio = np.divide(x, mean, out=np.ones(shape), where=known & (mean > 0))
        return np.asarray(np.minimum(ratio, MOST))
    ratio = np.divide(mean, x, out=np.ones(shape), where=known & (x > 0))
    ratio[known & (x == 0) & (mean > 0)] = MOST
    ratio[~known & (measure.top > 0)] = 0.0  # money was spent and nobody came
    return np.asarray(np.minimum(ratio, MOST))


def bounded(shares: F64, floor: float, cap: float) -> F64:
    """Shares between floor and cap, of sum 1, the rest in proportion to `shares`.

    What clipping gives or takes is spread over the others in proportion, until all hold: the
    result is clip(a x shares, floor, cap) with the one factor a that makes the sum 1. What cannot
    be spread in proportion, because all others have share 0, is spread over them alike.

    Parameters
    ----------
    shares
        (Z,) not negative, of sum 1.
    """
    positive = shares > _ROUNDING
    ends = np.concatenate([floor / shares[positive], cap / shares[positive]])
    factors = np.unique(np.append(ends, 1.0))
    sums = np.clip(factors[:, None] * shares, floor, cap).sum(axis=1)
    if sums[-1] < 1:  # all that have a share are at the cap
        full = int(positive.sum())
        rest = (1.0 - cap * full) / max(len(shares) - full, 1)
        return np.where(positive, cap, rest)
    # between two ends the sum is linear in the factor
    at = int(np.searchsorted(sums, 1.0))
    factor = (
        factors[0] if at == 0 else np.interp(1.0, sums[at - 1 : at + 1], factors[at - 1 : at + 1])
    )
    return np.asarray(np.clip(factor * shares, floor, cap))


def split(rule: SubsidyRule, amount: float, score: F64, size: F64) -> F64:
    """(n, Z) yuan of every zone in every replication; each row sums to the amount.

    Raises
    ------
    ValueError
        If floor or cap cannot be kept with so many zones.
    """
    n_zones = len(size)
    reason = infeasible(rule, n_zones)
    if reason is not None:
        raise ValueError(reason)
    claim = score * size
    total = claim.sum(axis=1, keepdims=True)
    alike = np.full(claim.shape, 1.0 / n_zones)
    by_score = np.divide(claim, total, out=alike.copy(), where=total > 0)
    shares = rule.equal / n_zones + (1.0 - rule.equal) * by_score
    return amount * np.stack([bounded(row, rule.floor, rule.cap) for row in shares])
