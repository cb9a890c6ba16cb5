"""Linear and integer programs over some placements of a block, solved by OR-Tools' back ends.

GLOP solves the relaxation; its duals are prices. SCIP searches for timetables: on these clique
rows it found better ones sooner than CP-SAT and HiGHS (docs/decisions/0028-weekly-slots.md).
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from scipy.sparse import csr_array

from optimise.arrays import F64, I64, Bools
from optimise.slots.blocks import Block
from optimise.slots.prices import Prices
from optimise.solver import Clock, Effort, Engine, Program, SolverAnswer
from optimise.solver import maximise as solved

_NONE = -1


@dataclass(frozen=True, slots=True)
class PlacementRows:
    """Rows matrix @ x <= limit over placements x in {0, 1}.

    Parameters
    ----------
    matrix, limit
        Shapes (rows, placements) and (rows,).
    cell, share
        Where the row's dual belongs in `prices.Prices` (flat index), -1 for rows of requests.
    """

    matrix: csr_array
    limit: F64
    cell: I64
    share: I64


@dataclass(slots=True)
class _Builder:
    members: list[list[int]] = field(default_factory=list)
    weights: list[list[int]] = field(default_factory=list)
    limit: list[int] = field(default_factory=list)
    cell: list[int] = field(default_factory=list)
    share: list[int] = field(default_factory=list)

    def add(
        self,
        members: list[int],
        limit: int,
        weights: list[int] | None = None,
        cell: int = _NONE,
        share: int = _NONE,
    ) -> None:
        """Add a row if it can bind."""
        weights = [1] * len(members) if weights is None else weights
        if sum(weights) > limit:
            self.members.append(members)
            self.weights.append(weights)
            self.limit.append(limit)
            self.cell.append(cell)
            self.share.append(share)


def rows_of(block: Block, some: I64) -> PlacementRows:
    """Rows over some placements of a block (in this order).

    Of the sessions that meet in a cell of a unit at most one takes place; only sets that no other
    such set contains are kept, which gives the same relaxation as a row per cell.
    """
    build = _Builder()
    _cells(block, some, build)
    _shares(block, some, build)
    _requests(block, some, build)
    first = np.cumsum([0] + [len(m) for m in build.members])
    flat = [m for members in build.members for m in members]
    weights = [w for row in build.weights for w in row]
    matrix = csr_array(
        (np.array(weights, dtype=np.float64), np.array(flat, dtype=np.int64), first),
        shape=(len(build.limit), len(some)),
    )
    return PlacementRows(
        matrix,
        np.array(build.limit, dtype=np.float64),
        np.array(build.cell, dtype=np.int64),
        np.array(build.share, dtype=np.int64),
    )


def _cells(block: Block, some: I64, build: _Builder) -> None:
    epochs, units, cells = block.epochs.shape[1], block.units_of(), block.cells
    during = block.epochs_of()
    start, stop = block.start[some].tolist(), block.stop[some].tolist()
    there: dict[int, list[int]] = defaultdict(list)
    places = zip(
        block.venue[some].tolist(),
        block.weekday[some].tolist(),
        block.range_of[some].tolist(),
        strict=True,
    )
    for at, (venue, day, span) in enumerate(places):
        for unit in units[venue]:
            for epoch in during[span]:
                there[(unit * 7 + day) * epochs + epoch].append(at)
    seen: set[tuple[int, ...]] = set()
    for key, members in there.items():
        for cell, meeting in _cliques(members, start, stop):
            if meeting not in seen:
                seen.add(meeting)
                build.add(list(meeting), 1, cell=key * cells + cell)


def _cliques(
    members: list[int], start: list[int], stop: list[int]
) -> Iterator[tuple[int, tuple[int, ...]]]:
    """Largest sets of intervals that share a cell, each with one such cell.

    A set is largest at a start after which some member stops before the next start.
    """
    points = sorted({start[m] for m in members})
    ordered = sorted(members, key=lambda m: (start[m], m))
    active: list[int] = []
    upcoming = 0
    for place, cell in enumerate(points):
        active = [m for m in active if stop[m] > cell]
        while upcoming < len(ordered) and start[ordered[upcoming]] == cell:
            active.append(ordered[upcoming])
            upcoming += 1
        last = place + 1 == len(points)
        if last or min(stop[m] for m in active) <= points[place + 1]:
            yield cell, tuple(sorted(active))


def _shares(block: Block, some: I64, build: _Builder) -> None:
    epochs, units, during = block.epochs.shape[1], block.units_of(), block.epochs_of()
    prime = block.prime[some].tolist()
    there: dict[tuple[int, int], list[int]] = defaultdict(list)
    places = zip(block.venue[some].tolist(), block.range_of[some].tolist(), strict=True)
    for at, (venue, span) in enumerate(places):
        if prime[at]:
            for unit in units[venue]:
                for epoch in during[span]:
                    there[unit, epoch].append(at)
    for (unit, epoch), members in there.items():
        weights = [prime[m] for m in members]
        build.add(members, int(block.spare[unit, epoch]), weights, share=unit * epochs + epoch)


def _requests(block: Block, some: I64, build: _Builder) -> None:
    days: dict[int, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    places = zip(block.request[some].tolist(), block.weekday[some].tolist(), strict=True)
    for at, (request, day) in enumerate(places):
        days[request][day].append(at)
    for request, of_day in days.items():
        spacing = int(block.spacing[request])
        for day in of_day:
            near = [m for gap in range(spacing) for m in of_day.get((day + gap) % 7, ())]
            build.add(near, 1)
        build.add([m for members in of_day.values() for m in members], int(block.sessions[request]))


SEARCHER = "SCIP"
_PER_ENTRY, _PER_NODE = 1e-5, 5e-6
_PER_ITERATION: dict[Engine, float] = {"GLOP": 3e-8, "GSCIP": 1.5e-7}
"""Work of a program: of each entry of its matrix, of each entry in each node, and of each row in
each iteration of the simplex method; as measured, within a factor of two."""
_CUTS, _SMALL = 5, 1_000
"""Rounds of cuts at the root of the search tree, which no limit on nodes ends; programs of so many
columns at most need no such limit. Without it SCIP spends 25 s on the root of 1,600 columns."""


@dataclass(frozen=True, slots=True)
class ProgramOutcome:
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
class PlacementsOutcome:
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


def search(block: Block, some: I64, known: I64, work: float, clock: Clock) -> PlacementsOutcome:
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
    return PlacementsOutcome(chosen, found.bound, found.proven, found.work)


def maximise(
    gain: F64, matrix: csr_array, limit: F64, whole: Bools, hint: F64, work: float, clock: Clock
) -> ProgramOutcome:
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
    return ProgramOutcome(answer.x, answer.bound, not answer.cut, work)


def _work(program: Program, answer: SolverAnswer, engine: Engine) -> float:
    entries, rows = program.matrix.nnz, len(program.limit)
    per_row = _PER_ITERATION[engine] * answer.iterations
    return _PER_ENTRY * entries + per_row * rows + _PER_NODE * entries * answer.nodes
