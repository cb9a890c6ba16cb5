"""The best plan and the best bound so far, with their history."""

from __future__ import annotations

import time

import numpy as np

from optimise.siting.capacitated.instance import Instance
from optimise.siting.capacitated.serving import Plan
from optimise.siting.solution import Trace, uncrossed

__all__ = ["Best"]

_MEETS = 1e-7
"""Relative difference of value and bound that is rounding of a linear program."""


class Best:
    """Grows better only; value and bound never cross.

    Attributes
    ----------
    plan
        None until one is found.
    prover
        Whose claim the bound is.
    """

    def __init__(self, instance: Instance, began: float) -> None:
        self.plan: Plan | None = None
        self.prover = "multipliers"
        self._instance, self._began, self._bound = instance, began, -np.inf
        self._trace: list[tuple[float, float, float]] = []

    @property
    def value(self) -> float:
        """Cost of the plan; infinite without."""
        return np.inf if self.plan is None else self.plan.value

    @property
    def bound(self) -> float:
        """No plan costs less; the value itself where both meet."""
        return self.value if self.met else self._bound

    @property
    def met(self) -> bool:
        """Whether nothing better can be found."""
        slack = _MEETS * max(1.0, abs(self.value))
        return self.plan is not None and self.value - self._bound <= slack

    @property
    def trace(self) -> Trace:
        """(seconds, value, bound) whenever one of them improved, from the first plan on."""
        return uncrossed(self._trace, self.value, larger=False)

    def offer(self, plan: Plan | None) -> None:
        """Keep a plan if it is better."""
        if plan is not None and plan.value < self.value:
            self.plan = plan
            self._note()

    def claim(self, bound: float, prover: str) -> None:
        """Keep a bound if it is better."""
        if self._instance.integral and np.isfinite(bound):
            bound = float(np.ceil(bound - max(1e-6, 1e-9 * abs(bound))))
        bound = min(bound, self.value)
        if bound > self._bound:
            self._bound, self.prover = bound, prover
            self._note()

    def _note(self) -> None:
        if np.isfinite(self.value) and np.isfinite(self.bound):
            self._trace.append((time.monotonic() - self._began, self.value, self.bound))
