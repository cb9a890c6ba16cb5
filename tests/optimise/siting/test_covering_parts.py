"""Parts of maximal covering, each against every plan: annealing, crossing, cuts."""

from __future__ import annotations

import time
from itertools import product

import numpy as np
import pytest
import scipy.sparse as sp

from optimise.siting.covering import neighbours
from optimise.siting.covering.annealing import Annealing
from optimise.siting.covering.heaviest import heaviest_cover
from optimise.siting.covering.odd_sets import OddSets, violated
from optimise.siting.covering.prices import price_out
from optimise.siting.covering.program import Found
from optimise.siting.covering.record import Record
from optimise.siting.covering.reducing import merged
from optimise.siting.covering.relaxation import covering_prices
from optimise.siting.covering.search import Search
from optimise.siting.covering.strengthening import strengthen
from siting.covers import plans

TRIANGLES = sp.csr_array(np.kron(np.eye(2), 1.0 - np.eye(3)))
"""Two times three points and three sites; each site covers two of its points."""


def instance(seed, points=40, sites=12):
    rng = np.random.default_rng(seed)
    at, to = rng.random((points, 2)), rng.random((sites, 2))
    covers = np.hypot(*(at[:, None] - to[None]).transpose(2, 0, 1)) < 0.25
    return covers, rng.integers(1, 20, points).astype(float)


def covered(covers, weights, plan):
    return weights[covers[:, list(plan)].any(axis=1)].sum()


def matrix_of(covers):
    return sp.csr_array(covers.astype(float))


def test_annealing_knows_what_it_covers_and_what_every_site_would_add():
    covers, weights = instance(3)
    annealing = Annealing(matrix_of(covers), weights, 5, 3)
    for _ in range(20):
        best = annealing.run(25, 20.0, 2.0, lambda: False)
        held = covered(covers, weights, annealing.open)
        assert annealing.value == pytest.approx(held)
        assert covered(covers, weights, best) >= annealing.value - 1e-9
        for site in range(covers.shape[1]):
            more = covered(covers, weights, [*annealing.open, site]) - held
            assert annealing.gain[site] == pytest.approx(more, abs=1e-9)


@pytest.mark.parametrize("limits", [{}, {"_DENSE": 0}, {"_BYTES": 3000}])
@pytest.mark.parametrize("fraction", [0.0, 0.1])
def test_annealing_goes_the_same_way_whatever_is_kept_of_neighbours(monkeypatch, limits, fraction):
    """Sparse blocks, blocks thrown away in between, and weights that are not whole."""
    covers, weights = instance(4, 80, 30)
    weights = weights + fraction
    plain = Annealing(matrix_of(covers), weights, 5, 3)
    expected = plain.run(400, 20.0, 2.0, lambda: False).tolist()
    for name, limit in limits.items():
        monkeypatch.setattr(neighbours, name, limit)
    annealing = Annealing(matrix_of(covers), weights, 5, 3)
    assert annealing.run(400, 20.0, 2.0, lambda: False).tolist() == expected
    held = covered(covers, weights, annealing.open)
    assert annealing.value == pytest.approx(held)
    for site in range(30):
        more = covered(covers, weights, [*annealing.open, site]) - held
        assert annealing.gain[site] == pytest.approx(more, abs=1e-9)


def test_annealing_opens_sites_as_often_as_the_heat_bath_says():
    """At one temperature a plan comes up in proportion to exp(value / temperature)."""
    covers = np.random.default_rng(5).random((12, 5)) < 0.4
    weights, temperature, steps = np.arange(1.0, 13.0), 6.0, 3_000
    annealing = Annealing(matrix_of(covers), weights, 2, 0)
    times = dict.fromkeys(product(range(5), repeat=2), 0)
    for _ in range(steps):
        annealing.run(8, temperature, temperature, lambda: False)  # then nearly independent
        times[annealing.open[0], annealing.open[1]] += 1
    chance = {plan: np.exp(covered(covers, weights, plan) / temperature) for plan in times}
    total = sum(chance.values())
    for plan, seen in times.items():
        share = chance[plan] / total
        assert abs(seen - steps * share) < 5 * np.sqrt(steps * share * (1 - share))


@pytest.mark.parametrize("seed", range(3))
def test_search_finds_the_best_plan_and_does_the_same_again(seed):
    covers, weights = instance(seed, 60, 15)
    best = max(covered(covers, weights, plan) for plan in plans(15, range(5, 6), ()))

    def searched():
        search, rounds = Search(matrix_of(covers), weights, 5, seed), iter(range(12))
        search.run(time.monotonic() + 60, lambda: next(rounds, None) is None, lambda: None)
        return search

    one, other = searched(), searched()
    assert one.best == covered(covers, weights, one.chosen) == best
    assert one.chosen.tolist() == other.chosen.tolist()


@pytest.mark.parametrize("seed", range(10))
def test_cuts_are_violated_and_hold_for_every_plan(seed):
    covers, weights = instance(seed, 60, 30)
    matrix = matrix_of(covers)
    relaxed = covering_prices(matrix, weights, 5, 10.0)
    cuts = OddSets.of(matrix, violated(matrix, weights, relaxed.share, relaxed.covered))
    assert (cuts.points @ relaxed.covered > 1.0 + cuts.sites @ relaxed.share).all()
    rng = np.random.default_rng(seed)
    every = OddSets.of(matrix, np.array([rng.permutation(60)[:3] for _ in range(30)]))
    for number in rng.integers(0, 8, 200):
        plan = rng.permutation(30)[:number]
        opened = np.isin(np.arange(30), plan)
        served = covers[:, plan].any(axis=1)
        for some in (cuts, every):
            assert (some.points @ served <= 1.0 + some.sites @ opened).all()


@pytest.mark.parametrize("seed", range(20))
def test_prices_of_cuts_prove_a_bound(seed):
    covers, weights = instance(seed)
    matrix, rng = matrix_of(covers), np.random.default_rng(seed)
    cuts = OddSets.of(matrix, np.array([rng.permutation(40)[:3] for _ in range(10)]))
    best = max(covered(covers, weights, plan) for plan in plans(12, range(4, 5), ()))
    for _ in range(20):
        price, paid = weights * rng.random(40), rng.exponential(5.0, 10) * (rng.random(10) < 0.5)
        assert price_out(matrix, weights, 4, price, cuts, paid).bound >= best - 1e-9
    relaxed = covering_prices(matrix, weights, 4, 10.0, cuts)
    bound = price_out(matrix, weights, 4, relaxed.price, cuts, relaxed.paid).bound
    assert bound == pytest.approx(weights @ relaxed.covered)  # nothing lost on the way


def test_cuts_close_the_gap_of_triangles():
    weights, bounds = np.ones(6), []
    relaxed = covering_prices(TRIANGLES, weights, 3, 10.0)
    assert weights @ relaxed.covered == pytest.approx(6.0)

    def claim(priced):
        bounds.append(priced.bound)
        return priced.bound - 5.0

    cuts = strengthen(TRIANGLES, weights, 3, relaxed, time.monotonic() + 10, claim)
    assert bounds[0] == pytest.approx(6.0)
    assert bounds[-1] == pytest.approx(5.0)
    assert len(cuts) == 2


@pytest.mark.parametrize("seed", range(5))
def test_crossing_finds_the_best_plan_among_the_sites_of_some(seed, monkeypatch):
    monkeypatch.setattr("optimise.siting.covering.search._SHORT", 60.0)  # whatever else runs
    monkeypatch.setattr("optimise.siting.covering.search._LONG", 60.0)
    covers, weights = instance(seed, 80, 30)
    search, rng = Search(matrix_of(covers), weights, 4, seed), np.random.default_rng(seed)
    three = [np.sort(rng.permutation(30)[:4]) for _ in range(3)]
    union = sorted({site for plan in three for site in plan.tolist()})
    best = max(
        covered(covers[:, union], weights, plan) for plan in plans(len(union), range(4, 5), ())
    )
    child = search.cross(three, time.monotonic() + 60, lambda: None)
    assert set(child.tolist()) <= set(union)
    assert (
        covered(covers, weights, child)
        == best
        > max(covered(covers, weights, plan) for plan in three)
    )


def test_a_plan_that_is_worse_as_a_whole_makes_its_parent_better(monkeypatch):
    """Warmed up, the plan loses more in one town than it gains in the other; its child does not."""
    monkeypatch.setattr("optimise.siting.covering.search._SHORT", 60.0)
    monkeypatch.setattr("optimise.siting.covering.search._LONG", 60.0)
    search = Search(sp.csr_array(np.eye(4)), np.array([9.0, 1.0, 3.0, 5.0]), 2, 0)
    parent, warmed = np.array([0, 2]), np.array([1, 3])
    monkeypatch.setattr(search, "_warm", lambda plan, over, found: warmed)
    child = search._climb(parent, time.monotonic() + 60, lambda: False, lambda: None)
    assert child.tolist() == [0, 3]


def test_crossings_take_a_part_of_the_time_of_the_search(monkeypatch):
    now, given = [100.0], []
    search = Search(sp.csr_array(np.eye(4)), np.ones(4), 2, 0)
    plans = [np.array([0, 2]), np.array([1, 3])]

    def take_all(*arguments):
        given.append(arguments[3])
        now[0] += given[-1]
        return Found(None, np.inf, False)

    monkeypatch.setattr("optimise.siting.covering.search.heaviest_cover", take_all)
    monkeypatch.setattr("optimise.siting.covering.search.time.monotonic", lambda: now[0])
    search._crossed = now[0]
    for passed in (4.0, 2.0, 100.0, 100.0, 0.1):
        now[0] += passed
        search.cross(plans, 1e9, lambda: None)
    assert given == pytest.approx([2.0, 1.0, 5.0, 5.0, 5.0])  # what is not used is kept
    search.cross(plans, now[0] + 3.0, lambda: None)
    assert given[-1] == pytest.approx(3.0)


@pytest.mark.parametrize("seed", range(5))
def test_programs_over_some_sites_keep_their_cuts(seed):
    """With rows merged, cuts still hold; and the program has the best plan among these sites."""
    covers, weights = instance(seed)
    matrix, rng = matrix_of(covers), np.random.default_rng(seed)
    kept = np.sort(rng.permutation(12)[:8])
    smaller, weight, row = merged(matrix, weights, kept)
    assert (row < 0).any()
    triples = np.array([rng.permutation(40)[:3] for _ in range(300)])
    cuts = OddSets.of(matrix, triples).among(kept).regrouped(row, len(weight))
    every = plans(8, range(3, 4), ())
    for plan in every:
        opened = np.isin(np.arange(8), plan)
        assert (cuts.points @ (smaller @ opened > 0) <= 1.0 + cuts.sites @ opened).all()
    found = heaviest_cover(smaller, weight, 3, 10.0, np.arange(3), cuts)
    best = max(covered(covers[:, kept], weights, plan) for plan in every)
    assert found.done
    assert covered(covers, weights, kept[found.chosen]) == best


def test_a_bound_that_excludes_the_plan_is_an_error_and_rounding_is_none() -> None:
    record = Record(larger=True, rounds=False)
    record.offer(10.0)
    record.prove(10.0 - 1e-9, "multipliers")
    record.close()
    assert record.bound == record.value == 10.0
    record.offer(11.0)
    with pytest.raises(ArithmeticError, match="excludes"):
        record.close()
