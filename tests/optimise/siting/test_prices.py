"""What prices prove: bounds, and what is lost by opening, closing and serving against them."""

import numpy as np
import pytest

from optimise.siting import facility_location
from optimise.siting.capacitated import prices, search
from optimise.siting.capacitated.best import Best
from optimise.siting.capacitated.instance import read
from optimise.siting.capacitated.prices import ascend, first_prices, priced
from optimise.siting.capacitated.search import Search

from .small_facilities import draw, least

SEEDS = range(30)
REACHABLE = [given for given in map(draw, SEEDS) if np.isfinite(given["cost"]).any(axis=1).all()]


def alternatives(given):
    """Prices from the start of the ascent, after it, and beside it."""
    instance = read(**given)
    start = first_prices(instance)
    best = ascend(instance, start, lambda: instance.ceiling, lambda _: None, np.inf).prices
    aside = best + np.random.default_rng(1).normal(0, 1, len(best))
    return instance, [priced(instance, some) for some in (start, best, aside)]


def test_nothing_is_lost_that_prices_do_not_show():
    """The least cost with a site open, closed, or serving a point, by trying all."""
    looked = 0
    for given in REACHABLE:
        instance, evaluated = alternatives(given)
        for site in range(len(instance.capacity)):
            opened = given | {"fixed_open": tuple({*given["fixed_open"], site})}
            closed = given | {"cost": given["cost"].copy()}
            closed["cost"][:, site] = np.inf
            allowed = len(opened["fixed_open"]) <= instance.most
            with_it = least(**opened) if allowed else np.inf
            without = least(**closed)
            for now in evaluated:
                assert now.bound + now.opening_loss[site] <= with_it + 1e-7
                if site not in given["fixed_open"]:
                    assert now.bound + now.closing_loss[site] <= without + 1e-7
                looked += np.isfinite(with_it) and now.opening_loss[site] > 0.1
    assert looked > 30


def test_serving_whole_points_loses_what_prices_show():
    looked = 0
    for given in REACHABLE[:20]:
        given = given | {"single_source": True}
        instance, evaluated = alternatives(given)
        for point, site in np.argwhere(instance.reach).tolist():
            only = given | {"cost": given["cost"].copy()}
            only["cost"][point, np.arange(len(instance.capacity)) != site] = np.inf
            best = least(**only)
            for now in evaluated:
                loss = _losses(instance, now)[point, site]
                assert now.bound + loss <= best + 1e-7
                looked += np.isfinite(best) and loss > 0.1
    assert looked > 100


def tight(seed):
    """Split demand that nearly fills all sites, so that small shares lie anywhere."""
    rng = np.random.default_rng(seed)
    demand = rng.integers(1, 9, 5).astype(float)
    capacity = rng.random(4)
    return {
        "cost": rng.integers(0, 30, (5, 4)) * 1.0,
        "demand": demand,
        "capacity": capacity * 1.2 * demand.sum() / capacity.sum(),
        "opening_cost": rng.integers(0, 8, 4).astype(float),
        "p": None,
        "single_source": False,
        "fixed_open": (),
    }


def _losses(instance, now):
    searching = Search(instance, None, 0.0)
    searching.prices = now
    return searching._losses()


def test_the_ascent_reaches_the_linear_relaxation():
    """Two points, two sites of room for one and a half: half of a site is enough."""
    instance = read([[0.0, 10.0], [10.0, 0.0]], [1.0, 1.0], [1.5, 1.5], [6.0, 6.0], None, False, ())
    best = ascend(instance, first_prices(instance), lambda: 12.0, lambda _: None, np.inf)
    assert best.bound == pytest.approx(12.0, abs=0.01)


@pytest.mark.parametrize("rounds", [0, 5, 400])
def test_programs_prove_what_poor_prices_do_not(monkeypatch, rounds):
    """With hardly any prices and programs over few pairs at first, the result is the same."""
    monkeypatch.setattr(prices, "_ROUNDS", rounds)
    monkeypatch.setattr(search, "_FIRST_PAIRS", 2)
    monkeypatch.setattr(search, "_POLISHED", 0)
    proven = 0
    for given in (*map(draw, range(40)), *map(tight, range(20))):
        best, solution = least(**given), facility_location(**given)
        proven += solution.prover not in ("multipliers", "")
        assert (solution.status == "infeasible") == np.isinf(best)
        if np.isfinite(best):
            assert (solution.status, solution.value) == ("optimal", pytest.approx(best, abs=1e-7))
    assert proven >= 12


def test_a_program_over_some_pairs_proves_nothing_of_split_demand():
    """A quarter of the point is served at the second site, at little loss; its pair is left out."""
    instance = read([[0.0, 8.0, 20.0]], [4.0], [3.0, 3.0, 3.0], [1.0, 1.0, 1.0], None, False, ())
    best = Best(instance, 0.0)
    searching = Search(instance, best, np.inf)
    searching.prices = priced(instance, np.array([1.0]))
    pairs = np.array([[True, False, True]])
    searching._search(pairs, 10.0, 100.0)
    assert (best.value, best.bound) == (pytest.approx(1 + 1 + 20 / 4), -np.inf)
    searching._search(instance.reach, 10.0, np.inf)
    assert (best.value, best.bound) == (pytest.approx(1 + 1 + 8 / 4), best.value)
