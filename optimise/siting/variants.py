"""Rows that turn a program into a variant of it: other than some plans, or near one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from optimise.siting.program import PlanProgram
from optimise.siting.rows import Rows

__all__ = ["with_rows", "within_moves_of", "without_plans"]

F64 = npt.NDArray[np.float64]
I64 = npt.NDArray[np.int64]


def with_rows(program: PlanProgram, matrix: sp.csr_array, limit: F64) -> PlanProgram:
    """Further rows on the same columns."""
    return replace(
        program,
        matrix=sp.csr_array(sp.vstack([program.matrix, matrix], format="csr")),
        limit=np.concatenate([program.limit, limit]),
        only_where=np.append(program.only_where, np.zeros(len(limit), dtype=bool)),
    )


def within_moves_of(program: PlanProgram, plan: I64, moves: int) -> PlanProgram:
    """Allow only plans that differ from this one by at most so many moves, more or fewer.

    A column for each move is no less than |n - m|; all of them add up to so many at most.
    """
    count, columns = program.moves, len(program.gain)
    every, one = np.arange(count), np.ones(count)
    away, rows = columns + every, Rows()
    rows.add(plan.astype(np.float64), (every, every, one), (every, away, -one))
    rows.add(-plan.astype(np.float64), (every, every, -one), (every, away, -one))
    rows.add(np.array([float(moves)]), (0 * every, away, one))
    wider = _wider(program, np.full(count, np.inf), np.zeros(count, dtype=bool))
    return with_rows(wider, rows.matrix(columns + count), rows.limit)


def without_plans(program: PlanProgram, plans: Sequence[I64], moves: int) -> PlanProgram:
    """Allow only plans that differ from each of these by at least so many moves.

    |n - m| of a move made m times out of `most` is up + down, where n = m + up - down and only one
    of them is not zero; where m is at an end of its range no such columns are needed.
    """
    for plan in plans:
        program = _without_plan(program, plan, moves)
    return program


def _without_plan(program: PlanProgram, plan: I64, moves: int) -> PlanProgram:
    low, high = program.low[: program.moves], program.high[: program.moves]
    sign = np.where(plan >= high, -1.0, np.where(plan <= low, 1.0, 0.0))
    inner, ends = np.flatnonzero(sign == 0), np.flatnonzero(sign)
    count, columns = len(inner), len(program.gain)
    up, down, side = columns + np.arange(3 * count).reshape(3, count)
    every, one, at = np.arange(count), np.ones(count), plan[inner].astype(np.float64)
    rows = Rows()
    # n - up + down = m, as two rows; up <= (most - m) side, down <= (m - low) (1 - side)
    rows.add(at, (every, inner, one), (every, up, -one), (every, down, one))
    rows.add(-at, (every, inner, -one), (every, up, one), (every, down, -one))
    rows.add(np.zeros(count), (every, up, one), (every, side, at - high[inner]))
    rows.add(at - low[inner], (every, down, one), (every, side, at - low[inner]))
    rows.add(
        np.array([-moves - float(sign[ends] @ plan[ends])]),
        (0 * ends, ends, -sign[ends]),
        (0 * every, up, -one),
        (0 * every, down, -one),
    )
    most = np.repeat([np.inf, np.inf, 1.0], count)
    wider = _wider(program, most, np.repeat([False, False, True], count))
    return with_rows(wider, rows.matrix(columns + 3 * count), rows.limit)


def _wider(program: PlanProgram, high: F64, whole: npt.NDArray[np.bool_]) -> PlanProgram:
    """Further columns of no gain, from 0 to `high`."""
    count = len(high)
    more = sp.csr_array((program.matrix.shape[0], count))
    return replace(
        program,
        gain=np.append(program.gain, np.zeros(count)),
        matrix=sp.csr_array(sp.hstack([program.matrix, more], format="csr")),
        low=np.append(program.low, np.zeros(count)),
        high=np.append(program.high, high),
        whole=np.append(program.whole, whole),
    )
