"""Block by block: bounds hold for every budget, plans are allowed, against trying every plan."""

from dataclasses import replace

import numpy as np
import pytest

from optimise.siting.planner import solve
from optimise.siting.planner.check import faults
from optimise.siting.planner.core import core_of
from optimise.siting.planner.decomposed import Decomposed
from optimise.siting.planner.moving import allowed, cheapest
from optimise.siting.planner.program import program_of

from .tiny import every_plan, some_aim, tiny, value_by_words


@pytest.mark.parametrize("rough", [False, True])
def test_bounds_hold_for_every_budget(rough: bool) -> None:
    tight = 0
    for seed in range(20):
        problem, aim = tiny(seed), some_aim(seed)
        first, _ = cheapest(problem)
        if first is None:
            continue
        core = core_of(problem, aim)
        apart = Decomposed(problem, program_of(core), [first], 1)
        if rough:
            apart.feel(core, np.inf)
            assert all(allowed(problem, times) for times in apart.plans), seed
        else:
            assert apart.learn(np.inf, problem.budget)
        budgets = [problem.budget]
        if np.isfinite(problem.budget):
            budgets += [problem.budget - 1.0, problem.budget + 2.0]
        for budget in budgets:
            plans = every_plan(replace(problem, budget=budget))
            best = max((value_by_words(problem, n, aim) for n in plans), default=-np.inf)
            bound = apart.bound(budget)
            assert bound >= best - 1e-6, (seed, budget)
            tight += bound <= best + 1e-6
    assert tight > 8  # a bound that holds by being far away proves nothing


def test_large_problems_are_solved_to_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(solve, "LARGE", 0)
    for seed in range(60):
        problem, aim = tiny(seed), some_aim(seed)
        found = solve.best_plan(problem, aim)
        plans = every_plan(problem)
        if not plans:
            assert found.status == "infeasible"
            continue
        best = max(value_by_words(problem, n, aim) for n in plans)
        assert faults(problem, aim, found) == [], seed
        assert found.value == pytest.approx(best, abs=1e-6), seed
        assert found.bound == pytest.approx(best, abs=1e-5), seed


def test_large_problems_without_a_relaxation(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(solve, "LARGE", 0)
    monkeypatch.setattr(solve, "relax", lambda *_: None)
    for seed in range(14):
        problem, aim = tiny(seed), some_aim(seed)
        found, plans = solve.best_plan(problem, aim), every_plan(problem)
        if plans:
            best = max(value_by_words(problem, n, aim) for n in plans)
            assert faults(problem, aim, found) == [], seed
            assert found.value - 1e-6 <= best <= found.bound + 1e-6, seed
