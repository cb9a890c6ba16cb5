"""Arrays of equal shape kept on disk, so that memory does not grow with replications."""

from __future__ import annotations

import tempfile
import weakref
from collections.abc import Sequence
from types import TracebackType
from typing import Self, overload

import numpy as np

from sim.arrays import F64
from sim.experiment.problems import EngineProblem, reason_of


class Spool(Sequence[F64]):
    """Append arrays, read them back one at a time; the file vanishes with the object."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile(prefix="linli-")  # noqa: SIM115 - closed with the spool
        weakref.finalize(self, self._file.close)  # also of a run that was stopped
        self._shape: tuple[int, ...] | None = None
        self._number = 0

    def append(self, array: F64) -> None:
        """Add an array; all have the shape of the first.

        Raises
        ------
        ValueError
            If the shape differs.
        EngineProblem
            If the disk is full.
        """
        if self._shape is None:
            self._shape = array.shape
        if array.shape != self._shape:
            raise ValueError(f"shape {array.shape} differs from {self._shape}")
        try:
            self._file.seek(0, 2)
            self._file.write(np.ascontiguousarray(array, dtype=np.float64).tobytes())
            self._file.flush()
        except OSError as error:
            where = tempfile.gettempdir()
            raise EngineProblem(f"{where} (temporary files): {reason_of(error)}") from error
        self._number += 1

    def __len__(self) -> int:
        return self._number

    @overload
    def __getitem__(self, index: int) -> F64: ...

    @overload
    def __getitem__(self, index: slice) -> list[F64]: ...

    def __getitem__(self, index: int | slice) -> F64 | list[F64]:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(self._number))]
        if not -self._number <= index < self._number or self._shape is None:
            raise IndexError(index)
        size = int(np.prod(self._shape)) * 8
        self._file.seek((index % self._number) * size)
        return np.frombuffer(self._file.read(size), dtype=np.float64).reshape(self._shape)

    def close(self) -> None:
        """Remove the file."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
