"""Linear and integer programs over some placements of a block, solved by OR-Tools' back ends.

GLOP solves the relaxation; its duals are prices. SCIP searches for timetables: on these clique
rows it found better ones sooner than CP-SAT and HiGHS (docs/decisions/0028-weekly-slots.md).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import numpy.typing as npt
from ortools.math_opt import model_pb2
from ortools.math_opt.python import mathopt
from scipy.sparse import csr_array

from optimise.slots.blocks import Block
from optimise.slots.clock import Clock
from optimise.slots.prices import Prices
from optimise.slots.rows import rows_of

__all__ = ["SEARCHER", "Found", "Searched", "maximise", "relax", "search"]

I64 = npt.NDArray[np.int64]
F64 = npt.NDArray[np.float64]
Bool = npt.NDArray[np.bool_]

SEARCHER = "SCIP"
_PER_ENTRY, _PER_NODE = 1e-5, 5e-6
_PER_ITERATION = {mathopt.SolverType.GLOP: 3e-8, mathopt.SolverType.GSCIP: 1.5e-7}
"""Work of a program: of each entry of its matrix, of each entry in each node, and of each row in
each iteration of the simplex method; as measured, within a factor of two."""
_CUTS, _SMALL = 5, 1_000
"""Rounds of cuts at the root of the search tree, which no limit on nodes ends; programs of so many
columns at most need no such limit. Without it SCIP spends 25 s on the root of 1,600 columns."""
_NO_LIMIT = 1e7


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
    rows = rows_of(block, some)
    whole = np.zeros(len(some), dtype=bool)
    model = _program(block.value[some], rows.matrix, rows.limit, whole)
    result = mathopt.solve(model, mathopt.SolverType.GLOP, params=_parameters(clock))
    work = _work(rows.matrix, result, mathopt.SolverType.GLOP)
    if result.termination.reason != mathopt.TerminationReason.OPTIMAL:
        clock.cut = True  # nothing else ends it
        return None, math.inf, work
    dual = np.maximum(np.array(result.dual_values(list(model.linear_constraints()))), 0.0)
    cell, share = np.zeros(like.cell.size), np.zeros(like.share.size)
    of_cell, of_share = rows.cell >= 0, rows.share >= 0
    cell[rows.cell[of_cell]] = dual[of_cell]
    share[rows.share[of_share]] = dual[of_share]
    prices = Prices(cell.reshape(like.cell.shape), share.reshape(like.share.shape))
    return prices, result.objective_value(), work


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
    gain: F64,
    matrix: csr_array,
    limit: F64,
    whole: Bool,
    hint: F64,
    work: float,
    clock: Clock,
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
    model = _program(gain, matrix, limit, whole)
    variables = list(model.variables())
    start = mathopt.SolutionHint(variable_values=dict(zip(variables, hint.tolist(), strict=True)))
    nodes = max(1, int(work / (_PER_NODE * max(matrix.nnz, 1_000))))
    parameters = _parameters(clock, nodes)
    if len(gain) > _SMALL:
        parameters.gscip.int_params["separating/maxroundsroot"] = _CUTS
    result = mathopt.solve(
        model,
        mathopt.SolverType.GSCIP,
        params=parameters,
        model_params=mathopt.ModelSolveParameters(solution_hints=[start]),
    )
    ended = result.termination.limit == mathopt.Limit.TIME
    clock.cut |= ended
    value = None
    if result.has_primal_feasible_solution():
        value = np.array(result.variable_values(variables), dtype=np.float64)
    return Found(
        value=value,
        bound=result.termination.objective_bounds.dual_bound,
        proven=not ended and result.termination.reason == mathopt.TerminationReason.OPTIMAL,
        work=_work(matrix, result, mathopt.SolverType.GSCIP),
    )


def _parameters(clock: Clock, nodes: int | None = None) -> mathopt.SolveParameters:
    seconds = min(max(clock.left, 0.05), _NO_LIMIT)
    return mathopt.SolveParameters(node_limit=nodes, time_limit=timedelta(seconds=seconds))


def _work(matrix: csr_array, result: mathopt.SolveResult, solver: mathopt.SolverType) -> float:
    stats, rows = result.solve_stats, matrix.shape[0]
    work = _PER_ENTRY * matrix.nnz + _PER_ITERATION[solver] * rows * stats.simplex_iterations
    return float(work + _PER_NODE * matrix.nnz * stats.node_count)


def _program(gain: F64, matrix: csr_array, limit: F64, whole: Bool) -> mathopt.Model:
    """Set the program up at once; OR-Tools' own functions take a call an entry."""
    rows, columns = matrix.shape
    entries = matrix.sorted_indices().tocoo()
    proto = model_pb2.ModelProto()
    variables, constraints = proto.variables, proto.linear_constraints
    variables.ids.extend(range(columns))
    variables.lower_bounds.extend([0.0] * columns)
    variables.upper_bounds.extend([1.0] * columns)
    variables.integers.extend(whole.tolist())
    proto.objective.maximize = True
    proto.objective.linear_coefficients.ids.extend(range(columns))
    proto.objective.linear_coefficients.values.extend(gain.tolist())
    constraints.ids.extend(range(rows))
    constraints.lower_bounds.extend([-math.inf] * rows)
    constraints.upper_bounds.extend(limit.tolist())
    row, column = entries.coords
    proto.linear_constraint_matrix.row_ids.extend(row.tolist())
    proto.linear_constraint_matrix.column_ids.extend(column.tolist())
    proto.linear_constraint_matrix.coefficients.extend(entries.data.tolist())
    return mathopt.Model.from_model_proto(proto)
