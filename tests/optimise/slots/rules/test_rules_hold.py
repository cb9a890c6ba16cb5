"""On drawn seasons every rule keeps every hard rule, whatever the order of requests."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest

from benchmarks.slots_check import faults, value_of
from benchmarks.slots_drawn import Shape, draw
from optimise.slots.placements import placements_of
from optimise.slots.problem import Problem, Sessions
from optimise.slots.rules.rounds import GroupHours, HoursInRounds
from optimise.slots.rules.rule import (
    FirstCome,
    Greedy,
    Hours,
    LastSeason,
    PriorityOrder,
    Rule,
    allocate,
)

from .tiny import renumbered

COUNT = 30
Row = tuple[int, int, int, int, int]


class Town:
    """A season with a lock and a timetable of last season, and what rules know of its requests."""

    def __init__(self, seed: int) -> None:
        rng = np.random.default_rng(seed)
        problem = draw(Shape(COUNT, 6, 1.4, seed))
        before = allocate(problem, Greedy(rng.permutation(COUNT))).assignment
        had, lock = rng.choice(len(before), 6, replace=False)[:5], rng.integers(len(before), size=1)
        columns = [getattr(before, name) for name in Sessions.__slots__]
        self.problem = replace(
            problem,
            last_season=Sessions(*(column[had] for column in columns)),
            locks=Sessions(*(column[lock] for column in columns)),
        )
        self.asked = rng.integers(0, 4, COUNT)
        self.lot = rng.permutation(COUNT)
        self.rank = rng.integers(0, 3, (2, COUNT))
        self.group = rng.integers(0, 9, COUNT)
        self.cells = rng.integers(2, 14, 9)
        self.end = np.repeat(rng.integers(40, 49, COUNT)[:, None], 7, axis=1)

    def renumbered(self, order: np.ndarray) -> Town:
        other = object.__new__(Town)
        other.problem = renumbered(self.problem, order)
        other.rank, other.cells = self.rank[:, order], self.cells
        for name in ("asked", "lot", "group", "end"):
            setattr(other, name, getattr(self, name)[order])
        return other


def _priority(town: Town) -> Rule:
    band = np.ones((7, 48), dtype=np.int64)
    band[:5, 16:32] = 0
    return PriorityOrder(band, town.rank, town.lot, Hours(0 * town.end, town.end - 4))


def _hours(town: Town) -> Rule:
    some = np.where(town.group < 3, town.group, -1)
    counted = np.zeros((7, 48), dtype=bool)
    counted[:5, 32:44] = True
    accounts = (
        GroupHours(some, np.array([4, 4, 4]), counted),
        GroupHours(town.group, town.cells, counted),
    )
    return HoursInRounds(accounts, town.lot, Hours(0 * town.end, town.end))


RULES: dict[str, Callable[[Town], Rule]] = {
    "greedy": lambda town: Greedy(town.lot),
    "first come": lambda town: FirstCome(town.asked, town.lot),
    "last season": lambda town: LastSeason(town.asked, town.lot),
    "priority": _priority,
    "hours": _hours,
}


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("seed", range(3))
def test_every_hard_rule_is_kept(rule: str, seed: int) -> None:
    town = Town(seed)
    found = allocate(town.problem, RULES[rule](town))
    assert not faults(town.problem, found.assignment)
    assert found.value == value_of(town.problem, found.assignment) <= found.bound
    assert len(found.assignment) > COUNT / 2


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("seed", range(3))
def test_the_numbers_of_requests_do_not_matter(rule: str, seed: int) -> None:
    town = Town(seed)
    order = np.random.default_rng(seed + 99).permutation(COUNT)
    rows = allocate(town.problem, RULES[rule](town)).assignment.rows()
    other = town.renumbered(order)
    again = allocate(other.problem, RULES[rule](other)).assignment.rows()
    assert sorted((int(order[r]), *rest) for r, *rest in again) == rows


@pytest.mark.parametrize("rule", [name for name in RULES if name != "hours"])
def test_nothing_more_fits(rule: str) -> None:
    """Whoever has fewer sessions than asked for could not be given any further placement."""
    town = Town(1)
    rows = allocate(town.problem, RULES[rule](town)).assignment.rows()
    for row in _every(town.problem)[::40]:
        if row not in rows:
            assert faults(town.problem, Sessions.from_rows([*rows, row]))


@pytest.mark.parametrize("seed", range(4))
def test_each_takes_the_best_week_that_those_before_left(seed: int) -> None:
    """Recomputed with the checker alone, from all sets of sessions of each request."""
    problem = draw(Shape(requests=4, venues=2, load=2.0, seed=seed))
    asked = problem.requests
    problem = replace(problem, requests=replace(asked, sessions=np.minimum(asked.sessions, 2)))
    asked_on = np.random.default_rng(seed).permutation(4)
    got: list[Row] = []
    for request in np.argsort(asked_on):
        mine = [row for row in _every(problem) if row[0] == request]
        fit = [row for row in mine if not faults(problem, Sessions.from_rows([*got, row]))]
        worth = {row: value_of(problem, Sessions.from_rows([row])) for row in fit}
        top = _best_of_days(fit, worth)
        weeks = [[], *([row] for row in top), *map(list, combinations(top, 2))]
        possible = [w for w in weeks if not faults(problem, Sessions.from_rows([*got, *w]))]
        got += max(possible, key=lambda week: sum(worth[row] for row in week))
    found = allocate(problem, FirstCome(asked_on, np.zeros(4, dtype=np.int64)))
    assert found.value == value_of(problem, Sessions.from_rows(got))


def _best_of_days(rows: list[Row], worth: dict[Row, int]) -> list[Row]:
    """All rows of the highest worth of each day, so that no pair of days is overlooked."""
    best = {day: max(worth[r] for r in rows if r[2] == day) for day in {r[2] for r in rows}}
    return [row for row in rows if worth[row] == best[row[2]]]


def _every(problem: Problem) -> list[Row]:
    placements = placements_of(problem)
    return placements.sessions(np.arange(len(placements))).rows()
