"""Which moves are allowed together, whatever they are good for; and why none are, in words."""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp

from optimise.arrays import F64, I64
from optimise.siting.problem import Problem
from optimise.solver import Effort, Program, Rows, maximise

TOLERANCE = 1e-9
"""Part of a limit by which sums of many figures may miss it."""


def move_rows(rows: Rows, problem: Problem) -> list[str]:
    """Budget, floor areas, and rooms and hours that are taken must be there; what each row is."""
    moves = problem.moves
    every = np.arange(len(moves.cost))
    names: list[str] = []
    if np.isfinite(problem.budget):
        rows.add(np.array([problem.budget]), (0 * every, every, moves.cost))
        names.append("yuan a year of the budget")
    limited = np.flatnonzero(np.isfinite(problem.floor))
    at = np.full(len(problem.floor) + 1, -1)
    at[limited] = np.arange(len(limited))
    some = np.flatnonzero(at[moves.site] >= 0)
    rows.add(problem.floor[limited], (at[moves.site[some]], some, moves.area[some]))
    names += [f"m2 of floor area at site {site}" for site in limited.tolist()]
    poorer = np.unique(moves.takes[moves.takes >= 0])
    _taking_rows(rows, problem, poorer)
    names += [f"rooms of facility {facility}" for facility in poorer.tolist()]
    bands = range(problem.facilities.hours.shape[1])
    names += [f"hours of facility {f} in band {b}" for f in poorer.tolist() for b in bands]
    return names


def _taking_rows(rows: Rows, problem: Problem, poorer: I64) -> None:
    """Add rows that leave facilities that lose some no fewer than no rooms and no hours."""
    moves, facilities = problem.moves, problem.facilities
    band = np.arange(facilities.hours.shape[1])
    at = np.full(len(facilities.rooms) + 1, -1)
    at[poorer] = np.arange(len(poorer))
    gives, takes = np.flatnonzero(at[moves.gives] >= 0), np.flatnonzero(moves.takes >= 0)
    to, off = at[moves.gives[gives]], at[moves.takes[takes]]
    rows.add(
        facilities.rooms[poorer].astype(np.float64),
        (to, gives, -np.ones(len(gives))),
        (off, takes, np.ones(len(takes))),
    )
    rows.add(
        facilities.hours[poorer].ravel(),
        _banded(to, gives, -moves.gives_hours[gives], band),
        _banded(off, takes, moves.takes_hours[takes], band),
    )


def _banded(at: I64, move: I64, hours: F64, band: I64) -> tuple[I64, I64, F64]:
    row = at[:, None] * len(band) + band
    return row.ravel(), np.repeat(move, len(band)), hours.ravel()


class MoveLimits:
    """The limits of a problem's moves, written down once for many plans."""

    def __init__(self, problem: Problem) -> None:
        rows = Rows()
        move_rows(rows, problem)
        self._moves = problem.moves
        self._matrix = rows.matrix(len(problem.moves.cost))
        self._limit = rows.limit + slack(self._matrix, rows.limit)

    def keep(self, times: I64) -> bool:
        """Whether moves keep every limit."""
        if (times < self._moves.fixed).any() or (times > self._moves.most).any():
            return False
        return bool((self._matrix @ times <= self._limit).all())


def allowed(problem: Problem, times: I64) -> bool:
    """Whether moves keep every limit."""
    return MoveLimits(problem).keep(times)


def slack(matrix: sp.csr_array, limit: F64) -> F64:
    """Amount by which rounding may make a sum miss its limit."""
    size = abs(matrix).max(axis=1).toarray().ravel() if matrix.shape[1] else np.zeros(len(limit))
    return TOLERANCE * np.maximum(np.maximum(np.abs(limit), size), 1.0)


def cheapest(problem: Problem) -> tuple[I64 | None, str]:
    """Allowed moves, the decided ones alone if these are; or None and why there are none."""
    moves = problem.moves
    if allowed(problem, moves.fixed):
        return moves.fixed.copy(), ""
    rows = Rows()
    names = move_rows(rows, problem)
    matrix = rows.matrix(len(moves.cost))
    # Every limit may be missed by an excess of its own; the least sum of them is looked for.
    size = np.maximum(abs(matrix).max(axis=1).toarray().ravel(), 1.0)
    program = Program(
        gain=np.concatenate([np.zeros(len(moves.cost)), -1 / size]),
        matrix=sp.csr_array(sp.hstack([matrix, -sp.eye_array(len(names))], format="csr")),
        limit=rows.limit,
        low=np.concatenate([moves.fixed.astype(np.float64), np.zeros(len(names))]),
        high=np.concatenate([moves.most.astype(np.float64), np.full(len(names), np.inf)]),
        whole=np.repeat([True, False], [len(moves.cost), len(names)]),
    )
    found = maximise(program, Effort())
    assert found.x is not None  # every limit may be missed
    times = np.rint(found.x[: len(moves.cost)]).astype(np.int64)
    if allowed(problem, times):
        return times, ""
    excess = np.maximum(matrix @ times - rows.limit, 0.0)
    missed = np.flatnonzero(excess > slack(matrix, rows.limit))
    words = [f"{excess[i]:,.6g} {names[i]}" for i in missed.tolist()]
    return None, f"the decided moves need at least {', '.join(words)} more than there is"
