"""The loop over all events of points: person by person, each one's in order of time."""

from __future__ import annotations

import math
from bisect import bisect_right
from dataclasses import dataclass
from itertools import islice

import numpy as np
import numpy.typing as npt

from sim.points.ledger import Account, life_minutes
from sim.points.plan import PointsPlan

__all__ = ["Books", "Events", "go_through"]

F64 = npt.NDArray[np.float64]
I64 = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Events:
    """What happens to people numbered from 0, each of whom earns at least once.

    The first rows are earnings, the others trips.

    Attributes
    ----------
    who, when
        (earnings + trips,) person and minutes of the horizon.
    number
        (earnings + trips,) points earned; of a trip, affordable goods that are passed over (see
        `sim.points.goods`).
    earnings
        How many there are.
    """

    who: I64
    when: F64
    number: I64
    earnings: int


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

    At one and the same moment points are lost first, then earned, then spent. Every person's
    account is dropped when they are done: with all of them alive, half the time is Python's
    looking for garbage.
    """
    # a stable sort, and earnings come before trips: so they do in ties
    order = np.lexsort((events.when, events.who))
    number = events.number[order].tolist()
    rows = zip(order.tolist(), events.when[order].tolist(), number, strict=True)
    price, first_trip = prices.tolist(), events.earnings
    life, end = life_minutes(plan.points.expire_after_days), math.nextafter(plan.end, 0.0)
    trips, places, balances = [], [], []
    losers, dues, lost = [], [], []
    for person, length in enumerate(np.bincount(events.who).tolist()):
        account = Account(life)
        for event, time, n in islice(rows, length):
            if event < first_trip:
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
