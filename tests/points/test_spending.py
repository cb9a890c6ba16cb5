"""The loop over events of points: as with one account a person, compiled or not."""

from __future__ import annotations

from bisect import bisect_right
from pathlib import Path

import numpy as np
import pytest
from as_python import as_python

from points.made import parts, plan_of, shop
from sim.points.ledger import Account, life_minutes
from sim.points.plan import PointsPlan
from sim.points.spending import Books, Events, go_through

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
