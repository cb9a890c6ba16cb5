"""Sets within a budget, against all sets tried."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from optimise.sets import best_sets


def every(n: int) -> list[frozenset[int]]:
    return [frozenset(s) for k in range(n + 1) for s in itertools.combinations(range(n), k)]


@pytest.mark.parametrize("seed", range(6))
def test_the_best_three_are_those_of_all_sets(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n = 6
    terms = {s: float(rng.normal(2 if len(s) == 1 else 0, 2)) for s in every(n) if 0 < len(s) < 4}
    cost = rng.uniform(-1, 5, n)
    apart, needs = [frozenset([0, 1])], {2: [frozenset([3, 4])]}
    fits = [
        s
        for s in every(n)
        if cost[list(s)].sum() <= 7
        and not apart[0] <= s
        and (2 not in s or s & needs[2][0])
    ]  # fmt: skip
    worth = sorted((sum(v for t, v in terms.items() if t <= s) for s in fits), reverse=True)
    found = best_sets(terms, cost, 7, apart, needs, 3)
    assert [value for _, value in found] == pytest.approx(worth[:3])
    assert all(chosen in fits for chosen, _ in found)


def test_of_equal_sets_the_cheaper_and_the_smaller() -> None:
    terms = {frozenset([0]): 5.0, frozenset([1]): 5.0, frozenset([0, 1]): -5.0}
    assert best_sets(terms, np.array([3.0, 2.0, 0.0]), 9, [], {})[0][0] == frozenset([1])
    assert best_sets({}, np.array([1.0]), 0.5, [], {}, 2) == [(frozenset(), 0)]
