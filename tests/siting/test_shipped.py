"""The planning problems of the scenarios that ship: no plan is worse than greedy's."""

from __future__ import annotations

import pytest

from benchmarks.siting_check import faults
from benchmarks.siting_towns import problem_of
from optimise.siting.greedy import greedy_plan
from optimise.siting.search import best_plan
from optimise.siting.value import worth_of
from optimise.solver import Effort


@pytest.mark.slow
@pytest.mark.parametrize(
    "name", ["before-after", "nanteng-links", "site-cangqian", "huaxing", "site-district"]
)
def test_no_plan_is_worse_than_greedys(name: str) -> None:
    """Asked cold, with next to no effort; and the bound is above it."""
    problem, aim = problem_of(name, 1)
    greedy = greedy_plan(problem, aim)
    assert greedy is not None
    found = best_plan(problem, aim, Effort(nodes=1, seconds=60.0))
    assert found.value >= worth_of(problem, greedy, aim).value - 1e-6
    assert faults(problem, aim, found) == []
