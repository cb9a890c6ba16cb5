"""Set cover: against every plan, its certificate, and what it refuses."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.sparse as sp

from optimise.siting.set_cover import set_cover
from siting.covers import (
    assert_serves,
    covers_at_random,
    fixed_at_random,
    plans,
    weights_at_random,
)


def proven(covers, cost, fixed, price):
    """The bound of the docstring, site by site."""
    assert (price >= 0).all()
    reduced = [cost[j] - price[covers[:, j]].sum() for j in range(len(cost))]
    return price.sum() + sum(r if j in fixed else min(0.0, r) for j, r in enumerate(reduced))


@pytest.mark.parametrize("seed", range(200))
def test_no_plan_is_cheaper(seed):
    rng = np.random.default_rng(seed)
    covers = covers_at_random(rng)
    points, sites = covers.shape
    if rng.random() < 0.8:
        covers[np.arange(points), rng.integers(0, sites, points)] = True
    cost = None if rng.random() < 0.4 else weights_at_random(rng, sites)
    fixed = fixed_at_random(rng, sites, sites)
    found = set_cover(covers, cost, fixed_open=fixed)
    again = set_cover(sp.csc_array(covers), cost, fixed_open=fixed)
    if not covers.any(axis=1).all():
        assert found.status == again.status == "infeasible"
        assert np.isnan([found.value, found.bound]).all()
        assert found.chosen == ()
        assert f"demand point {int((~covers.any(axis=1)).argmax())}" in found.why
        return
    cost = np.ones(sites) if cost is None else cost
    every = plans(sites, range(sites + 1), fixed)
    best = min(cost[list(k)].sum() for k in every if covers[:, list(k)].any(axis=1).all())
    assert found.status == "optimal"
    assert found.value == pytest.approx(best, abs=1e-9)
    assert again.value == pytest.approx(best, abs=1e-9)
    assert found.bound <= found.value
    assert found.bound == pytest.approx(best, abs=1e-6)
    assert cost[list(found.chosen)].sum() == pytest.approx(best, abs=1e-9)
    assert set(fixed) <= set(found.chosen)
    assert (found.assignment >= 0).all()
    assert_serves(covers, found.chosen, found.assignment)
    claim = proven(covers, cost, fixed, found.certificate.multipliers["price"])
    assert claim == pytest.approx(found.certificate.bound, abs=1e-9)
    assert claim <= best + 1e-9
    if found.prover == "multipliers":
        whole = (cost == np.floor(cost)).all()
        assert (np.ceil(claim - 1e-6) if whole else claim) == pytest.approx(found.bound, abs=1e-6)


@pytest.mark.parametrize("seed", range(20))
def test_labels_do_not_matter(seed):
    rng = np.random.default_rng(seed)
    covers = rng.random((50, 30)) < 0.15
    covers[:, 0] |= ~covers.any(axis=1)
    cost = rng.integers(1, 6, 30).astype(float)
    order, rows = rng.permutation(30), rng.permutation(50)
    found, moved = set_cover(covers, cost), set_cover(covers[rows][:, order], cost[order])
    assert found.value == moved.value
    back = order[list(moved.chosen)]
    assert covers[:, back].any(axis=1).all()
    assert cost[back].sum() == found.value


def test_a_ring_needs_an_integer_search():
    """Each point of an odd ring is covered by two neighbours: the relaxation is half a site off."""
    ring = np.eye(9, dtype=bool) | np.roll(np.eye(9, dtype=bool), 1, axis=1)
    found = set_cover(ring, np.full(9, 0.5))
    assert (found.value, found.status, found.prover) == (2.5, "optimal", "HiGHS")
    assert found.certificate.bound == pytest.approx(2.25)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"covers": np.zeros((2, 0), bool)}, "at least 1 x 1"),
        ({"covers": sp.csr_array(np.array([[2.0]]))}, "2"),
        ({"opening_cost": [1.0]}, "opening_cost"),
        ({"opening_cost": [1.0, -1.0, 1.0]}, "opening_cost"),
        ({"opening_cost": [1.0, np.nan, 1.0]}, "opening_cost"),
        ({"fixed_open": (-1,)}, "fixed_open"),
        ({"fixed_open": (1, 1)}, "more than once"),
        ({"time_limit": np.inf}, "time_limit"),
    ],
)
def test_malformed(arguments, words):
    given = {"covers": np.ones((2, 3), bool), **arguments}
    with pytest.raises(ValueError, match=words):
        set_cover(**given)
