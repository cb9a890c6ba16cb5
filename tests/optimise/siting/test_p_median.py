"""The p-median solver against brute force, the literature, and its own certificates."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations, pairwise

import numpy as np
import numpy.typing as npt
import pytest

from optimise.siting.p_median import p_median
from optimise.siting.solution import SitingSolution

from .public import needs_siting, pmed

F64 = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Small:
    cost: F64
    p: int
    weights: F64 | None
    fixed: tuple[int, ...]

    @property
    def weighted(self) -> F64:
        weights = np.ones(len(self.cost)) if self.weights is None else self.weights
        finite = np.where(np.isfinite(self.cost), self.cost, 0.0) * weights[:, None]
        return np.where(np.isfinite(self.cost), finite, np.inf)

    def best(self) -> float:
        """By trying every plan; infinite if none reaches everyone."""
        sites = range(self.cost.shape[1])
        plans = [c for c in combinations(sites, self.p) if set(self.fixed) <= set(c)]
        return min(float(self.weighted[:, plan].min(axis=1).sum()) for plan in plans)

    def solve(self, **options: float) -> SitingSolution:
        return p_median(self.cost, self.p, self.weights, fixed_open=self.fixed, **options)


def small(number: int) -> Small:
    """Whole or real costs, ties, zeros, barred pairs, weights (some 0), fixed sites by turns."""
    random = np.random.default_rng(number)
    points, sites = random.integers(1, 13), random.integers(1, 10)
    if number % 2:
        cost = random.integers(0, random.choice([3, 10, 100]), (points, sites)).astype(float)
    else:
        cost = random.random((points, sites)) * 10.0 ** random.integers(-3, 7)
    if number % 3 == 0:
        cost[random.random(cost.shape) < random.choice([0.1, 0.5])] = np.inf
    p = int(random.integers(1, sites + 1))
    weights = None
    if number % 5 < 2:
        weights = random.integers(0, 4, points) * random.choice([1.0, 0.7])
    fixed = random.choice(sites, random.integers(0, p + 1) if number % 4 == 0 else 0, replace=False)
    return Small(cost, p, weights, tuple(fixed.tolist()))


def proven_by(instance: Small, price: F64) -> float:
    """The bound that prices prove, from the matrix alone."""
    worth = np.minimum(instance.weighted - price[:, None], 0.0).sum(axis=0)
    others = np.sort(np.delete(worth, instance.fixed))[: instance.p - len(instance.fixed)]
    return float(price.sum() + worth[list(instance.fixed)].sum() + others.sum())


@pytest.mark.parametrize("tens", range(20))
def test_finds_and_proves_what_brute_force_finds(tens: int) -> None:
    for number in range(10 * tens, 10 * tens + 10):
        instance = small(number)
        best, found = instance.best(), instance.solve()
        if np.isinf(best):
            assert (found.status, found.chosen) == ("infeasible", ()), number
            assert np.isnan(found.value), number
            assert np.isnan(found.bound), number
            assert "demand point" in found.why, number
            continue
        assert found.status == "optimal", number
        assert found.value == pytest.approx(best, rel=1e-9, abs=1e-12), number
        assert found.bound == found.value, number
        is_a_plan(instance, found)
        has_a_certificate(instance, found)


def is_a_plan(instance: Small, found: SitingSolution) -> None:
    assert set(instance.fixed) <= set(found.chosen)
    assert len(set(found.chosen)) == len(found.chosen) <= instance.p
    assert list(found.chosen) == sorted(found.chosen)
    assert set(found.assignment.tolist()) <= set(found.chosen)
    paid = instance.weighted[np.arange(len(instance.cost)), found.assignment]
    assert paid.sum() == pytest.approx(found.value, rel=1e-12)


def has_a_certificate(instance: Small, found: SitingSolution) -> None:
    assert found.certificate is not None
    bound = proven_by(instance, found.certificate.multipliers["price"])
    assert bound == pytest.approx(found.certificate.bound, rel=1e-9, abs=1e-9)
    assert bound <= found.value * (1 + 1e-9) + 1e-12
    if found.prover == "multipliers":
        whole = (np.floor(instance.weighted) == instance.weighted).all()
        assert bound > found.bound - 1 if whole else bound >= found.bound * (1 - 2e-9) - 2e-9


def medium(seed: int, p: int = 5) -> Small:
    """Too many plans for brute force, with ties."""
    random = np.random.default_rng(seed)
    return Small(random.integers(0, 40, (30, 20)).astype(float), p, None, ())


def test_new_labels_for_sites_change_nothing_else() -> None:
    for seed in range(3):
        instance, order = medium(seed), np.random.default_rng(seed).permutation(20)
        other = Small(instance.cost[:, order], instance.p, None, ()).solve()
        assert other.value == instance.solve().value
        back = Small(instance.cost, instance.p, None, ())
        plan = order[list(other.chosen)]
        assert back.weighted[:, plan].min(axis=1).sum() == other.value


def test_more_sites_never_cost_more() -> None:
    values = [medium(3, p).solve().value for p in range(1, 21)]
    assert values == sorted(values, reverse=True)
    assert values[0] > values[-1]


def test_the_same_seed_gives_the_same_plan_and_another_no_other_value() -> None:
    one, same = medium(1).solve(seed=7), medium(1).solve(seed=7)
    assert one.chosen == same.chosen
    assert [t[1:] for t in one.trace] == [t[1:] for t in same.trace]
    assert medium(1).solve(seed=8).value == one.value


def test_value_and_bound_come_together_step_by_step() -> None:
    trace = medium(4).solve().trace
    assert len(trace) > 2
    for before, after in pairwise(trace):
        assert after[0] >= before[0]
        assert after[1] <= before[1]
        assert after[2] >= before[2]
        assert after[1:] != before[1:]
    assert all(value >= bound for _, value, bound in trace)


def test_stops_in_time_with_a_plan_and_a_bound() -> None:
    cost = np.random.default_rng(5).integers(0, 1000, (300, 200)).astype(float)
    found = p_median(cost, 10, time_limit=0.3)
    assert found.status == "feasible"
    assert 0 < found.bound < found.value
    assert found.seconds < 1.3
    has_a_certificate(Small(cost, 10, None, ()), found)


def test_does_not_change_what_it_is_given() -> None:
    cost, weights = np.array([[1.0, np.inf], [2.0, 3.0]]), np.array([0.0, 2.0])
    p_median(cost, 1, weights)
    assert cost.tolist() == [[1.0, np.inf], [2.0, 3.0]]
    assert weights.tolist() == [0.0, 2.0]


def test_says_which_points_cannot_be_reached() -> None:
    cost = np.array([[1.0, np.inf], [np.inf, np.inf], [np.inf, 2.0]])
    assert p_median(cost, 1).why == "no site reaches demand point 1"
    why = p_median(cost[[0, 2]], 1).why
    assert why.startswith("no p = 1 sites reach every demand point, it takes 2 or more")
    assert why.endswith("leave out demand point 1")


def test_takes_the_exact_cover_that_greed_misses() -> None:
    """Six points in two rows of three; the site that reaches most (four) spoils both covers."""
    cost = np.full((6, 3), np.inf)
    cost[[0, 1, 2], 0] = cost[[3, 4, 5], 1] = cost[[0, 1, 3, 4], 2] = 1.0
    found = p_median(cost, 2)
    assert found.chosen == (0, 1)
    assert found.status == "optimal"


@pytest.mark.parametrize(
    ("cost", "p", "options", "message"),
    [
        ([[1.0, np.nan]], 1, {}, r"cost\[0, 1\] is nan"),
        ([[1.0], [-np.inf]], 1, {}, r"cost\[1, 0\] is -inf"),
        ([1.0, 2.0], 1, {}, r"cost has shape \(2,\)"),
        (np.zeros((0, 3)), 1, {}, "at least 1 x 1"),
        ([["near"]], 1, {}, "cost is not an array of numbers"),
        ([[1.0, 2.0]], 0, {}, "p is 0: a whole number from 1 to 2"),
        ([[1.0, 2.0]], -1, {}, "p is -1"),
        ([[1.0, 2.0]], 3, {}, "p is 3"),
        ([[1.0, 2.0]], 1.5, {}, "p is 1.5"),
        ([[1.0, 2.0]], True, {}, "p is True"),
        ([[1.0, 2.0]], 1, {"weights": [1, 2]}, r"weights has shape \(2,\): \(1,\)"),
        ([[1.0], [1.0]], 1, {"weights": [1, -2]}, r"weights\[1\] is -2.0"),
        ([[1.0], [1.0]], 1, {"weights": [np.inf, 0]}, r"weights\[0\] is inf"),
        ([[1e300], [1e300]], 1, {"weights": [1e9, 1]}, "too large"),
        ([[1.0, 2.0]], 1, {"fixed_open": [0, 1]}, "fixed_open names 2 sites, more than p = 1"),
        ([[1.0, 2.0]], 1, {"fixed_open": [2]}, "fixed_open names 2: sites are numbered from 0 to"),
        ([[1.0, 2.0]], 1, {"fixed_open": [-1]}, "fixed_open names -1"),
        ([[1.0, 2.0]], 2, {"fixed_open": [1, 1]}, "fixed_open names 1 more than once"),
        ([[1.0, 2.0]], 1, {"fixed_open": ["a"]}, "fixed_open names 'a'"),
        ([[1.0, 2.0]], 1, {"time_limit": 0}, "time_limit is 0"),
        ([[1.0, 2.0]], 1, {"time_limit": np.nan}, "time_limit is nan"),
        ([[1.0, 2.0]], 1, {"workers": 0}, "workers is 0"),
        ([[1.0, 2.0]], 1, {"seed": -1}, "seed is -1"),
    ],
)
def test_malformed_input_is_told(cost: object, p: int, options: dict, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        p_median(cost, p, **options)


@needs_siting
@pytest.mark.parametrize("number", [1, 6, 10, 20, 30, 40])
def test_published_optima(number: int) -> None:
    cost, p, optimum = pmed(number)
    found = p_median(cost, p)
    assert (found.value, found.bound, found.status) == (optimum, optimum, "optimal")
