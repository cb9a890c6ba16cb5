"""Points paid for contested slots: who pays, how much, and what they get for it, by hand."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from builders import histories, model_of
from scipy import stats

from booking.scripted import Decided, built, decide, halls, keys
from sim.booking.requests import Outcome
from sim.booking.selections.points_auction import AuctionDraw, prices
from sim.model import Model
from sim.scenario.schema.policy import PointsAuction
from sim.streams import key_of, uniforms

A, B, C = range(3)


class Purses:
    """Points of bookers 0, 1, 2 ... as given; they never grow."""

    def __init__(self, *points: int, key: np.ndarray | None = None) -> None:
        self.points = list(points)
        self.key = keys(len(points), 77) if key is None else key
        self.ever = np.array(points) > 0

    def balance(self, booker: int, now: float) -> int:  # noqa: ARG002
        return self.points[booker]

    def pay(self, booker: int, now: float, points: int) -> None:  # noqa: ARG002
        assert 0 < points <= self.points[booker]
        self.points[booker] -= points


def auction(folder: Path, rooms: int = 1, number: int = 1, **rules: Any) -> Model:
    rules = {"rule": "points", "saved_share": 0, **rules}
    return built(halls(number, rooms, **rules), folder)


def paid(got: Decided) -> dict[int, int]:
    return got.of(got.counter.notes.paid)


@pytest.mark.parametrize("seed", range(8))
def test_who_pays_goes_first(seed: int, tmp_path: Path) -> None:
    """One room, one hour at 20 points, three want it: the only one with 20 points has it."""
    purse = Purses(19, 20, 0)
    got = decide(auction(tmp_path), keys(3, seed), 5, booker=np.arange(3), purse=purse)
    assert got.booked.tolist() == [False, True, False]
    assert got.served[0] == B
    assert paid(got) == {B: 20}
    assert purse.points == [19, 0, 0]


def test_nobody_pays_for_what_is_not_contested(tmp_path: Path) -> None:
    """Three rooms for three: the slot costs nothing; nor does anything where nobody has points."""
    purse = Purses(99, 99, 99)
    model = auction(tmp_path, rooms=3)
    got = decide(model, keys(3), 5, booker=np.arange(3), purse=purse)
    assert got.booked.all()
    assert paid(got) == {}
    assert purse.points == [99, 99, 99]
    got = decide(auction(tmp_path / "one"), keys(3), 5, booker=np.arange(3))
    assert got.booked.sum() == 1


@pytest.mark.parametrize(
    ("follows", "rooms", "wanted", "price"),
    [(0, 1, 3, 20), (1, 1, 3, 60), (1, 2, 3, 30), (2, 2, 3, 45), (0.5, 1, 3, 35)],
)
def test_the_price_follows_demand(
    follows: float, rooms: int, wanted: int, price: int, tmp_path: Path
) -> None:
    """20 x (people / rooms) ^ power, rounded up: 20 x 3^0.5 = 34.6."""
    model = auction(tmp_path, rooms, follows_demand=follows)
    rich = Purses(*[1000] * wanted)
    got = decide(model, keys(wanted), 5, booker=np.arange(wanted), purse=rich)
    assert sorted(paid(got).values()) == [price] * rooms
    just_too_poor = Purses(*[price - 1] * wanted)
    got = decide(model, keys(wanted), 5, booker=np.arange(wanted), purse=just_too_poor)
    assert paid(got) == {}
    assert got.booked.sum() == rooms


def test_the_price_is_that_of_an_hour(tmp_path: Path) -> None:
    """Two hours at 200 points each, to the point."""
    model = auction(tmp_path, price=200)
    got = decide(model, keys(2), 5, duration=2, booker=np.arange(2), purse=Purses(400, 399))
    assert paid(got) == {A: 400}


def priced(pool: np.ndarray, *more: Any, taken: Sequence[int] = ()) -> np.ndarray:
    """Prices where each takes one room, or as many as `taken` says."""
    return prices(pool, *more, np.array(taken) if taken else np.ones(len(pool), int))


def test_half_an_hour_costs_half() -> None:
    """Three slots of half an hour that two want, at 200 points an hour."""
    n = 2
    rooms: Any = SimpleNamespace(rooms=((0,),), grid=30)
    requests = SimpleNamespace(
        pools=np.zeros((n, 1), int),
        start=np.zeros(n, int),
        duration=np.full(n, 3),
        rooms=np.ones(n, int),
    )
    asked: list[int] = []
    counter: Any = SimpleNamespace(
        askers=SimpleNamespace(key=keys(n), booker=np.arange(n)),
        requests=requests,
        purse=Purses(1000, 0),
        desk=SimpleNamespace(attempt=[0] * n),
        notes=SimpleNamespace(paid={}),
        ask=lambda i, now: asked.append(i) or i == asked[0],
        decide=lambda rest, now: asked.extend(rest.tolist()),
    )
    spec = PointsAuction(rule="points", price=200, saved_share=0)
    AuctionDraw(spec, rooms, counter).draw(np.arange(n), 0.0)
    assert counter.notes.paid == {A: 300}
    assert asked == [A, B]


def test_only_contested_hours_of_a_request_cost(tmp_path: Path) -> None:
    """A wants 12-15, B 13-14: A pays for one of three hours; where two more want it, it counts."""
    pool, start, slots = np.array([0, 0, 1]), np.array([12, 13, 12]), np.array([3, 1, 3])
    rooms = np.array([1, 1])
    assert priced(pool, start, slots, rooms, 20.0, 0.0).tolist() == [20, 20, 0]
    assert priced(pool, start, slots, rooms, 20.0, 1.0).tolist() == [40, 40, 0]
    assert priced(pool, start, slots, rooms, 2.5, 0.0).tolist() == [3, 3, 0]  # 2.5, rounded up
    assert priced(pool, start, slots, np.array([2, 1]), 20.0, 1.0).tolist() == [0, 0, 0]
    # two rooms at once cost twice as much, and two wishes for two want four of three
    two = np.zeros(2, int), np.array([12, 12]), np.ones(2, int), np.array([3])
    assert priced(*two, 20.0, 0.0).tolist() == [0, 0]
    assert priced(*two, 30.0, 1.0, taken=(2, 2)).tolist() == [80, 80]
    assert priced(*two, 30.0, 1.0, taken=(3, 1)).tolist() == [120, 40]
    three = np.array([12, 12, 14]), np.array([2, 3, 1])
    assert priced(np.zeros(3, int), *three, rooms, 10.0, 1.0).tolist() == [40, 60, 20]
    assert priced(*[np.zeros(0, int)] * 3, rooms, 10.0, 1.0).tolist() == []
    # pools and slots are told apart, whatever their numbers
    for other, slot, later in ((2, 0, 1), (1, 1, 5), (1, 0, 4), (3, 0, 6)):
        apart = np.array([0, other]), np.array([later, slot]), np.ones(2, int)
        assert priced(*apart, np.ones(4, int), 20.0, 0.0).tolist() == [0, 0]
    everybody = np.zeros(1000, int), np.zeros(1000, int), np.ones(1000, int)
    assert (priced(*everybody, rooms, 1e6, 10.0) > 1e15).all()  # does not turn negative
    got = decide(
        auction(tmp_path),
        keys(2),
        5,
        slot=np.array([12, 13]),
        duration=np.array([3, 1]),
        booker=np.arange(2),
        purse=Purses(20, 0),
    )
    assert got.booked.tolist() == [True, False]
    assert paid(got) == {A: 20}


def test_two_slots_two_purses(tmp_path: Path) -> None:
    """A has points for one of two contested slots: pays for that of the better lot, and has the
    other only if B, who cannot pay, has a worse lot."""
    model = auction(tmp_path)
    outcomes = set()
    for seed in range(30):
        key = keys(4, seed)
        lot = uniforms(key, key_of("purpose", "lot of an auction"))
        slot, booker = np.array([12, 15, 12, 15]), np.array([A, A, B, C])
        purse = Purses(25, 0, 0)
        got = decide(model, key, 5, slot=slot, booker=booker, purse=purse)
        first, second = (0, 1) if lot[0] < lot[1] else (1, 0)
        assert paid(got) == {first: 20}
        assert got.booked[first]
        assert not got.booked[first + 2]
        assert got.booked[second] == (lot[second] < lot[second + 2])
        assert got.served[0] == first
        assert purse.points == [5, 0, 0]
        outcomes.add(bool(got.booked[second]))
    assert outcomes == {True, False}


def test_who_gets_another_hour_pays_nothing(tmp_path: Path) -> None:
    """Two can pay for the one room at 12; the other is given 13 o'clock, for nothing."""
    purse = Purses(50, 50)
    got = decide(auction(tmp_path), keys(2), 5, booker=np.arange(2), shift=1, purse=purse)
    assert got.booked.all()
    assert list(paid(got).values()) == [20]
    assert sorted(purse.points) == [30, 50]
    assert paid(got).keys() == {got.served[0]}


def test_savers_pay_nothing(tmp_path: Path) -> None:
    """Half of all bookers save: the same in every batch, whatever they ask for."""
    model = auction(tmp_path, number=40, saved_share=0.5)
    n = 40 * 25
    contest = np.repeat(np.arange(n), 2)
    booker = np.stack([np.arange(n) % 200, np.full(n, 200)], axis=1).ravel()
    key = keys(201, 3)
    purse = Purses(*[10**6] * 200, 0, key=key)
    got = decide(
        model,
        keys(2 * n, 4),
        3 + contest // 40,
        pool=contest % 40,
        booker=booker,
        purse=purse,
    )
    saves = uniforms(key, key_of("purpose", "saves points")) < 0.5
    assert 70 < saves[:200].sum() < 130
    payers = {int(booker[row]) for row in paid(got)}
    assert payers == set(np.flatnonzero(~saves[:200]).tolist())
    # a spender always has the slot; a saver in half the draws
    mine = got.booked[::2]
    assert mine[~saves[booker[::2]]].all()
    tries = saves[booker[::2]].sum()
    assert stats.binomtest(int(mine[saves[booker[::2]]].sum()), int(tries), 0.5).pvalue > 1e-4


def test_by_lot_among_who_pays_and_among_the_rest(tmp_path: Path) -> None:
    """Two rooms, three can pay and three cannot: each payer has two chances in three."""
    model = auction(tmp_path, rooms=2, number=40)
    n = 40 * 25
    contest = np.repeat(np.arange(n), 6)
    place = np.tile(np.arange(6), n)
    more = {"booker": place, "pool": contest % 40, "ask": place * 10.0}
    rich = Purses(*[10**7] * 3, 0, 0, 0)
    got = decide(model, keys(6 * n, 5), 3 + contest // 40, purse=rich, **more)
    wins = np.bincount(place[got.booked], minlength=6)
    assert wins[3:].tolist() == [0, 0, 0]
    # each of n contests leaves out one of the three
    assert stats.chisquare(n - wins[:3]).pvalue > 1e-4
    one = Purses(10**7, 0, 0, 0, 0, 0)
    got = decide(model, keys(6 * n, 6), 3 + contest // 40, purse=one, **more)
    wins = np.bincount(place[got.booked], minlength=6)
    assert wins[0] == n
    assert stats.chisquare(wins[1:]).pvalue > 1e-4


def test_the_order_of_arrays_does_not_matter(tmp_path: Path) -> None:
    model = auction(tmp_path, rooms=2, number=3, follows_demand=1, saved_share=0.3)
    rng = np.random.default_rng(5)
    n = 3000
    day, slot = rng.integers(3, 30, n), rng.integers(8, 20, n)
    more = {"booker": rng.integers(0, 150, n), "duration": rng.integers(1, 4, n)}
    more |= {"slot": slot, "pool": rng.integers(0, 3, n), "shift": 1}
    results = []
    for shuffled in (None, 1, 2):
        purse = Purses(*np.random.default_rng(6).integers(0, 400, 150).tolist())
        got = decide(model, keys(n, 7), day, purse=purse, shuffled=shuffled, **more)
        results.append((got.served, got.booked.tolist(), paid(got), purse.points))
    assert len(results[0][2]) > 50
    assert results[1] == results[0]
    assert results[2] == results[0]


def played(folder: Path) -> Model:
    """A town in which people volunteer, book a room that many want, and take goods."""
    rules = {"rule": "points", "price": 12, "follows_demand": 0.5, "saved_share": 0.2}
    parts = halls(2, 1, 40, **rules, days_ahead=0)
    parts.set(demand__wishes_per_1000={"person": {"room": 30000}})
    parts.set(demand__lead_days={"rule": "uniform", "low": 0, "high": 2})
    parts.set(segments__person__adopters=1, experiment__warm_up_days=10)
    parts.set(demand__responses={"comes_back": 0.5})
    points = {
        "per_participation": 0, "per_use": 3, "per_volunteering": 20, "members": 0.8,
        "volunteering_per_1000": {"person": 900}, "volunteers": 0.5, "merchants": 2, "goods": 30,
        "price": {"rule": "lognormal", "mean": 25, "cv": 1}, "trips_per_year": 60,
        "expire_after_days": 15,
    }  # fmt: skip
    return model_of(parts.set(points=points), folder)


def test_points_are_spent_once(tmp_path: Path) -> None:
    """In a whole town: what is paid for slots is missing for goods, to the point, for everybody."""
    model = played(tmp_path)
    h = histories(model, 1)[0]
    record = h.points
    assert record is not None
    assert record.paid is not None
    assert len(record.paid.points) > 100
    assert len(record.spent.price) > 100
    assert (record.expired.points.sum()) > 100
    balance = dict.fromkeys(record.person.tolist(), 0)
    flows = (
        (-1, record.expired, record.expired.points),
        (1, record.earned, record.earned.points),
        (-1, record.paid, record.paid.points),
        (-1, record.spent, record.spent.price),
    )
    rows = [
        (time, order, person, sign * n)
        for order, (sign, table, points) in enumerate(flows)
        for time, person, n in zip(table.time, table.person, points, strict=True)
    ]
    for _, _, person, n in sorted(rows):
        balance[person] += n
        assert balance[person] >= 0
    assert list(balance.values()) == record.balance.tolist()
    booked = (h.outcome == Outcome.BOOKED) & (h.attempt == 0)
    assert np.isin(record.paid.time, h.decided_at[booked]).all()
    got = record.by_segment(model.world)
    assert np.array_equal(got.before + got.earned, got.spent + got.expired + got.held)
