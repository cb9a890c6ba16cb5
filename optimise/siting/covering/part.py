"""What is left to decide of a maximal covering instance: the part that fixed sites leave open.

Demand points that a fixed site covers, that no site covers, or that weigh nothing are set aside;
points that the same sites cover are one; sites that another one makes needless are dropped. Prices
of the part become prices of the instance that prove the same.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from optimise.siting.covering.reducing import equal_rows, needed_columns

__all__ = ["Part", "part_of"]

I64 = npt.NDArray[np.int64]
F64 = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """Rows and columns that matter.

    Parameters
    ----------
    matrix, weights
        (rows, columns) of ones, and the weight of each row.
    p
        Columns to choose: p less the fixed sites, at most the number of columns.
    settled
        Weight that every plan covers.
    columns
        Site of each column.
    points, row
        Demand points in the part, and the row of each.
    """

    matrix: sp.csr_array
    weights: F64
    p: int
    settled: float
    columns: I64
    points: I64
    row: I64

    def prices(self, price: F64, weights: F64, coverable: npt.NDArray[np.bool_]) -> F64:
        """(demand points,) prices of the instance that prove what those of the part prove.

        Points of one row share its price by their weights. Those that no site covers lose all
        their weight to their price, which no site earns; those of fixed sites have price 0.
        """
        full = np.where(coverable, 0.0, weights)
        full[self.points] = weights[self.points] * (price / self.weights)[self.row]
        return np.minimum(full, weights)


def part_of(covers: sp.csr_array, weights: F64, p: int, fixed_open: tuple[int, ...]) -> Part:
    """Take apart what is settled and make the rest smaller."""
    by_fixed = np.asarray(covers[:, list(fixed_open)].sum(axis=1)).reshape(-1) > 0
    points = np.flatnonzero(~by_fixed & (np.diff(covers.indptr) > 0) & (weights > 0))
    settled, left = float(weights[by_fixed].sum()), p - len(fixed_open)
    matrix = sp.csr_array(covers[points])
    first, group = equal_rows(matrix)
    matrix = sp.csr_array(matrix[first])
    columns = needed_columns(matrix)
    matrix = sp.csr_array(matrix[:, columns])
    again, regroup = equal_rows(matrix)
    row = regroup[group] if len(points) else group
    weight = np.bincount(row, weights[points], minlength=len(again)).astype(np.float64)
    matrix = sp.csr_array(matrix[again])
    return Part(matrix, weight, min(left, len(columns)), settled, columns, points, row)
