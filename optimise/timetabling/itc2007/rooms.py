"""Rooms of lectures as booleans, and the cost of missing seats and of changes of room."""

from __future__ import annotations

from collections.abc import Collection

from ortools.sat.python import cp_model

from optimise.timetabling.itc2007.instance import Instance
from optimise.timetabling.itc2007.periods import Taught

__all__ = ["Held", "Uses", "add_room_cost", "add_rooms", "add_uses", "missing_seats"]

Held = dict[tuple[int, int, int], cp_model.IntVar]
"""Whether a course is taught in a period and a room, by (course, period, room)."""
Uses = dict[tuple[int, int], cp_model.IntVar]
"""Whether a course has a lecture in a room, by (course, room)."""


def missing_seats(instance: Instance, course: int, room: int) -> int:
    """Students of a course for whom a room has no seat."""
    return max(0, instance.courses[course].students - instance.rooms[room].capacity)


def add_rooms(
    model: cp_model.CpModel,
    instance: Instance,
    taught: Taught,
    pairs: Collection[tuple[int, int]],
) -> Held:
    """Give each lecture one room, of these pairs of course and room; each room one lecture."""
    held: Held = {}
    by_lecture: dict[tuple[int, int], list[cp_model.IntVar]] = {key: [] for key in taught}
    by_room: dict[tuple[int, int], list[cp_model.IntVar]] = {}
    for i, room in sorted(pairs):
        for period in range(instance.periods):
            if (i, period) in taught:
                where = f"{instance.courses[i].name} at {period} in {instance.rooms[room].name}"
                held[i, period, room] = one = model.new_bool_var(where)
                by_lecture[i, period].append(one)
                by_room.setdefault((period, room), []).append(one)
    for key, lecture in taught.items():
        model.add(sum(by_lecture[key]) == lecture)
    for lectures in by_room.values():
        model.add_at_most_one(lectures)
    return held


def add_room_cost(
    model: cp_model.CpModel, instance: Instance, held: Held, bound: int
) -> cp_model.IntVar:
    """Add the cost of missing seats and further rooms; `bound` is known to hold for it."""
    uses, further = add_uses(model, instance)
    for (i, _, room), lecture in held.items():
        model.add_implication(lecture, uses[i, room])
    seats = sum(missing_seats(instance, i, room) * one for (i, _, room), one in held.items())
    largest = sum(course.lectures * (1 + course.students) for course in instance.courses)
    cost = model.new_int_var(bound, largest, "cost of rooms")
    model.add(cost == seats + further)
    return cost


def add_uses(model: cp_model.CpModel, instance: Instance) -> tuple[Uses, cp_model.LinearExpr]:
    """Add whether each course uses each room, and how many rooms that is beyond their first."""
    rooms = range(len(instance.rooms))
    uses = {
        (i, room): model.new_bool_var(f"{course.name} uses {instance.rooms[room].name}")
        for i, course in enumerate(instance.courses)
        for room in rooms
    }
    further = []
    for i, course in enumerate(instance.courses):
        further.append(model.new_int_var(0, len(rooms) - 1, f"further rooms of {course.name}"))
        model.add(sum(uses[i, room] for room in rooms) == 1 + further[-1])
    return uses, cp_model.LinearExpr.sum(further)
