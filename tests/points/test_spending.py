"""The loop over events of points: as with one account a person, compiled or not."""

from __future__ import annotations

from bisect import bisect_right
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from as_python import as_python
from scipy import stats

from points.made import parts, plan_of, root, shop
from sim.points.ledger import Account, life_minutes
from sim.points.plan import GoodsOnOffer, PointsPlan, skipped, stock, unseen_shares
from sim.points.spending import Books, Events, go_through
from sim.scenario.derived.samplers import sampler
from sim.scenario.schema.distributions import Constant, Lognormal
from sim.streams import child_keys

PRICES = np.array([3, 3, 8, 20])


def happenings(rng: np.random.Generator, end: float, payments: bool) -> Events:
    """Some people's earnings, payments that are covered whatever happens, and trips."""
    people = 40
    counts = rng.integers(1, 9, people)
    person = np.repeat(np.arange(people), counts)
    minute = np.floor(rng.uniform(0, end / 3, len(person)))  # some at the same moment
    earned = rng.integers(1, 12, len(person))
    trip = rng.integers(0, people, 150)
    trip_at = np.floor(rng.uniform(0, end, 150))
    payer = np.flatnonzero(rng.random(people) < 0.5) if payments else np.zeros(0, np.int64)
    last = np.array([minute[person == p].max() for p in payer])
    newest = [
        int(earned[(person == p) & (minute == t)].sum()) for p, t in zip(payer, last, strict=True)
    ]
    return Events(
        person=np.concatenate([person, payer, trip]),
        minute=np.concatenate([minute, last + 1, trip_at]),
        number=np.concatenate([earned, np.array(newest, np.int64), rng.integers(0, 2, 150)]),
        earnings=len(person),
        payments=len(payer),
    )


def by_accounts(plan: PointsPlan, events: Events) -> tuple[list[object], ...]:
    """Trips, losses and balances, with one `Account` a person that looks ahead by a copy."""
    order = np.lexsort((events.minute, events.person)).tolist()
    people, minute, number = (x.tolist() for x in (events.person, events.minute, events.number))
    taken, lost, balances = [], [], []
    for person in range(max(people) + 1):
        mine = [i for i in order if people[i] == person]
        account = Account(life_minutes(plan.points.expire_after_days))
        for k, i in enumerate(mine):
            if i < events.earnings:
                account.credit(minute[i], number[i])
            elif i < events.first_trip:
                account.debit(minute[i], number[i])
            else:
                spare, ahead = account.expire(minute[i]), account.copy()
                for j in mine[k + 1 :]:
                    if j < events.earnings:
                        ahead.credit(minute[j], number[j])
                    elif j < events.first_trip:
                        ahead.debit(minute[j], number[j])
                        spare = min(spare, ahead.expire(minute[j]))
                place = bisect_right(PRICES.tolist(), spare) - 1 - number[i]
                if place >= 0:
                    account.debit(minute[i], int(PRICES[place]))
                    taken.append((i - events.first_trip, place))
        balances.append(account.expire(np.nextafter(plan.end, 0.0)))
        lost += [(person, *loss) for loss in account.losses]
    return taken, lost, balances


def rows(books: Books) -> tuple[list[object], ...]:
    """The same of the books."""
    taken = zip(books.trip.tolist(), books.place.tolist(), strict=True)
    lost = zip(books.loser.tolist(), books.due.tolist(), books.lost.tolist(), strict=True)
    return list(taken), list(lost), books.balance.tolist()


@pytest.mark.parametrize("days", [None, 5])
@pytest.mark.parametrize("payments", [False, True])
def test_the_same_as_by_accounts(tmp_path: Path, payments: bool, days: int | None) -> None:
    plan = plan_of(parts(**shop(expire_after_days=days)), tmp_path)
    rng = np.random.default_rng(5)
    for _ in range(20):
        events = happenings(rng, plan.end, payments)
        got = rows(go_through(plan, events, PRICES))
        assert got == by_accounts(plan, events)
        assert got == rows(as_python("sim.points.spending").go_through(plan, events, PRICES))
        assert len(got[0]) > 10
        assert (len(got[1]) > 10) == (days is not None)


def test_points_that_are_not_there_cannot_be_paid(tmp_path: Path) -> None:
    plan = plan_of(parts(**shop()), tmp_path)
    events = Events(np.array([0, 0]), np.array([10.0, 20.0]), np.array([5, 6]), 1, 1)
    with pytest.raises(ValueError, match="not there"):
        go_through(plan, events, PRICES)


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
