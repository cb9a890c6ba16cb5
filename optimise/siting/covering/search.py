"""Iterated local search for the heaviest cover with p sites.

A few sites that lie close together are closed and others opened in their place; swaps then climb
to a local optimum, which is taken as the next start if it is not much worse than the last one
(adaptive acceptance after V. R. Maximo, M. C. V. Nascimento, A. C. P. L. F. Carvalho: Intelligent-
guided adaptive search for the maximum covering location problem. Computers & Operations Research
78, 2017, 129-137). What counts as much worse shrinks to nothing during a cycle; the next cycle is
longer and begins at the best plan.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from optimise.siting.covering.picks import Picks

__all__ = ["Search"]

I64 = npt.NDArray[np.int64]
F64 = npt.NDArray[np.float64]

_LEAST = 1e-9
"""Part of all weight; a smaller change is rounding."""
_WORSE = 1e-3
"""Part of the value that a plan may lose in one step as a cycle begins, on average."""
_FEWEST, _MOST = 2, 5
"""Sites that are closed together."""
_CHOICES = 8
"""A site is opened again among so many that gain most."""
_STEPS = 60
"""Swaps of one climb at most."""
_CYCLE, _LONGER = 20, 2
"""Steps per site to open in the first cycle, and how many times longer each next one is."""
_PATIENCE = 4
"""Cycles in a row that find nothing better after which it ends."""


class Search:
    """The best plan found for a matrix, weights and p, improved in calls of `run`.

    Attributes
    ----------
    best, chosen
        Covered weight of the best plan, and its sites.
    """

    def __init__(self, matrix: sp.csr_array, weights: F64, p: int, seed: int) -> None:
        self._picks = Picks(matrix, weights, min(p, matrix.shape[1]))
        self._overlap = sp.csr_array(matrix.T @ matrix)
        self._least = _LEAST * max(float(weights.sum()), 1e-300)
        self._rng = np.random.default_rng(seed)
        self._steps, self._waited = _CYCLE * p, 0
        self.best, self.chosen = -1.0, np.zeros(0, dtype=np.int64)
        for position in range(len(self._picks.open)):
            site = int(self._picks.gain.argmax())
            if self._picks.gain[site] <= self._least:
                break
            self._picks.put(position, site)
        self._keep()

    def start_from(self, sites: I64) -> None:
        """Look at another plan, too."""
        self._picks.become(sites)
        self._keep()

    def run(self, until: float, stop: Callable[[], bool], found: Callable[[], None]) -> None:
        """Improve until a moment of `time.monotonic`, or until `stop` says so.

        Calls `found` after each improvement.
        """
        if len(self._picks.open) == self._picks.sites:
            return
        while self._waited < _PATIENCE and time.monotonic() < until and not stop():
            before = self.best
            self._run_cycle(lambda: stop() or time.monotonic() >= until, found)
            self._waited = 0 if self.best > before else self._waited + 1
            self._steps *= _LONGER

    def _run_cycle(self, stop: Callable[[], bool], found: Callable[[], None]) -> None:
        picks = self._picks
        picks.become(self.chosen)
        self._fill()
        self._climb()
        current, value = picks.open.copy(), picks.value
        for step in range(self._steps):
            if self._keep():
                found()
            if stop():
                return
            self._shake()
            self._climb()
            left = 1.0 - step / self._steps
            allowed = _WORSE * left * self._rng.exponential() * abs(value)
            if picks.value >= value - allowed:
                current, value = picks.open.copy(), picks.value
            else:
                picks.become(current)
        if self._keep():
            found()

    def _keep(self) -> bool:
        """Remember the plan if it is better than the best; whether it was."""
        if self._picks.value <= self.best + self._least:
            return False
        self.best = self._picks.value
        self.chosen = np.sort(self._picks.open[self._picks.open >= 0])
        return True

    def _fill(self) -> None:
        """Open the site that gains most at every position that is free."""
        for position in np.flatnonzero(self._picks.open < 0).tolist():
            gain = self._picks.gain.copy()
            gain[self._picks.open[self._picks.open >= 0]] = -np.inf
            self._picks.put(position, int(gain.argmax()))

    def _climb(self) -> None:
        for _ in range(_STEPS):
            better, position, site = self._picks.best_swap()
            if better <= self._least:
                return
            self._picks.take(position)
            self._picks.put(position, site)

    def _shake(self) -> None:
        """Close some neighbours and open others that gain much, if not always most."""
        picks, rng = self._picks, self._rng
        positions = self._neighbours(int(rng.integers(_FEWEST, _MOST + 1)))
        closed = picks.open[positions].copy()
        for position in positions.tolist():
            picks.take(position)
        for position in positions.tolist():
            gain = picks.gain.copy()
            gain[closed] = -1.0
            gain[picks.open[picks.open >= 0]] = -2.0
            few = min(_CHOICES, len(gain))
            top = np.argpartition(-gain, few - 1)[:few]
            top = top[gain[top] > -2.0]
            picks.put(position, int(gain.argmax() if rng.random() < 0.3 else rng.choice(top)))

    def _neighbours(self, number: int) -> I64:
        """Some of the positions next to a random one, by how much they overlap step by step."""
        picks = self._picks
        seed = int(self._rng.integers(len(picks.open)))
        spread = np.zeros(picks.sites)
        spread[picks.open[seed]] = 1.0
        for _ in range(10):
            spread = self._overlap @ spread
            spread /= spread.max()
            if (spread[picks.open] > 0).sum() > number + 2:
                break
        near = np.argsort(-spread[picks.open], kind="stable")[: number + 2]
        return np.asarray(self._rng.permutation(near)[:number])
