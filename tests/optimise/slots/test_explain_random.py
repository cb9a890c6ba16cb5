"""Explanations of random small seasons against searches from scratch and the checker."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from benchmarks.slots_check import faults, value_of
from benchmarks.slots_drawn import Shape, draw
from optimise.slots.problem import Problem, Sessions
from optimise.slots.reasons.changes import Change, apply_change
from optimise.slots.reasons.explanation import Explanation, explain, unmet_requests
from optimise.slots.reasons.goal import ExplainedGoal
from optimise.slots.reasons.remedies import ALWAYS, STEP
from optimise.slots.reasons.timetable import PresentTimetable
from optimise.slots.solve import solve

from .courts import best
from .small import best_value, town

SEEDS = (1, 2)


@cache
def explained(seed: int) -> tuple[PresentTimetable, list[Explanation]]:
    present = best(draw(Shape(16, 10, 2.0, seed)))
    found = [explain(present, r) for r in unmet_requests(present)]
    return present, found


def good(problem: Problem, sessions: Sessions, goal: ExplainedGoal) -> int:
    """Sessions that count towards a goal: those whose worth is not that of a second choice."""
    mine = [row for row in sessions.rows() if row[0] == goal.request]
    if goal.kind == "session":
        return len(mine)
    harsh = replace(problem, worth=replace(problem.worth, second_choice=0.9, floor=0.0))
    alone = [Sessions.from_rows([row]) for row in mine]
    return sum(value_of(harsh, one) > 0.5 * value_of(problem, one) for one in alone)


def cases() -> list[tuple[int, Explanation]]:
    return [(seed, found) for seed in SEEDS for found in explained(seed)[1]]


def test_there_is_something_to_explain() -> None:
    kinds = {r.change.kind for _, found in cases() for r in found.remedies}
    assert len(cases()) > 15
    assert {"weekday", "priority", "lock"} <= kinds


def test_suggestions_serve_from_scratch() -> None:
    """Every second remedy, in the whole problem: the best timetable reaches the goal."""
    tried = 0
    for seed, found in cases()[::3]:
        problem = explained(seed)[0].problem
        for remedy in found.remedies:
            again = apply_change(problem, remedy.change)
            solution = solve(again, 20, 1)
            assert solution.status == "optimal"
            assert solution.value - sum(explained(seed)[0].values.values()) >= remedy.gain
            if remedy.verified == ALWAYS:
                assert good(again, solution.assignment, found.goal) > found.goal.good
                tried += 1
    assert tried > 5


def test_no_optimum_misses_the_goal() -> None:
    """With the change made, timetables without the session are worth less."""
    for seed, found in cases()[1::3]:
        remedy, problem = found.remedy, explained(seed)[0].problem
        if remedy is None or remedy.verified != ALWAYS or remedy.change.kind == "lock":
            continue
        again = apply_change(problem, remedy.change)
        without = found.goal.ruled_out(again)
        assert without is not None
        assert solve(without, 20, 1).value < solve(again, 20, 1).value


def test_harmless_places_are_free() -> None:
    """The present timetable and the session together have no fault."""
    for seed, found in cases():
        present = explained(seed)[0]
        for remedy in (r for r in found.remedies if r.harmless):
            rows = [row for row in present.rows if row != found.goal.given_up]
            again = apply_change(present.problem, remedy.change)
            assert faults(again, Sessions.from_rows([*rows, remedy.change.row])) == []
            assert faults(present.problem, Sessions.from_rows([*rows, remedy.change.row])) != []


def test_weight_is_least() -> None:
    """At it the optimum serves the request; a step below none beats the present timetable."""
    present = best(draw(Shape(40, 24, 2.0, 1)))
    value, tried = sum(present.values.values()), 0
    for request in [r for r in unmet_requests(present) if not present.rows_of(r)][:4]:
        for remedy in explain(present, request).remedies:
            if remedy.change.kind == "priority":
                weight = remedy.change.number
                below = replace(remedy.change, number=round(weight - STEP, 2))
                assert solve(apply_change(present.problem, remedy.change), 20, 1).value > value
                assert solve(apply_change(present.problem, below), 20, 1).value == value
                tried += 1
    assert tried > 1


def test_cost_is_that_of_locking() -> None:
    for seed, found in cases()[::3]:
        present, forced = explained(seed)[0], found.forced
        if forced is None:
            continue
        change = next(r.change for r in found.remedies if r.change.kind == "lock")
        solution = solve(apply_change(present.problem, change), 20, 1)
        assert forced.row in solution.assignment.rows()
        assert forced.cost == forced.least_cost == sum(present.values.values()) - solution.value


@pytest.mark.parametrize("seed", SEEDS)
def test_part_searched_again_is_as_good_as_the_whole(seed: int) -> None:
    """Random changes of random requests, with and without bounds taken over."""
    present = explained(seed)[0]
    rng = np.random.default_rng(seed)
    for request in rng.integers(16, size=3).tolist():
        row = present.rows[int(rng.integers(len(present.rows)))]
        weight = Change("priority", 0, (request, *row[1:]), float(rng.uniform(0.2, 4.0)))
        problem = apply_change(present.problem, weight)
        found = present.resolve(problem, request)
        whole = solve(problem, 20, 1)
        assert found.value == found.bound
        assert sum(present.values.values()) + found.gain == whole.value
        rest = [row for row in present.rows if row[0] not in found.requests]
        assert faults(problem, Sessions.from_rows([*rest, *found.rows])) == []


@pytest.mark.parametrize("seed", [5])
def test_suggestion_against_all_timetables(seed: int) -> None:
    """In tiny seasons, by trying all timetables with the change, with and without the session."""
    present = best(town(seed, requests=5, venues=4, load=2.5))
    for request in unmet_requests(present)[:2]:
        found = explain(present, request, depth="help")
        if found.remedy is None or found.remedy.verified != ALWAYS:
            continue
        again = apply_change(present.problem, found.remedy.change)
        without = found.goal.ruled_out(again)
        assert without is not None
        assert best_value(again) > best_value(without)
