"""Shares of zones as they were if every zone had the same people with the same wishes.

Direct standardisation: the share of each stratum (segment x kind) of a zone, weighted by the
stratum's expected wishes in all zones together. The weights come from the demand plan and are the
same in every replication. What remains between zones is service, not who lives and works there.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.arrays import F64
from sim.demand.plan import DemandPlan, expected_wishes
from sim.measure.collector import Collector
from sim.measure.groups import Grouping, Groups
from sim.measure.service import SERVICE, ServiceMetric

ADJUSTED = ("served_share", "met_share", "asked_share")
_GROUPS = ("zone", "operator")


@dataclass(frozen=True, slots=True)
class Standard:
    """The standard population that shares are adjusted to.

    Attributes
    ----------
    weight
        (strata,) expected wishes of each segment x kind, over their sum.
    groupings
        Name -> grouping of cells by level and stratum; strata change fastest.
    levels
        Name -> levels of the group itself.
    """

    weight: F64
    groupings: dict[str, Grouping]
    levels: dict[str, tuple[str, ...]]


def build_standard(plan: DemandPlan, groups: Groups) -> Standard:
    """Weights of the strata and the codes of cells."""
    strata = groups.cell["segment*kind"]
    expected = strata.summed(expected_wishes(plan))
    return Standard(
        weight=expected / max(expected.sum(), np.finfo(float).tiny),
        groupings={name: groups.cell[name].times(strata) for name in _GROUPS},
        levels={name: groups.cell[name].levels for name in _GROUPS},
    )


def standardised(top: F64, bottom: F64, weight: F64) -> tuple[F64, F64]:
    """Weighted mean of the strata's shares, and the share of the weight that it rests on.

    A stratum in which a level has nobody (bottom 0) says nothing there: it is left out and the
    weights of the others are scaled up. So levels are compared over what they have; where the
    covered weight is far from 1 they are hardly comparable.

    Parameters
    ----------
    top, bottom
        (levels, strata) counts.
    weight
        (strata,) weights of sum 1.

    Returns
    -------
    (levels,) mean, NaN where nothing is covered, and (levels,) covered weight.
    """
    seen = bottom > 0
    share = np.divide(top, bottom, out=np.zeros(top.shape), where=seen)
    # products and sums of equal shape, so that all 1 gives exactly 1
    covered = np.where(seen, weight, 0.0).sum(axis=1)
    total = np.where(seen, weight * share, 0.0).sum(axis=1)
    mean = np.divide(total, covered, out=np.full(len(top), np.nan), where=covered > 0)
    return mean, np.minimum(covered, 1.0)


def add_adjusted(out: Collector, standard: Standard, everything: F64) -> None:
    """Add `<metric>_adjusted` and `<metric>_adjusted_weight` of zones and operators.

    Parameters
    ----------
    everything
        (cells, STATUS.COUNT) wishes of the counting window by what became of them.
    """
    metrics = [m for m in SERVICE if m.name in ADJUSTED]
    for name, grouping in standard.groupings.items():
        levels = standard.levels[name]
        table = grouping.summed(everything)
        for metric in metrics:
            _add(out, name, levels, metric, table, standard.weight)


def _add(
    out: Collector,
    name: str,
    levels: tuple[str, ...],
    metric: ServiceMetric,
    table: F64,
    weight: F64,
) -> None:
    flat_top, flat_bottom = metric.fractions(table)
    shape = (len(levels), len(weight))
    top, bottom = flat_top.reshape(shape), flat_bottom.reshape(shape)
    mean, covered = standardised(top, bottom, weight)
    # over what the level's plain share rests on, which bounds what an exact 0 or 1 leaves open
    whole = np.where(covered > 0, bottom.sum(axis=1), 0.0)
    part = np.where(covered > 0, np.minimum(mean, 1.0), 0.0) * whole
    adjusted = f"{metric.name}_adjusted"
    out.add(adjusted, name, levels, part, whole)
    out.add(f"{adjusted}_weight", name, levels, covered)
