"""Settling: conserved to the last point, as expected, as by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from builders import Parts, z_score
from scipy import stats

from points.made import (
    CONSTANT,
    DAY,
    EarningEvents,
    balances_before,
    crowd,
    events,
    nothing,
    once,
    parts,
    plan_of,
    root,
    shop,
)
from sim.points.plan import PointsPlan
from sim.points.record import PointsRecord, Source
from sim.points.settle import Trips, sample_trips, settle
from sim.points.volunteering import person_keys


def mixed(**more: Any) -> Parts:
    made = parts(**shop(**more)).origin("afar", 400)
    return made.set(segments__walker={"curve": "flat", "bicycle_share": 0}).origin(
        "apart", {"walker": 500, "person": 100}
    )


def settled(folder: Path, **more: Any) -> tuple[PointsPlan, PointsRecord]:
    plan = plan_of(mixed(**more), folder)
    record = settle(plan, root(), crowd(plan, 4000))
    assert min(len(t.time) for t in (record.earned, record.spent, record.expired)) > 200
    return plan, record


def test_points_are_conserved_for_each_person_at_any_time(tmp_path: Path) -> None:
    """Earned = spent + lost + balance, added up in Python; nobody below zero after any event."""
    plan, record = settled(tmp_path)
    rng = np.random.default_rng(3)
    balance = dict.fromkeys(record.person.tolist(), 0)
    checks = sorted([*(rng.random(30) * plan.end).tolist(), plan.world.calendar.count_until * DAY])
    rows = events(record)
    for time, _, person, points in [*rows, (plan.end, 0, int(record.person[0]), 0)]:
        while checks and checks[0] <= time:
            got = balances_before(record, checks.pop(0))
            assert got.tolist() == list(balance.values())
        balance[person] += points
        assert balance[person] >= 0
    assert not checks
    assert record.balance.tolist() == list(balance.values())
    assert np.array_equal(record.balance, balances_before(record, plan.end))
    calendar = plan.world.calendar
    for around, day in (
        (record.balance_before, calendar.count_from),
        (record.balance_window, calendar.count_until),
    ):
        assert around.sum() > 0
        assert np.array_equal(around, balances_before(record, day * DAY))
    total = record.earned.points.sum()
    assert total == record.spent.price.sum() + record.expired.points.sum() + record.balance.sum()


def reference(plan: PointsPlan, record: PointsRecord) -> tuple[list[Any], list[Any]]:
    """Who spends and loses what, from earnings and trips, one minute list a person.

    Goods are taken by price alone, from the prices of the goods that were ever taken.
    """
    life = plan.points.expire_after_days
    keys = person_keys(plan.world.people, root(), record.person)
    trips = sample_trips(plan, keys, np.zeros(len(keys)))
    bought = {(p, t): n for p, t, n in zip(
        record.spent.person, record.spent.time, record.spent.price, strict=True)}  # fmt: skip
    spent, lost = [], []
    for i, person in enumerate(record.person.tolist()):
        mine = record.earned.person == person
        lots = [[t, int(n)] for t, n in zip(
            record.earned.time[mine], record.earned.points[mine], strict=True)]  # fmt: skip
        for time in sorted(trips.time[trips.person == i].tolist()):
            usable = [lot for lot in lots if lot[0] <= time < lot[0] + life * DAY]  # type: ignore
            price = bought.get((person, time), 0)
            assert price <= sum(lot[1] for lot in usable)
            spent += [(time, person, price)] if price else []
            for lot in usable:
                part = min(price, lot[1])
                lot[1] -= part
                price -= part
        lost += [(t + life * DAY, person, n) for t, n in lots if n and t + life * DAY < plan.end]  # type: ignore
    return sorted(spent), sorted(lost)


def test_lots_are_those_of_a_slow_reference(tmp_path: Path) -> None:
    """Every purchase is on a trip and covered by lots alive; what is lost is what was left."""
    plan, record = settled(tmp_path)
    spent, lost = reference(plan, record)
    s, x = record.spent, record.expired
    assert spent == sorted(zip(s.time, s.person, s.price, strict=True))
    assert lost == sorted(zip(x.time, x.person, x.points, strict=True))


def test_what_is_taken_is_in_range_and_has_one_price(tmp_path: Path) -> None:
    plan, record = settled(tmp_path)
    good, merchant = record.spent.good, record.spent.merchant
    assert set(merchant.tolist()) <= set(range(7))
    assert set(good.tolist()) <= set(range(40))
    assert np.array_equal(merchant, good % 7)
    for g in np.unique(good):
        assert len(set(record.spent.price[good == g].tolist())) == 1
    assert len(np.unique(record.spent.price)) > 5
    for table in (record.earned, record.spent, record.expired):
        assert (np.diff(table.time) >= 0).all()
        assert ((table.time >= 0) & (table.time < plan.end)).all()
    hour = record.spent.time % DAY / 60
    assert ((hour >= 9) & (hour < 21)).all()


def test_order_of_what_was_seen_does_not_matter(tmp_path: Path) -> None:
    """Not even for what one person does at one time."""
    plan = plan_of(mixed(), tmp_path)
    seen = crowd(plan, 2000)
    noon = EarningEvents(seen.person, np.floor(seen.time / DAY) * DAY + 720, seen.source)
    mixed_up = np.random.default_rng(2).permutation(2000)
    other = EarningEvents(noon.person[mixed_up], noon.time[mixed_up], noon.source[mixed_up])
    a, b = settle(plan, root(), noon), settle(plan, root(), other)
    for name in ("earned", "spent", "expired"):
        table = getattr(a, name)
        for column in table.__slots__:
            assert np.array_equal(getattr(table, column), getattr(getattr(b, name), column))


def test_totals_by_segment_balance(tmp_path: Path) -> None:
    """Before + earned = spent + expired + held in each segment; against sums in Python."""
    plan, record = settled(tmp_path)
    world = plan.world
    got = record.by_segment(world)
    assert np.array_equal(got.before + got.earned, got.spent + got.expired + got.held)
    first, until = world.calendar.count_from * DAY, world.calendar.count_until * DAY
    assert first > 0
    assert until < plan.end
    for s in range(2):
        inside = [
            (order, n)
            for t, order, p, n in events(record)
            if first <= t < until and world.people.segment[p >> 32] == s
        ]
        flows = [abs(sum(n for o, n in inside if o == order)) for order in range(3)]
        assert [got.expired[s], got.earned[s], got.spent[s]] == flows
        assert min(flows) > 0
    purchases = [t for t in record.spent.time.tolist() if first <= t < until]
    assert record.redemptions(world) == len(purchases) < len(record.spent.time)


def test_only_members_collect(tmp_path: Path) -> None:
    """30 % of 500 people, each replication others: mean and spread over 200 replications."""
    plan = plan_of(parts(per_participation=10, members=0.3), tmp_path)
    got = [len(settle(plan, root(i), once(500, 0.0)).person) for i in range(200)]
    assert abs(z_score(got, 150)) < 4
    assert 0.8 < np.std(got) / np.sqrt(500 * 0.3 * 0.7) < 1.2


@pytest.mark.parametrize("days", [None, 9])
def test_first_redemption_comes_at_the_rate_of_trips(days: int | None, tmp_path: Path) -> None:
    """One good of 10, 10 points at midnight: taken unless there is no trip before the loss."""
    points = shop(per_volunteering=0, goods=1, price=CONSTANT, trips_per_year=20)
    plan = plan_of(parts(**points | {"expire_after_days": days}), tmp_path)
    start = 5 * DAY
    there = plan.world.n_days - 5 if days is None else days
    chance = 1 - np.exp(-20 / 365 * there)
    records = [settle(plan, root(i), once(200, start)) for i in range(100)]
    assert abs(z_score([len(r.spent.time) for r in records], 200 * chance)) < 4
    for r in records[:20]:
        assert len(r.spent.time) + (r.balance > 0).sum() + len(r.expired.time) == 200
        assert (len(r.expired.time) > 0) == (days is not None)
        assert (r.expired.time == start + 9 * DAY).all()


def test_more_trips_take_more_in_total(tmp_path: Path) -> None:
    """What calibration relies on: redemptions rise with the level."""
    plan = plan_of(mixed(), tmp_path)
    earned = crowd(plan, 4000)
    got = [
        settle(plan.at_errands(level), root(), earned).redemptions(plan.world)
        for level in (0.1, 0.3, 1, 3)
    ]
    assert got == sorted(set(got))
    assert settle(plan, root(), nothing()).redemptions(plan.world) > 0


def test_each_source_is_worth_its_own_points(tmp_path: Path) -> None:
    plan = plan_of(parts(per_participation=10, per_use=0, per_volunteering=4), tmp_path / "a")
    source = np.array([Source.PARTICIPATION, Source.USE, Source.USE], dtype=np.uint8)
    earned = EarningEvents(np.array([3, 3, 4]), np.array([50.0, 60.0, 70.0]), source)
    record = settle(plan, root(), earned)
    assert record.earned.points.tolist() == [10]
    assert record.person.tolist() == [3]  # whoever only used rooms earned nothing
    assert record.balance.tolist() == record.balance_window.tolist() == [10]
    plan = plan_of(parts(per_participation=10, per_use=7), tmp_path / "b")
    record = settle(plan, root(), earned)
    assert record.earned.points.tolist() == [10, 7, 7]
    assert record.earned.source.tolist() == [0, 1, 1]
    assert record.balance.tolist() == [17, 7]


def test_points_may_be_spent_at_the_moment_they_are_earned(tmp_path: Path) -> None:
    """Earnings at the very time of somebody's first trip: earning comes first."""
    points = shop(per_volunteering=0, goods=1, price=CONSTANT)
    plan = plan_of(parts(**points), tmp_path)
    keys = person_keys(plan.world.people, root(), np.arange(1))
    first = float(sample_trips(plan, keys, np.zeros(1)).time.min())
    assert settle(plan, root(), once(1, first)).spent.time.tolist() == [first]


def test_points_due_at_the_moment_of_a_trip_are_lost(tmp_path: Path) -> None:
    points = shop(per_volunteering=0, goods=1, price=CONSTANT, expire_after_days=1)
    plan = plan_of(parts(**points), tmp_path)
    keys = person_keys(plan.world.people, root(), np.arange(1))
    times = np.sort(sample_trips(plan, keys, np.zeros(1)).time)
    lone = times[1:][np.diff(times) > DAY][0]  # no other trip in the day before
    start = lone - DAY
    assert start + DAY == lone
    record = settle(plan, root(), once(1, start))
    assert record.spent.time.tolist() == []
    assert record.expired.time.tolist() == [lone]


def test_what_ends_with_the_horizon_or_later_is_left_out(tmp_path: Path) -> None:
    plan = plan_of(parts(per_participation=10, expire_after_days=1), tmp_path)
    assert len(settle(plan, root(), once(5, plan.end)).person) == 0
    record = settle(plan, root(), once(5, plan.end - DAY))  # due at the end: not lost before it
    assert record.balance.sum() == 50
    assert len(record.expired.time) == 0
    with pytest.raises(ValueError, match="from 0"):
        settle(plan, root(), once(5, -1.0))


@pytest.mark.parametrize("nowhere", [{"merchants": 0, "goods": 0}, {"trips_per_year": 0}])
def test_points_pile_up_where_there_is_nothing_to_spend_them_on(
    nowhere: dict[str, int], tmp_path: Path
) -> None:
    plan = plan_of(parts(**shop(expire_after_days=None, **nowhere)), tmp_path)
    record = settle(plan, root(), once(100, 0.0))
    assert plan.active
    assert len(record.spent.time) == 0
    assert record.balance.sum() == record.earned.points.sum() > 1000


@pytest.mark.parametrize(
    ("points", "active"),
    [
        ({}, False),
        (shop(per_participation=0, per_use=0, per_volunteering=0), False),
        (shop(per_participation=0, per_use=0, volunteering_per_1000={}), False),
        (shop(per_participation=0, per_use=0, volunteers=0), False),
        (shop(members=0), False),
        (shop(per_participation=0, per_use=0), True),
        ({"per_use": 1}, True),
        ({"per_participation": 1}, True),
    ],
)
def test_off_where_nothing_can_be_earned(
    points: dict[str, Any], active: bool, tmp_path: Path
) -> None:
    plan = plan_of(parts(**points), tmp_path)
    assert plan.active is active
    record = settle(plan, root(), once(100, 0.0))
    if not active:
        assert len(record.person) == len(record.earned.time) == len(record.spent.time) == 0
        assert record.redemptions(plan.world) == 0
        assert record.by_segment(plan.world).held.tolist() == [0]


def trips(folder: Path, replications: int) -> tuple[list[Trips], float]:
    """Of 100 people with points from the start; and the length of the horizon in days."""
    plan = plan_of(parts(days=85, **shop()), folder).at_errands(1.5)
    return [
        sample_trips(plan, person_keys(plan.world.people, root(i), np.arange(100)), np.zeros(100))
        for i in range(replications)
    ], plan.end / DAY


def test_trips_are_poisson_for_each_person(tmp_path: Path) -> None:
    """30 a year x 1.5, over 200 replications; the variance of a person's count is its mean."""
    made, days = trips(tmp_path, 200)
    exact = 45 / 365 * days
    assert abs(z_score([len(t.time) / 100 for t in made], exact)) < 4
    counts = np.concatenate([np.bincount(t.person, minlength=100) for t in made])
    n = len(counts)  # the variance of a sample variance: mean / n + 2 mean^2 / (n - 1)
    sd = np.sqrt(exact / n + 2 * exact**2 / (n - 1))
    assert abs(counts.var(ddof=1) - exact) < 4 * sd


def test_every_day_is_alike_and_shops_have_hours(tmp_path: Path) -> None:
    """Months of 31 and of 28 days have the same rate a day."""
    made, days = trips(tmp_path, 100)
    time = np.concatenate([t.time for t in made])
    mean = 100 * 100 * 45 / 365
    got = np.bincount((time // DAY).astype(int), minlength=int(days))
    assert np.all(np.abs(got - mean) < 4.5 * np.sqrt(mean))
    february = got[29 : 29 + 28].sum()  # the horizon begins at 3 January
    assert abs(february - 28 * mean) < 4 * np.sqrt(28 * mean)
    hour = time % DAY / 60
    assert stats.kstest(hour, stats.uniform(9, 12).cdf).pvalue > 1e-4
