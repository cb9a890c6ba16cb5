"""Search for the heaviest cover with p sites: plans by annealing, crossed by integer programs.

Each round cools some plans down from scratch, finds the best plan among the sites that they have
between them, and warms that one up a little a few times. It joins the plans of former rounds; then
the best plan among the sites of these is found in the same way (optimal recombination: Y.
Aggarwal, J. Orlin, R. Tai: Optimized crossover for the independent set problem. Operations Research
45, 1997, 226-234). Plans of different rounds are alike in most places and differ in parts, so a
program over their sites takes a second where one over all sites takes hours.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from optimise.siting.covering.annealing import Annealing
from optimise.siting.covering.heaviest import heaviest_cover
from optimise.siting.covering.reducing import merged

__all__ = ["Search"]

I64 = npt.NDArray[np.int64]
F64 = npt.NDArray[np.float64]

_LEAST = 1e-9
"""Part of all weight; a smaller change is rounding."""
_HOT, _WARM, _COLD = 0.025, 0.01, 0.004
"""Temperatures, as parts of the weight that a site covers on average: from scratch, of a plan that
is to be improved, and at the end."""
_FRESH, _AGAIN = 4, 2
"""Plans from scratch in a round, and how many times the best of them is warmed up."""
_SWEEPS, _MORE, _MOST = 40, 4, 640
"""Steps per open site of the first plans, how many times more in each next round, and at most."""
_TOGETHER, _WIDER, _NARROWER = 300, 1.1, 0.8
"""Sites of a crossing at first, and how that changes if SCIP ends in time or not."""
_CROSSING = 5.0
"""Seconds of a crossing at most."""


class Search:
    """The best plan found for a matrix, weights and p, improved in calls of `run`.

    Attributes
    ----------
    best, chosen
        Covered weight of the best plan, and its sites.
    """

    def __init__(self, matrix: sp.csr_array, weights: F64, p: int, seed: int) -> None:
        self._matrix, self._weights, self._p = matrix, weights, p
        self._annealing = Annealing(matrix, weights, p, seed)
        self._greedy = list(self._annealing.open)
        self._unit = self._annealing.value / max(len(self._greedy), 1)
        self._least = _LEAST * float(weights.sum())
        self._sweeps, self._together = _SWEEPS, float(_TOGETHER)
        self._plans: list[I64] = []
        self.best, self.chosen = -1.0, np.zeros(0, dtype=np.int64)
        self._keep(np.unique(np.asarray(self._greedy, dtype=np.int64)))

    def run(self, until: float, stop: Callable[[], bool], found: Callable[[], None]) -> None:
        """Improve until a moment of `time.monotonic`, or until `stop` says so.

        Calls `found` after each improvement.
        """
        if len(self._greedy) == self._matrix.shape[1]:
            return

        def over() -> bool:
            return stop() or time.monotonic() >= until

        while not over():
            self._round(until, over, found)
            self._sweeps = min(self._sweeps * _MORE, _MOST)

    def _round(self, until: float, over: Callable[[], bool], found: Callable[[], None]) -> None:
        fresh: list[I64] = []
        for _ in range(_FRESH):
            fresh.append(self._cool(self._greedy, _HOT, over, found))
            if over():
                return
        child = self.cross(fresh, until, found)
        for _ in range(_AGAIN):
            child = max(child, self._cool(child, _WARM, over, found), key=self._value)
        if not over():
            self._plans.append(child)
            self.cross([self.chosen, *self._plans[::-1], *fresh], until, found)

    def _cool(
        self,
        plan: Sequence[int] | I64,
        hot: float,
        over: Callable[[], bool],
        found: Callable[[], None],
    ) -> I64:
        """The best plan on the way from a temperature down, beginning at a plan."""
        self._annealing.become(plan)
        steps = self._sweeps * len(plan)
        chosen = self._annealing.run(steps, hot * self._unit, _COLD * self._unit, over)
        if self._keep(chosen):
            found()
        return chosen

    def cross(self, plans: list[I64], until: float, found: Callable[[], None]) -> I64:
        """The best plan among the sites of some plans, of as many as SCIP can cope with."""
        union = plans[0]
        for plan in plans[1:]:
            wider = np.union1d(union, plan)
            if len(wider) <= self._together:
                union = wider
        best = max((plan for plan in plans if np.isin(plan, union).all()), key=self._value)
        matrix, weights, _ = merged(self._matrix, self._weights, union)
        seconds = min(_CROSSING, until - time.monotonic())
        crossed = heaviest_cover(
            matrix, weights, min(self._p, len(union)), seconds, np.searchsorted(union, best)
        )
        self._together *= _WIDER if crossed.done else _NARROWER
        if crossed.chosen is not None:
            best = max(best, union[crossed.chosen], key=self._value)
        if self._keep(best):
            found()
        return best

    def _value(self, plan: I64) -> float:
        return float(self._weights[self._matrix[:, plan].sum(axis=1) > 0].sum())

    def _keep(self, plan: I64) -> bool:
        """Remember a plan if it is better than the best; whether it was."""
        value = self._value(plan)
        if value <= self.best + self._least:
            return False
        self.best, self.chosen = value, plan
        return True
