"""The planner's model as a mixed integer program.

Columns: how often each move is made (whole), whether each gated facility has a room, the share of
each class that takes each offer, the worst-off group's share. Only the moves need be whole: a
facility has a room or not as soon as they are.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp
from scipy.optimize import Bounds, LinearConstraint, linprog, milp

from optimise.siting.planner.core import Core, summed
from optimise.siting.planner.moving import move_rows
from optimise.siting.planner.problem import Problem
from optimise.siting.planner.rows import Rows

__all__ = ["Found", "Program", "Relaxed", "Written", "program_of", "relax", "search"]

F64 = npt.NDArray[np.float64]
I64 = npt.NDArray[np.int64]
Bool = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Program:
    """Maximise gain @ x over matrix @ x <= limit and low <= x <= high, some x whole.

    Parameters
    ----------
    whole
        Which columns are whole numbers.
    moves
        How many columns, the first, are moves.
    constant
        What is added to gain @ x.
    """

    gain: F64
    matrix: sp.csr_array
    limit: F64
    low: F64
    high: F64
    whole: Bool
    moves: int
    constant: float


@dataclass(frozen=True, slots=True)
class Written(Program):
    """The program of a core, with where its parts are.

    Parameters
    ----------
    offers
        Where the shares of offers are among the columns.
    parts
        Where rows of each kind are.
    row
        facility * bands + band of each row of hours.
    gated
        Facilities that have a column.
    """

    offers: slice
    parts: dict[str, slice]
    row: I64
    gated: I64


@dataclass(frozen=True, slots=True)
class Relaxed:
    """Optimum of the linear relaxation, with the price of each row (at least 0)."""

    x: F64
    value: float
    price: F64


@dataclass(frozen=True, slots=True)
class Found:
    """Best solution of a search, None if there is none, its bound, and whether it was finished."""

    x: F64 | None
    bound: float
    infeasible: bool


def program_of(core: Core) -> Written:
    """Write the program down."""
    problem, offers = core.problem, core.offers
    moves = len(problem.moves.cost)
    gated = np.unique(offers.gate[offers.gate >= 0])
    first = moves + len(gated)
    column = first + np.arange(len(offers))
    fair = core.worst > 0
    columns = first + len(offers) + int(fair)
    rows = Rows()
    move_rows(rows, problem)
    parts = {"moves": slice(0, rows.count)}
    one = np.ones(len(offers))
    parts["classes"] = rows.add(np.ones(core.classes), (offers.of_class, column, one))
    at = np.full(len(problem.facilities.rooms) + 1, -1)
    at[gated] = moves + np.arange(len(gated))
    parts["gates"] = _only_where(rows, column, at[offers.gate], offers.gate >= 0)
    parts["links"] = _only_where(rows, column, offers.link, offers.link >= 0)
    row = np.unique(offers.row[offers.row >= 0])
    parts["hours"] = _hours(rows, core, row, column, at)
    parts["rooms"] = _rooms(rows, problem, gated, at)
    gain = np.zeros(columns)
    gain[column] = offers.value
    if fair:
        gain[-1] = core.worst
        parts["groups"] = _groups(rows, core, column, columns - 1)
    high = np.ones(columns)
    low = np.zeros(columns)
    high[column] = np.inf  # rows of classes say how much, and they have a price
    high[:moves], low[:moves] = problem.moves.most, problem.moves.fixed
    return Written(
        gain=gain,
        matrix=rows.matrix(columns),
        limit=rows.limit,
        low=low,
        high=high,
        whole=np.arange(columns) < moves,
        moves=moves,
        constant=core.constant,
        offers=slice(first, first + len(offers)),
        parts=parts,
        row=row,
        gated=gated,
    )


def _only_where(rows: Rows, column: I64, gate: I64, some: Bool) -> slice:
    """An offer is taken by no more than its gate is open, each on its own row."""
    count = int(some.sum())
    row, one = np.arange(count), np.ones(count)
    return rows.add(np.zeros(count), (row, column[some], one), (row, gate[some], -one))


def _hours(rows: Rows, core: Core, row: I64, column: I64, gate: I64) -> slice:
    """What is taken of a facility's hours in a band is there.

    Hours that are left when all rooms are taken are of no use without a room, and so count only
    as far as the facility is open: half a closed room would otherwise keep nearly all of them.
    """
    problem, offers = core.problem, core.offers
    moves, hours = problem.moves, problem.facilities.hours
    bands = hours.shape[1]
    at = np.full(hours.size + 1, -1)
    at[row] = np.arange(len(row))
    some = np.flatnonzero(offers.row >= 0)
    entries = [(at[offers.row[some]], column[some], offers.load[some])]
    for facility, change in ((moves.gives, -moves.gives_hours), (moves.takes, moves.takes_hours)):
        place = facility[:, None] * bands + np.arange(bands)
        move, band = np.nonzero((facility >= 0)[:, None] & (at[place] >= 0))
        entries.append((at[place[move, band]], move, change[move, band]))
    left = _left_over(problem).ravel()[row]
    gated = np.flatnonzero((gate[row // bands] >= 0) & (left > 0))
    entries.append((gated, gate[row[gated] // bands], -left[gated]))
    limit = hours.ravel()[row]
    limit[gated] -= left[gated]
    return rows.add(limit, *entries)


def _left_over(problem: Problem) -> F64:
    """(F, B) hours that are there at least when a facility has lost all its rooms."""
    moves, (rooms, hours) = problem.moves, (problem.facilities.rooms, problem.facilities.hours)
    takes, gives = np.flatnonzero(moves.takes >= 0), np.flatnonzero(moves.gives >= 0)
    taken, given = np.zeros(hours.shape), np.full(hours.shape, np.inf)
    np.maximum.at(taken, moves.takes[takes], moves.takes_hours[takes])
    np.minimum.at(given, moves.gives[gives], moves.gives_hours[gives])
    # Every room of today is taken, and so is every room that is given.
    count = summed(moves.gives[gives], moves.most[gives].astype(np.float64), len(rooms))
    least = hours - rooms[:, None] * taken
    least[count > 0] += (count[:, None] * np.minimum(given - taken, 0.0))[count > 0]
    return np.maximum(least, 0.0)


def _rooms(rows: Rows, problem: Problem, gated: I64, at: I64) -> slice:
    """A gated facility is open only with a room: y <= rooms."""
    moves, first = problem.moves, len(problem.moves.cost)
    every = np.arange(len(gated))
    entries = [(every, first + every, np.ones(len(gated)))]
    for facility, sign in ((moves.gives, -1.0), (moves.takes, 1.0)):
        some = np.flatnonzero((facility >= 0) & (at[facility] >= 0))
        entries.append((at[facility[some]] - first, some, np.full(len(some), sign)))
    return rows.add(problem.facilities.rooms[gated].astype(np.float64), *entries)


def _groups(rows: Rows, core: Core, column: I64, worst: int) -> slice:
    """The worst-off group's share is no more than any group's."""
    offers = core.offers
    at = np.full(core.problem.groups + 1, -1)
    at[core.groups] = np.arange(len(core.groups))
    some = np.flatnonzero((offers.group >= 0) & (offers.share > 0))
    every = np.arange(len(core.groups))
    return rows.add(
        np.zeros(len(core.groups)),
        (at[offers.group[some]], column[some], -offers.share[some]),
        (every, np.full(len(every), worst), np.ones(len(every))),
    )


def relax(program: Program, seconds: float) -> Relaxed | None:
    """Solve the linear relaxation; None if it has no solution or time is out."""
    solve: Any = linprog  # its stub knows no sparse arrays
    found = solve(
        -program.gain,
        A_ub=program.matrix,
        b_ub=program.limit,
        bounds=np.column_stack([program.low, program.high]),
        method="highs-ds",
        options={"time_limit": max(seconds, 0.05)},
    )
    if found.status != 0:
        return None
    price = np.maximum(-found.ineqlin.marginals, 0.0)
    return Relaxed(found.x, program.constant - found.fun, price)


def search(program: Program, seconds: float, gap: float) -> Found:
    """Solve the program as far as time allows."""
    solve: Any = milp
    found = solve(
        -program.gain,
        integrality=program.whole.astype(np.int64),
        bounds=Bounds(program.low, program.high),
        constraints=LinearConstraint(program.matrix, -np.inf, program.limit),
        options={"time_limit": max(seconds, 0.05), "mip_rel_gap": gap},
    )
    bound = np.inf if found.mip_dual_bound is None else program.constant - found.mip_dual_bound
    if found.status == 0 and found.mip_dual_bound is None:  # nothing in it is whole
        bound = program.constant - found.fun
    return Found(found.x, bound, found.status == 2)
