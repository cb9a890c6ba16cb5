"""What is the same about points in every replication.

Somebody looks at k different goods out of n and takes the dearest that the balance covers. With
the goods in order of price and c of them affordable, the one taken is c - 1 - m, where m is the
number of affordable goods that are dearer than every affordable one seen. P(m >= d) is the chance
that none of d given goods is among the k, whatever c is. So one number a trip says it all, drawn
by inversion; it is exact, also for k = 1,000, and somebody with more points never takes less.
Goods of one price are alike: which of them it is, is drawn uniformly.

Counts are drawn by person (or group) and whole month, keyed by year and month, and what falls
outside the horizon is dropped. So a longer horizon only adds.
"""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass, replace

import numpy as np

from sim.arrays import F64, I64, U64
from sim.scenario.derived.samplers import Sampler, sampler
from sim.scenario.schema.money import Points
from sim.streams import child_keys, key_of, mix, uniforms
from sim.world.calendar import Calendar
from sim.world.world import World

DAY_MINUTES = 24 * 60.0


@dataclass(frozen=True, slots=True)
class Months:
    """The months that the horizon touches, each from its first to its last day.

    Attributes
    ----------
    key
        (M,) year x 12 + month.
    first_day
        (M,) of the horizon; below 0 where a month begins before it.
    days
        (M,) length.
    """

    key: I64
    first_day: I64
    days: I64

    def times(self, month: I64, u: F64, opens: float, closes: float) -> F64:
        """Minutes of the horizon of things that happen on any day of a month between two hours.

        Parameters
        ----------
        month
            (N,) index of the month.
        u
            (N,) uniform: its whole part in days is the day, the rest the minute.
        opens, closes
            Minutes of the day.
        """
        day = u * self.days[month]
        whole = np.floor(day)
        minute = opens + (day - whole) * (closes - opens)
        return np.asarray((self.first_day[month] + whole) * DAY_MINUTES + minute)


def build_months(calendar: Calendar) -> Months:
    """List the months of a horizon."""
    first, last = calendar.first, calendar.date(calendar.n_days - 1)
    end = last.year * 12 + last.month + 1
    keys = np.arange(first.year * 12 + first.month, end)
    starts = [_first_of(key) for key in [*keys.tolist(), end]]
    days = np.array([(day - calendar.first).days for day in starts], dtype=np.int64)
    return Months(key=keys.astype(np.int64), first_day=days[:-1], days=np.diff(days))


def _first_of(key: int) -> dt.date:
    """The first day of a month numbered year x 12 + month."""
    year, month = divmod(key - 1, 12)
    return dt.date(year, month + 1, 1)


_GOODS = key_of("goods for points")
_PRICE, _LOOK, _ALIKE = (
    key_of("purpose", p) for p in ("price in points", "goods looked at", "goods of one price")
)


@dataclass(frozen=True, slots=True)
class GoodsOnOffer:
    """The goods of a replication in order of price.

    Attributes
    ----------
    good
        (goods,) number of each.
    price
        (goods,) ascending, whole, at least 1.
    """

    good: I64
    price: I64

    def taken(self, trip: U64, place: I64) -> I64:
        """Numbers of the goods at these places of the shelf: one of those of the same price."""
        low = np.searchsorted(self.price, self.price, side="left")[place]
        high = np.searchsorted(self.price, self.price, side="right")[place]
        offset = np.floor(uniforms(trip, _ALIKE) * (high - low)).astype(np.int64)
        return np.asarray(self.good[low + offset])


def stock(goods: int, price: Sampler, root: int) -> GoodsOnOffer:
    """Draw the prices of a replication, keyed by the number of the good.

    Prices are assumptions, not known to anybody: they are drawn anew in each replication, so that
    the interval of what is redeemed holds their chance too.
    """
    base = mix(np.full(1, root, dtype=np.uint64) ^ np.uint64(_GOODS))
    keys = child_keys(base, np.arange(goods))
    prices = np.maximum(np.rint(price.ppf(uniforms(keys, _PRICE))), 1.0).astype(np.int64)
    order = np.argsort(prices, kind="stable")
    return GoodsOnOffer(good=order.astype(np.int64), price=prices[order])


def unseen_shares(goods: int, seen: int) -> F64:
    """(goods - seen,) chance that none of the d dearest goods is seen, for d = 1, 2, ..."""
    if seen >= goods:
        return np.zeros(0)
    d = np.arange(goods - seen, dtype=np.float64)
    return np.asarray(np.cumprod((goods - seen - d) / (goods - d)))


def skipped(trip: U64, unseen: F64) -> I64:
    """(trips,) affordable goods that are dearer than every affordable one that is seen."""
    return np.searchsorted(-unseen, -uniforms(trip, _LOOK), side="left").astype(np.int64)


YEAR_DAYS = 365.0


@dataclass(frozen=True, slots=True)
class PointsPlan:
    """Points of a world, at one level of errands.

    Attributes
    ----------
    errands
        Factor on trips.
    per_source
        (3,) points for one event of each `Source`.
    acts_a_day
        (G,) acts of volunteering a day in each group; 0 where they earn nothing.
    volunteers
        (G,) people of each group who ever volunteer: its first ones. Nobody volunteers in a group
        without any.
    unseen
        See `unseen_shares`.
    end
        Minutes of the horizon.
    """

    world: World
    errands: float
    per_source: I64
    acts_a_day: F64
    volunteers: I64
    price: Sampler
    unseen: F64
    months: Months
    end: float

    @property
    def active(self) -> bool:
        """Whether anybody can earn anything."""
        acts = bool(((self.acts_a_day > 0) & (self.volunteers > 0)).any())
        return self.points.members > 0 and (bool((self.per_source[:2] > 0).any()) or acts)

    @property
    def points(self) -> Points:
        """The part of the scenario."""
        return self.world.scenario.points

    @property
    def spendable(self) -> bool:
        """Whether there is anything to spend points on."""
        return self.points.merchants > 0 and self.points.goods > 0

    @property
    def trips_a_day(self) -> float:
        """Trips of a person with points."""
        return self.points.trips_per_year / YEAR_DAYS * self.errands

    def at_errands(self, level: float) -> PointsPlan:
        """Return the same plan at another level of trips."""
        return replace(self, errands=level)


def build_points(world: World) -> PointsPlan:
    """Compile the points of a world, at its own level of errands."""
    points, people = world.scenario.points, world.people
    rates = np.array([points.volunteering_per_1000.get(s, 0.0) for s in world.segments])
    if points.per_volunteering == 0:
        rates[:] = 0.0
    number = [_volunteers(n, points.volunteers) for n in people.people.tolist()]
    return PointsPlan(
        world=world,
        errands=world.errands,
        per_source=np.array(
            [points.per_participation, points.per_use, points.per_volunteering], dtype=np.int64
        ),
        acts_a_day=rates[people.segment] * people.people / 1000.0 / 7.0,
        volunteers=np.array(number, dtype=np.int64),
        price=sampler(points.price),
        unseen=unseen_shares(points.goods, points.goods_seen),
        months=build_months(world.calendar),
        end=world.n_days * DAY_MINUTES,
    )


def _volunteers(people: int, share: float) -> int:
    """People of a group who ever volunteer, rounded up; 50 x 0.02 is 1 in spite of floats."""
    return math.ceil(people * share - 1e-9)
