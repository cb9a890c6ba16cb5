"""Small seasons for tests, and every timetable of them tried one by one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from benchmarks.slots_check import faults, faults_of_one, overlap, value_of_one
from benchmarks.slots_drawn import Shape, draw
from optimise.slots.problem import Problem, Requests, Sessions

Row = tuple[int, int, int, int, int]


def town(seed: int, requests: int = 6, venues: int = 6, load: float = 1.5) -> Problem:
    """A small instance of the generator in which groups are in each other's way."""
    problem = draw(Shape(requests, venues, load, seed))
    asked = problem.requests
    return replace(problem, requests=replace(asked, sessions=np.minimum(asked.sessions, 2)))


def every_session(problem: Problem) -> list[Row]:
    """Allowed sessions, found by asking the checker about each thinkable one."""
    cells, found = problem.season.cells, []
    for r in range(len(problem.requests)):
        lengths = range(int(problem.requests.shortest[r]), int(problem.requests.longest[r]) + 1)
        found += [
            row
            for v in range(len(problem.venues))
            for day in range(7)
            for start in range(cells)
            for length in lengths
            if not faults_of_one(problem, row := (r, v, day, start, length))
        ]
    return found


def best_value(problem: Problem, must: Sequence[Row] = ()) -> int:
    """Worth of the best timetable, by trying all of them; some sessions must be in it."""
    rows = every_session(problem)
    worth = [value_of_one(problem, row) for row in rows]
    clash = [[_exclude(problem, a, b) for b in rows] for a in rows]
    order = sorted(range(len(rows)), key=lambda i: rows[i][0])
    rest = [0] * (len(order) + 1)
    for place in reversed(range(len(order))):
        rest[place] = rest[place + 1] + worth[order[place]]
    best = 0

    def extend(place: int, taken: list[int], value: int) -> None:
        nonlocal best
        if value > best:
            best = value
        for at in range(place, len(order)):
            if value + _most(problem, rows, worth, order[at:]) <= best:
                return
            new = order[at]
            if any(clash[new][old] for old in taken):
                continue
            chosen = [*taken, new]
            if not faults(problem, Sessions.from_rows([rows[i] for i in chosen])):
                extend(at + 1, chosen, value + worth[new])

    forced = [rows.index(row) for row in must]
    extend(0, forced, sum(worth[at] for at in forced))
    return best


def _most(problem: Problem, rows: list[Row], worth: list[int], order: list[int]) -> int:
    """Worth of the best sessions of each request, whatever stands in their way."""
    of_day: dict[tuple[int, int], int] = {}
    for i in order:
        key = rows[i][0], rows[i][2]
        of_day[key] = max(of_day.get(key, 0), worth[i])
    total = 0
    for r in {request for request, _ in of_day}:
        values = sorted((v for (q, _), v in of_day.items() if q == r), reverse=True)
        total += sum(values[: int(problem.requests.sessions[r])])
    return total


def _exclude(problem: Problem, one: Row, other: Row) -> bool:
    if overlap(problem, one, other):
        return True
    if one[0] != other[0]:
        return False
    gap = min((one[2] - other[2]) % 7, (other[2] - one[2]) % 7)
    return gap < int(problem.requests.spacing[one[0]])


def only(problem: Problem, some: list[int]) -> Problem:
    """The same season with some of its requests."""
    asked = problem.requests
    ragged = {"option": ("venue", "rank", "walk"), "window": ("weekday", "begin", "end", "choice")}
    fields = {
        name: getattr(asked, name)[some]
        for name in Requests.__slots__
        if not name.startswith(("option_", "window_"))
    }
    for stem, names in ragged.items():
        first = getattr(asked, f"{stem}_first")
        entries = np.concatenate([np.arange(first[r], first[r + 1]) for r in some])
        counts = [int(first[r + 1] - first[r]) for r in some]
        fields[f"{stem}_first"] = np.cumsum([0, *counts])
        fields |= {f"{stem}_{n}": getattr(asked, f"{stem}_{n}")[entries] for n in names}
    return replace(problem, requests=Requests(**fields), rejections=Sessions())
