"""Instances where the best plan is plain to see, and prices that prove it."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from optimise.siting.median.instance import Instance

__all__ = ["plain_plan", "plain_prices"]

F64 = npt.NDArray[np.float64]
I64 = npt.NDArray[np.int64]


def plain_plan(instance: Instance) -> I64 | None:
    """The best plan where all sites fit, all places are taken or there is one; else None."""
    cost, fixed = instance.cost, instance.fixed
    if instance.p >= cost.shape[1]:
        return np.arange(cost.shape[1])
    if fixed.sum() == instance.p:
        return np.flatnonzero(fixed)
    if instance.p == 1:
        return np.array([cost.sum(axis=0).argmin()])
    return None


def plain_prices(instance: Instance, sites: I64) -> F64:
    """Prices (points,) whose bound is the cost of that plan.

    What is paid for service by the plan, unless there is one place: there any prices do that are
    so high that each point would use every site, and that leaving one out does not pay.
    """
    cost = instance.cost
    if instance.p >= cost.shape[1] or instance.fixed.any():
        return np.asarray(cost[:, sites].min(axis=1))
    value, least = float(cost[:, sites].sum()), cost.min(axis=1)
    highest = cost.max(axis=1, initial=-np.inf, where=np.isfinite(cost))
    return np.asarray(np.maximum(highest, value - float(least.sum()) + least))
