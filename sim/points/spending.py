"""The compiled loop over all events of points: person by person, each one's in order of time.

It follows the ledger of `sim.points.ledger`: the points that came in by a row are known beforehand,
so what went out and the oldest lot that is not due yet are all that changes.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from sim.arrays import F64, I8, I64, Bools
from sim.compiled import compiled
from sim.order import ordered
from sim.points.ledger import life_minutes
from sim.points.plan import DAY_MINUTES, PointsPlan

EARNING, PAYMENT, TRIP = range(3)
_MANY = 2**62


@dataclass(frozen=True, slots=True)
class Events:
    """Events of people numbered from 0, each of whom earns at least once.

    The first rows are earnings, then come payments for slots, then trips.

    Attributes
    ----------
    person, minute
        (rows,) person and minutes of the horizon.
    number
        (rows,) points earned or paid; of a trip, affordable goods that are passed over (see
        `sim.points.plan`).
    earnings, payments
        How many there are.
    """

    person: I64
    minute: F64
    number: I64
    earnings: int
    payments: int = 0

    @property
    def first_trip(self) -> int:
        """First row that is a trip."""
        return self.earnings + self.payments


@dataclass(frozen=True, slots=True)
class Books:
    """Results of going through all events.

    Attributes
    ----------
    trip, place
        Of each good taken: trip, and place on the shelf.
    loser, due, lost
        Of each lot lost: person, time and points.
    balance
        (N,) of each person at the end of the horizon.
    around
        (2, N) at the start and the end of the counting window, before what happens at that moment.
    """

    trip: I64
    place: I64
    loser: I64
    due: F64
    lost: I64
    balance: I64
    around: I64


def go_through(plan: PointsPlan, events: Events, prices: I64) -> Books:
    """Let everybody earn, spend and lose points until the end of the horizon.

    At one and the same moment points are lost first, then earned, then paid for slots, then spent
    on goods. People who pay for slots have put aside what they need: goods get the rest.

    Raises
    ------
    ValueError
        If points are paid that are not there.
    """
    # a stable sort: in ties, too, earnings come before payments and those before trips
    order = ordered(events.person, events.minute)
    person, minute, number = events.person[order], events.minute[order], events.number[order]
    act = (order >= events.earnings).astype(np.int8) + (order >= events.first_trip)
    people = int(person[-1]) + 1 if len(person) else 0
    came, outcome, scratch = np.zeros((3, len(person)), dtype=np.int64)
    balance, pays = np.empty(people, dtype=np.int64), np.zeros(people, dtype=bool)
    _add_up(person, act, number, came, pays)
    life, end = life_minutes(plan.points.expire_after_days), math.nextafter(plan.end, 0.0)
    _settle(person, act, minute, number, came, prices, pays, life, end, outcome, scratch, balance)
    calendar, around = plan.world.calendar, np.zeros((2, people), dtype=np.int64)
    for row, day in zip(around, (calendar.count_from, calendar.count_until), strict=True):
        _look_back(person, act, minute, number, prices, life, outcome, day * DAY_MINUTES, row)
    if (outcome[act == PAYMENT] < 0).any():
        raise ValueError("points are paid that are not there")
    taken = np.flatnonzero((act == TRIP) & (outcome >= 0))
    lost = np.flatnonzero((act == EARNING) & (outcome > 0))
    return Books(
        trip=order[taken] - events.first_trip,
        place=outcome[taken],
        loser=person[lost],
        due=minute[lost] + life,
        lost=outcome[lost],
        balance=balance,
        around=around,
    )


@compiled
def _add_up(person: I64, act: I8, number: I64, came: I64, pays: Bools) -> None:
    """Note the points that came in up to each row, and who pays for slots."""
    for i in range(len(person)):
        if i and person[i] == person[i - 1]:
            came[i] = came[i - 1]
        if act[i] == EARNING:
            came[i] += number[i]
        elif act[i] == PAYMENT:
            pays[person[i]] = True


@compiled
def _look_back(
    person: I64,
    act: I8,
    minute: F64,
    number: I64,
    price: I64,
    life: float,
    outcome: I64,
    time: float,
    balance: I64,
) -> None:
    """Add up what each person has just before a time, once all is settled."""
    for i in range(len(person)):
        if minute[i] >= time:
            continue
        if act[i] == EARNING:
            lost = outcome[i] if minute[i] + life < time else 0
            balance[person[i]] += number[i] - lost
        elif act[i] == PAYMENT:
            balance[person[i]] -= number[i]
        elif outcome[i] >= 0:
            balance[person[i]] -= price[outcome[i]]


@compiled
def _settle(
    person: I64,
    act: I8,
    minute: F64,
    number: I64,
    came: I64,
    price: I64,
    pays: Bools,
    life: float,
    end: float,
    outcome: I64,
    scratch: I64,
    balance: I64,
) -> None:
    """Fill `outcome` and `balance`.

    The outcome is, of an earning, the points of it that are lost; of a payment, the points left
    after it; of a trip, the place of the good taken, or less than 0.
    """
    went, oldest = 0, 0
    for i in range(len(person)):
        went, oldest = expire(oldest, i, minute[i], went, act, minute, came, life, outcome)
        if act[i] == PAYMENT:
            went += number[i]
            outcome[i] = came[i] - went
        elif act[i] == TRIP:
            spare = came[i] - went
            if pays[person[i]]:
                later = free_points(
                    oldest, i, went, person, act, minute, number, came, life, scratch
                )
                spare = min(spare, later)
            place = np.searchsorted(price, spare, side="right") - 1 - number[i]
            if place >= 0:
                went += price[place]
            outcome[i] = place
        if i + 1 == len(person) or person[i + 1] != person[i]:
            went, oldest = expire(oldest, i + 1, end, went, act, minute, came, life, outcome)
            balance[person[i]] = came[i] - went
            went, oldest = 0, i + 1


@compiled
def expire(
    oldest: int,
    until: int,
    time: float,
    went: int,
    act: I8,
    minute: F64,
    came: I64,
    life: float,
    lost: I64,
) -> tuple[int, int]:
    """Lose what is due by a time, of the lots of rows before `until`; returns `went` and `oldest`.

    As the oldest points go first, what is left of a lot is what came up to it and has not gone.
    """
    while oldest < until and (act[oldest] != EARNING or minute[oldest] + life <= time):
        left = came[oldest] - went
        if act[oldest] == EARNING and left > 0:
            lost[oldest] = left
            went = came[oldest]
        oldest += 1
    return went, oldest


@compiled
def free_points(
    oldest: int,
    row: int,
    went: int,
    person: I64,
    act: I8,
    minute: F64,
    number: I64,
    came: I64,
    life: float,
    scratch: I64,
) -> int:
    """Points that may go without a later payment lacking any.

    The least that is left after any of them if nothing else is taken: taking p now lowers what is
    left at any later time by p at most, less if some of it would have been lost.
    """
    least, i = _MANY, row + 1
    while i < len(person) and person[i] == person[row]:
        went, oldest = expire(oldest, i, minute[i], went, act, minute, came, life, scratch)
        if act[i] == PAYMENT:
            went += number[i]
            least = min(least, came[i] - went)
        i += 1
    return least
