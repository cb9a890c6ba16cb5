"""The k best plans that differ, against trying every plan."""

import numpy as np
import pytest
from tiny import every_plan, some_aim, tiny, value_by_words

from benchmarks.siting_check import faults
from optimise.siting.search import best_plans
from optimise.solver import Effort


@pytest.mark.parametrize("differ_by", [1, 2, 3])
def test_each_is_the_best_of_those_unlike_the_ones_before(differ_by: int) -> None:
    for seed in range(differ_by, 24, 6):
        problem, aim = tiny(seed), some_aim(seed)
        plans = [(value_by_words(problem, n, aim), n) for n in every_plan(problem)]
        found = best_plans(problem, aim, 4, differ_by, Effort())
        if not plans:
            assert found[0].status == "infeasible"
            continue
        before: list[np.ndarray] = []
        for solution in found:
            unlike = [
                value
                for value, n in plans
                if all(np.abs(n - other).sum() >= differ_by for other in before)
            ]
            assert solution.value == pytest.approx(max(unlike), abs=1e-6), seed
            assert solution.status == "optimal", seed
            assert faults(problem, aim, solution) == [], seed
            assert all(np.abs(solution.times - n).sum() >= differ_by for n in before), seed
            before.append(solution.times)
        if len(found) < 4:
            assert not [
                n for _, n in plans if all(np.abs(n - m).sum() >= differ_by for m in before)
            ], seed


def test_nonsense_is_refused() -> None:
    problem, aim = tiny(1), some_aim(1)
    for k, differ_by in ((0, 1), (1, 0)):
        with pytest.raises(ValueError, match="at least 1"):
            best_plans(problem, aim, k, differ_by, Effort())
