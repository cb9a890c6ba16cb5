"""Sparse rows of a linear program, gathered block by block."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

__all__ = ["Rows"]

F64 = npt.NDArray[np.float64]
I64 = npt.NDArray[np.int64]
Entries = tuple[I64, I64, F64]


class Rows:
    """Rows `matrix @ x <= limit`."""

    def __init__(self) -> None:
        self._entries: list[Entries] = []
        self._limits: list[F64] = []
        self.count = 0

    def add(self, limit: F64, *entries: Entries) -> None:
        """Rows with these limits.

        Parameters
        ----------
        entries
            Row (0 is the first of these), column, coefficient; equal places add up.
        """
        for row, column, value in entries:
            self._entries.append((row + self.count, column, value))
        self._limits.append(np.asarray(limit, dtype=np.float64))
        self.count += len(limit)

    def matrix(self, columns: int) -> sp.csr_array:
        """The sparse matrix of all rows."""
        row, column, value = (
            np.concatenate([each[at] for each in self._entries]) for at in range(3)
        )
        return sp.csr_array((value, (row, column)), shape=(self.count, columns))

    @property
    def limit(self) -> F64:
        """Right-hand sides."""
        return np.concatenate(self._limits)
