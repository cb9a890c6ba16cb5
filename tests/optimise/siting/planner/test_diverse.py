"""The k best plans that differ, and what each move adds, against trying every plan."""

from dataclasses import replace

import numpy as np
import pytest

from optimise.siting.planner.check import faults
from optimise.siting.planner.diverse import best_plans
from optimise.siting.planner.leaving_out import left_out
from optimise.siting.planner.solve import best_plan

from .tiny import every_plan, some_aim, tiny, value_by_words


@pytest.mark.parametrize("differ_by", [1, 2, 3])
def test_each_is_the_best_of_those_unlike_the_ones_before(differ_by: int) -> None:
    for seed in range(differ_by, 42, 3):
        problem, aim = tiny(seed), some_aim(seed)
        plans = [(value_by_words(problem, n, aim), n) for n in every_plan(problem)]
        found = best_plans(problem, aim, 4, differ_by, time_limit=20.0)
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


def test_the_best_plan_without_each_move() -> None:
    for seed in range(20):
        problem, aim = tiny(seed), some_aim(seed)
        whole = best_plan(problem, aim)
        if whole.status == "infeasible":
            continue
        plans = [(value_by_words(problem, n, aim), n) for n in every_plan(problem)]
        for left in left_out(problem, whole, aim):
            without = [v for v, n in plans if n[left.move] <= problem.moves.fixed[left.move]]
            assert left.regret == pytest.approx(whole.value - max(without), abs=1e-6), seed
            assert left.regret_low <= left.regret + 1e-9
            most = problem.moves.most + 0
            most[left.move] = problem.moves.fixed[left.move]
            reduced = replace(problem, moves=replace(problem.moves, most=most))
            assert faults(reduced, aim, left.solution) == []


def test_nonsense_is_refused() -> None:
    problem, aim = tiny(1), some_aim(1)
    for k, differ_by in ((0, 1), (1, 0)):
        with pytest.raises(ValueError, match="at least 1"):
            best_plans(problem, aim, k, differ_by)
