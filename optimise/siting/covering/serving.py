"""Which open site covers each demand point."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

__all__ = ["covered_by"]


def covered_by(covers: sp.csr_array, opened: Sequence[int]) -> npt.NDArray[np.int64]:
    """(demand points,) the first open site that covers each, -1 where none does."""
    of_open = sp.csr_array(covers[:, list(opened)])
    of_open.sort_indices()
    serving = np.full(covers.shape[0], -1, dtype=np.int64)
    some = np.diff(of_open.indptr) > 0
    serving[some] = np.asarray(opened, dtype=np.int64)[of_open.indices[of_open.indptr[:-1][some]]]
    return serving
