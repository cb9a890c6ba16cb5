"""Judge an assignment by the words of the problem alone."""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise

from optimise.draws.pooling import Assignment, DrawProblem

__all__ = ["faults"]


def faults(draw: DrawProblem, assignment: Assignment) -> list[str]:
    """What is wrong with an assignment, in words; nothing where it keeps every rule."""
    found, value = [], 0
    if len(assignment.option) != draw.requests:
        found.append(f"{len(assignment.option)} answers for {draw.requests} requests")
    stays: dict[int, list[tuple[int, int, int]]] = defaultdict(list)
    for request, option in enumerate(assignment.option.tolist()):
        if option < 0:
            continue
        if draw.request[option] != request:
            found.append(f"request {request} was given an option of {draw.request[option]}")
        value += int(draw.value[option])
        stays[int(draw.room[option])].append(
            (int(draw.begin[option]), int(draw.end[option]), request)
        )
    for room, held in stays.items():
        held.sort()
        for (_, end, one), (begin, _, other) in pairwise(held):
            if begin < end:
                found.append(f"room {room} is given to requests {one} and {other} at {begin}")
    if value != assignment.value:
        found.append(f"worth {value}, said to be worth {assignment.value}")
    if assignment.bound < assignment.value:
        found.append(f"worth {assignment.value}, more than the bound of {assignment.bound}")
    return found
