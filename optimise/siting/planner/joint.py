"""Programs put together: the same moves under several demands or aims, and further rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from optimise.siting.planner.program import Program
from optimise.siting.planner.rows import Rows

__all__ = ["Joint", "apart", "joined", "with_rows", "within"]

F64 = npt.NDArray[np.float64]
I64 = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Joint:
    """Programs on the same moves, all in one.

    Parameters
    ----------
    program
        Has no aim of its own yet, and one free column more than its parts: the last.
    gains, constants
        Aim of each part on the columns of the whole.
    """

    program: Program
    gains: list[F64]
    constants: list[float]


def joined(programs: Sequence[Program]) -> Joint:
    """Put programs of the same moves together."""
    moves = programs[0].moves
    rest = [len(each.gain) - moves for each in programs]
    columns = moves + sum(rest) + 1
    first = moves + np.cumsum([0, *rest])
    blocks, gains = [], []
    for each, at, width in zip(programs, first, rest, strict=False):
        place = np.concatenate([np.arange(moves), np.arange(at, at + width)])
        entries = each.matrix.tocoo()
        blocks.append(
            sp.csr_array(
                (entries.data, (entries.row, place[entries.col])),
                shape=(each.matrix.shape[0], columns),
            )
        )
        gain = np.zeros(columns)
        gain[place] = each.gain
        gains.append(gain)

    def columns_of(name: str, last: float) -> F64:
        head = getattr(programs[0], name)[:moves]
        return np.concatenate([head, *(getattr(p, name)[moves:] for p in programs), [last]])

    program = Program(
        gain=np.zeros(columns),
        matrix=sp.csr_array(sp.vstack(blocks, format="csr")),
        limit=np.concatenate([each.limit for each in programs]),
        low=columns_of("low", -np.inf),
        high=columns_of("high", np.inf),
        whole=columns_of("whole", 0.0).astype(bool),
        moves=moves,
        constant=0.0,
    )
    return Joint(program, gains, [each.constant for each in programs])


def with_rows(program: Program, matrix: sp.csr_array, limit: F64) -> Program:
    """Further rows on the same columns."""
    whole = sp.csr_array(sp.vstack([program.matrix, matrix], format="csr"))
    return replace(program, matrix=whole, limit=np.concatenate([program.limit, limit]))


def within(program: Program, plan: I64, moves: int) -> Program:
    """Only plans that differ from this one by so many moves at most, more or fewer.

    A column for each move is no less than |n - m|; all of them add up to so many at most.
    """
    count, columns = program.moves, len(program.gain)
    every, one = np.arange(count), np.ones(count)
    away, rows = columns + every, Rows()
    rows.add(plan.astype(np.float64), (every, every, one), (every, away, -one))
    rows.add(-plan.astype(np.float64), (every, every, -one), (every, away, -one))
    rows.add(np.array([float(moves)]), (0 * every, away, one))
    wider = sp.csr_array((program.matrix.shape[0], count))
    extended = replace(
        program,
        gain=np.append(program.gain, np.zeros(count)),
        matrix=sp.csr_array(sp.hstack([program.matrix, wider], format="csr")),
        low=np.append(program.low, np.zeros(count)),
        high=np.append(program.high, np.full(count, np.inf)),
        whole=np.append(program.whole, np.zeros(count, dtype=bool)),
    )
    return with_rows(extended, rows.matrix(columns + count), rows.limit)


def apart(program: Program, plans: Sequence[I64], moves: int) -> Program:
    """Only plans that differ from each of these by so many moves at least, more or fewer.

    |n - m| of a move made m times out of `most` is up + down, where n = m + up - down and only one
    of them is not zero; where m is at an end of its range no such columns are needed.
    """
    for plan in plans:
        program = _apart(program, plan, moves)
    return program


def _apart(program: Program, plan: I64, moves: int) -> Program:
    low, high = program.low[: program.moves], program.high[: program.moves]
    sign = np.where(plan >= high, -1.0, np.where(plan <= low, 1.0, 0.0))
    inner = np.flatnonzero(sign == 0)
    count, columns = len(inner), len(program.gain)
    up, down, side = columns + np.arange(3 * count).reshape(3, count)
    every, one = np.arange(count), np.ones(count)
    entries = [
        # n - up + down = m, as two rows
        (every, inner, one), (every, up, -one), (every, down, one),
        (count + every, inner, -one), (count + every, up, one), (count + every, down, -one),
        # up <= (most - m) side, down <= (m - low) (1 - side)
        (2 * count + every, up, one), (2 * count + every, side, plan[inner] - high[inner]),
        (3 * count + every, down, one), (3 * count + every, side, plan[inner] - low[inner]),
    ]  # fmt: skip
    ends = np.flatnonzero(sign)
    last = 4 * count
    entries.append((np.full(len(ends), last), ends, -sign[ends]))
    entries += [(np.full(count, last), up, -one), (np.full(count, last), down, -one)]
    row, column, value = (np.concatenate([e[i] for e in entries]) for i in range(3))
    further = sp.csr_array((value, (row, column)), shape=(last + 1, columns + 3 * count))
    limit = np.concatenate(
        [
            plan[inner],
            -plan[inner],
            np.zeros(count),
            plan[inner] - low[inner],
            [-moves - float(sign[ends] @ plan[ends])],
        ]
    )
    wider = sp.csr_array((program.matrix.shape[0], 3 * count))
    extended = replace(
        program,
        gain=np.append(program.gain, np.zeros(3 * count)),
        matrix=sp.csr_array(sp.hstack([program.matrix, wider], format="csr")),
        low=np.append(program.low, np.zeros(3 * count)),
        high=np.concatenate([program.high, np.repeat([np.inf, np.inf, 1.0], count)]),
        whole=np.append(program.whole, np.repeat([False, False, True], count)),
    )
    return with_rows(extended, further, limit)
