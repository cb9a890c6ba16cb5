"""The loop over all events of points: person by person, each one's in order of time."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np

from sim.arrays import F64, I64
from sim.points.ledger import Account, life_minutes
from sim.points.plan import PointsPlan

Row = tuple[int, float, int]
"""Number of an event, minutes of the horizon, `Events.number`."""


@dataclass(frozen=True, slots=True)
class Events:
    """What happens to people numbered from 0, each of whom earns at least once.

    The first rows are earnings, then come payments for slots, then trips.

    Attributes
    ----------
    who, when
        (rows,) person and minutes of the horizon.
    number
        (rows,) points earned or paid; of a trip, affordable goods that are passed over (see
        `sim.points.goods`).
    earnings, payments
        How many there are.
    """

    who: I64
    when: F64
    number: I64
    earnings: int
    payments: int = 0

    @property
    def first_trip(self) -> int:
        """First row that is a trip."""
        return self.earnings + self.payments


@dataclass(frozen=True, slots=True)
class Books:
    """What came of it.

    Attributes
    ----------
    trip, place
        Of each good taken: trip, and place on the shelf.
    loser, due, lost
        Of each lot lost: person, time and points.
    balance
        (N,) of each person at the end of the horizon.
    """

    trip: I64
    place: I64
    loser: I64
    due: F64
    lost: I64
    balance: I64


def go_through(plan: PointsPlan, events: Events, prices: I64) -> Books:
    """Let everybody earn, spend and lose points until the end of the horizon.

    At one and the same moment points are lost first, then earned, then paid for slots, then spent
    on goods. Who pays for slots has put aside what they need for it: goods get the rest.

    Every person's account is dropped when they are done: with all of them alive, half the time is
    Python's looking for garbage.
    """
    # a stable sort: in ties, too, earnings come before payments and those before trips
    order = np.lexsort((events.when, events.who))
    number = events.number[order].tolist()
    rows = zip(order.tolist(), events.when[order].tolist(), number, strict=True)
    price, earnings, first_trip = prices.tolist(), events.earnings, events.first_trip
    payers = set(events.who[earnings:first_trip].tolist())
    life, end = life_minutes(plan.points.expire_after_days), math.nextafter(plan.end, 0.0)
    trips, places, balances = [], [], []
    losers, dues, lost = [], [], []
    for person, length in enumerate(np.bincount(events.who).tolist()):
        account = Account(life)
        if person in payers:
            mine = list(islice(rows, length))
            for trip, place in _pay_and_spend(account, mine, price, events):
                trips.append(trip)
                places.append(place)
            length = 0
        for event, time, n in islice(rows, length):
            if event < earnings:
                account.credit(time, n)
                continue
            place = bisect_right(price, account.expire(time)) - 1 - n
            if place >= 0:
                account.debit(time, price[place])
                trips.append(event - first_trip)
                places.append(place)
        balances.append(account.expire(end))
        for due, points in account.losses:
            losers.append(person)
            dues.append(due)
            lost.append(points)
    return Books(
        trip=np.array(trips, dtype=np.int64),
        place=np.array(places, dtype=np.int64),
        loser=np.array(losers, dtype=np.int64),
        due=np.array(dues, dtype=np.float64),
        lost=np.array(lost, dtype=np.int64),
        balance=np.array(balances, dtype=np.int64),
    )


def _pay_and_spend(
    account: Account, rows: Sequence[Row], price: Sequence[int], events: Events
) -> list[tuple[int, int]]:
    """The same for somebody who pays for slots; returns trip and place of each good taken."""
    taken = []
    for at, (event, time, n) in enumerate(rows):
        if event < events.earnings:
            account.credit(time, n)
        elif event < events.first_trip:
            account.debit(time, n)
        else:
            spare = min(account.expire(time), _to_spare(account, rows[at + 1 :], events))
            place = bisect_right(price, spare) - 1 - n
            if place >= 0:
                account.debit(time, price[place])
                taken.append((event - events.first_trip, place))
    return taken


def _to_spare(account: Account, later: Sequence[Row], events: Events) -> int:
    """Points that may go without a later payment lacking any.

    The least that is left after any of them if nothing else is taken: taking p now lowers what is
    left at any later time by p at most, less if some of it would have been lost.
    """
    ahead, least = account.copy(), 2**62
    for event, time, n in later:
        if event < events.earnings:
            ahead.credit(time, n)
        elif event < events.first_trip:
            ahead.debit(time, n)
            least = min(least, ahead.expire(time))
    return least
