"""The heaviest cover as an integer program, by SCIP.

SCIP proves these programs in about half the time that HiGHS takes.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp
from ortools.linear_solver.python import model_builder_helper as builder

from optimise.siting.covering.odd_sets import OddSets
from optimise.siting.covering.program import Found
from optimise.siting.units import unit_of

__all__ = ["heaviest_cover"]

I64 = npt.NDArray[np.int64]
F64 = npt.NDArray[np.float64]

_NO_BOUND = 1e19
"""SCIP's infinity is 1e20."""
_NO_SIGNALS = "misc/catchctrlc = FALSE"
"""SCIP would answer Ctrl-C in place of Python, and end early as if the time were up."""


def heaviest_cover(
    matrix: sp.csr_array,
    weights: F64,
    p: int,
    seconds: float,
    plan: I64 | None = None,
    cuts: OddSets | None = None,
) -> Found:
    """Cover the most weight with p sites; covered amounts follow, only sites are whole.

    SCIP begins at `plan`, if there is one.
    """
    points, sites = matrix.shape
    rows = [
        sp.hstack([-matrix, sp.eye_array(points)]),
        sp.csr_array(np.repeat((1.0, 0.0), (sites, points))[None]),
    ]
    high = np.append(np.zeros(points), float(p))
    if cuts is not None and len(cuts):
        rows.append(sp.hstack([-cuts.sites, cuts.points]))
        high = np.append(high, np.ones(len(cuts)))
    number, unit = sites + points, unit_of(weights)
    model: Any = builder.ModelBuilderHelper()  # its stubs take types of arrays for their shapes
    model.fill_model_from_sparse_data(
        np.zeros(number),
        np.ones(number),
        np.concatenate((np.zeros(sites), -weights / unit)),
        np.full(len(high), -np.inf),
        high,
        sp.csr_matrix(sp.vstack(rows)),
    )
    for site in range(sites):
        model.set_var_integrality(site, True)
    if plan is not None:
        begin = np.zeros(number)
        begin[plan] = 1.0
        begin[sites:] = matrix @ begin[:sites] > 0
        for variable, value in enumerate(begin.tolist()):
            model.add_hint(variable, value)
    solver = builder.ModelSolverHelper("scip")
    solver.set_time_limit_in_seconds(max(seconds, 0.01))
    solver.set_solver_specific_parameters(_NO_SIGNALS)
    solver.solve(model)
    return _read(solver, sites, unit)


def _read(solver: builder.ModelSolverHelper, sites: int, unit: float) -> Found:
    """What SCIP says; its bound counts only beside a plan, as it is 0 where it has none."""
    done = solver.status() == builder.SolveStatus.OPTIMAL
    if not done and solver.status() != builder.SolveStatus.FEASIBLE:
        return Found(None, np.inf, False)
    chosen = np.flatnonzero(np.asarray(solver.variable_values())[:sites] > 0.5)
    bound = -float(solver.best_objective_bound())
    known = abs(bound) < _NO_BOUND and bound >= -float(solver.objective_value()) - 1e-6
    return Found(chosen, unit * bound if known else np.inf, done)
