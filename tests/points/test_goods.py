"""Goods: what they cost, and which one is taken."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from scipy import stats

from points.made import root
from sim.points.plan import GoodsOnOffer, skipped, stock, unseen_shares
from sim.scenario.derived.samplers import sampler
from sim.scenario.schema.distributions import Constant, Lognormal
from sim.streams import child_keys

PRICE = sampler(Lognormal(rule="lognormal", mean=30, cv=0.6))


def trips(number: int, seed: int = 5) -> np.ndarray:
    return child_keys(np.full(1, seed, dtype=np.uint64), np.arange(number))


@pytest.mark.parametrize(("goods", "seen"), [(6, 1), (6, 3), (6, 6), (7, 2), (5, 9)])
def test_chance_of_what_is_taken_is_that_of_looking_at_each_choice(goods: int, seen: int) -> None:
    """Over all equally likely sets seen, with any number of goods affordable."""
    unseen = unseen_shares(goods, seen)
    sets = list(combinations(range(goods), min(seen, goods)))
    for affordable in range(goods + 1):
        dearest = [max((g for g in s if g < affordable), default=-1) for s in sets]
        for d in range(1, affordable + 1):  # the d dearest affordable ones are all passed over
            share = np.mean([affordable - 1 - place >= d for place in dearest])
            assert share == pytest.approx(unseen[d - 1] if d <= len(unseen) else 0.0, abs=1e-12)


def test_passed_over_goods_follow_their_chances() -> None:
    """200,000 trips, 4 of 12 goods: every count of goods passed over within 4 sd."""
    unseen, n = unseen_shares(12, 4), 200_000
    got = np.bincount(skipped(trips(n), unseen), minlength=9)
    edges = np.concatenate([[1.0], unseen, [0.0]])
    share = edges[:-1] - edges[1:]
    assert len(got) == len(share) == 9
    assert np.all(np.abs(got - n * share) < 4 * np.sqrt(n * share * (1 - share)))


def test_who_sees_everything_passes_nothing_over() -> None:
    assert not skipped(trips(1000), unseen_shares(5, 5)).any()
    assert not skipped(trips(1000), unseen_shares(5, 1000)).any()


def test_many_goods_and_many_seen_are_no_trouble() -> None:
    """1,000 of 1,000,000: on average 999 lie between neighbours seen (uniform spacings)."""
    m = skipped(trips(100_000), unseen_shares(1_000_000, 1000))
    mean = (1_000_000 - 1000) / 1001
    assert abs(m.mean() - mean) < 4 * m.std() / np.sqrt(len(m))


def test_goods_of_one_price_are_taken_alike() -> None:
    shelf = stock(8, sampler(Constant(rule="constant", value=10)), root())
    got = np.bincount(shelf.taken(trips(80_000), np.full(80_000, 7)), minlength=8)
    assert np.all(np.abs(got - 10_000) < 4 * np.sqrt(80_000 * 7 / 64))


def test_good_taken_has_the_price_of_its_place() -> None:
    shelf = GoodsOnOffer(good=np.array([3, 0, 2, 1]), price=np.array([5, 9, 9, 20]))
    got = [set(shelf.taken(trips(200), np.full(200, place)).tolist()) for place in range(4)]
    assert got == [{3}, {0, 2}, {0, 2}, {1}]


def test_prices_follow_their_distribution() -> None:
    """Over 100 replications of 200 goods, by the share up to each of nine prices."""
    prices = np.concatenate([stock(200, PRICE, root(i)).price for i in range(100)])
    for q in range(1, 10):
        at = int(PRICE.ppf(np.array([q / 10]))[0])
        share = float(PRICE.cdf(np.array([at + 0.5]))[0])  # prices are rounded
        z = (np.mean(prices <= at) - share) / np.sqrt(share * (1 - share) / len(prices))
        assert abs(z) < 4


def test_prices_are_whole_and_at_least_one() -> None:
    assert (stock(50, sampler(Constant(rule="constant", value=0)), root()).price == 1).all()
    assert (stock(50, sampler(Constant(rule="constant", value=2.6)), root()).price == 3).all()


def test_more_goods_change_no_price_and_replications_differ() -> None:
    def by_good(goods: int, replication: int) -> np.ndarray:
        shelf = stock(goods, PRICE, root(replication))
        assert (np.diff(shelf.price) >= 0).all()
        return shelf.price[np.argsort(shelf.good)]

    assert np.array_equal(by_good(40, 0), by_good(90, 0)[:40])
    assert not np.array_equal(by_good(40, 0), by_good(40, 1))
    many = np.array([by_good(2, i) for i in range(300)])
    assert abs(stats.spearmanr(many[:, 0], many[:, 1]).statistic) < 4 / np.sqrt(300)
