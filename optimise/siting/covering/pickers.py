"""Plans that cover every demand point, built site by site."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

__all__ = ["cover_greedily", "without_needless"]

I64 = npt.NDArray[np.int64]
F64 = npt.NDArray[np.float64]


def cover_greedily(matrix: sp.csr_array, cost: F64, rng: np.random.Generator | None = None) -> I64:
    """Open whichever site costs least per point newly covered, then close needless ones.

    With `rng` costs are shaken by up to a fifth, so that each call finds another plan. Every row
    must have a column (V. Chvatal: A greedy heuristic for the set-covering problem. Mathematics of
    Operations Research 4, 1979, 233-235).
    """
    columns = sp.csc_array(matrix)
    price = cost if rng is None else cost * rng.uniform(0.8, 1.2, len(cost))
    left = np.ones(matrix.shape[0], dtype=bool)
    gain = np.diff(columns.indptr).astype(np.float64)
    chosen: list[int] = []
    while left.any():
        with np.errstate(divide="ignore", invalid="ignore"):
            site = int(np.where(gain > 0, price / gain, np.inf).argmin())
        chosen.append(site)
        rows = columns.indices[columns.indptr[site] : columns.indptr[site + 1]]
        new = rows[left[rows]]
        left[new] = False
        gain -= np.asarray(matrix[new].sum(axis=0)).reshape(-1)
    return without_needless(matrix, cost, np.asarray(chosen, dtype=np.int64))


def without_needless(matrix: sp.csr_array, cost: F64, chosen: I64) -> I64:
    """Close what others cover as well, the dearest first."""
    columns = sp.csc_array(matrix)
    times = np.asarray(matrix[:, chosen].sum(axis=1)).reshape(-1)
    kept = []
    for site in chosen[np.argsort(-cost[chosen], kind="stable")].tolist():
        rows = columns.indices[columns.indptr[site] : columns.indptr[site + 1]]
        if len(rows) and (times[rows] > 1).all():
            times[rows] -= 1
        elif len(rows):
            kept.append(site)
    return np.sort(np.asarray(kept, dtype=np.int64))
