"""Linear and integer programs over some placements of a block, solved by OR-Tools' back ends.

GLOP solves the relaxation; its duals are prices. SCIP searches for timetables: on these clique
rows it found better ones sooner than CP-SAT and HiGHS (docs/decisions/0028-weekly-slots.md).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from ortools.linear_solver.python import model_builder
from scipy.sparse import csr_array

from optimise.slots.blocks import Block
from optimise.slots.prices import Prices
from optimise.slots.rows import rows_of

__all__ = ["SEARCHER", "Searched", "maximise", "relax", "search"]

I64 = npt.NDArray[np.int64]
F64 = npt.NDArray[np.float64]
Bool = npt.NDArray[np.bool_]

SEARCHER = "SCIP"


@dataclass(frozen=True, slots=True)
class Searched:
    """Outcome of an integer program over some placements.

    Parameters
    ----------
    chosen
        Placements of the best timetable (numbers in the block), None if none was found.
    bound
        The solver's claim for timetables of these placements.
    """

    chosen: I64 | None
    bound: float


def relax(block: Block, some: I64, like: Prices, seconds: float) -> tuple[Prices, float] | None:
    """Prices from the linear relaxation over some placements, and its value; None if out of time.

    Parameters
    ----------
    like
        Any prices of the block, for their shape.
    """
    rows = rows_of(block, some)
    model = _program(block.value[some], rows.matrix, rows.limit)
    solver = model_builder.Solver("glop")
    solver.set_time_limit_in_seconds(max(seconds, 0.05))
    if solver.solve(model) != model_builder.SolveStatus.OPTIMAL:
        return None
    # Maximising is minimising the negative: duals of rows that bind are negative.
    duals = solver.dual_values(model.get_linear_constraints())
    dual = np.maximum(-np.asarray(duals, dtype=np.float64), 0.0)
    cell, share = np.zeros(like.cell.size), np.zeros(like.share.size)
    of_cell, of_share = rows.cell >= 0, rows.share >= 0
    cell[rows.cell[of_cell]] = dual[of_cell]
    share[rows.share[of_share]] = dual[of_share]
    prices = Prices(cell.reshape(like.cell.shape), share.reshape(like.share.shape))
    return prices, -float(solver.objective_value)


def search(block: Block, some: I64, known: I64, seconds: float) -> Searched:
    """Best timetable of some placements within a time limit.

    Parameters
    ----------
    known
        Placements of a timetable to start from; all are among `some`.
    """
    rows = rows_of(block, some)
    whole = np.ones(len(some), dtype=bool)
    hint = np.isin(some, known).astype(np.float64)
    value, bound = maximise(block.value[some], rows.matrix, rows.limit, whole, hint, seconds)
    return Searched(None if value is None else some[value > 0.5], bound)


def maximise(
    gain: F64, matrix: csr_array, limit: F64, whole: Bool, hint: F64, seconds: float
) -> tuple[F64 | None, float]:
    """Maximise gain @ x over x in [0, 1] with matrix @ x <= limit within a time limit.

    Parameters
    ----------
    whole
        Which entries of x are 0 or 1.
    hint
        A solution to start from.

    Returns
    -------
    tuple
        The best x found, None if there is none, and the solver's bound.
    """
    model = _program(gain, matrix, limit)
    entries = zip(model.get_variables(), whole.tolist(), hint.tolist(), strict=True)
    for variable, integral, start in entries:
        variable.is_integral = integral
        model.add_hint(variable, start)
    solver = model_builder.Solver(SEARCHER.lower())
    solver.set_time_limit_in_seconds(max(seconds, 0.05))
    status = solver.solve(model)
    if status not in (model_builder.SolveStatus.OPTIMAL, model_builder.SolveStatus.FEASIBLE):
        return None, np.inf
    value = np.asarray(solver.values(model.get_variables()), dtype=np.float64)
    return value, -float(solver.best_objective_bound)


def _program(gain: F64, matrix: csr_array, limit: F64) -> model_builder.Model:
    model = model_builder.Model()  # type: ignore[no-untyped-call]
    # The stub asks for a matrix's old class and for vectors of a shape that numpy has not.
    fill: Any = model.helper.fill_model_from_sparse_data
    fill(
        np.zeros(len(gain)),
        np.ones(len(gain)),
        -gain,
        np.full(len(limit), -np.inf),
        limit,
        matrix,
    )
    return model
