"""The planner's model as a mixed integer program.

Columns: how often each move is made (whole), whether each gated facility has a room, the share of
each class that takes each offer, the worst-off group's share. Only the moves need be whole: a
facility has a room or not as soon as they are. Which moves are allowed together, whatever they are
good for, is told by the first rows. Further rows turn a program into a variant of it: other than
some plans, or near one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import scipy.sparse as sp

from optimise.arrays import F64, I64, Bools
from optimise.siting.core import Core, summed
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


@dataclass(frozen=True, slots=True)
class PlanProgram(Program):
    """The program of a core, with where its parts are; its first columns are moves.

    Parameters
    ----------
    moves
        How many moves there are.
    constant
        What is added to gain @ x.
    gates, gated
        Columns that are 1 where their facility has a room, and the facility of each.
    only_where
        Which rows say that an offer is taken only where its gate or link is open: most rows by
        far, of which few are ever broken.
    """

    moves: int
    constant: float
    gates: I64
    gated: I64
    only_where: Bools


def program_of(core: Core) -> PlanProgram:
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
    rows.add(np.ones(core.classes), (offers.of_class, column, np.ones(len(offers))))
    at = np.full(len(problem.facilities.rooms) + 1, -1)
    at[gated] = moves + np.arange(len(gated))
    before = rows.count
    _only_where(rows, column, at[offers.gate], offers.gate >= 0)
    _only_where(rows, column, offers.link, offers.link >= 0)
    where = slice(before, rows.count)
    _hours(rows, core, np.unique(offers.row[offers.row >= 0]), column, at)
    _rooms(rows, problem, gated, at)
    gain = np.zeros(columns)
    gain[column] = offers.value
    if fair:
        gain[-1] = core.worst
        _groups(rows, core, column, columns - 1)
    high = np.ones(columns)
    low = np.zeros(columns)
    high[:moves], low[:moves] = problem.moves.most, problem.moves.fixed
    only_where = np.zeros(rows.count, dtype=bool)
    only_where[where] = True
    return PlanProgram(
        gain=gain,
        matrix=rows.matrix(columns),
        limit=rows.limit,
        low=low,
        high=high,
        whole=np.arange(columns) < moves,
        moves=moves,
        constant=core.constant,
        gates=moves + np.arange(len(gated)),
        gated=gated,
        only_where=only_where,
    )


def _only_where(rows: Rows, column: I64, gate: I64, some: Bools) -> None:
    """An offer is taken by no more than its gate is open, each on its own row."""
    count = int(some.sum())
    row, one = np.arange(count), np.ones(count)
    rows.add(np.zeros(count), (row, column[some], one), (row, gate[some], -one))


def _hours(rows: Rows, core: Core, row: I64, column: I64, gate: I64) -> None:
    """Rows that let a facility give no more hours in a band than it has.

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
    rows.add(limit, *entries)


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


def _rooms(rows: Rows, problem: Problem, gated: I64, at: I64) -> None:
    """A gated facility is open only with a room: y <= rooms."""
    moves, first = problem.moves, len(problem.moves.cost)
    every = np.arange(len(gated))
    entries = [(every, first + every, np.ones(len(gated)))]
    for facility, sign in ((moves.gives, -1.0), (moves.takes, 1.0)):
        some = np.flatnonzero((facility >= 0) & (at[facility] >= 0))
        entries.append((at[facility[some]] - first, some, np.full(len(some), sign)))
    rows.add(problem.facilities.rooms[gated].astype(np.float64), *entries)


def _groups(rows: Rows, core: Core, column: I64, worst: int) -> None:
    """The worst-off group's share is no more than any group's."""
    offers = core.offers
    at = np.full(core.problem.groups + 1, -1)
    at[core.groups] = np.arange(len(core.groups))
    some = np.flatnonzero((offers.group >= 0) & (offers.share > 0))
    every = np.arange(len(core.groups))
    rows.add(
        np.zeros(len(core.groups)),
        (at[offers.group[some]], column[some], -offers.share[some]),
        (every, np.full(len(every), worst), np.ones(len(every))),
    )


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


def _wider(program: PlanProgram, high: F64, whole: Bools) -> PlanProgram:
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
