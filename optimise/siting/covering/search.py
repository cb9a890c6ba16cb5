"""Search for the heaviest cover with p sites: plans by annealing, crossed by integer programs.

Each round cools some plans down from scratch and finds the best plan among the sites that they have
between them (optimal recombination: Y. Aggarwal, J. Orlin, R. Tai: Optimized crossover for the
independent set problem. Operations Research 45, 1997, 226-234). That one climbs: it is warmed up a
little and crossed with what becomes of it, which is worse as a whole and better in some parts of
town, as long as that helps. Then the best plans of all rounds are crossed, and their child climbs.
Plans are alike in most places and differ in parts, so a program over their sites takes a second
where one over all sites takes hours.
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
_HOT, _WARM, _COLD = 0.025, 0.015, 0.004
"""Temperatures, as parts of the weight that a site covers on average: from scratch, of a plan that
is to be improved, and at the end."""
_FRESH, _AGAIN = 4, 2
"""Plans from scratch in a round, and how many times a plan is warmed up before it is crossed."""
_SWEEPS, _MORE, _MOST = 40, 4, 640
"""Steps per open site of the first plans, how many times more in each next round, and at most."""
_POOL = 60
"""Best plans of all rounds that are crossed."""
_TOGETHER, _WIDER, _NARROWER, _NEARLY = 300, 1.25, 0.8, 0.8
"""Sites of a crossing at first, how that changes if SCIP ends in time or not, and which part of
them shows that more may be crossed."""
_SHARE, _SHORT, _LONG = 0.5, 0.2, 5.0
"""Crossings may take so much beside the rest of the search, and one so many seconds at least and at
most. A share, as all takes longer where other work runs beside."""


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
        self._crossed, self._credit = time.monotonic(), 0.0
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
            fresh.append(self._cool(self._greedy, over, found))
            if over():
                return
        child = self._climb(self.cross(fresh, until, found), until, over, found)
        if over():
            return
        best = {plan.tobytes(): plan for plan in (child, *fresh, *self._plans)}
        self._plans = sorted(best.values(), key=self._value, reverse=True)[:_POOL]
        self._climb(self.cross([self.chosen, *self._plans], until, found), until, over, found)

    def _climb(
        self,
        plan: I64,
        until: float,
        over: Callable[[], bool],
        found: Callable[[], None],
    ) -> I64:
        """Warm a plan up and cross it with what becomes of it, as long as that makes it better."""
        value, warm = -1.0, list[I64]()
        while self._value(plan) > value + self._least:
            value = self._value(plan)
            for _ in range(_AGAIN):
                warm.insert(0, self._warm(plan, over, found))
                if over():
                    return plan
            plan = self.cross([plan, *warm], until, found)
        return plan

    def _cool(
        self, plan: Sequence[int] | I64, over: Callable[[], bool], found: Callable[[], None]
    ) -> I64:
        """The best plan on the way from hot to cold, beginning at a plan."""
        self._annealing.become(plan)
        return self._anneal(self._sweeps * len(plan), _HOT, _COLD, over, found)

    def _warm(self, plan: I64, over: Callable[[], bool], found: Callable[[], None]) -> I64:
        """What becomes of a plan that is warmed up: the best of the second half of the way."""
        self._annealing.become(plan)
        steps, half = self._sweeps * len(plan) // 2, (_WARM * _COLD) ** 0.5
        self._anneal(steps, _WARM, half, over, found)
        return self._anneal(steps, half, _COLD, over, found)

    def _anneal(
        self,
        steps: int,
        hot: float,
        cold: float,
        over: Callable[[], bool],
        found: Callable[[], None],
    ) -> I64:
        chosen = self._annealing.run(steps, hot * self._unit, cold * self._unit, over)
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
        now = time.monotonic()
        self._credit += _SHARE * (now - self._crossed)
        seconds = min(max(self._credit, _SHORT), _LONG, until - now)
        crossed = heaviest_cover(
            matrix, weights, min(self._p, len(union)), seconds, np.searchsorted(union, best)
        )
        if not crossed.done:
            self._together *= _NARROWER
        elif len(union) > _NEARLY * self._together:
            self._together *= _WIDER
        if crossed.chosen is not None:
            best = max(best, union[crossed.chosen], key=self._value)
        if self._keep(best):
            found()
        self._crossed = time.monotonic()
        self._credit -= self._crossed - now
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
