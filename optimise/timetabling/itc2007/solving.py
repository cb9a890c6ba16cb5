"""Find a timetable with CP-SAT: rooms first, then periods for them; the whole model at last."""

from __future__ import annotations

from dataclasses import dataclass

from ortools.sat.python import cp_model

from optimise.timetabling.itc2007.halves import RoomPlan, bound_of_periods, plan_rooms
from optimise.timetabling.itc2007.instance import Instance, Lecture, Timetable
from optimise.timetabling.itc2007.periods import add_period_cost, add_periods
from optimise.timetabling.itc2007.rooms import Held, add_room_cost, add_rooms
from optimise.timetabling.outcome import Outcome
from optimise.timetabling.searching import Search, ceiling

__all__ = ["Solution", "solve"]

HALVES = "rooms alone + periods alone"
WHOLE = "CP-SAT on the whole model"
ATTEMPTS = 30
"""Room plans tried at most, each with a tenth of the time that is left."""


@dataclass(frozen=True, slots=True)
class Solution:
    """A timetable, None if none was found, and how good it is proven to be."""

    timetable: Timetable | None
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class _Found:
    """The best timetable so far and its cost."""

    timetable: Timetable
    value: int


def solve(instance: Instance, limit: float, seed: int = 0, workers: int = 2) -> Solution:
    """Minimise the cost of formulation UD2; stops at the limit, or once the best is proven.

    Parameters
    ----------
    limit
        Wall seconds for all of it.
    seed, workers
        Of CP-SAT. The same seed may take another path where there is more than one worker.
    """
    search = Search(limit, seed, workers)
    plan, periods = plan_rooms(instance, search), bound_of_periods(instance, search)
    if plan.status == "infeasible" or periods is None:
        return Solution(None, Outcome(None, 0, HALVES, "infeasible", search.seconds))
    found = _by_plans(instance, search, plan, periods)
    bound = plan.bound + periods
    if found and found.value == bound:
        return Solution(found.timetable, Outcome(bound, bound, HALVES, "optimal", search.seconds))
    return _by_whole(instance, search, (plan.bound, periods), found)


def _by_plans(instance: Instance, search: Search, plan: RoomPlan, periods: int) -> _Found | None:
    """Find periods for one room plan after the other, until one is as good as the bound."""
    best: _Found | None = None
    bound = plan.bound + periods
    for attempt in range(1, ATTEMPTS + 1):
        if plan.lectures:
            best = _periods_for(instance, search, plan, periods, best) or best
        if best and best.value == bound:
            break
        plan = plan_rooms(instance, search, attempt)
    return best


def _periods_for(
    instance: Instance, search: Search, plan: RoomPlan, periods: int, best: _Found | None
) -> _Found | None:
    """Find the best periods for a room plan; None unless they better what is there."""
    model = cp_model.CpModel()
    taught = add_periods(model, instance)
    held = add_rooms(model, instance, taught, plan.lectures)
    for (i, room), count in plan.lectures.items():
        model.add(sum(one for (j, _, k), one in held.items() if (j, k) == (i, room)) == count)
    cost = add_period_cost(model, instance, taught, bound=periods)
    if best:
        model.add(cost + plan.cost < best.value)
    model.minimize(cost)
    status, solver = search.solve(model, share=0.1)
    if status in ("unknown", "infeasible"):
        return None
    return _Found(_timetable(held, solver), plan.cost + solver.value(cost))


def _by_whole(
    instance: Instance, search: Search, least: tuple[int, int], found: _Found | None
) -> Solution:
    """Better what was found in the model of everything, told what each half costs at least."""
    model = cp_model.CpModel()
    taught = add_periods(model, instance)
    everywhere = {
        (i, room) for i in range(len(instance.courses)) for room in range(len(instance.rooms))
    }
    held = add_rooms(model, instance, taught, everywhere)
    rooms = add_room_cost(model, instance, held, least[0])
    model.minimize(rooms + add_period_cost(model, instance, taught, least[1]))
    if found:
        placed = {(one.course, one.period, one.room) for one in found.timetable}
        for key, lecture in held.items():
            model.add_hint(lecture, key in placed)
    status, solver = search.solve(model)
    bound = max(sum(least), ceiling(solver.best_objective_bound))
    if status in ("optimal", "feasible"):
        value = round(solver.objective_value)
        if not found or value < found.value:
            found = _Found(_timetable(held, solver), value)
    by = WHOLE if bound > sum(least) else HALVES
    if not found:
        return Solution(None, Outcome(None, bound, by, status, search.seconds))
    status = "optimal" if found.value == bound else "feasible"
    return Solution(found.timetable, Outcome(found.value, bound, by, status, search.seconds))


def _timetable(held: Held, solver: cp_model.CpSolver) -> Timetable:
    return tuple(Lecture(i, room, p) for (i, p, room), one in held.items() if solver.value(one))
