"""Instances that fall into parts, against every plan of every part."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import numpy.typing as npt
import pytest

from optimise.siting.median import solver
from optimise.siting.median.parts import Parts
from optimise.siting.p_median import p_median

F64 = npt.NDArray[np.float64]

TOWNS, SIZE, FAR = 3, 12, 2_000.0


def towns(seed: int) -> F64:
    """Towns far apart, without geometry inside: the linear relaxation is weak."""
    random = np.random.default_rng(seed)
    cost = np.full((TOWNS * SIZE, TOWNS * SIZE), FAR)
    for first in range(0, len(cost), SIZE):
        cost[first : first + SIZE, first : first + SIZE] = random.integers(1, 100, (SIZE, SIZE))
    return cost


def best_of_all(cost: F64, p: int) -> float:
    """By trying every plan of every town, and every way to share out the sites."""
    least = np.full(p + 1, np.inf)
    least[0] = 0.0
    for first in range(0, len(cost), SIZE):
        town = cost[first : first + SIZE, first : first + SIZE]
        sums = np.full(p + 1, np.inf)
        for count in range(1, min(SIZE, p) + 1):
            plans = combinations(range(SIZE), count)
            best = min(float(town[:, plan].min(axis=1).sum()) for plan in plans)
            sums[count:] = np.minimum(sums[count:], least[: p + 1 - count] + best)
        least = sums
    return float(least[p])


@pytest.fixture
def parts_solved(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """One entry a turn in which parts were solved."""
    turns, improve = [], Parts.improve

    def counted(self: Parts, solve: object) -> bool:
        turns.append(1)
        return improve(self, solve)

    monkeypatch.setattr(Parts, "improve", counted)
    return turns


@pytest.mark.parametrize("branches", [100, 0], ids=["branching", "programs"])
def test_parts_together_are_optimal(
    branches: int, parts_solved: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(solver, "_BRANCHES", branches)
    for seed, p in ((0, 7), (1, 8), (2, 9)):
        cost = towns(seed)
        found = p_median(cost, p)
        assert found.status == "optimal"
        assert found.value == found.bound == best_of_all(cost, p)
        assert found.value == cost[:, found.chosen].min(axis=1).sum()
        assert ("HiGHS" in found.prover) <= (branches == 0)
    assert parts_solved


def test_parts_keep_what_is_fixed(parts_solved: list[int]) -> None:
    """A fixed site of a town, and one that is of no use to anyone."""
    cost = np.column_stack((towns(3), np.full(TOWNS * SIZE, 3 * FAR)))
    dear = int(cost[:SIZE, :SIZE].sum(axis=0).argmax())
    found = p_median(cost, 8, fixed_open=(dear, TOWNS * SIZE))
    assert {dear, TOWNS * SIZE} <= set(found.chosen)
    assert found.status == "optimal"
    kept = cost.copy()
    kept[:, :-1] = np.minimum(kept[:, :-1], cost[:, [dear]])  # it serves whoever it is near to
    assert found.value == best_of_all(kept[:, :-1], 6)
    assert parts_solved
