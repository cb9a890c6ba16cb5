"""Judge a plan by the problem's words alone, and recompute bounds from their prices.

Shares no code with the solver; numpy is all it needs.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from optimise.siting.planner.problem import Problem
from optimise.siting.planner.solution import Aim, PlanSolution
from optimise.siting.solution import Certificate

__all__ = ["bound_by", "faults", "faults_of_moves", "value_of"]

F64 = npt.NDArray[np.float64]
I64 = npt.NDArray[np.int64]
Bool = npt.NDArray[np.bool_]

TOLERANCE = 1e-6
"""Of a limit's size: what rounding in a linear program may miss it by."""


def faults(problem: Problem, aim: Aim, solution: PlanSolution) -> list[str]:
    """What is wrong with a solution, in words; nothing where all is as it says."""
    if solution.status == "infeasible":
        return [] if solution.why else ["infeasible, and nothing says why"]
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
    if solution.certificate is not None:
        bound = bound_by(problem, aim, solution.certificate)
        if bound < solution.value - TOLERANCE * max(1.0, abs(bound)):
            found.append(f"the prices prove {bound:.9g}, less than the value")
        if not np.isclose(bound, solution.certificate.bound, rtol=TOLERANCE, atol=TOLERANCE):
            found.append(f"the prices prove {bound:.9g}, said {solution.certificate.bound:.9g}")
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
    within = _there(problem, times) & (options.minutes <= aim.within)
    kept = np.zeros(len(classes.wishes), dtype=bool)
    kept[options.of_class[within]] = True
    value = aim.served * float(worth.sum())
    value -= aim.minutes * float((served * options.minutes).sum())
    value -= aim.uncovered * float(classes.wishes[~kept].sum())
    if shares_of:
        value += aim.worst * worst * float(all_worth.sum())
    return value, worst


def bound_by(problem: Problem, aim: Aim, proof: Certificate) -> float:
    """The bound that prices prove: no plan of the problem is worth more.

    By weak duality: every row of the model times its price, none below 0, is added to the aim, and
    each variable takes the best end of its range. The prices, all in units of the aim:

    ``classes``, ``standards`` (D,): of a class being served, and of its standard being kept once;
    ``hours`` (F, B): of a room-hour, where what is left without a room counts only with one;
    ``rooms`` (F,): of a facility's being open only with rooms;
    ``groups`` (G,): of a group's share; ``budget`` (1,) or (0,): of a yuan; ``floor`` (S,): of a
    m2; ``taken_rooms`` (F,), ``taken_hours`` (F, B): of what is taken being there; ``by_link``,
    ``standard_by_link`` (P,): part in [0, 1] of what an option is worth beyond its prices that
    stands for its link being made, the rest for its facility's having a room.

    Raises
    ------
    ValueError
        If a price is below 0, or a part is not between 0 and 1.
    """
    price = proof.multipliers
    for name, array in price.items():
        if not (array >= 0).all() or (name.endswith("by_link") and (array > 1).any()):
            raise ValueError(f"{name} must not be below 0, nor a part above 1")
    moves = problem.moves
    bound, open_, per_move = _of_options(problem, aim, price)
    closed = (price["hours"] * _hours_without_rooms(problem)).sum(axis=1)
    bound += float(np.maximum(open_ + closed - price["rooms"], 0.0).sum() - closed.sum())
    rooms = price["rooms"] + price["taken_rooms"]
    hours = price["hours"] + price["taken_hours"]
    bound += float((rooms * problem.facilities.rooms).sum())
    bound += float((hours * problem.facilities.hours).sum())
    for to, change, sign in (
        (moves.gives, moves.gives_hours, 1.0),
        (moves.takes, moves.takes_hours, -1.0),
    ):
        some = np.flatnonzero(to >= 0)
        per_move[some] += sign * (rooms[to[some]] + (hours[to[some]] * change[some]).sum(axis=1))
    if len(price["budget"]):
        bound += float(price["budget"][0] * problem.budget)
        per_move -= price["budget"][0] * moves.cost
    on = moves.site >= 0
    per_move[on] -= price["floor"][moves.site[on]] * moves.area[on]
    limited = price["floor"] > 0
    bound += float((price["floor"][limited] * problem.floor[limited]).sum())
    return bound + float(np.maximum(per_move * moves.fixed, per_move * moves.most).sum())


def _hours_without_rooms(problem: Problem) -> F64:
    """(F, B) hours that a facility has at least when its last room is taken; nobody can use them.

    All rooms of today and all that are given (g of them) are taken then, each with the most hours.
    """
    moves, found = problem.moves, np.zeros(problem.facilities.hours.shape)
    for f, rooms in enumerate(problem.facilities.rooms.tolist()):
        given, taken = np.flatnonzero(moves.gives == f), np.flatnonzero(moves.takes == f)
        largest = moves.takes_hours[taken].max(axis=0, initial=0.0)
        least = problem.facilities.hours[f] - rooms * largest
        if len(given):
            g = float(moves.most[given].sum())
            least += g * np.minimum(moves.gives_hours[given].min(axis=0) - largest, 0.0)
        found[f] = np.maximum(least, 0.0)
    return found


def _of_options(problem: Problem, aim: Aim, price: dict[str, F64]) -> tuple[float, F64, F64]:
    """What classes cost, and options beyond it: in any case, by facility and by move."""
    classes, options = problem.classes, problem.options
    of = options.of_class
    come = classes.wishes[of] * options.asked
    worth = come * classes.worth[of]
    value = aim.served * worth - aim.minutes * come * options.minutes
    all_worth, bound = classes.wishes * classes.worth, 0.0
    weight = 0.0
    for group in range(problem.groups):
        asked = float(all_worth[classes.group == group].sum())
        if asked > 0:
            weight = aim.worst * float(all_worth.sum())
            mine = classes.group[of] == group
            value[mine] += price["groups"][group] * worth[mine] / asked
    bound += max(weight - float(price["groups"].sum()), 0.0)
    value -= price["classes"][of]
    value -= price["hours"][options.facility, options.band] * come * options.hours
    loss = aim.uncovered * classes.wishes
    bound += float(price["classes"].sum() + price["standards"].sum() - loss.sum())
    near = options.minutes <= aim.within
    standard = np.where(near, loss[of] - price["standards"][of], 0.0)
    open_, per_move = np.zeros(len(problem.facilities.rooms)), np.zeros(len(problem.moves.cost))
    for beyond, part in ((value, price["by_link"]), (standard, price["standard_by_link"])):
        beyond = np.maximum(beyond, 0.0)
        part = np.where(options.link >= 0, part, 0.0)
        np.add.at(open_, options.facility, beyond * (1 - part))
        linked = options.link >= 0
        np.add.at(per_move, options.link[linked], (beyond * part)[linked])
    return bound, open_, per_move
