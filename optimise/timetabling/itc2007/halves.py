"""The two halves of the problem, each solved as if there were no other.

Missing seats and changes of room cost the same in any period; days too few and isolated lectures
cost the same in any room. So the least cost of rooms alone and the least cost of periods alone add
up to a bound on the whole, which CP-SAT hardly finds in the whole model.
"""

from __future__ import annotations

from dataclasses import dataclass

from ortools.sat.python import cp_model

from optimise.timetabling.itc2007.instance import Instance
from optimise.timetabling.itc2007.periods import add_period_cost, add_periods
from optimise.timetabling.itc2007.rooms import add_uses, missing_seats
from optimise.timetabling.outcome import Status
from optimise.timetabling.searching import Search, ceiling

__all__ = ["RoomPlan", "bound_of_periods", "plan_rooms"]

SHARE = 0.2
"""Of the time that is left, for a half; small instances need less than a second."""


@dataclass(frozen=True, slots=True)
class RoomPlan:
    """How many lectures of each course each room takes.

    Attributes
    ----------
    lectures
        Counts above 0 by (course, room); empty where none was found.
    cost
        Missing seats and further rooms of the plan.
    bound
        No plan costs less.
    """

    status: Status
    lectures: dict[tuple[int, int], int]
    cost: int
    bound: int


def plan_rooms(instance: Instance, search: Search, attempt: int = 0) -> RoomPlan:
    """Plan rooms at least cost, if nothing but the number of periods limits a room.

    There are many best plans; each `attempt` leads to another, as a rule.
    """
    model = cp_model.CpModel()
    uses, further = add_uses(model, instance)
    lectures = {
        (i, room): model.new_int_var(0, instance.courses[i].lectures, f"lectures {i} in {room}")
        for i, room in uses
    }
    rooms, courses = range(len(instance.rooms)), range(len(instance.courses))
    for i in courses:
        most = instance.courses[i].lectures
        model.add(sum(lectures[i, room] for room in rooms) == most)
        for room in rooms:
            model.add(lectures[i, room] <= most * uses[i, room])
    for room in rooms:
        model.add(sum(lectures[i, room] for i in courses) <= instance.periods)
    seats = sum(missing_seats(instance, i, room) * count for (i, room), count in lectures.items())
    model.minimize(seats + further)
    status, solver = search.solve(model, SHARE, attempt)
    if status in ("unknown", "infeasible"):
        return RoomPlan(status, {}, 0, 0)
    counts = {key: solver.value(count) for key, count in lectures.items()}
    return RoomPlan(
        status,
        {key: count for key, count in counts.items() if count},
        cost=round(solver.objective_value),
        bound=ceiling(solver.best_objective_bound),
    )


def bound_of_periods(instance: Instance, search: Search) -> int | None:
    """Least cost of periods, if any room suited; None if even so there is no timetable."""
    model = cp_model.CpModel()
    model.minimize(add_period_cost(model, instance, add_periods(model, instance), bound=0))
    status, solver = search.solve(model, SHARE)
    return None if status == "infeasible" else ceiling(solver.best_objective_bound)
