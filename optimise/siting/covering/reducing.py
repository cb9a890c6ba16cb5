"""Smaller matrices with the same best plans: equal rows merged, dominated lines dropped.

A site that covers no more than another one (and costs no less) is never needed; a demand point
that is covered by whatever covers another one need not be looked at where all must be covered
(C. Toregas, C. ReVelle: Binary logic solutions to a class of location problem. Geographical
Analysis 5, 1973, 145-155).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

__all__ = ["equal_rows", "merged", "needed_columns", "needed_rows"]

I64 = npt.NDArray[np.int64]
F64 = npt.NDArray[np.float64]

_SPARSE, _DENSE = 2e8, 5e9
"""Multiplications at most to compare lines; with more, lines are kept that may be dominated."""
_FULL = 0.03
"""Part of ones from which a matrix is multiplied as a dense one."""


def equal_rows(matrix: sp.csr_array) -> tuple[I64, I64]:
    """The first of each set of equal rows, and for every row the number of its set.

    Rows are told apart by a sum of random 62-bit numbers, one a column (always the same ones):
    two rows that differ collide with a chance of about 2**-62. Empty rows are a set, too.
    """
    tags = np.random.default_rng(0).integers(1, 2**62, matrix.shape[1], dtype=np.int64)
    sums = matrix.astype(np.int64) @ tags
    _, first, group = np.unique(sums, return_index=True, return_inverse=True)
    return np.asarray(first, dtype=np.int64), np.asarray(group.reshape(-1), dtype=np.int64)


def merged(matrix: sp.csr_array, weights: F64, columns: I64) -> tuple[sp.csr_array, F64, I64]:
    """Some columns, with the rows merged (and their weights added) that these cover alike.

    Also the new row of each old one, -1 where no column is left.
    """
    matrix = sp.csr_array(matrix[:, columns])
    first, group = equal_rows(matrix)
    weights = np.bincount(group, weights, minlength=len(first)).astype(np.float64)
    matrix = sp.csr_array(matrix[first])
    some = np.diff(matrix.indptr) > 0
    number = np.where(some, some.cumsum() - 1, -1)
    return sp.csr_array(matrix[some]), weights[some], number[group]


def needed_columns(matrix: sp.csr_array, cost: F64 | None = None) -> I64:
    """Columns (ascending) that no other one contains at the same cost or less.

    Of equal ones the cheapest and then the first is kept. Empty columns are dropped.
    """
    size: F64 = np.asarray(matrix.sum(axis=0), dtype=np.float64).reshape(-1)
    inner, outer = _contained(sp.csc_array(matrix), size)
    if cost is None:
        cost = np.zeros(len(size))
    equal = (size[inner] == size[outer]) & (cost[inner] == cost[outer])
    drop = (cost[outer] <= cost[inner]) & (~equal | (outer < inner))
    needed = size > 0
    needed[inner[drop]] = False
    return np.flatnonzero(needed)


def needed_rows(matrix: sp.csr_array) -> I64:
    """Rows (ascending) that contain no other one: whoever covers those covers all."""
    size: F64 = np.asarray(matrix.sum(axis=1), dtype=np.float64).reshape(-1)
    inner, outer = _contained(sp.csc_array(matrix.T), size)
    needed = np.ones(len(size), dtype=bool)
    needed[outer[(size[inner] < size[outer]) | (inner < outer)]] = False
    return np.flatnonzero(needed)


def _contained(columns: sp.csc_array, size: F64) -> tuple[I64, I64]:
    """Pairs (inner, outer) of different columns, not empty, where one contains the other."""
    rows, number = columns.shape
    if columns.nnz > _FULL * rows * number and float(rows) * number**2 <= _DENSE:
        dense = columns.toarray().astype(np.float32)
        within = (dense.T @ dense == size[:, None]) & (size[:, None] > 0)
        np.fill_diagonal(within, False)
        inner, outer = np.nonzero(within)
        return inner, outer
    per_row = np.bincount(columns.indices, minlength=rows).astype(np.float64)
    if (per_row**2).sum() > _SPARSE:
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    both = (columns.T @ columns).tocoo()
    apart = (both.data == size[both.row]) & (both.row != both.col)
    return both.row[apart].astype(np.int64), both.col[apart].astype(np.int64)
