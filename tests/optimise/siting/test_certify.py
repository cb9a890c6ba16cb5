"""Any prices prove a bound, and those of the linear relaxation prove its value."""

import itertools

import numpy as np
import pytest
from scipy.optimize import linprog

from optimise.siting import certify
from optimise.siting.solution import Certificate

POINTS, SITES, P = 6, 5, 2
SEEDS = range(25)


def drawn(seed):
    rng = np.random.default_rng(seed)
    cost = rng.integers(0, 20, (POINTS, SITES)).astype(float)
    cost[rng.random(cost.shape) < 0.15] = np.inf
    cost[np.isinf(cost).all(axis=1)] = 3.0
    fixed = (int(rng.integers(SITES)),) if rng.random() < 0.4 else ()
    weights = rng.integers(0, 5, POINTS).astype(float)
    return rng, cost, weights, fixed


def proof(kind, price, bound=0.0):
    return Certificate(kind, {"price": np.asarray(price, dtype=float)}, bound)


def plans(fixed, most=SITES):
    """Every set of at most so many sites with the fixed ones."""
    for number in range(1, most + 1):
        for some in itertools.combinations(range(SITES), number):
            if set(fixed) <= set(some):
                yield list(some)


def relaxed(cost, fees, fixed, p, demand=None, capacity=None):
    """Value and prices of "each point is served", with x <= y, over y and x of finite pairs."""
    point, site = np.nonzero(np.isfinite(cost))
    pairs = len(point)
    served = np.zeros((POINTS, SITES + pairs))
    served[point, SITES + np.arange(pairs)] = 1
    strong = np.zeros((pairs, SITES + pairs))
    strong[np.arange(pairs), SITES + np.arange(pairs)] = 1
    strong[np.arange(pairs), site] = -1
    rows, limits = [strong, np.r_[np.ones(SITES), np.zeros(pairs)][None]], [np.zeros(pairs), [p]]
    if demand is not None:
        room = np.zeros((SITES, SITES + pairs))
        room[site, SITES + np.arange(pairs)] = demand[point]
        room[np.arange(SITES), np.arange(SITES)] = -capacity
        rows, limits = [*rows, room], [*limits, np.zeros(SITES)]
    least = np.zeros(SITES + pairs)
    least[list(fixed)] = 1
    found = linprog(
        np.r_[fees, cost[point, site]],
        A_ub=np.vstack(rows),
        b_ub=np.concatenate(limits),
        A_eq=served,
        b_eq=np.ones(POINTS),
        bounds=np.column_stack((least, np.ones_like(least))),
    )
    return (found.fun, found.eqlin.marginals) if found.status == 0 else (np.inf, None)


def covered(covers, some):
    return covers[:, some].any(axis=1)


@pytest.mark.parametrize("seed", SEEDS)
def test_assignment(seed):
    rng, cost, weights, fixed = drawn(seed)
    weighted = np.where(np.isinf(cost), np.inf, weights[:, None] * np.nan_to_num(cost, posinf=0))
    value, price = relaxed(weighted, np.zeros(SITES), fixed, P)
    if np.isfinite(value):
        assert certify.assignment(proof("assignment", price), cost, P, weights, fixed) == (
            pytest.approx(value, abs=1e-6)
        )
    best = min(weighted[:, some].min(axis=1).sum() for some in plans(fixed, P))
    for _ in range(20):
        guess = proof("assignment", rng.normal(10, 10, POINTS))
        assert certify.assignment(guess, cost, P, weights, fixed) <= best + 1e-9


@pytest.mark.parametrize("seed", SEEDS)
def test_facility(seed):
    rng, cost, demand, fixed = drawn(seed)
    fees, capacity = (
        rng.integers(0, 30, SITES).astype(float),
        rng.integers(3, 14, SITES).astype(float),
    )
    value, price = relaxed(cost, fees, fixed, 3, demand, capacity)
    if price is not None:
        given = (cost, demand, capacity, fees, 3, fixed)
        assert certify.facility(proof("facility", price), *given) == pytest.approx(value, abs=1e-6)
        for _ in range(20):
            guess = proof("facility", price + rng.normal(0, 5, POINTS))
            assert certify.facility(guess, *given) <= value + 1e-6


def test_facility_without_a_limit_on_sites():
    """The prices open both sites, of which p = 1 allows one only."""
    cost = np.array([[1.0, 9.0], [9.0, 1.0]])
    given = cost, np.ones(2), np.full(2, np.inf), np.array([2.0, 3.0])
    certificate = proof("facility", [5.0, 5.0])
    assert certify.facility(certificate, *given) == 10 - 2 - 1
    assert certify.facility(certificate, *given, p=1) == 10 - 2
    assert certify.facility(certificate, *given, p=1, fixed_open=(1,)) == 10 - 1


@pytest.mark.parametrize("seed", SEEDS)
def test_covering(seed):
    rng, cost, weights, fixed = drawn(seed)
    covers = cost < 9
    found = linprog(
        np.r_[-weights, np.zeros(SITES)],
        A_ub=np.block(
            [
                [np.eye(POINTS), -covers.astype(float)],
                [np.zeros((1, POINTS)), np.ones((1, SITES))],
            ]
        ),
        b_ub=np.r_[np.zeros(POINTS), P],
        bounds=[(0, 1)] * POINTS + [(float(j in fixed), 1) for j in range(SITES)],
    )
    price = np.clip(-found.ineqlin.marginals[:POINTS], 0, weights)
    assert certify.covering(proof("covering", price), covers, P, weights, fixed) == pytest.approx(
        -found.fun, abs=1e-6
    )
    best = max(weights[covered(covers, some)].sum() for some in plans(fixed, P))
    for _ in range(20):
        guess = proof("covering", rng.random(POINTS) * weights)
        assert certify.covering(guess, covers, P, weights, fixed) >= best - 1e-9


@pytest.mark.parametrize("seed", SEEDS)
def test_set_cover(seed):
    rng, cost, _, fixed = drawn(seed)
    covers, fees = cost < 15, rng.integers(1, 9, SITES).astype(float)
    fixed_bounds = [(float(j in fixed), 1) for j in range(SITES)]
    found = linprog(fees, A_ub=-covers.astype(float), b_ub=-np.ones(POINTS), bounds=fixed_bounds)
    if found.status == 0:
        price = np.maximum(-found.ineqlin.marginals, 0)
        assert certify.set_cover(proof("set_cover", price), covers, fees, fixed) == pytest.approx(
            found.fun, abs=1e-6
        )
    values = [fees[some].sum() for some in plans(fixed) if covered(covers, some).all()]
    for _ in range(20):
        guess = proof("set_cover", rng.random(POINTS) * 6)
        assert certify.set_cover(guess, covers, fees, fixed) <= min(values, default=np.inf) + 1e-9


@pytest.mark.parametrize("seed", SEEDS)
def test_centre(seed):
    """A radius is proven only if nobody does better, and most optimal ones are."""
    rng, cost, _, fixed = drawn(seed)
    best = min(cost[:, some].min(axis=1).max() for some in plans(fixed, P))
    for radius in (best, best + 1, best + 5):
        for _ in range(20):
            guess = proof("centre", rng.random(POINTS) * 1.5, radius)
            proven = certify.centre(guess, cost, P, fixed)
            assert proven in (-np.inf, radius)
            assert proven <= best


def test_centre_proven_by_three_points_far_apart():
    cost = 5.0 * (1 - np.eye(3))
    assert certify.centre(proof("centre", [1.0, 1.0, 1.0], 5.0), cost, 2) == 5.0
    assert certify.centre(proof("centre", [1.0, 1.0, 0.9], 5.0), cost, 2) == 5.0
    assert certify.centre(proof("centre", [1.0, 1.0, 0.0], 5.0), cost, 2) == -np.inf
    assert certify.centre(proof("centre", [1.0, 1.0, 1.0], 5.1), cost, 2) == -np.inf
