"""A set of open sites that knows at once what every swap would gain.

For open positions k = 0..p-1 and sites j, opening j and closing k changes the covered weight by
`gain[j] + shared[k, j] - loss[k]`: what j covers that nobody does, what k alone covers, and of that
what j would keep. Opening and closing touch only the rows of that site (M. G. C. Resende, R. F.
Werneck: A fast swap-based local search procedure for location problems. Annals of Operations
Research 150, 2007, 205-230).
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

__all__ = ["Picks"]

I64 = npt.NDArray[np.int64]
F64 = npt.NDArray[np.float64]


class Picks:
    """At most p open sites of a weighted covering matrix.

    Attributes
    ----------
    open
        (p,) site at each position, -1 where there is none.
    value
        Covered weight.
    gain
        (sites,) weight that opening one would add.
    loss
        (p,) weight that closing one would lose.
    """

    def __init__(self, matrix: sp.csr_array, weights: F64, p: int) -> None:
        columns = sp.csc_array(matrix)
        self.sites, self.weights = matrix.shape[1], weights
        self._row_at, self._row = _pointers(matrix.indptr, matrix.indices)
        self._column_at, self._column = _pointers(columns.indptr, columns.indices)
        self._times = np.zeros(matrix.shape[0], dtype=np.int64)
        self._holder = np.zeros(matrix.shape[0], dtype=np.int64)  # sum of positions that cover it
        self.gain: F64 = np.asarray(matrix.T @ weights)
        self.loss = np.zeros(p)
        self.open = np.full(p, -1, dtype=np.int64)
        self.value = 0.0
        self._shared = np.zeros((p, self.sites))
        self._swaps = np.empty((p, self.sites))

    def put(self, position: int, site: int) -> None:
        """Open a site at a free position."""
        rows = self._column[self._column_at[site] : self._column_at[site + 1]]
        times = self._times[rows]
        new = rows[times == 0]
        if len(new):
            sites, lengths = self._sites_of(new)
            weight = self.weights[new]
            change = np.bincount(sites, np.repeat(weight, lengths), minlength=self.sites)
            self.gain -= change
            self._shared[position] += change
            self.loss[position] += weight.sum()
            self.value += float(weight.sum())
        self._alone(rows[times == 1], -1.0)
        self._times[rows] += 1
        self._holder[rows] += position
        self.open[position] = site

    def take(self, position: int) -> None:
        """Close the site at a position."""
        site = self.open[position]
        rows = self._column[self._column_at[site] : self._column_at[site + 1]]
        self._times[rows] -= 1
        self._holder[rows] -= position
        self.gain += self._shared[position]
        self._shared[position] = 0.0
        self.value -= float(self.loss[position])
        self.loss[position] = 0.0
        self._alone(rows[self._times[rows] == 1], 1.0)
        self.open[position] = -1

    def best_swap(self) -> tuple[float, int, int]:
        """Change in value, position and site of the best swap."""
        np.subtract(self._shared, self.loss[:, None], out=self._swaps)
        self._swaps += self.gain
        self._swaps[:, self.open] = -np.inf
        position, site = divmod(int(self._swaps.argmax()), self.sites)
        return float(self._swaps[position, site]), position, site

    def become(self, sites: Iterable[int]) -> None:
        """Hold exactly these sites, at most p."""
        wanted = {int(site) for site in sites}
        for position in np.flatnonzero(self.open >= 0).tolist():
            if int(self.open[position]) in wanted:
                wanted.remove(int(self.open[position]))
            else:
                self.take(position)
        free = np.flatnonzero(self.open < 0).tolist()
        for position, site in zip(free, sorted(wanted), strict=False):
            self.put(position, site)

    def _alone(self, rows: I64, sign: float) -> None:
        """Rows that one position alone begins (1) or ceases (-1) to cover."""
        if not len(rows):
            return
        holder = self._holder[rows]
        sites, lengths = self._sites_of(rows)
        weight = sign * self.weights[rows]
        cells = np.repeat(holder * self.sites, lengths) + sites
        np.add.at(self._shared.reshape(-1), cells, np.repeat(weight, lengths))
        self.loss += np.bincount(holder, weight, minlength=len(self.loss))

    def _sites_of(self, rows: I64) -> tuple[I64, I64]:
        """Sites that cover each of some rows, one after the other, and how many each."""
        start = self._row_at[rows]
        lengths = self._row_at[rows + 1] - start
        offset = start - (lengths.cumsum() - lengths)
        return self._row[np.repeat(offset, lengths) + np.arange(lengths.sum())], lengths


def _pointers(indptr: npt.NDArray[np.integer], indices: npt.NDArray[np.integer]) -> tuple[I64, I64]:
    return indptr.astype(np.int64), indices.astype(np.int64)
