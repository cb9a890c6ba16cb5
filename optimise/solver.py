"""One way of calling OR-Tools: a mixed integer program, a hint, and effort that knows no clock.

Effort is limited by nodes of the search tree, so that the same program gives the same answer on an
idle and on a busy machine. A limit by the clock is a safety net: `Answer.cut` says when it was what
ended a search. Every search has one thread, for the same reason; several programs may be solved
`side_by_side`.

A *unit of work* is about what one idle core does in a second. It is counted from what solvers and
steps did (iterations, nodes, rows), never measured, so that the same problem and the same work give
the same answer on an idle machine and on a busy one, whatever the number of workers; a `Clock`
ends it anyway.
"""

from __future__ import annotations

import datetime
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

import numpy as np
import scipy.sparse as sp

from optimise.arrays import F64, I64, Bools

T = TypeVar("T")
U = TypeVar("U")

Engine = Literal["HIGHS", "GSCIP", "CP_SAT", "GLOP"]
_CLOSE = 1e-7
"""Relative gap at which value and bound meet in any case."""
_LOOK_SECONDS = 0.2
"""How often the calling thread looks whether it was interrupted."""


@dataclass(frozen=True, slots=True)
class Program:
    """Maximise gain @ x over matrix @ x <= limit and low <= x <= high, some x whole."""

    gain: F64
    matrix: sp.csr_array
    limit: F64
    low: F64
    high: F64
    whole: Bools


@dataclass(frozen=True, slots=True)
class Effort:
    """Limits of a search.

    Parameters
    ----------
    nodes
        Of the search tree at most; the same on every machine.
    seconds
        Wall seconds after which a search is cut all the same: a safety net.
    gap
        Between value and bound, in units of the aim, at which a search ends.
    cuts
        Rounds of cuts at the root of SCIP's tree, which no limit on nodes ends; None: as it likes.
    work
        Limit in units of CP-SAT's deterministic time, which has no limit on nodes.
    """

    nodes: int = 1_000_000
    seconds: float = 3600.0
    gap: float = 0.0
    cuts: int | None = None
    work: float | None = None


@dataclass(frozen=True, slots=True)
class SolverAnswer:
    """Result of a search.

    Parameters
    ----------
    x
        The best solution found; None if there is none.
    bound
        No solution is worth more: infinite where nothing is known, minus infinity where there is
        no solution.
    status
        ``optimal`` (to the gap asked for), ``feasible``, ``infeasible``, or ``unknown``: nothing
        was found, and nothing shown.
    cut
        What ended a search that was not finished: ``effort`` or ``clock``; else empty.
    price
        Of each row, at least 0; None unless nothing in the program is whole.
    nodes, iterations
        Of the search tree and of the simplex method: what it took, the same on every machine.
    """

    x: F64 | None
    bound: float
    status: Literal["optimal", "feasible", "infeasible", "unknown"]
    cut: Literal["", "effort", "clock"]
    price: F64 | None = None
    nodes: int = 0
    iterations: int = 0


def maximise(
    program: Program,
    effort: Effort,
    *,
    hint: tuple[I64, F64] | None = None,
    engine: Engine = "HIGHS",
) -> SolverAnswer:
    """Search for the best solution as far as effort goes.

    Parameters
    ----------
    hint
        Columns and their values in a solution that is known: the search begins there.

    Raises
    ------
    RuntimeError
        If the solver fails.
    """
    from ortools.math_opt.python import mathopt  # a quarter of a second that --help does not need

    model = mathopt.Model.from_model_proto(_written(program))
    variables = list(model.variables())
    parameters = mathopt.SolveParameters(
        time_limit=datetime.timedelta(seconds=max(effort.seconds, 0.05)),
        relative_gap_tolerance=_CLOSE,
        absolute_gap_tolerance=effort.gap,
        random_seed=0,
    )
    if program.whole.any() and engine in ("HIGHS", "GSCIP"):
        parameters.node_limit = effort.nodes
    if engine == "GSCIP" and effort.cuts is not None:
        parameters.gscip.int_params["separating/maxroundsroot"] = effort.cuts
    if engine == "CP_SAT" and effort.work is not None:
        parameters.cp_sat.max_deterministic_time = effort.work
        parameters.cp_sat.linearization_level = 2
    if engine == "HIGHS":
        parameters.highs.int_options["threads"] = 1
    elif engine != "GLOP":
        parameters.threads = 1
    start = mathopt.ModelSolveParameters()
    if hint is not None:
        values = {variables[c]: v for c, v in zip(hint[0].tolist(), hint[1].tolist(), strict=True)}
        start.solution_hints.append(mathopt.SolutionHint(variable_values=values))
    kind = mathopt.SolverType[engine]
    [found] = side_by_side(
        lambda _: mathopt.solve(model, kind, params=parameters, model_params=start), [None], 1
    )
    return _answer(found, variables, model, bool(program.whole.any()))


def _written(program: Program) -> Any:
    """The program as OR-Tools takes it whole; variable by variable it would take far longer."""
    from ortools.math_opt import model_pb2

    message = model_pb2.ModelProto()
    columns, rows = len(program.gain), len(program.limit)
    message.variables.ids.extend(range(columns))
    message.variables.lower_bounds.extend(program.low.tolist())
    message.variables.upper_bounds.extend(program.high.tolist())
    message.variables.integers.extend(program.whole.tolist())
    message.objective.maximize = True
    some = np.flatnonzero(program.gain)
    message.objective.linear_coefficients.ids.extend(some.tolist())
    message.objective.linear_coefficients.values.extend(program.gain[some].tolist())
    message.linear_constraints.ids.extend(range(rows))
    message.linear_constraints.lower_bounds.extend([-np.inf] * rows)
    message.linear_constraints.upper_bounds.extend(program.limit.tolist())
    matrix = sp.csr_array(program.matrix)
    matrix.sum_duplicates()
    matrix.eliminate_zeros()
    matrix.sort_indices()
    entries = matrix.tocoo()
    message.linear_constraint_matrix.row_ids.extend(entries.row.tolist())
    message.linear_constraint_matrix.column_ids.extend(entries.col.tolist())
    message.linear_constraint_matrix.coefficients.extend(entries.data.tolist())
    return message


def _answer(found: Any, variables: Sequence[Any], model: Any, mixed: bool) -> SolverAnswer:
    from ortools.math_opt.python import mathopt

    end, reason = found.termination, mathopt.TerminationReason
    if end.reason in (reason.INFEASIBLE, reason.INFEASIBLE_OR_UNBOUNDED):
        return SolverAnswer(None, -np.inf, "infeasible", "", None, *_took(found))
    if end.reason not in (reason.OPTIMAL, reason.FEASIBLE, reason.NO_SOLUTION_FOUND):
        raise RuntimeError(f"the solver failed: {end.reason.name} {end.detail}")
    cut: Literal["", "effort", "clock"] = ""
    if end.reason != reason.OPTIMAL:
        cut = "clock" if end.limit == mathopt.Limit.TIME else "effort"
    bound = float(end.objective_bounds.dual_bound)
    if not found.has_primal_feasible_solution():
        return SolverAnswer(None, bound, "unknown", cut, None, *_took(found))
    values = found.variable_values()
    x = np.array([values[v] for v in variables])
    price = None
    if not mixed and found.has_dual_feasible_solution():
        duals = found.dual_values()
        price = np.maximum(np.array([duals[row] for row in model.linear_constraints()]), 0.0)
    return SolverAnswer(x, bound, "feasible" if cut else "optimal", cut, price, *_took(found))


def _took(found: Any) -> tuple[int, int]:
    return found.solve_stats.node_count, found.solve_stats.simplex_iterations


def side_by_side(call: Callable[[T], U], items: Sequence[T], workers: int) -> list[U]:
    """Call for each item in so many threads: solvers let go of the interpreter's lock.

    Threads are daemons and the caller only waits for them, so that Ctrl-C ends a program at once
    that is in the midst of a search.
    """
    found: dict[int, U] = {}
    failed: list[BaseException] = []
    queue = iter(range(len(items)))
    lock = threading.Lock()

    def work() -> None:
        while not failed:
            with lock:
                number = next(queue, None)
            if number is None:
                return
            try:
                found[number] = call(items[number])
            except BaseException as error:  # raised again where it is waited for
                failed.append(error)

    threads = [threading.Thread(target=work, daemon=True) for _ in range(min(workers, len(items)))]
    for thread in threads:
        thread.start()
    for thread in threads:
        while thread.is_alive():
            thread.join(_LOOK_SECONDS)
    if failed:
        raise failed[0]
    return [found[number] for number in range(len(items))]


class Clock:
    """A limit by the clock, for machines too slow or too busy for the work that was planned.

    Attributes
    ----------
    cut
        Whether it ended something that had work left: then another machine may find another
        timetable.
    """

    def __init__(self, seconds: float) -> None:
        self._deadline = time.monotonic() + seconds
        self.cut = False

    @property
    def left(self) -> float:
        """Seconds left, not below 0 and at most a year."""
        return min(max(0.0, self._deadline - time.monotonic()), 3e7)

    def is_over(self) -> bool:
        """Whether the time is over; the caller has work left and stops."""
        if self.left == 0.0:
            self.cut = True
        return self.left == 0.0


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
