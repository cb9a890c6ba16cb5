"""Find a timetable with CP-SAT: each half alone, both joined, and the whole model at last.

1. Rooms alone and periods alone: their costs add up to a bound.
2. If both are solved: rooms first. One best room plan after the other is kept, and periods are
   sought for it, until a timetable costs what the bound says.
3. Otherwise periods first: rooms for the periods found, as G. Lach and M. E. Lübbecke do. Then the
   model of everything, which starts from the best timetable so far.
"""

from __future__ import annotations

from dataclasses import dataclass

from ortools.sat.python import cp_model

from optimise.timetabling.itc2007.halves import PeriodPlan, RoomPlan, plan_periods, plan_rooms
from optimise.timetabling.itc2007.instance import Instance, Lecture, Timetable
from optimise.timetabling.itc2007.periods import add_period_cost, add_periods
from optimise.timetabling.itc2007.rooms import Held, add_room_cost, add_rooms
from optimise.timetabling.outcome import Outcome, Solution
from optimise.timetabling.searching import Search, bound_of

__all__ = ["solve"]

HALVES = "rooms alone + periods alone"
WHOLE = "CP-SAT on the whole model"
ATTEMPTS, SHARE = 10, 0.05
"""Room plans tried at most, and the share of the time left for a plan and for its periods each.

All attempts together take 64 % of it at most.
"""


@dataclass(frozen=True, slots=True)
class _Found:
    """The best timetable so far and its cost."""

    timetable: Timetable
    value: int


def solve(instance: Instance, limit: float, seed: int = 0, workers: int = 2) -> Solution[Timetable]:
    """Minimise the cost of formulation UD2; stops at the limit, or once the best is proven.

    Parameters
    ----------
    limit
        Wall seconds for all of it.
    seed, workers
        Of CP-SAT. The same seed may take another path where there is more than one worker.
    """
    search = Search(limit, seed, workers)
    rooms, periods = plan_rooms(instance, search), plan_periods(instance, search)
    if "infeasible" in (rooms.status, periods.status):
        return Solution(None, Outcome(None, 0, HALVES, "infeasible", search.seconds))
    bound = rooms.bound + periods.bound
    found = None
    if rooms.status == periods.status == "optimal":
        found = _rooms_first(instance, search, rooms, periods)
    if found is None and periods.lectures:
        found = _periods_first(instance, search, periods)
    if found and found.value == bound:
        return Solution(found.timetable, Outcome(bound, bound, HALVES, "optimal", search.seconds))
    return _whole(instance, search, rooms.bound, periods.bound, found)


def _rooms_first(
    instance: Instance, search: Search, rooms: RoomPlan, periods: PeriodPlan
) -> _Found | None:
    """Find periods for one best room plan after the other, until the bound is met."""
    best: _Found | None = None
    bound = rooms.bound + periods.bound
    for attempt in range(1, ATTEMPTS + 1):
        best = _periods_for(instance, search, rooms, periods.bound, best) or best
        if best and best.value == bound:
            break
        rooms = plan_rooms(instance, search, attempt, SHARE)
    return best


def _periods_for(
    instance: Instance, search: Search, plan: RoomPlan, bound: int, best: _Found | None
) -> _Found | None:
    """Find the best periods for a room plan; None unless they better what is there."""
    model = cp_model.CpModel()
    taught = add_periods(model, instance)
    held = add_rooms(model, instance, taught, plan.lectures)
    for pair, count in plan.lectures.items():
        model.add(sum(one for (i, _, room), one in held.items() if (i, room) == pair) == count)
    cost = add_period_cost(model, instance, taught, bound)
    if best:
        model.add(cost + plan.cost < best.value)
    model.minimize(cost)
    return _found(*search.solve(model, SHARE), held, plan.cost)


def _periods_first(instance: Instance, search: Search, plan: PeriodPlan) -> _Found | None:
    """Find the best rooms for given periods."""
    model = cp_model.CpModel()
    taught = {key: model.new_constant(1) for key in plan.lectures}
    held = add_rooms(model, instance, taught, _all_pairs(instance))
    model.minimize(add_room_cost(model, instance, held, bound=0))
    return _found(*search.solve(model, SHARE), held, plan.cost)


def _whole(
    instance: Instance, search: Search, rooms: int, periods: int, found: _Found | None
) -> Solution[Timetable]:
    """Better what was found in the model of everything, told what each half costs at least."""
    model = cp_model.CpModel()
    taught = add_periods(model, instance)
    held = add_rooms(model, instance, taught, _all_pairs(instance))
    cost_of_rooms = add_room_cost(model, instance, held, rooms)
    model.minimize(cost_of_rooms + add_period_cost(model, instance, taught, periods))
    placed = {(one.course, one.period, one.room) for one in found.timetable} if found else set()
    for key in placed:
        model.add_hint(held[key], 1)
    status, solver = search.solve(model)
    better = _found(status, solver, held, 0)
    found = min((one for one in (better, found) if one), key=lambda x: x.value, default=None)
    bound = max(rooms + periods, bound_of(solver))
    by = WHOLE if bound > rooms + periods else HALVES
    if not found:
        return Solution(None, Outcome(None, bound, by, status, search.seconds))
    status = "optimal" if found.value == bound else "feasible"
    return Solution(found.timetable, Outcome(found.value, bound, by, status, search.seconds))


def _all_pairs(instance: Instance) -> list[tuple[int, int]]:
    """Every course with every room."""
    rooms = range(len(instance.rooms))
    return [(i, room) for i in range(len(instance.courses)) for room in rooms]


def _found(status: str, solver: cp_model.CpSolver, held: Held, more: int) -> _Found | None:
    """Read a timetable from the solver, with the cost that its model does not know."""
    if status in ("unknown", "infeasible"):
        return None
    lectures = tuple(Lecture(i, room, p) for (i, p, room), one in held.items() if solver.value(one))
    return _Found(lectures, round(solver.objective_value) + more)
