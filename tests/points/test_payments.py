"""Points for slots: what people have while the clock runs, and that it is there afterwards."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from points.made import DAY, balances_before, crowd, nothing, parts, plan_of, root, shop
from sim.arrays import U64
from sim.points.ledger import VolunteersPurse
from sim.points.plan import PointsPlan
from sim.points.record import Payments, Source
from sim.points.settle import EarningEvents, settle
from sim.points.volunteering import is_member, person_keys, sample_acts

BOOKERS = np.arange(150)  # of group 0; 100 of 1,000 people volunteer


def open_purse(plan: PointsPlan) -> VolunteersPurse:
    key: U64 = np.arange(len(BOOKERS), dtype=np.uint64)
    return VolunteersPurse(plan, root(), BOOKERS, key)


def lots_by_hand(plan: PointsPlan, person: int) -> list[list[float]]:
    """[time, points] of what a member volunteered for."""
    acts = sample_acts(plan, root())
    if not is_member(person_keys(plan.world.people, root(), np.array([person])), 0.7)[0]:
        return []
    return [[t, 20.0] for t in np.sort(acts.time[acts.person == person])]


def test_balances_by_hand(tmp_path: Path) -> None:
    """Oldest points go first and are lost after three weeks; payments at random."""
    plan = plan_of(parts(**shop(members=0.7)), tmp_path)
    purse = open_purse(plan)
    rng = np.random.default_rng(1)
    lost = paid = 0
    for person in BOOKERS.tolist():
        lots = lots_by_hand(plan, person)
        assert purse.ever[person] == bool(lots)
        for now in np.sort(rng.random(20) * plan.end).tolist():
            lost += sum(n > 0 and t + 21 * DAY <= now for t, n in lots)
            held = [lot for lot in lots if lot[0] <= now < lot[0] + 21 * DAY]
            balance = sum(n for _, n in held)
            assert purse.balance(person, now) == balance
            price = int(rng.integers(1, 60))
            if price > balance:
                with pytest.raises(ValueError, match="balance"):
                    purse.pay(person, now, price)
                continue
            purse.pay(person, now, price)
            paid += 1
            for lot in held:
                taken = min(lot[1], price)
                lot[1] -= taken
                price -= int(taken)
    assert lost > 50
    assert paid > 50
    assert 20 < purse.ever.sum() < 110


def spend_at_random(plan: PointsPlan, seed: int) -> Payments:
    """Everybody pays now and then what their purse holds, or less."""
    purse, rng = open_purse(plan), np.random.default_rng(seed)
    rows = []
    for now in np.sort(rng.random(3000) * plan.end).tolist():
        person = int(rng.integers(0, len(BOOKERS)))
        balance = purse.balance(person, now)
        if balance:
            price = int(rng.integers(1, balance + 1))
            purse.pay(person, now, price)
            rows.append((person, now, price))
    person, time, points = (np.array(column) for column in zip(*rows, strict=True))
    return Payments(person.astype(np.int64), time, points.astype(np.int64))


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("life", [5, 21, None])
def test_what_is_paid_is_there_for_certain(seed: int, life: int | None, tmp_path: Path) -> None:
    """Goods compete for the same points, and other points come in: no payment ever lacks any."""
    plan = plan_of(parts(**shop(members=0.7, expire_after_days=life, trips_per_year=200)), tmp_path)
    paid = spend_at_random(plan, seed)
    assert len(paid.points) > 200
    for earned in (nothing(), crowd(plan, 5000, seed)):
        free = settle(plan, root(), earned)
        record = settle(plan, root(), earned, paid)  # raises if a balance does not cover a payment
        total = record.spent.price.sum() + record.expired.points.sum() + record.balance.sum()
        assert record.earned.points.sum() == total + paid.points.sum()
        assert np.array_equal(record.balance, balances_before(record, plan.end))
        assert 50 < record.spent.price.sum() < free.spent.price.sum()
        others = ~np.isin(record.spent.person, paid.person)
        theirs = ~np.isin(free.spent.person, paid.person)
        assert np.array_equal(record.spent.price[others], free.spent.price[theirs])


def test_goods_get_what_is_not_put_aside(tmp_path: Path) -> None:
    """One good of 10. 25 points on day 1, 18 of them paid on day 40, 5 earned on day 30: until then
    12 are to spare, that is one good, then none until day 40, and none after it."""
    points = shop(
        per_volunteering=0, per_participation=25, per_use=5, goods=1, trips_per_year=1000,
        price={"rule": "constant", "value": 10}, expire_after_days=None,
    )  # fmt: skip
    plan = plan_of(parts(**points), tmp_path)
    who = np.array([7, 7])
    earned = EarningEvents(
        who, np.array([1, 30]) * DAY, np.array([Source.PARTICIPATION, Source.USE])
    )
    paid = Payments(who[:1], np.array([40 * DAY]), np.array([18]))
    record = settle(plan, root(), earned, paid)
    assert record.spent.time.size == 1
    assert record.spent.time[0] < 5 * DAY
    assert record.balance.tolist() == [25 + 5 - 10 - 18]
    early = dataclasses.replace(paid, time=np.array([2 * DAY]), points=np.array([25]))
    record = settle(plan, root(), earned, early)
    assert record.spent.time.size == 0
    assert record.balance.tolist() == [5]
    assert settle(plan, root(), earned).spent.time.size == 3


def test_only_members_who_volunteer_have_a_purse(tmp_path: Path) -> None:
    plan = plan_of(parts(**shop(per_volunteering=0)), tmp_path / "a")
    assert not open_purse(plan).ever.any()
    plan = plan_of(parts(**shop(members=0)), tmp_path / "b")
    assert not open_purse(plan).ever.any()
    plan = plan_of(parts(**shop()), tmp_path / "c")
    assert open_purse(plan).ever[:100].sum() > 50
    assert not open_purse(plan).ever[100:].any()
