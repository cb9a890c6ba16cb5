"""What the planner's model returns."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from optimise.siting.solution import Certificate, Trace, relative_gap

__all__ = ["Aim", "PlanSolution"]

F64 = npt.NDArray[np.float64]
I64 = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Aim:
    """What a plan is to be good at: a weighted sum, larger is better.

    Parameters
    ----------
    served
        Weight of the worth of wishes served.
    minutes
        Weight of each walking minute there (and back counts once) of a wish served, taken off.
    uncovered
        Weight of each wish of a class with no option within `within` minutes open, taken off.
    within
        Minutes of the standard.
    worst
        Weight of the worst-off group's share of served worth, times all worth.
    """

    served: float = 1.0
    minutes: float = 0.0
    uncovered: float = 0.0
    within: float = 15.0
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
    seconds, trace, prover, certificate, why
        As in `SitingSolution`.
    """

    value: float
    bound: float
    status: str
    times: I64
    shares: F64
    cost: float
    worst: float
    seconds: float
    trace: Trace
    prover: str
    certificate: Certificate | None = None
    why: str = ""

    @property
    def gap(self) -> float:
        """As `relative_gap`."""
        return relative_gap(self.value, self.bound)
