"""Types of arrays (what they hold; shapes stand where they are made), and their unrolling."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from sim.compiled import compiled

F64 = npt.NDArray[np.float64]
F32 = npt.NDArray[np.float32]
I64 = npt.NDArray[np.int64]
I32 = npt.NDArray[np.int32]
I16 = npt.NDArray[np.int16]
I8 = npt.NDArray[np.int8]
U8 = npt.NDArray[np.uint8]
U64 = npt.NDArray[np.uint64]
Bools = npt.NDArray[np.bool_]


def each_step(length: I64) -> tuple[I64, I64]:
    """Index of the stretch, and number from 0 within it, of every step of stretches."""
    index, number = np.empty((2, int(length.sum())), dtype=np.int64)
    _each_step(length, index, number)
    return index, number


@compiled
def _each_step(length: I64, index: I64, number: I64) -> None:
    at = 0
    for stretch in range(len(length)):
        for step in range(length[stretch]):
            index[at], number[at] = stretch, step
            at += 1
