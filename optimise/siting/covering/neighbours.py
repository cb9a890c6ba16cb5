"""The neighbours of a site of a covering matrix: the sites that share a row with it.

What some of its rows weigh, by who covers them, is then the product with a small dense matrix (60
rows and 200 neighbours in San Francisco: 2 to 4 microseconds, looking up the rows' sites 15 to 20).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

__all__ = ["Amounts", "Neighbourhood", "Neighbourhoods"]

I64 = npt.NDArray[np.int64]
F64 = npt.NDArray[np.float64]
Amounts = npt.NDArray[np.floating[Any]]
"""In single precision where that is exact."""

_DENSE = 200_000
"""Cells of a dense block at most; larger ones stay sparse, which is faster there, too."""
_BYTES = 256_000_000
"""Of all blocks that are kept."""
_EXACT = 2**24
"""Sums of whole numbers up to this are exact in single precision, in half the memory."""


@dataclass(frozen=True, slots=True, eq=False)
class Neighbourhood:
    """A site's rows and neighbours.

    Parameters
    ----------
    rows, weights
        The rows that it covers, and their weights.
    sites
        Neighbours, ascending; the site is one of them.
    own
        Where the site is among them.
    covers
        (rows, neighbours) of ones, dense or sparse.
    """

    rows: I64
    weights: Amounts
    sites: I64
    own: int
    covers: Any

    def covered(self, some: npt.NDArray[np.bool_]) -> Amounts:
        """(neighbours,) weight of some of the rows that each neighbour covers."""
        return np.asarray((self.weights * some) @ self.covers)


class Neighbourhoods:
    """Those of all sites, made when they are asked for; every site covers some row.

    Attributes
    ----------
    rows
        Rows that each site covers.
    """

    def __init__(self, matrix: sp.csr_array, weights: F64) -> None:
        columns = sp.csc_array(matrix)
        exact = bool((weights == np.floor(weights)).all()) and weights.sum() <= _EXACT
        self._weights: Amounts = weights.astype(np.float32 if exact else np.float64)
        self._at, self._sites = matrix.indptr.astype(np.int64), matrix.indices.astype(np.int64)
        self._number = np.zeros(matrix.shape[1], dtype=np.int64)
        self.rows = np.split(columns.indices.astype(np.int64), columns.indptr[1:-1])
        self._made: dict[int, Neighbourhood] = {}
        self._bytes = 0

    def of(self, site: int) -> Neighbourhood:
        """Rows and neighbours of one."""
        near = self._made.get(site)
        return near if near is not None else self._make(site)

    def _make(self, site: int) -> Neighbourhood:
        rows = self.rows[site]
        begin, end = self._at[rows], self._at[rows + 1]
        cells = np.concatenate([self._sites[a:b] for a, b in zip(begin, end, strict=True)])
        self._number[cells] = 1
        sites = self._number.nonzero()[0]
        self._number[sites] = np.arange(len(sites))
        column = self._number[cells]
        self._number[sites] = 0
        row = np.arange(len(rows)).repeat(end - begin)
        covers = _block(row, column, (len(rows), len(sites)), self._weights.dtype)
        held = int(covers.nbytes if isinstance(covers, np.ndarray) else 2 * covers.data.nbytes)
        if self._bytes + held > _BYTES:
            self._made.clear()
            self._bytes = 0
        own = int(sites.searchsorted(site))
        near = Neighbourhood(rows, self._weights[rows], sites, own, covers)
        self._made[site] = near
        self._bytes += held
        return near


def _block(row: I64, column: I64, shape: tuple[int, int], kind: np.dtype[Any]) -> Any:
    """A matrix with ones in some cells."""
    if shape[0] * shape[1] > _DENSE:
        return sp.csr_array((np.ones(len(row), dtype=kind), (row, column)), shape=shape)
    dense = np.zeros(shape, dtype=kind)
    dense[row, column] = 1.0
    return dense
