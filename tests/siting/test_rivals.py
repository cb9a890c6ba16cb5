"""The census rival: sites opened greedily, then exchanged until no exchange saves anything."""

from itertools import combinations

import numpy as np
import numpy.typing as npt
import pytest

from sim.siting.search.rivals import exchange_sites, opened_greedily


def cost_of(cost: npt.NDArray[np.float64], sites: list[int]) -> float:
    return float(cost[:, sites].min(axis=1).sum())


def towns(seed: int, points: int = 30, sites: int = 14) -> npt.NDArray[np.float64]:
    rng = np.random.default_rng(seed)
    where, at = rng.random((points, 2)), rng.random((sites, 2))
    minutes = np.linalg.norm(where[:, None] - at[None], axis=2)
    return np.asarray(rng.integers(1, 100, points)[:, None] * minutes)


def test_exchanges_mend_what_greed_spoils() -> None:
    # The middle one is best alone, and in the way of the two best together.
    cost = np.array([[0.0, 5.0, 10.0], [0.0, 5.0, 10.0], [10.0, 5.0, 0.0], [10.0, 5.0, 0.0]])
    cost[:, 1] -= 0.5
    first = opened_greedily(cost, 0, 2)
    assert 1 in first
    assert sorted(exchange_sites(cost, 0, first)) == [0, 2]


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("there", [0, 3])
def test_no_exchange_saves_anything(seed: int, there: int) -> None:
    cost = towns(seed)
    first = opened_greedily(cost, there, 4)
    found = exchange_sites(cost, there, first)
    kept = list(range(there))
    value = cost_of(cost, kept + found)
    assert len(set(kept + found)) == there + 4
    assert value <= cost_of(cost, kept + first)
    for out in found:
        for into in set(range(cost.shape[1])) - set(found) - set(kept):
            other = kept + [site for site in found if site != out] + [into]
            assert cost_of(cost, other) >= value - 1e-9


@pytest.mark.parametrize("seed", range(12))
def test_one_more_site_is_the_best_one(seed: int) -> None:
    cost = towns(seed)
    (found,) = exchange_sites(cost, 2, opened_greedily(cost, 2, 1))
    assert cost_of(cost, [0, 1, found]) == min(
        cost_of(cost, [0, 1, site]) for site in range(2, cost.shape[1])
    )


def test_plans_are_seldom_dearer_than_the_best() -> None:
    gaps = []
    for seed in range(20):
        cost = towns(seed)
        found = exchange_sites(cost, 0, opened_greedily(cost, 0, 4))
        best = min(cost_of(cost, list(sites)) for sites in combinations(range(14), 4))
        gaps.append(cost_of(cost, found) / best - 1)
    assert np.median(gaps) == pytest.approx(0, abs=1e-12)


def test_nobody_is_left_out_where_there_are_fewer_sites_than_money() -> None:
    cost = towns(1, sites=5)
    assert sorted(opened_greedily(cost, 2, 9)) == [2, 3, 4]
    assert exchange_sites(cost, 5, []) == []
