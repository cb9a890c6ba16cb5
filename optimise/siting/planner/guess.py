"""Rough prices and plans where even the linear relaxation takes too long."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from optimise.siting.planner.blocks import Parts
from optimise.siting.planner.core import Core, summed
from optimise.siting.planner.moving import move_rows, slack
from optimise.siting.planner.pricing import Prices
from optimise.siting.planner.problem import Problem
from optimise.siting.planner.rows import Rows

__all__ = ["priced", "rates", "repaired", "rough_money"]

F64 = npt.NDArray[np.float64]
I64 = npt.NDArray[np.int64]

_RIVALS = 0.7
"""Of what a room could bring alone, about so much is left beside the others of a plan."""


def rates(core: Core) -> F64:
    """(M,) what one more room would bring a year if it were the only one, of which all may come."""
    problem, offers = core.problem, core.offers
    moves, hours = problem.moves, problem.facilities.hours
    limited, gated = offers.row >= 0, (offers.row < 0) & (offers.gate >= 0)
    load = summed(offers.row[limited], offers.load[limited], hours.size).reshape(hours.shape)
    worth = summed(offers.row[limited], offers.value[limited], hours.size).reshape(hours.shape)
    free = summed(offers.gate[gated], offers.value[gated], len(hours))
    gives = np.flatnonzero(moves.gives >= 0)
    to = moves.gives[gives]
    part = np.minimum(1.0, moves.gives_hours[gives] / np.maximum(load[to], 1e-9))
    found = np.zeros(len(moves.cost))
    found[gives] = (part * worth[to]).sum(axis=1) + free[to]
    return found


def rough_money(problem: Problem, gain: F64) -> float:
    """Price of money at which about the budget is spent."""
    cost = np.maximum(problem.moves.cost, 1e-9)
    order = np.argsort(-gain / cost)
    spent = np.cumsum(cost[order])
    at = min(int(np.searchsorted(spent, problem.budget)), len(order) - 1)
    return _RIVALS * float(gain[order[at]] / cost[order[at]]) if len(order) else 0.0


def priced(problem: Problem, parts: Parts, money: float) -> Prices:
    """Money alone has a price; who gets a room by a shared move pays it, or all share it."""
    rows = np.zeros(len(parts.limit))
    if np.isfinite(problem.budget):
        rows[0] = money
    pay = parts.coupling.T @ rows
    charges = np.zeros((len(parts.shared), len(parts.blocks)))
    holders = np.zeros_like(charges, dtype=bool)
    gating = np.full(len(problem.facilities.rooms), -1)
    first = parts.program.moves
    for number, block in enumerate(parts.blocks):
        holders[:, number] = np.isin(parts.shared, block.columns[: block.moves])
        at = block.columns[block.moves :] - first
        gating[parts.program.gated[at[at < len(parts.program.gated)]]] = number
    giver = np.where(
        problem.moves.gives[parts.shared] >= 0, gating[problem.moves.gives[parts.shared]], -1
    )
    for line, number in enumerate(giver.tolist()):
        if number >= 0 and holders[line, number]:
            charges[line, number] = pay[parts.shared[line]]
        else:
            charges[line, holders[line]] = pay[parts.shared[line]] / max(holders[line].sum(), 1)
    return Prices(rows, charges)


def repaired(problem: Problem, times: I64, rate: F64) -> I64:
    """Moves taken back, those that bring least a yuan first, until all limits are kept.

    Where that is not enough, the decided moves are returned.
    """
    rows, moves = Rows(), problem.moves
    move_rows(rows, problem)
    matrix = sp.csc_array(rows.matrix(len(moves.cost)))
    limit = rows.limit + slack(sp.csr_array(matrix), rows.limit)
    times = np.maximum(times, moves.fixed)
    use = matrix @ times
    for move in np.argsort(rate / np.maximum(moves.cost, 1e-9)).tolist():
        column = matrix[:, [move]].toarray().ravel()
        while times[move] > moves.fixed[move] and (column[use > limit] > 0).any():
            times[move] -= 1
            use = use - column
    return times if (use <= limit).all() else moves.fixed.copy()
