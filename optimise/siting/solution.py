"""What a plan is to be good at, and what a search for one returns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from optimise.arrays import F64, I64

Cut = Literal["", "effort", "clock"]

GAP = 1e-6
"""Relative gap at which value and bound are said to meet."""


@dataclass(frozen=True, slots=True)
class Aim:
    """Aims of a plan beside the value of wishes served (`Options.value`).

    Parameters
    ----------
    uncovered
        Weight of each wish of a class with no option open that keeps the standard, taken off.
    worst
        Weight of the worst-off group's share of served worth, times all worth.
    """

    uncovered: float = 0.0
    worst: float = 0.0


@dataclass(frozen=True, slots=True)
class PlanSolution:
    """The best plan found and what is proven of better ones.

    Parameters
    ----------
    value, bound
        In the planning model, larger is better; NaN if infeasible.
    status
        ``optimal``, ``feasible`` or ``infeasible``.
    times
        (M,) of each move.
    shares
        (P,) share of the class that looks to each option.
    cost
        Yuan a year.
    worst
        Share of its worth that the worst-off group is served; NaN without groups.
    seconds
        Wall seconds that the search took.
    cut
        What ended a search that was not finished: ``effort``, which is the same on every machine,
        or ``clock``: another machine may find another plan. Else empty.
    reason
        What makes the problem infeasible, in words; else empty.
    """

    value: float
    bound: float
    status: str
    times: I64
    shares: F64
    cost: float
    worst: float
    seconds: float
    cut: Cut = ""
    reason: str = ""

    @property
    def gap(self) -> float:
        """The gap as `relative_gap` defines it."""
        return relative_gap(self.value, self.bound)


def close(value: float, bound: float) -> bool:
    """Whether value and bound meet."""
    return bool(np.isfinite(bound)) and bound - value <= GAP * max(abs(bound), abs(value)) + 1e-9


def relative_gap(value: float, bound: float) -> float:
    """|bound - value| / |bound|: 0 where both are 0, NaN where there is no plan."""
    if bound == value:
        return 0.0
    return abs(bound - value) / abs(bound) if bound else float("inf")
