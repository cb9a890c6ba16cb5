"""What given moves are worth: who goes where is a linear program."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import linprog

from optimise.arrays import F64, I64, Bools
from optimise.siting.core import group_worth
from optimise.siting.problem import Aim, Problem
from optimise.solver import Rows


@dataclass(frozen=True, slots=True)
class PlanWorth:
    """Value of moves, who goes where (as in `PlanSolution`), and the worst-off group's share."""

    value: float
    shares: F64
    worst: float


def worth_of(problem: Problem, times: I64, aim: Aim) -> PlanWorth:
    """Best value of given moves.

    Parameters
    ----------
    times
        (M,) of each move.

    Raises
    ------
    ValueError
        If the moves take rooms or hours that are not there.
    """
    rooms, hours = left_by(problem, times)
    options, classes = problem.options, problem.classes
    there = rooms[options.facility] > 0
    there &= (options.link < 0) | (np.append(times, 1)[options.link] > 0)
    come = classes.wishes[options.of_class] * options.asked
    worth = come * classes.worth[options.of_class]
    value = come * options.value
    total = float((classes.wishes * classes.worth).sum())
    of_group, group = group_worth(problem), classes.group[options.of_class]
    fair = aim.worst * total if of_group.any() else 0.0
    useful = np.flatnonzero(there & ((value > 0) | ((fair > 0) & (group >= 0) & (worth > 0))))
    shares = np.zeros(len(come))
    row = options.facility * hours.shape[1] + options.band
    load = come * options.hours
    if fair:
        share = np.where(group >= 0, worth / np.maximum(of_group, 1e-300)[group], 0.0)
        taken = _shared(problem, useful, value, load, row, hours, (share, group, of_group, fair))
        shares[useful] = taken
    else:
        left = hours.ravel().copy()
        rest = _seated(shares, left, useful, options.of_class, value, load, row)
        shares[rest] = _shared(problem, rest, value, load, row, left.reshape(hours.shape), None)
    worst = _worst(group, worth * shares, of_group)
    near = np.unique(options.of_class[there & options.near])
    lost = float(classes.wishes.sum() - classes.wishes[near].sum()) * aim.uncovered
    bonus = fair * worst if fair else 0.0
    return PlanWorth(float(value @ shares) - lost + bonus, shares, worst)


def left_by(problem: Problem, times: I64) -> tuple[I64, F64]:
    """(F,) rooms and (F, B) room-hours after the moves.

    Raises
    ------
    ValueError
        If the moves take rooms or hours that are not there.
    """
    rooms, hours = rooms_with(problem, times), hours_with(problem, times)
    if rooms.min(initial=0) < 0 or hours.min(initial=0) < -1e-6:
        raise ValueError("the moves take rooms or hours that are not there")
    return rooms, hours


def rooms_with(problem: Problem, times: I64) -> I64:
    """(F,) rooms after the moves."""
    moves, rooms = problem.moves, problem.facilities.rooms.copy()
    gives, takes = moves.gives >= 0, moves.takes >= 0
    np.add.at(rooms, moves.gives[gives], times[gives])
    np.subtract.at(rooms, moves.takes[takes], times[takes])
    return rooms


def hours_with(problem: Problem, times: I64) -> F64:
    """(F, B) room-hours after the moves."""
    moves, hours = problem.moves, problem.facilities.hours.copy()
    gives, takes = moves.gives >= 0, moves.takes >= 0
    np.add.at(hours, moves.gives[gives], times[gives, None] * moves.gives_hours[gives])
    np.subtract.at(hours, moves.takes[takes], times[takes, None] * moves.takes_hours[takes])
    return hours


def _seated(
    shares: F64, left: F64, some: I64, of_class: I64, value: F64, load: F64, row: I64
) -> I64:
    """Seat classes whose best place can never be full, until there are none; who is left waits.

    `shares` and `left` (hours by facility and band) are changed; options that are left are
    returned. What is worth less than a place that is never full is never taken.
    """
    some = some[np.lexsort((-value[some], of_class[some]))]
    while len(some):
        asked = np.bincount(row[some], load[some], minlength=len(left))
        safe = asked[row[some]] <= left[row[some]]
        best = np.diff(of_class[some], prepend=-1) != 0
        seated: I64 = np.cumsum(safe) - safe
        useful: Bools = seated - seated[np.flatnonzero(best)][np.cumsum(best) - 1] == 0
        taken = some[best & safe]
        shares[taken] = 1.0
        np.subtract.at(left, row[taken], load[taken])
        done = np.zeros(int(of_class[some[-1]]) + 1, dtype=bool)
        done[of_class[taken]] = True
        kept = some[useful & ~done[of_class[some]]]
        if len(kept) == len(some):
            break
        some = kept
    return some


def _shared(
    problem: Problem,
    some: I64,
    value: F64,
    load: F64,
    row: I64,
    hours: F64,
    fair: tuple[F64, I64, F64, float] | None,
) -> F64:
    """Shares of some options by the linear program; the worst-off group's share counts too."""
    if not len(some):
        return np.zeros(0)
    rows, one = Rows(), np.ones(len(some))
    column = np.arange(len(some))
    classes, at = np.unique(problem.options.of_class[some], return_inverse=True)
    rows.add(np.ones(len(classes)), (at, column, one))
    full, at = np.unique(row[some], return_inverse=True)
    rows.add(np.maximum(hours.ravel()[full], 0.0), (at, column, load[some]))
    gain = value[some]
    if fair is not None:
        share, group, of_group, weight = fair
        groups = np.flatnonzero(of_group > 0)
        place = np.searchsorted(groups, np.maximum(group[some], 0))
        counts = np.flatnonzero(share[some] > 0)
        worst = np.full(len(groups), len(some))
        rows.add(
            np.zeros(len(groups)),
            (place[counts], column[counts], -share[some][counts]),
            (np.arange(len(groups)), worst, np.ones(len(groups))),
        )
        gain = np.append(gain, weight)
    matrix = rows.matrix(len(gain))
    solve: Any = linprog  # its stub knows no sparse arrays
    found = solve(-gain, A_ub=matrix, b_ub=rows.limit, bounds=(0, 1), method="highs")
    if found.status != 0:
        raise RuntimeError(f"the linear program of given moves: {found.message}")
    return np.asarray(np.clip(found.x[: len(some)], 0.0, 1.0), dtype=np.float64)


def _worst(group: I64, served: F64, of_group: F64) -> float:
    """Share of its worth that the worst-off group is served; NaN without groups."""
    some = group >= 0
    share = np.bincount(group[some], served[some], minlength=len(of_group))
    asked = of_group > 0
    return float((share[asked] / of_group[asked]).min()) if asked.any() else float("nan")
