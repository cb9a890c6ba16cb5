"""The program taken apart: kinds of rooms meet only in money, floor areas, conversions and links.

Rows of moves alone and of groups *couple*; without them the columns fall apart into blocks, mostly
one for each kind. A move that matters to one block belongs to it. A move that matters to several
(a conversion, a link) has a copy in each, and that copies are equal couples too.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse.csgraph import connected_components

from optimise.siting.planner.program import Written

__all__ = ["Block", "Column", "Parts", "parts_of", "side_by_side", "solve_block"]

F64 = npt.NDArray[np.float64]
I64 = npt.NDArray[np.int64]
Bool = npt.NDArray[np.bool_]
T = TypeVar("T")
U = TypeVar("U")


@dataclass(frozen=True, slots=True)
class Block:
    """Columns that hang together, moves first.

    Parameters
    ----------
    columns
        Numbers in the program; the first `moves` are moves.
    matrix, limit
        Their rows.
    """

    columns: I64
    moves: int
    matrix: sp.csr_array
    limit: F64


@dataclass(frozen=True, slots=True)
class Parts:
    """A program taken apart.

    Parameters
    ----------
    coupling
        (R, columns) rows that couple, and their limits.
    shared
        Moves that belong to no block or to several.
    """

    program: Written
    blocks: tuple[Block, ...]
    coupling: sp.csr_array
    limit: F64
    shared: I64


@dataclass(frozen=True, slots=True)
class Column:
    """A solution of a block.

    Parameters
    ----------
    x
        On the block's columns.
    value
        Of the program's aim.
    """

    x: F64
    value: float


def parts_of(program: Written) -> Parts:
    """Take a program apart."""
    rows, moves = len(program.limit), program.moves
    couples = np.zeros(rows, dtype=bool)
    couples[program.parts["moves"]] = True
    if "groups" in program.parts:
        couples[program.parts["groups"]] = True
    body = sp.csr_array(program.matrix[~couples])
    limit = program.limit[~couples]
    entries = sp.coo_array(body[:, moves:])
    count, others = body.shape[0], len(program.gain) - moves
    graph = sp.coo_array(
        (np.ones(entries.nnz), (entries.row, count + entries.col)), shape=(count + others,) * 2
    )
    number, label = connected_components(graph, directed=False)
    order = np.argsort(label[count:], kind="stable")
    columns = np.split(moves + order, np.cumsum(np.bincount(label[count:], minlength=number))[:-1])
    order = np.argsort(label[:count], kind="stable")
    lines = np.split(order, np.cumsum(np.bincount(label[:count], minlength=number))[:-1])
    blocks, seen = [], np.zeros(moves, np.int64)
    for mine, line in zip(columns, lines, strict=True):
        of = np.unique(sp.coo_array(body[line][:, :moves]).col).astype(np.int64)
        seen[of] += 1
        every = np.concatenate([of, mine])
        blocks.append(Block(every, len(of), sp.csr_array(body[line][:, every]), limit[line]))
    coupling = sp.csr_array(program.matrix[couples])
    return Parts(
        program, tuple(blocks), coupling, program.limit[couples], np.flatnonzero(seen != 1)
    )


def solve_block(
    program: Written, block: Block, gain: F64, seconds: float, gap: float, whole: bool = True
) -> tuple[Column | None, float]:
    """Best solution of a block for a gain on its columns, and a bound; infinite if there is none.

    Parameters
    ----------
    gap
        Relative gap at which to stop.
    whole
        Whether moves must be whole numbers.
    """
    low, high = program.low[block.columns], program.high[block.columns]
    if not len(block.limit):
        x = np.where(gain > 0, high, low)
        return Column(x, float(program.gain[block.columns] @ x)), float(gain @ x)
    integral = (np.arange(len(gain)) < block.moves) & whole
    solve: Any = milp
    found = solve(
        -gain,
        integrality=integral.astype(np.int64),
        bounds=Bounds(low, high),
        constraints=LinearConstraint(block.matrix, -np.inf, block.limit),
        options={"time_limit": max(seconds, 0.05), "mip_rel_gap": gap},
    )
    if found.status == 0 and not integral.any():
        bound = -float(found.fun)
    else:
        bound = np.inf if found.mip_dual_bound is None else -float(found.mip_dual_bound)
    if found.x is None:
        return None, bound
    x = found.x.copy()
    if whole:
        x[: block.moves] = np.rint(x[: block.moves])
    return Column(x, float(program.gain[block.columns] @ x)), bound


def side_by_side(call: Callable[[T], U], items: Sequence[T], workers: int) -> list[U]:
    """Call for each item in so many threads: solvers let go of the interpreter's lock."""
    with ThreadPoolExecutor(max(workers, 1)) as pool:
        return list(pool.map(call, items))
