"""The planner's best plan against trying every plan."""

import numpy as np
import pytest

from optimise.siting.planner.check import faults
from optimise.siting.planner.solve import best_plan
from optimise.siting.planner.value import worth_of

from .tiny import every_plan, some_aim, tiny, value_by_words


@pytest.mark.parametrize("first", range(0, 208, 26))
def test_the_best_of_all_plans(first: int) -> None:
    for seed in range(first, first + 26):
        problem, aim = tiny(seed), some_aim(seed)
        plans = every_plan(problem)
        found = best_plan(problem, aim, time_limit=5.0)
        if not plans:
            assert found.status == "infeasible", seed
            assert found.why, seed
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
