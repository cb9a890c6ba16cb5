"""The best plan and the best bound so far, and when each of them improved."""

from __future__ import annotations

import time

import numpy as np
import numpy.typing as npt

from optimise.siting.solution import Trace, uncrossed

__all__ = ["Record"]

F64 = npt.NDArray[np.float64]
I64 = npt.NDArray[np.int64]

_ROUNDING, _WHOLE_ROUNDING = 1e-9, 1e-11
"""Relative: sums in another order differ by less; those of whole numbers differ by much less."""


class Record:
    """What is known so far.

    Parameters
    ----------
    cost
        (points, sites), weighted; finite.
    whole
        Whether all costs are whole numbers: then so is every plan's cost, and bounds are rounded
        up, as long as rounding leaves the digits before the point.
    started
        `time.monotonic` at the call.

    Attributes
    ----------
    value, sites
        The best plan; infinite and empty at first.
    bound
        No plan costs less; minus infinity at first. Never above the value.
    claim
        Whose word the bound is where prices alone do not prove it.
    """

    def __init__(self, cost: F64, whole: bool, started: float) -> None:
        self.cost, self.whole, self.started = cost, whole, started
        self._rounding = _WHOLE_ROUNDING if whole else _ROUNDING
        # Costs of both signs may add up to nearly 0; what is summed is not smaller for that.
        self._summed = 1.0 if whole else float(np.abs(cost.min(axis=1)).sum())
        self.value, self.sites = np.inf, np.zeros(0, dtype=np.int64)
        self.bound, self.claim = -np.inf, "branch and bound over multipliers"
        self._trace: list[tuple[float, float, float]] = []

    @property
    def enough(self) -> float:
        """A bound there proves the best plan: no plan can cost less."""
        slack = self._slack(self.value)
        return self.value - (max(1.0 - slack, slack) if self.whole else slack)

    @property
    def proven(self) -> bool:
        """Whether value and bound meet."""
        return self.bound >= self.value

    @property
    def trace(self) -> Trace:
        """(seconds, value, bound) whenever one of them improved, from the first plan on."""
        return uncrossed(self._trace, self.value, larger=False)

    def offer(self, sites: I64) -> float:
        """Take a plan if it is better; returns the best value."""
        value = float(self.cost[:, sites].min(axis=1).sum())
        if value < self.value:
            self.value, self.sites = value, np.sort(sites)
            self._log()
        return self.value

    def prove(self, bound: float) -> None:
        """Take a bound over if it is better."""
        if bound >= self.enough:
            bound = self.value
        elif self.whole:
            bound = max(bound, float(np.ceil(bound - self._slack(bound)))) + 0.0  # not -0.0
        if bound > self.bound:
            self.bound = min(bound, self.value)
            self._log()

    def _slack(self, amount: float) -> float:
        return self._rounding * max(abs(amount), self._summed)

    def _log(self) -> None:
        if np.isfinite(self.value) and np.isfinite(self.bound):
            self._trace.append((time.monotonic() - self.started, self.value, self.bound))
