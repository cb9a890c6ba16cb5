"""Maximal covering: against every plan, its certificate, and public instances."""

from __future__ import annotations

import time

import numpy as np
import pytest
import scipy.sparse as sp

from optimise.siting.maximal_covering import maximal_covering
from siting.covers import (
    assert_serves,
    covers_at_random,
    fixed_at_random,
    plans,
    weights_at_random,
)
from siting.public import SITING, needs_siting


def covered(covers, weights, plan):
    return weights[covers[:, list(plan)].any(axis=1)].sum()


def proven(covers, weights, p, fixed, price):
    """The bound of the docstring, site by site."""
    assert ((price >= 0) & (price <= weights + 1e-12)).all()
    earns = [price[covers[:, j]].sum() for j in range(covers.shape[1])]
    others = sorted((earns[j] for j in range(len(earns)) if j not in fixed), reverse=True)
    return (weights - price).sum() + sum(earns[j] for j in fixed) + sum(others[: p - len(fixed)])


@pytest.mark.parametrize("seed", range(200))
def test_no_plan_covers_more(seed):
    rng = np.random.default_rng(seed)
    covers = covers_at_random(rng)
    points, sites = covers.shape
    weights, p = weights_at_random(rng, points), int(rng.integers(1, sites + 1))
    fixed = fixed_at_random(rng, sites, p)
    best = max(covered(covers, weights, plan) for plan in plans(sites, range(p, p + 1), fixed))
    found = maximal_covering(covers, p, weights, fixed_open=fixed, workers=1 + seed % 2)
    assert found.status == "optimal"
    assert found.value == pytest.approx(best, abs=1e-9)
    assert found.bound >= found.value
    assert found.bound == pytest.approx(best, abs=1e-6)
    assert len(found.chosen) <= p
    assert set(fixed) <= set(found.chosen)
    assert covered(covers, weights, found.chosen) == pytest.approx(found.value, abs=1e-9)
    assert_serves(covers, found.chosen, found.assignment)
    claim = proven(covers, weights, p, fixed, found.certificate.multipliers["price"])
    assert claim == pytest.approx(found.certificate.bound, abs=1e-9)
    assert claim >= best - 1e-9
    if found.prover == "multipliers":
        whole = (weights == np.floor(weights)).all()
        assert (np.floor(claim + 1e-6) if whole else claim) == pytest.approx(found.bound, abs=1e-6)
    again = maximal_covering(sp.coo_matrix(covers), p, weights, fixed_open=fixed)
    assert again.value == pytest.approx(found.value, abs=1e-9)


@pytest.mark.parametrize("seed", range(8))
def test_labels_do_not_matter_and_more_sites_never_hurt(seed):
    rng = np.random.default_rng(seed)
    covers = rng.random((30, 12)) < 0.2
    weights = rng.integers(0, 9, 30).astype(float)
    order, rows = rng.permutation(12), rng.permutation(30)
    values = [maximal_covering(covers, p, weights).value for p in range(1, 7)]
    assert values == sorted(values)
    moved = maximal_covering(covers[rows][:, order], 4, weights[rows])
    assert moved.value == values[3]
    assert covered(covers, weights, order[list(moved.chosen)]) == values[3]


def test_nothing_to_cover():
    found = maximal_covering(np.zeros((3, 2), bool), 1)
    assert (found.value, found.bound, found.status) == (0.0, 0.0, "optimal")
    assert found.assignment.tolist() == [-1, -1, -1]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"covers": np.zeros(3, bool)}, "shape"),
        ({"covers": np.zeros((0, 3), bool)}, "at least 1 x 1"),
        ({"covers": np.array([[0.5, 1.0]])}, "0.5"),
        ({"covers": np.array([[np.nan, 1.0]])}, "NaN"),
        ({"covers": np.array([["a", "b"]])}, "true or false"),
        ({"covers": [[True], [True, False]]}, "covers"),
        ({"p": 0}, "p is 0"),
        ({"p": 4}, "p is 4"),
        ({"p": 1.5}, "p is 1.5"),
        ({"weights": [1.0]}, "weights"),
        ({"weights": [1.0, -1.0]}, "weights"),
        ({"weights": [1.0, np.inf]}, "weights"),
        ({"fixed_open": (3,)}, "fixed_open"),
        ({"fixed_open": (0, 1)}, "fixed_open"),
        ({"time_limit": 0}, "time_limit"),
        ({"workers": 0}, "workers"),
        ({"seed": -1}, "seed"),
    ],
)
def test_malformed(arguments, words):
    given = {"covers": np.eye(2, 3, dtype=bool), "p": 1, **arguments}
    with pytest.raises(ValueError, match=words):
        maximal_covering(**given)


@needs_siting
@pytest.mark.parametrize(("p", "best"), [(4, 17794), (5, 18859)])
def test_sao_jose_dos_campos(p, best):
    file = SITING / "mclp" / "SJC500.txt"
    x, y, demand = np.loadtxt(file, skiprows=1, usecols=(0, 1, 2)).T
    covers = np.hypot(x[:, None] - x, y[:, None] - y) <= 800
    found = maximal_covering(covers, p, demand)
    assert (found.value, found.bound, found.status) == (best, best, "optimal")


def test_stops_in_time_with_a_valid_bound():
    begin = time.process_time()
    rng = np.random.default_rng(0)
    at = rng.random((3000, 2))
    covers = np.hypot(*(at[:, None] - at[None]).transpose(2, 0, 1)) < 0.05
    found = maximal_covering(covers, 90, rng.integers(1, 100, 3000), time_limit=2.0)
    assert time.process_time() - begin < 6.0  # two threads; wall time depends on the machine's load
    assert found.value <= found.bound < 1.1 * found.value
    assert found.status == "feasible"
    values, bounds = np.array(found.trace)[:, 1:].T
    assert (np.diff(values) >= 0).all()
    assert (np.diff(bounds) <= 0).all()
