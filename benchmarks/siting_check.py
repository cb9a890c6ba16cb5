"""Judge a plan by the problem's words alone.

Shares no code with the solver; numpy is all it needs.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from optimise.siting.problem import Aim, PlanSolution, Problem

__all__ = ["faults", "faults_of_moves", "value_of"]

F64 = npt.NDArray[np.float64]
I64 = npt.NDArray[np.int64]
Bool = npt.NDArray[np.bool_]

TOLERANCE = 1e-6
"""Of a limit's size: what rounding in a linear program may miss it by."""


def faults(problem: Problem, aim: Aim, solution: PlanSolution) -> list[str]:
    """What is wrong with a solution, in words; nothing where all is as it says."""
    if solution.status == "infeasible":
        return [] if solution.reason else ["infeasible, and nothing says why"]
    found = faults_of_moves(problem, solution.times)
    if found:
        return found
    found = _faults_of_shares(problem, solution.times, solution.shares)
    value, worst = value_of(problem, aim, solution.times, solution.shares)
    cost = float((problem.moves.cost * solution.times).sum())
    for name, said, is_ in (
        ("value", solution.value, value),
        ("cost", solution.cost, cost),
        ("worst", solution.worst, worst),
    ):
        if not np.isclose(said, is_, rtol=TOLERANCE, atol=TOLERANCE, equal_nan=True):
            found.append(f"{name} is {is_:.9g}, said to be {said:.9g}")
    if solution.bound < solution.value:
        found.append(f"the bound {solution.bound:.9g} is below the value {solution.value:.9g}")
    return found


def faults_of_moves(problem: Problem, times: I64) -> list[str]:
    """Limits that moves break, in words."""
    moves, found = problem.moves, []
    rooms, hours = _after(problem, times)
    if (times < moves.fixed).any() or (times > moves.most).any():
        found.append("moves are made less often than decided or more often than allowed")
    cost = float((moves.cost * times).sum())
    if cost > problem.budget + TOLERANCE * max(1.0, abs(problem.budget)):
        found.append(f"costs {cost:.9g}, and the budget is {problem.budget:.9g}")
    for site, floor in enumerate(problem.floor.tolist()):
        area = float((moves.area * times)[moves.site == site].sum())
        if area > floor + TOLERANCE * max(1.0, abs(floor)):
            found.append(f"takes {area:.9g} m2 of {floor:.9g} at site {site}")
    found += [f"{rooms[f]} rooms of facility {f}" for f in np.flatnonzero(rooms < 0).tolist()]
    size = np.maximum(1.0, problem.facilities.hours)
    for f, b in np.argwhere(hours < -TOLERANCE * size).tolist():
        found.append(f"{hours[f, b]:.9g} hours of facility {f} in band {b}")
    return found


def _after(problem: Problem, times: I64) -> tuple[I64, F64]:
    """Rooms and hours after the moves."""
    moves = problem.moves
    rooms, hours = problem.facilities.rooms.copy(), problem.facilities.hours.copy()
    for move in np.flatnonzero(times).tolist():
        if (to := moves.gives[move]) >= 0:
            rooms[to] += times[move]
            hours[to] += times[move] * moves.gives_hours[move]
        if (off := moves.takes[move]) >= 0:
            rooms[off] -= times[move]
            hours[off] -= times[move] * moves.takes_hours[move]
    return rooms, hours


def _there(problem: Problem, times: I64) -> Bool:
    """(P,) whether the facility has a room and the link is made."""
    options, (rooms, _) = problem.options, _after(problem, times)
    made = np.array([k < 0 or times[k] >= 1 for k in options.link.tolist()], dtype=bool)
    return np.asarray((rooms[options.facility] >= 1) & made)


def _faults_of_shares(problem: Problem, times: I64, shares: F64) -> list[str]:
    options, found = problem.options, []
    _, hours = _after(problem, times)
    if (shares < -TOLERANCE).any() or (shares > 1 + TOLERANCE).any():
        found.append("shares are not between 0 and 1")
    if (shares[~_there(problem, times)] > TOLERANCE).any():
        found.append("somebody is served where no room or no link is")
    looked = np.bincount(options.of_class, shares, minlength=len(problem.classes.wishes))
    if (looked > 1 + TOLERANCE).any():
        found.append(f"class {int(np.argmax(looked))} is served more than once")
    come = problem.classes.wishes[options.of_class] * options.asked
    used = np.zeros(hours.shape)
    np.add.at(used, (options.facility, options.band), come * options.hours * shares)
    over = used - hours
    if (over > TOLERANCE * np.maximum(1.0, np.maximum(hours, used))).any():
        f, b = np.unravel_index(int(np.argmax(over)), over.shape)
        found.append(f"{used[f, b]:.9g} hours of {hours[f, b]:.9g} at facility {f} in band {b}")
    return found


def value_of(problem: Problem, aim: Aim, times: I64, shares: F64) -> tuple[float, float]:
    """Value of a plan, and the share that the worst-off group is served (NaN without groups)."""
    classes, options = problem.classes, problem.options
    served = classes.wishes[options.of_class] * options.asked * shares
    worth = served * classes.worth[options.of_class]
    all_worth = classes.wishes * classes.worth
    shares_of = []
    for group in range(problem.groups):
        asked = float(all_worth[classes.group == group].sum())
        if asked > 0:
            shares_of.append(float(worth[classes.group[options.of_class] == group].sum()) / asked)
    worst = min(shares_of) if shares_of else float("nan")
    within = _there(problem, times) & options.near
    kept = np.zeros(len(classes.wishes), dtype=bool)
    kept[options.of_class[within]] = True
    value = float((served * options.value).sum())
    value -= aim.uncovered * float(classes.wishes[~kept].sum())
    if shares_of:
        value += aim.worst * worst * float(all_worth.sum())
    return value, worst
