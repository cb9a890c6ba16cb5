"""Simulated annealing for the heaviest cover with p sites, by the heat bath.

A step closes one open site and opens any site in its place, site j with a chance in proportion to
exp(gain_j / temperature), where `gain` is the weight that opening it would add (S. Geman, D. Geman:
Stochastic relaxation, Gibbs distributions, and the Bayesian restoration of images. IEEE
Transactions on Pattern Analysis and Machine Intelligence 6, 1984, 721-741). No step is wasted on a
site that is turned down, and gains are kept up to date by the rows that a step covers or uncovers.

Closing a site changes the gains of its neighbours only, the sites that share a row with it. Most
steps open one of these, so all others are looked at together, by the largest gain there is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from optimise.siting.covering.neighbours import Amounts, Neighbourhood, Neighbourhoods

__all__ = ["Annealing"]

I64 = npt.NDArray[np.int64]
F64 = npt.NDArray[np.float64]

_LEAST = 1e-9
"""Part of all weight; a smaller gain is rounding."""
_UNLIKELY = 9.0
"""Sites that gain so many temperatures less than the best one are not opened."""
_OFTEN = 200
"""Steps between two questions whether to stop."""


class Annealing:
    """Open sites of a weighted covering matrix, moved at random.

    Attributes
    ----------
    open
        Open sites, at most p; one may be there twice.
    gain
        (sites,) weight that opening one would add.
    value
        Covered weight.
    """

    def __init__(self, matrix: sp.csr_array, weights: F64, p: int, seed: int) -> None:
        self._matrix, self._weights, self._p = matrix, weights, p
        self._near = Neighbourhoods(matrix, weights)
        self._last: dict[int, tuple[int, bytes, Amounts]] = {}
        self._rng = np.random.default_rng(seed)
        self.become(())
        self._open_greedily()

    def become(self, sites: Iterable[int]) -> None:
        """Hold exactly these sites, at most p."""
        self.open = [int(site) for site in sites]
        self._times = np.zeros(len(self._weights), dtype=np.int64)
        for site in self.open:
            self._times[self._near.rows[site]] += 1
        left = np.where(self._times == 0, self._weights, 0.0)
        self.gain: F64 = np.asarray(self._matrix.T @ left)
        self._most = float(self.gain.max())
        self.value = float(self._weights.sum() - left.sum())

    def run(self, steps: int, hot: float, cold: float, stop: Callable[[], bool]) -> I64:
        """Cool down from one temperature (in units of weight) to another; the best sites seen."""
        best, chosen = self.value, list(self.open)
        if not self.open:
            return np.zeros(0, dtype=np.int64)
        temperatures = np.geomspace(hot, cold, steps).tolist()
        positions = self._rng.integers(len(self.open), size=steps).tolist()
        draws = self._rng.random(steps).tolist()
        for step, (temperature, position, draw) in enumerate(
            zip(temperatures, positions, draws, strict=True)
        ):
            self._step(position, temperature, draw)
            if self.value > best:
                best, chosen = self.value, list(self.open)
            if step % _OFTEN == 0 and stop():
                break
        return np.unique(chosen)

    def _step(self, position: int, temperature: float, draw: float) -> None:
        """Close the site at a position and open one drawn by what it gains then."""
        old = self.open[position]
        near = self._near.of(old)
        alone = self._times[near.rows] == 1
        lost = self._lost(position, near, alone)
        nearby = self.gain[near.sites] + lost
        most = max(float(nearby.max()), self._most)
        least = most - _UNLIKELY * temperature
        if self._most > least:  # others may be opened as well
            sites = self.gain.copy()
            sites[near.sites] = nearby
            some = (sites > least).nonzero()[0]
            site = int(some[_drawn(sites[some], most, temperature, draw)])
        else:
            some = (nearby > least).nonzero()[0]
            site = int(near.sites[some[_drawn(nearby[some], most, temperature, draw)]])
        if site != old:
            self._times[near.rows] -= 1
            self.gain[near.sites] = nearby
            self.value -= float(lost[near.own])
            self._put(site)
            self.open[position] = site

    def _lost(self, position: int, near: Neighbourhood, alone: npt.NDArray[np.bool_]) -> Amounts:
        """(neighbours,) weight of the rows that this position covers alone, by who covers them.

        Most steps change nothing near it: then it is what it was.
        """
        site, kind = self.open[position], alone.tobytes()
        before = self._last.get(position)
        if before is not None and before[:2] == (site, kind):
            return before[2]
        lost = near.covered(alone)
        self._last[position] = site, kind, lost
        return lost

    def _put(self, site: int) -> None:
        near = self._near.of(site)
        times = self._times[near.rows]
        new = near.covered(times == 0)
        self._times[near.rows] = times + 1
        self.gain[near.sites] -= new
        self._most = float(self.gain.max())
        self.value += float(new[near.own])

    def _open_greedily(self) -> None:
        """Open the site that gains most, until none gains anything."""
        least = _LEAST * float(self._weights.sum())
        while len(self.open) < self._p and self._most > least:
            site = int(self.gain.argmax())
            self._put(site)
            self.open.append(site)


def _drawn(gain: F64, most: float, temperature: float, draw: float) -> int:
    """Which of some gains is drawn by the heat bath, from a number between 0 and 1."""
    if len(gain) == 1:
        return 0
    chances = np.exp((gain - most) / temperature).cumsum()
    return int(chances.searchsorted(draw * chances[-1]))
