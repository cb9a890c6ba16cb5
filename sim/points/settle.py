"""Settle the points of a replication: who earned what, what it was spent on, what was lost.

Trips to merchants are a Poisson process of each person who has ever had points.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sim.arrays import F64, I64, U64, each_step
from sim.order import ordered
from sim.points.plan import DAY_MINUTES, GoodsOnOffer, PointsPlan, skipped, stock
from sim.points.record import Credits, Losses, Payments, PointsRecord, Purchases, Source
from sim.points.spending import Books, Events, go_through
from sim.points.volunteering import is_member, person_keys, sample_acts
from sim.streams import child_keys, key_of, uniforms
from sim.variates import poisson_ppf

OPENS, CLOSES = 9 * 60.0, 21 * 60.0
"""Minutes of the day between which merchants are open."""

_COUNT, _WHEN = (key_of("purpose", p) for p in ("trips to merchants", "trip when"))


@dataclass(frozen=True, slots=True)
class Trips:
    """Trips in the horizon, from when a person first has points; in no order of time.

    Attributes
    ----------
    person
        Index of the person.
    """

    person: I64
    time: F64
    key: U64


def sample_trips(plan: PointsPlan, keys: U64, since: F64) -> Trips:
    """Draw the trips of people.

    Counts are by (person, calendar month) and by inversion: a higher level only adds trips. Months
    before the first points are left out, which changes nothing: nobody spends then.

    Parameters
    ----------
    keys
        (N,) of the people.
    since
        (N,) when each first has points, in minutes of the horizon.
    """
    months = plan.months
    if not plan.spendable:
        keys, since = keys[:0], since[:0]
    last = len(months.key)
    starts = months.first_day * DAY_MINUTES
    first = np.searchsorted(starts, since, side="right") - 1
    person, month = each_step(last - first)
    month += first[person]
    cell_key = child_keys(keys[person], months.key[month])
    mean = plan.trips_a_day * months.days.astype(np.float64)
    counts = poisson_ppf(uniforms(cell_key, _COUNT), mean[month])
    cell, number = each_step(counts)
    key = child_keys(cell_key[cell], number)
    time = months.times(month[cell], uniforms(key, _WHEN), OPENS, CLOSES)
    person = person[cell]
    keep = (time >= since[person]) & (time < plan.end)
    return Trips(person=person[keep], time=time[keep], key=key[keep])


@dataclass(frozen=True, slots=True)
class EarningEvents:
    """Events of the model that may earn points, in any order; arrays of equal length.

    Attributes
    ----------
    person
        Ids, see `sim.world.places.person_ids`.
    time
        Minutes of the horizon; what happens at its end or later is left out.
    source
        `Source.PARTICIPATION` or `Source.USE`.
    """

    person: I64
    time: F64
    source: npt.NDArray[np.integer]


def settle(
    plan: PointsPlan, root: int, earned: EarningEvents, paid: Payments | None = None
) -> PointsRecord:
    """Settle all points of a replication: who earned, spent and lost how many, and when.

    Parameters
    ----------
    root
        Key of the replication.
    paid
        What was paid for slots, of what `sim.points.ledger` says that people have; None where
        nobody can pay for any.
    """
    credits, at, person, keys = _credits(plan, root, earned)
    since = np.full(len(person), math.inf)
    np.minimum.at(since, at, credits.time)
    trips = sample_trips(plan, keys, since)
    shelf = stock(plan.points.goods, plan.price, root)
    debits = Payments(person[:0], np.zeros(0), person[:0]) if paid is None else paid
    payer = np.searchsorted(person, debits.person)
    events = Events(
        person=np.concatenate([at, payer, trips.person]),
        minute=np.concatenate([credits.time, debits.time, trips.time]),
        number=np.concatenate([credits.points, debits.points, skipped(trips.key, plan.unseen)]),
        earnings=len(at),
        payments=len(payer),
    )
    books = go_through(plan, events, shelf.price)
    return PointsRecord(
        earned=credits,
        spent=_purchases(plan, books, trips, shelf, person),
        expired=_losses(books, person),
        person=person,
        balance=books.balance,
        balance_before=books.around[0],
        balance_window=books.around[1],
        paid=paid,
    )


def _credits(plan: PointsPlan, root: int, earned: EarningEvents) -> tuple[Credits, I64, I64, U64]:
    """Credits of members in order of time and whose each is; ids (ascending) and keys of these."""
    acts = sample_acts(plan, root)
    person = np.concatenate([earned.person, acts.person])
    time = np.concatenate([earned.time, acts.time])
    source = np.concatenate([earned.source, np.full(len(acts.time), Source.VOLUNTEERING)])
    if not (time >= 0).all():
        raise ValueError("points are earned at times from 0")
    points = plan.per_source[source]
    keep = np.flatnonzero((points > 0) & (time < plan.end))
    people, index = np.unique(person[keep], return_inverse=True)
    keys = person_keys(plan.world.people, root, people)
    member = is_member(keys, plan.points.members)
    mine = member[index]
    keep, at = keep[mine], (np.cumsum(member) - 1)[index[mine]]
    order = ordered(time[keep], at, source[keep])
    keep, at = keep[order], at[order]
    credits = Credits(person[keep], time[keep], source[keep].astype(np.int64), points[keep])
    return credits, at, people[member], keys[member]


def _purchases(
    plan: PointsPlan, books: Books, trips: Trips, shelf: GoodsOnOffer, person: I64
) -> Purchases:
    """Goods taken, in order of time."""
    order = ordered(trips.time[books.trip], trips.person[books.trip])
    trip, place = books.trip[order], books.place[order]
    good = shelf.taken(trips.key[trip], place)
    return Purchases(
        person=person[trips.person[trip]],
        time=trips.time[trip],
        good=good,
        merchant=good % max(1, plan.points.merchants),
        price=shelf.price[place],
    )


def _losses(books: Books, person: I64) -> Losses:
    """Lots lost, in order of time."""
    order = ordered(books.due, books.loser)
    return Losses(person[books.loser[order]], books.due[order], books.lost[order])
