"""What is left to decide where every demand point must be covered."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from optimise.siting.covering.reducing import equal_rows, needed_columns, needed_rows

__all__ = ["Whole", "whole_of"]

I64 = npt.NDArray[np.int64]
F64 = npt.NDArray[np.float64]

_ROUNDS = 5


@dataclass(frozen=True, slots=True, eq=False)
class Whole:
    """Demand points and sites that matter.

    Parameters
    ----------
    matrix, cost
        (points, columns) of ones, and the cost of each column.
    points, columns
        Demand point of each row and site of each column.
    """

    matrix: sp.csr_array
    cost: F64
    points: I64
    columns: I64

    def prices(self, price: F64, points: int) -> F64:
        """(demand points,) prices of the instance: 0 for points set aside."""
        full = np.zeros(points)
        full[self.points] = price
        return full


def whole_of(
    covers: sp.csr_array, cost: F64, fixed_open: tuple[int, ...], until: float = math.inf
) -> Whole:
    """Set aside what fixed sites cover; drop dominated points and sites until none is left.

    Or until some time of `time.monotonic`.
    """
    by_fixed = np.asarray(covers[:, list(fixed_open)].sum(axis=1)).reshape(-1) > 0
    points = np.flatnonzero(~by_fixed)
    matrix = sp.csr_array(covers[points])
    columns = np.arange(covers.shape[1])
    for _ in range(_ROUNDS):
        if time.monotonic() >= until:
            break
        before = matrix.shape
        first = np.sort(equal_rows(matrix)[0])
        points, matrix = points[first], sp.csr_array(matrix[first])
        rows = needed_rows(matrix)
        points, matrix = points[rows], sp.csr_array(matrix[rows])
        kept = needed_columns(matrix, cost[columns])
        columns, matrix = columns[kept], sp.csr_array(matrix[:, kept])
        if matrix.shape == before:
            break
    return Whole(matrix, cost[columns], points, columns)
