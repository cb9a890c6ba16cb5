"""Simulated annealing for the heaviest cover with p sites, by the heat bath.

A step closes one open site and opens any site in its place, site j with a chance in proportion to
exp(gain_j / temperature), where `gain` is the weight that opening it would add (S. Geman, D. Geman:
Stochastic relaxation, Gibbs distributions, and the Bayesian restoration of images. IEEE
Transactions on Pattern Analysis and Machine Intelligence 6, 1984, 721-741). No step is wasted on a
site that is turned down, and gains are kept up to date by the rows that a step covers or uncovers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

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
        columns = sp.csc_array(matrix)
        self._matrix, self._weights, self._p = matrix, weights, p
        self._at, self._sites = matrix.indptr.astype(np.int64), matrix.indices.astype(np.int64)
        self._length = np.diff(self._at)
        self._rows = np.split(columns.indices.astype(np.int64), columns.indptr[1:-1])
        self._count = np.arange(matrix.nnz)
        self._last: dict[int, tuple[int, bytes, F64]] = {}
        self._rng = np.random.default_rng(seed)
        self.become(())
        self._open_greedily()

    def become(self, sites: Iterable[int]) -> None:
        """Hold exactly these sites, at most p."""
        self.open = [int(site) for site in sites]
        self._times = np.zeros(len(self._weights), dtype=np.int64)
        for site in self.open:
            self._times[self._rows[site]] += 1
        left = np.where(self._times == 0, self._weights, 0.0)
        self.gain: F64 = np.asarray(self._matrix.T @ left)
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
        rows = self._rows[old]
        alone = self._times[rows] == 1
        gain = self.gain + self._lost(position, alone)
        most = gain.max()
        some = (gain > most - _UNLIKELY * temperature).nonzero()[0]
        site = int(some[0])
        if len(some) > 1:
            chances = np.exp((gain[some] - most) / temperature).cumsum()
            site = int(some[chances.searchsorted(draw * chances[-1])])
        if site != old:
            self._times[rows] -= 1
            self.gain = gain
            self.value -= float(self._weights[rows[alone]].sum())
            self._put(site)
            self.open[position] = site

    def _lost(self, position: int, alone: npt.NDArray[np.bool_]) -> F64:
        """(sites,) weight of the rows that this position covers alone, by site that covers them.

        Most steps change nothing near it: then it is what it was.
        """
        site, kind = self.open[position], alone.tobytes()
        before = self._last.get(position)
        if before is not None and before[:2] == (site, kind):
            return before[2]
        lost = self._change(self._rows[site][alone])
        self._last[position] = site, kind, lost
        return lost

    def _put(self, site: int) -> None:
        rows = self._rows[site]
        times = self._times[rows]
        new = rows[times == 0]
        self._times[rows] = times + 1
        self.gain -= self._change(new)
        self.value += float(self._weights[new].sum())

    def _change(self, rows: I64) -> F64:
        """(sites,) weight of some rows that each site covers."""
        length = self._length[rows]
        end = length.cumsum()
        cells = (self._at[rows] - end + length).repeat(length)
        cells += self._count[: len(cells)]
        weight = self._weights[rows].repeat(length)
        change = np.bincount(self._sites[cells], weight, minlength=len(self._rows))
        return np.asarray(change, dtype=np.float64)

    def _open_greedily(self) -> None:
        """Open the site that gains most, until none gains anything."""
        least = _LEAST * float(self._weights.sum())
        while len(self.open) < self._p and self.gain.max() > least:
            site = int(self.gain.argmax())
            self._put(site)
            self.open.append(site)
