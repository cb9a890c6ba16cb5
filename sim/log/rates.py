"""Rates of asking by kind of day and hour, recovered from a log or from a replication's bookings.

Cells are the rooms of one kind in one centre, a kind of day (weekday, weekend or holiday) and an
hour; a date is one look at a cell. Rates of a kind are the sum over its centres.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from sim.arrays import F64, I64, Bools
from sim.log.features import Frame
from sim.log.moments import FEW
from sim.log.records import BookingLog
from sim.log.recovery import MOST_FULL, Rates, log_interval, recover
from sim.log.sales import OfferedRooms, Sales, sales_by_hour
from sim.world.places import TIERS

LEAD_EDGES = (0.0, 0.125, 0.25, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 10.0, 14.0, 21.0,
              28.0, 45.0, 60.0, 90.0)  # fmt: skip
FEWEST_DAYS = 14
"""Days from which a month has a level of its own."""
DAY_NAMES = ("weekday", "weekend")


@dataclass(frozen=True, slots=True)
class AskingRates:
    """What a log says about asking.

    Attributes
    ----------
    rate, low, high, plain
        (K, 2, 24) requests of a day: recovered with 95 % intervals, and plain means of bookings.
    draws
        (B, K, 2, 24) rates of resampled weeks.
    weeks
        How many weeks the log has.
    tier
        (3,) share of requests by tier.
    month
        (12,) bookings a day; nan for months with few days.
    lead, leads
        Share of asking between the `LEAD_EDGES`, where rooms never filled; of how many.
    cells
        One row a cell that fills in some days (few bookings left out): what the log cannot tell,
        and its bounds.
    """

    rate: F64
    low: F64
    high: F64
    plain: F64
    draws: F64
    weeks: int
    tier: F64
    month: F64
    lead: F64
    leads: int
    cells: pd.DataFrame


def usual_hours(log: BookingLog, frame: Frame) -> I64:
    """(K,) whole hours of the median booking of each kind."""
    kind = frame.kind[log.venue]
    minutes = [log.minutes[kind == k] for k in range(len(frame.kinds))]
    return np.array([max(1, int(np.ceil(np.median(m) / 60))) if len(m) else 1 for m in minutes])


def rooms_of(frame: Frame, hours: I64) -> OfferedRooms:
    """When a use of the usual length may start in each room."""
    n = frame.opened.shape[1]
    ahead = np.pad(frame.opened >= 1.0, ((0, 0), (0, int(hours.max()))))
    free = np.ones_like(frame.opened, dtype=bool)
    for step in range(int(hours.max())):
        longer = (hours > step)[frame.kind]
        free[longer] &= ahead[longer, step : step + n]
    pools = int(frame.pool.max()) + 1
    length = np.ones(pools, dtype=np.int64)
    length[frame.pool] = hours[frame.kind]
    return OfferedRooms(frame.pool, frame.first, free, length)


def asking_rates(
    log: BookingLog, frame: Frame, weekend: Bools, hours: I64, resamples: int = 0
) -> AskingRates:
    """Recover the rates of asking.

    Parameters
    ----------
    weekend
        (D,) whether people behave as at a weekend.
    hours
        (K,) usual length of each kind's bookings.
    resamples
        Of weeks; 0: no intervals.
    """
    rooms = rooms_of(frame, hours)
    bookings, share, clock = sales_by_hour(log, rooms)
    shape = (rooms.groups, frame.days, 24)
    bookings, share = bookings.reshape(shape), share.reshape(shape)
    first_room = np.unique(frame.pool, return_index=True)[1]
    kind_of, tier_of = frame.kind[first_room], frame.tier[first_room]
    week = (frame.first + 3 + np.arange(frame.days)) // 7
    rate, plain = np.zeros((2, rooms.groups, 2, 24))
    draws = np.zeros((resamples, rooms.groups, 2, 24))
    cells = []
    for k in range(len(frame.kinds)):
        for day in range(2):
            pools, dates = np.flatnonzero(kind_of == k), np.flatnonzero(weekend == day)
            if len(dates) < 2 or len(pools) == 0:
                continue
            y, t = (a[np.ix_(pools, dates)].swapaxes(1, 2) for a in (bookings, share))
            sales = Sales(y.reshape(-1, len(dates)), t.reshape(-1, len(dates)))
            found = recover(sales, resamples=resamples, block=week[dates])
            often = (~np.isnan(sales.open_share)).mean(axis=1)  # of the days it is open
            rate[pools, day] = (found.rate * often).reshape(-1, 24)
            plain[pools, day] = (found.plain * often).reshape(-1, 24)
            if resamples:
                draws[:, pools, day] = (found.draws * often).reshape(resamples, -1, 24)
            enough = np.nansum(sales.bookings, axis=1) >= FEW
            cells.append(_cells(found, enough, frame, first_room[pools], day, log.has_times))
    of_kind = kind_of[None, :] == np.arange(len(frame.kinds))[:, None]
    by_kind = np.einsum("kp,pdh->kdh", of_kind, rate)
    kind_draws = np.einsum("kp,bpdh->bkdh", of_kind, draws)
    weeks = len(np.unique(week))
    days = np.array([(~weekend).mean(), weekend.mean()])
    low, high = log_interval(by_kind, kind_draws, weeks) if resamples > 1 else (by_kind, by_kind)
    by_tier = np.bincount(tier_of, (rate.sum(axis=2) * days).sum(axis=1), minlength=len(TIERS))
    return AskingRates(
        rate=by_kind,
        low=low,
        high=high,
        plain=np.einsum("kp,pdh->kdh", of_kind, plain),
        draws=kind_draws,
        weeks=weeks,
        tier=by_tier / max(by_tier.sum(), 1e-9),
        month=_months(bookings, frame),
        lead=np.histogram(clock.leads, LEAD_EDGES)[0] / max(len(clock.leads), 1),
        leads=len(clock.leads),
        cells=pd.concat(cells, ignore_index=True),
    )


def _months(bookings: F64, frame: Frame) -> F64:
    """(12,) bookings a day of each month of the year."""
    dates = (np.datetime64(frame.first, "D") + np.arange(frame.days)).astype("datetime64[M]")
    month = dates.astype(np.int64) % 12
    number = np.bincount(month, np.nansum(bookings, axis=(0, 2)), minlength=12)
    days = np.bincount(month, minlength=12)
    return np.where(days >= FEWEST_DAYS, number / np.maximum(days, 1), np.nan)


def _cells(
    found: Rates, enough: Bools, frame: Frame, room: I64, day: int, timed: bool
) -> pd.DataFrame:
    """Cells that fill in some days, of `FEW` bookings at least, in requests of a day of opening."""
    some = (found.full > 0) & enough
    names = np.array([frame.venues[r] for r in room])
    told = some if timed else some & (found.full <= MOST_FULL)
    return pd.DataFrame(
        {
            "like_venue": np.repeat(names, 24),
            "day": DAY_NAMES[day],
            "hour": np.tile(np.arange(24), len(room)),
            "days_full": found.full,
            "bookings": found.plain,
            "at_least": found.cautious if timed else found.plain,
            "requests": np.where(told, found.rate if timed else found.plain, np.nan),
            "low": np.where(told, found.low, np.nan),
            "high": np.where(told, found.high, np.nan),
        }
    )[some]
