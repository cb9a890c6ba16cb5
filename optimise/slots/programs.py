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

from optimise.slots.blocks import Block
from optimise.slots.prices import Prices
from optimise.slots.rows import Rows, rows_of

__all__ = ["SEARCHER", "Searched", "relax", "search"]

I64 = npt.NDArray[np.int64]
F64 = npt.NDArray[np.float64]

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
    model = _model(block, some, rows)
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
    model = _model(block, some, rows_of(block, some))
    inside = np.isin(some, known)
    for variable, taken in zip(model.get_variables(), inside.tolist(), strict=True):
        variable.is_integral = True
        model.add_hint(variable, float(taken))
    solver = model_builder.Solver(SEARCHER.lower())
    solver.set_time_limit_in_seconds(max(seconds, 0.05))
    status = solver.solve(model)
    found = status in (model_builder.SolveStatus.OPTIMAL, model_builder.SolveStatus.FEASIBLE)
    if not found:
        return Searched(None, np.inf)
    value = np.asarray(solver.values(model.get_variables()), dtype=np.float64)
    bound = -float(solver.best_objective_bound)
    return Searched(some[value > 0.5], bound)


def _model(block: Block, some: I64, rows: Rows) -> model_builder.Model:
    model = model_builder.Model()  # type: ignore[no-untyped-call]
    count = len(some)
    # The stub asks for a matrix's old class and for vectors of a shape that numpy has not.
    fill: Any = model.helper.fill_model_from_sparse_data
    fill(
        np.zeros(count),
        np.ones(count),
        -block.value[some],
        np.full(len(rows.limit), -np.inf),
        rows.limit,
        rows.matrix,
    )
    return model
