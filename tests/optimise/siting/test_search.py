"""The planner's best plan against trying every plan, and never worse than what is known."""

import numpy as np
import pytest
from tiny import every_plan, some_aim, tiny, value_by_words

import optimise.siting.search as module
from benchmarks.siting_check import faults
from benchmarks.siting_generator import Shape, draw
from optimise.siting.greedy import greedy_plan
from optimise.siting.search import best_plan
from optimise.siting.solution import Aim
from optimise.siting.value import worth_of
from optimise.solver import Effort


@pytest.mark.parametrize(
    "first",
    [0, *(pytest.param(first, marks=pytest.mark.slow) for first in range(26, 208, 26))],
)
def test_the_best_of_all_plans(first: int) -> None:
    for seed in range(first, first + 26):
        problem, aim = tiny(seed), some_aim(seed)
        plans = every_plan(problem)
        found = best_plan(problem, aim, Effort())
        if not plans:
            assert found.status == "infeasible", seed
            assert found.reason, seed
            assert np.isnan(found.value), seed
            continue
        best = max(value_by_words(problem, times, aim) for times in plans)
        assert found.value == pytest.approx(best, abs=1e-6), seed
        assert found.bound >= found.value, seed
        assert found.status == "optimal", seed
        assert faults(problem, aim, found) == [], seed
        assert any((found.times == times).all() for times in plans), seed


def test_given_moves_are_worth_what_the_words_say() -> None:
    for seed in range(0, 240, 6):
        problem, aim = tiny(seed), some_aim(seed)
        for times in every_plan(problem)[:3]:
            worth = worth_of(problem, times, aim)
            assert worth.value == pytest.approx(value_by_words(problem, times, aim), abs=1e-7), seed


def test_large_programs_are_solved_row_by_row(monkeypatch: pytest.MonkeyPatch) -> None:
    """With rows added where they are broken; where all broken ones were, the plan is the best."""
    monkeypatch.setattr(module, "LARGE", 0)
    proven = 0
    for seed in range(24):
        problem, aim = tiny(seed), some_aim(seed)
        plans = every_plan(problem)
        found = best_plan(problem, aim, Effort())
        if not plans:
            continue
        best = max(value_by_words(problem, times, aim) for times in plans)
        assert found.bound >= best - 1e-6, seed
        assert faults(problem, aim, found) == [], seed
        proven += found.value == pytest.approx(best, abs=1e-6)
    assert proven >= 20


def test_no_plan_is_worse_than_greedys_or_a_known_one() -> None:
    """Not even where no effort is allowed: what is known is where a search begins and ends."""
    for seed in range(16):
        problem, aim = tiny(seed), some_aim(seed)
        plans = every_plan(problem)
        if not plans:
            continue
        greedy = greedy_plan(problem, aim)
        assert greedy is not None
        least = Effort(nodes=1, gap=1e9)
        assert best_plan(problem, aim, least).value >= worth_of(problem, greedy, aim).value - 1e-9
        known = max(plans, key=lambda n: value_by_words(problem, n, aim))
        found = best_plan(problem, aim, least, known=[plans[0], known])
        assert found.value == pytest.approx(value_by_words(problem, known, aim), abs=1e-6), seed


def test_a_search_that_the_clock_cut_says_so() -> None:
    town, aim = draw(Shape(origins=15, candidates=8, centres=4, kinds=2)), Aim(worst=0.3)
    cut = best_plan(town, aim, Effort(seconds=0.05))
    assert (cut.cut, cut.status) == ("clock", "feasible")
    assert best_plan(town, aim, Effort(nodes=1)).cut in ("effort", "")
