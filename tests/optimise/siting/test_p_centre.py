"""p-centre: against every plan, its certificate, and public instances."""

from __future__ import annotations

import csv

import numpy as np
import pytest

from optimise.siting.p_centre import p_centre
from siting.covers import fixed_at_random, plans
from siting.public import SITING, needs_siting, pmed


def farthest(cost, plan):
    return cost[:, list(plan)].min(axis=1).max()


def needed(covers, fixed, price):
    """Sites that a cover needs, by the formula of `set_cover`."""
    assert (price >= 0).all()
    reduced = 1.0 - price @ covers
    return price.sum() + sum(r if j in fixed else min(0.0, r) for j, r in enumerate(reduced))


@pytest.mark.parametrize("seed", range(200))
def test_no_plan_is_nearer(seed):
    rng = np.random.default_rng(seed)
    points, sites = rng.integers(1, 13), rng.integers(1, 8)
    cost = rng.integers(0, 12, (points, sites)).astype(float)
    if seed % 3 == 0:
        cost = rng.random((points, sites))
    cost[rng.random(cost.shape) < rng.choice((0.0, 0.3, 0.6))] = np.inf
    p = int(rng.integers(1, sites + 1))
    fixed = fixed_at_random(rng, sites, p)
    best = min(farthest(cost, plan) for plan in plans(sites, range(p, p + 1), fixed))
    found = p_centre(cost, p, fixed_open=fixed)
    if np.isinf(best):
        assert (found.status, found.chosen) == ("infeasible", ())
        assert np.isnan([found.value, found.bound]).all()
        alone = np.isinf(cost).all(axis=1)
        words = f"demand point {int(alone.argmax())}" if alone.any() else f"no p = {p} sites reach"
        assert words in found.why
        return
    assert (found.value, found.bound, found.status) == (best, best, "optimal")
    assert len(found.chosen) <= p
    assert set(fixed) <= set(found.chosen)
    assert farthest(cost, found.chosen) == best
    assert set(found.assignment.tolist()) <= set(found.chosen)
    served = cost[np.arange(points), found.assignment]
    assert (served == cost[:, list(found.chosen)].min(axis=1)).all()
    bound = found.certificate.bound
    assert bound <= best
    assert bound == best or found.prover != "multipliers"
    covers, price = cost < bound, found.certificate.multipliers["price"]
    if price.any():
        assert np.ceil(needed(covers, fixed, price) - 1e-6) > p
    else:
        assert not covers.any(axis=1).all()


@pytest.mark.parametrize("seed", range(5))
def test_labels_do_not_matter_and_more_sites_never_hurt(seed):
    rng = np.random.default_rng(seed)
    cost = rng.integers(1, 60, (30, 15)).astype(float)
    order, rows = rng.permutation(15), rng.permutation(30)
    values = [p_centre(cost, p).value for p in range(1, 8)]
    assert values == sorted(values, reverse=True)
    moved = p_centre(cost[rows][:, order], 4)
    assert moved.value == values[3] == farthest(cost, order[list(moved.chosen)])


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"cost": [[1.0, np.nan]]}, "nan"),
        ({"cost": [[1.0, -np.inf]]}, "inf"),
        ({"cost": [1.0, 2.0]}, "shape"),
        ({"p": 3}, "p is 3"),
        ({"p": True}, "p is True"),
        ({"fixed_open": (0, 1)}, "more than p"),
        ({"seed": 1.5}, "seed"),
    ],
)
def test_malformed(arguments, words):
    given = {"cost": [[1.0, 2.0], [2.0, 1.0]], "p": 1, **arguments}
    with pytest.raises(ValueError, match=words):
        p_centre(**given)


@needs_siting
@pytest.mark.parametrize("number", [3, 9, 15])
def test_public(number):
    with (SITING / "pmed" / "optima_pmed.csv").open() as lines:
        best = {row["instance"]: float(row["pcentre_opt"]) for row in csv.DictReader(lines)}
    away, p, _ = pmed(number)
    found = p_centre(away, p)
    assert (found.value, found.status) == (best[f"pmed{number}"], "optimal")
