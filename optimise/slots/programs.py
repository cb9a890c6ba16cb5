"""Linear and integer programs over some placements of a block, solved by OR-Tools' back ends.

GLOP solves the relaxation; its duals are prices. SCIP searches for timetables: on these clique
rows it found better ones sooner than CP-SAT and HiGHS (docs/decisions/0028-weekly-slots.md).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from optimise.slots.blocks import Block
from optimise.slots.clock import Clock
from optimise.slots.prices import Prices
from optimise.slots.rows import rows_of
from optimise.solver import Answer, Effort, Engine, Program
from optimise.solver import maximise as solved

__all__ = ["SEARCHER", "Found", "Searched", "maximise", "relax", "search"]

I64 = npt.NDArray[np.int64]
F64 = npt.NDArray[np.float64]
Bool = npt.NDArray[np.bool_]

SEARCHER = "SCIP"
_PER_ENTRY, _PER_NODE = 1e-5, 5e-6
_PER_ITERATION: dict[Engine, float] = {"GLOP": 3e-8, "GSCIP": 1.5e-7}
"""Work of a program: of each entry of its matrix, of each entry in each node, and of each row in
each iteration of the simplex method; as measured, within a factor of two."""
_CUTS, _SMALL = 5, 1_000
"""Rounds of cuts at the root of the search tree, which no limit on nodes ends; programs of so many
columns at most need no such limit. Without it SCIP spends 25 s on the root of 1,600 columns."""


@dataclass(frozen=True, slots=True)
class Found:
    """Outcome of an integer program.

    Parameters
    ----------
    value
        The best entries found, None if there are none.
    bound
        The solver's claim.
    proven
        Whether nothing is better.
    work
        What it took.
    """

    value: F64 | None
    bound: float
    proven: bool
    work: float


@dataclass(frozen=True, slots=True)
class Searched:
    """Outcome of an integer program over some placements.

    Parameters
    ----------
    chosen
        Placements of the best timetable (numbers in the block), None if none was found.
    bound
        The solver's claim for timetables of these placements.
    proven
        Whether none of these placements is better.
    work
        What it took.
    """

    chosen: I64 | None
    bound: float
    proven: bool
    work: float


def relax(
    block: Block, some: I64, like: Prices, clock: Clock
) -> tuple[Prices | None, float, float]:
    """Prices from the linear relaxation over some placements, its value, and the work it took.

    Parameters
    ----------
    like
        Any prices of the block, for their shape.

    Returns
    -------
    tuple
        The prices are None if the clock ended it.
    """
    rows, columns = rows_of(block, some), np.ones(len(some))
    program = Program(
        block.value[some], rows.matrix, rows.limit, 0 * columns, columns, np.zeros(len(some), bool)
    )
    answer = solved(program, Effort(seconds=clock.left), engine="GLOP")
    work = _work(program, answer, "GLOP")
    clock.cut |= answer.cut == "clock"
    if answer.x is None or answer.price is None or answer.cut:
        return None, math.inf, work
    cell, share = np.zeros(like.cell.size), np.zeros(like.share.size)
    of_cell, of_share = rows.cell >= 0, rows.share >= 0
    cell[rows.cell[of_cell]] = answer.price[of_cell]
    share[rows.share[of_share]] = answer.price[of_share]
    prices = Prices(cell.reshape(like.cell.shape), share.reshape(like.share.shape))
    return prices, float(block.value[some] @ answer.x), work


def search(block: Block, some: I64, known: I64, work: float, clock: Clock) -> Searched:
    """Best timetable of some placements.

    Parameters
    ----------
    known
        Placements of a timetable to start from; all are among `some`.
    work
        What it may take, beyond the root of the search tree.
    """
    rows = rows_of(block, some)
    whole = np.ones(len(some), dtype=bool)
    hint = np.isin(some, known).astype(np.float64)
    found = maximise(block.value[some], rows.matrix, rows.limit, whole, hint, work, clock)
    chosen = None if found.value is None else some[found.value > 0.5]
    return Searched(chosen, found.bound, found.proven, found.work)


def maximise(
    gain: F64, matrix: csr_array, limit: F64, whole: Bool, hint: F64, work: float, clock: Clock
) -> Found:
    """Maximise gain @ x over x in [0, 1] with matrix @ x <= limit.

    Parameters
    ----------
    whole
        Which entries of x are 0 or 1.
    hint
        A solution to start from.
    work
        What it may take, beyond the root of the search tree.
    """
    ones = np.ones(len(gain))
    program = Program(gain, matrix, limit, 0 * ones, ones, whole)
    effort = Effort(
        nodes=max(1, int(work / (_PER_NODE * max(matrix.nnz, 1_000)))),
        seconds=clock.left,
        cuts=_CUTS if len(gain) > _SMALL else None,
    )
    answer = solved(program, effort, hint=(np.arange(len(gain)), hint), engine="GSCIP")
    clock.cut |= answer.cut == "clock"
    work = _work(program, answer, "GSCIP")
    return Found(answer.x, answer.bound, not answer.cut, work)


def _work(program: Program, answer: Answer, engine: Engine) -> float:
    entries, rows = program.matrix.nnz, len(program.limit)
    per_row = _PER_ITERATION[engine] * answer.iterations
    return _PER_ENTRY * entries + per_row * rows + _PER_NODE * entries * answer.nodes
