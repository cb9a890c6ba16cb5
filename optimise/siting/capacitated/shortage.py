"""Why demand does not fit, in words."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from optimise.siting.capacitated.instance import Instance
from optimise.siting.capacitated.linear import minimise

__all__ = ["shortage"]

F64 = npt.NDArray[np.float64]
I64 = npt.NDArray[np.int64]

_NAMED = 5
"""More than so many numbers are not listed."""
_SLACK = 1e-9
"""Of all demand: less than this is rounding."""


def shortage(instance: Instance, seconds: float) -> str:
    """What makes it impossible to serve everybody even with split demand; empty if nothing does.

    Looks at points out of everybody's reach, at all capacity (of the p largest sites), at single
    points that need one site, and at groups of points with too little capacity within their reach.
    """
    nobody = np.flatnonzero(~instance.reach.any(axis=1))
    if len(nobody):
        return f"no site can reach demand point {_listed(nobody)}"
    demand, slack = instance.demand.sum(), _SLACK * instance.demand.sum()
    kept = instance.capacity[instance.kept_open]
    others = np.sort(instance.capacity[~instance.kept_open])[::-1]
    capacity = kept.sum() + others[: instance.most - len(kept)].sum()
    if demand > capacity + slack:
        few = instance.most < len(instance.capacity)
        of = f"the {instance.most} sites that p allows" if few else "all sites"
        return (
            f"demand is {demand:g}, but {of} together have capacity {capacity:g}: "
            f"{demand - capacity:g} short"
        )
    if instance.whole:
        largest = np.where(instance.reach, instance.capacity, -np.inf).max(axis=1)
        large = np.flatnonzero(instance.demand > largest)
        if len(large):
            point = int(large[0])
            return (
                f"demand point {point} needs {instance.demand[point]:g} at one site, but the "
                f"largest in its reach has capacity {largest[point]:g}"
            )
    return "" if instance.unlimited else _group(instance, slack, seconds)


def _group(instance: Instance, slack: float, seconds: float) -> str:
    """Points whose sites together are too small, by a flow as large as it can be.

    The dual values of the largest flow from points to sites are a cut: points whose demand would
    add nothing to it can only use sites that it has filled (Hall's condition fails for them).
    """
    points, sites = np.nonzero(instance.reach)
    n, m, number = len(instance.demand), len(instance.capacity), np.arange(len(points))
    ones, limited = np.ones(len(points)), np.flatnonzero(np.isfinite(instance.capacity))
    leaving = sp.csr_array((ones, (points, number)), shape=(n, len(points)))
    arriving = sp.csr_array((instance.demand[points], (sites, number)), shape=(m, len(points)))[
        limited
    ]
    found = minimise(
        -instance.demand[points],
        most=(
            sp.csr_array(sp.vstack((leaving, arriving))),
            np.concatenate((np.ones(n), instance.capacity[limited])),
        ),
        least=np.zeros(len(points)),
        seconds=seconds,
    )
    if found is None or -found.fun >= instance.demand.sum() - slack:
        return ""
    value = -found.ineqlin.marginals[:n] / np.maximum(instance.demand, 1e-300)
    group = np.flatnonzero((value < 0.5) & (instance.demand > 0))
    within = np.flatnonzero(instance.reach[group].any(axis=0))
    needs, has = instance.demand[group].sum(), instance.capacity[within].sum()
    if needs <= has + slack:  # what the program took for a cut is none
        return ""
    return (
        f"demand point {_listed(group)}: together {needs:g}, but in their reach is only site "
        f"{_listed(within)} with capacity {has:g}: {needs - has:g} short"
    )


def _listed(numbers: I64) -> str:
    words = ", ".join(map(str, numbers[:_NAMED].tolist()))
    return words if len(numbers) <= _NAMED else f"{words} and {len(numbers) - _NAMED} more"
