"""Types of arrays (what they hold; shapes stand where they are made), and their unrolling."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

F64 = npt.NDArray[np.float64]
F32 = npt.NDArray[np.float32]
I64 = npt.NDArray[np.int64]
I32 = npt.NDArray[np.int32]
I16 = npt.NDArray[np.int16]
I8 = npt.NDArray[np.int8]
U8 = npt.NDArray[np.uint8]
U64 = npt.NDArray[np.uint64]
Bools = npt.NDArray[np.bool_]


def order_of(first: F64, then: U64) -> I64:
    """Order by numbers, equal ones by others: of which there are hardly any, so the first do."""
    order = np.argsort(first)
    if (np.diff(first[order]) == 0).any():
        return np.lexsort((then, first))
    return order


def each_step(length: I64) -> tuple[I64, I64]:
    """Index of the stretch, and number from 0 within it, of every step of stretches."""
    index = np.repeat(np.arange(len(length)), length)
    return index, np.arange(len(index)) - np.repeat(np.cumsum(length) - length, length)
