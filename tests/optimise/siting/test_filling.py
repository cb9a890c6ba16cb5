"""Filling sites with whole points."""

import itertools

import numpy as np
import pytest

from optimise.siting.capacitated.filling import fill
from optimise.siting.capacitated.instance import read


def scarce(seed):
    rng = np.random.default_rng(seed)
    cost, demand = rng.random((25, 4)), rng.integers(1, 9, 25).astype(float)
    cost[rng.random(cost.shape) < 0.1] = np.inf
    cost[:, 0] = np.where(np.isinf(cost).all(axis=1), 1.0, cost[:, 0])
    return read(cost, demand, np.full(4, 0.27 * demand.sum()), np.zeros(4), None, True, ())


@pytest.mark.parametrize("seed", range(10))
def test_neither_a_move_nor_an_exchange_saves_anything(seed):
    instance = scarce(seed)
    cost, demand = instance.cost, instance.demand
    site = fill(instance, np.arange(4))
    assert site is not None

    def worth(some):
        load = np.bincount(some, weights=demand, minlength=4)
        return np.inf if (load > instance.capacity).any() else cost[range(25), some].sum()

    best = worth(site)
    assert np.isfinite(best)
    for point, to in itertools.product(range(25), range(4)):
        assert worth(np.where(np.arange(25) == point, to, site)) >= best - 1e-7
    for one, other in itertools.combinations(range(25), 2):
        changed = site.copy()
        changed[[one, other]] = site[[other, one]]
        assert worth(changed) >= best - 1e-7


def test_no_room_is_no_plan():
    instance = read(np.ones((3, 2)), [2.0, 2.0, 2.0], [3.0, 3.0], [0.0, 0.0], None, True, ())
    assert fill(instance, np.arange(2)) is None
