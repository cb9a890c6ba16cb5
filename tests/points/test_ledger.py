"""The ledger: cases worked out by hand, and random ones against a slow reference."""

from __future__ import annotations

import datetime as dt
import math
import random

import numpy as np
import pytest

from sim.points.ledger import Account, life_minutes
from sim.points.plan import build_months
from sim.scenario.schema.place import CalendarPart
from sim.world.calendar import build_calendar


class Ledger(dict[int, Account]):
    """Accounts of some people, opened when they are first asked for."""

    def __init__(self, expire_after_days: float | None = None) -> None:
        super().__init__()
        self._life = life_minutes(expire_after_days)

    def __missing__(self, person: int) -> Account:
        return self.setdefault(person, Account(self._life))

    def credit(self, person: int, time: float, points: int) -> None:
        self[person].credit(time, points)

    def debit(self, person: int, time: float, points: int) -> None:
        self[person].debit(time, points)

    def expire(self, person: int, time: float) -> int:
        return self[person].expire(time)

    def losses(self) -> list[tuple[int, float, int]]:
        return [(person, *loss) for person, account in self.items() for loss in account.losses]


def test_oldest_points_are_spent_first() -> None:
    """10 at day 0 and 10 at day 5, each for 10 days; 12 spent at day 6 leave 8 of the second."""
    ledger = Ledger(10)
    ledger.credit(7, 0.0, 10)
    ledger.credit(7, 5 * 1440.0, 10)
    ledger.debit(7, 6 * 1440.0, 12)
    assert ledger.expire(7, 6 * 1440.0) == 8
    assert ledger.expire(7, 12 * 1440.0) == 8  # the first lot was spent: nothing to lose at day 10
    assert ledger.expire(7, 20 * 1440.0) == 0
    assert ledger.losses() == [(7, 15 * 1440.0, 8)]


def test_what_is_left_of_a_lot_is_lost() -> None:
    ledger = Ledger(1)
    ledger.credit(1, 100.0, 10)
    ledger.debit(1, 200.0, 3)
    ledger.credit(1, 300.0, 5)
    assert ledger.expire(1, 1540.0) == 5
    assert ledger.expire(1, 1740.0) == 0
    assert ledger.losses() == [(1, 1540.0, 7), (1, 1740.0, 5)]


@pytest.mark.parametrize(("time", "left"), [(math.nextafter(1540.0, 0), 10), (1540.0, 0)])
def test_points_cannot_be_spent_from_the_very_moment_they_are_due(time: float, left: int) -> None:
    ledger = Ledger(1)
    ledger.credit(1, 100.0, 10)
    assert ledger.expire(1, time) == left
    if left:
        ledger.debit(1, time, 10)
    else:
        with pytest.raises(ValueError, match="cannot be debited"):
            ledger.debit(1, time, 1)


def test_points_that_never_expire_stay() -> None:
    assert life_minutes(None) == math.inf
    ledger = Ledger()
    ledger.credit(1, 0.0, 4)
    assert ledger.expire(1, 1e12) == 4
    assert ledger.losses() == []


def test_accounts_are_apart() -> None:
    ledger = Ledger(1)
    ledger.credit(1, 500.0, 4)
    ledger.credit(2, 0.0, 6)
    assert ledger.expire(3, 0.0) == 0
    ledger.debit(2, 10.0, 6)
    assert (ledger.expire(1, 500.0), ledger.expire(2, 10.0)) == (4, 0)


def test_what_makes_no_sense_is_refused() -> None:
    account = Account()
    with pytest.raises(ValueError, match="cannot be debited"):
        account.debit(0.0, 1)
    for points in (0, -3):
        with pytest.raises(ValueError, match="cannot be credited"):
            account.credit(0.0, points)
    account.credit(10.0, 5)
    for points in (6, 0, -1):
        with pytest.raises(ValueError, match="cannot be debited"):
            account.debit(10.0, points)
    for time in (9.0, math.nan):
        with pytest.raises(ValueError, match="comes after"):
            account.expire(time)
    assert account.expire(10.0) == 5


class Slow:
    """Every single point on its own, as (when it is due, number of its lot)."""

    def __init__(self, life: float) -> None:
        self.life, self.lots = life, 0
        self.points: dict[int, list[tuple[float, int]]] = {}
        self.lost: dict[tuple[int, float, int], int] = {}

    def credit(self, person: int, time: float, points: int) -> None:
        self.look(person, time)
        self.lots += 1
        self.points.setdefault(person, []).extend([(time + self.life, self.lots)] * points)

    def look(self, person: int, time: float) -> int:
        mine = self.points.get(person, [])
        for due, lot in [p for p in mine if p[0] <= time]:
            mine.remove((due, lot))
            self.lost[person, due, lot] = self.lost.get((person, due, lot), 0) + 1
        return len(mine)

    def debit(self, person: int, time: float, points: int) -> None:
        assert self.look(person, time) >= points
        for _ in range(points):
            self.points[person].remove(min(self.points[person]))


@pytest.mark.parametrize("seed", range(60))
def test_any_stream_of_events_is_as_in_the_reference(seed: int) -> None:
    """200 events on a coarse clock, so that many fall on the moment at which a lot is due."""
    rng = random.Random(seed)
    days = rng.choice([None, 1, 2, 7])
    fast, slow = Ledger(days), Slow(math.inf if days is None else days * 1440.0)
    credited, debited, time = dict.fromkeys(range(4), 0), dict.fromkeys(range(4), 0), 0.0
    for _ in range(200):
        time += rng.choice([0.0, 0.0, 720.0, 1440.0])
        person, points = rng.randrange(4), rng.randint(1, 9)
        balance = fast.expire(person, time)
        assert balance == slow.look(person, time)
        if rng.random() < 0.5:
            fast.credit(person, time, points)
            slow.credit(person, time, points)
            credited[person] += points
        elif points <= balance:
            fast.debit(person, time, points)
            slow.debit(person, time, points)
            debited[person] += points
        lost = sum(n for who, _, n in fast.losses() if who == person)
        after = fast.expire(person, time)
        assert credited[person] == debited[person] + lost + after
    for person in range(4):
        assert fast.expire(person, time) == slow.look(person, time)
    rows = [(who, due, n) for (who, due, _), n in slow.lost.items()]
    assert sorted(fast.losses()) == sorted(rows)
    assert days is None or rows


@pytest.mark.parametrize(
    ("first", "last", "keys", "first_day", "days"),
    [
        ((2026, 1, 5), (2026, 1, 31), [24313], [-4], [31]),
        ((2024, 2, 1), (2024, 3, 1), [24290, 24291], [0, 29], [29, 31]),
        ((2025, 11, 30), (2026, 1, 1), [24311, 24312, 24313], [-29, 1, 32], [30, 31, 31]),
    ],
)
def test_months(
    first: tuple[int, ...],
    last: tuple[int, ...],
    keys: list[int],
    first_day: list[int],
    days: list[int],
) -> None:
    part = CalendarPart(country="none")
    calendar = build_calendar(part, dt.date(*first), dt.date(*last), 0, 0)  # type: ignore[arg-type]
    months = build_months(calendar)
    assert months.key.tolist() == keys
    assert months.first_day.tolist() == first_day
    assert months.days.tolist() == days
    u = np.array([0.0, 1 - 2.0**-53])
    low, high = months.times(np.zeros(2, dtype=np.int64), u, 540.0, 1080.0)
    assert low == first_day[0] * 1440 + 540
    assert high == pytest.approx((first_day[0] + days[0] - 1) * 1440 + 1080)
