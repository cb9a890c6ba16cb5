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
from optimise.timetabling.searching import Search, bound_of

__all__ = ["PeriodPlan", "RoomPlan", "plan_periods", "plan_rooms"]

SHARE = 0.2
"""Of the time that is left, for a half; small instances need less than a second."""


@dataclass(frozen=True, slots=True)
class RoomPlan:
    """How many lectures of each course each room takes.

    Attributes
    ----------
    lectures
        Counts above 0 by (course, room); empty where none was found.
    cost, bound
        Missing seats and further rooms of this plan, and what no plan costs less than.
    """

    status: Status
    lectures: dict[tuple[int, int], int]
    cost: int
    bound: int


@dataclass(frozen=True, slots=True)
class PeriodPlan:
    """In which periods each course is taught.

    Attributes
    ----------
    lectures
        Pairs of course and period; empty where nothing was found. No period has more lectures than
        there are rooms, and a room too small is allowed, so rooms can be had for any plan.
    cost, bound
        Days too few and isolated lectures of this plan, and what no plan costs less than.
    """

    status: Status
    lectures: frozenset[tuple[int, int]]
    cost: int
    bound: int


def plan_rooms(
    instance: Instance, search: Search, attempt: int = 0, share: float = SHARE
) -> RoomPlan:
    """Plan rooms at least cost, if nothing but the number of periods limits a room.

    There are many best plans; each `attempt` leads to another, as a rule. `share` is of the time
    that is left.
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
    status, solver = search.solve(model, share, attempt)
    if status in ("unknown", "infeasible"):
        return RoomPlan(status, {}, 0, bound_of(solver))
    counts = {key: solver.value(count) for key, count in lectures.items()}
    return RoomPlan(
        status,
        {key: count for key, count in counts.items() if count},
        cost=round(solver.objective_value),
        bound=bound_of(solver),
    )


def plan_periods(instance: Instance, search: Search) -> PeriodPlan:
    """Choose periods at least cost, if any room suited."""
    model = cp_model.CpModel()
    taught = add_periods(model, instance)
    model.minimize(add_period_cost(model, instance, taught, bound=0))
    status, solver = search.solve(model, SHARE)
    bound = bound_of(solver)
    if status in ("unknown", "infeasible"):
        return PeriodPlan(status, frozenset(), 0, bound)
    lectures = frozenset(key for key, one in taught.items() if solver.value(one))
    return PeriodPlan(status, lectures, round(solver.objective_value), bound)
