"""Settling at its edges: moments that coincide, the end of the horizon, parts switched off."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from points.made import CONSTANT, DAY, EarningEvents, once, parts, plan_of, root, shop
from sim.points.record import Source
from sim.points.settle import sample_trips, settle
from sim.points.volunteering import person_keys


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
