"""Rates of asking by kind of day and hour, recovered from a log or from a replication's bookings.

Cells are the rooms of one kind in one centre, a kind of day (weekday, weekend or holiday) and an
hour; a date is one look at a cell. Rates of a kind are the sum over its centres.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from sim.arrays import F64, I64, Bools
from sim.log.features import Frame
from sim.log.records import FEW, BookingLog
from sim.log.recovery import MOST_FULL, Sales, log_interval, rates_of
from sim.log.sales import LoggedHours, OfferedRooms, logged_hours
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


class _Cells:
    """Hours of weekdays and weekend days of all groups, (G, 2, 24), estimated block by block."""

    def __init__(self, logged: LoggedHours, kind_of: I64, weekend: Bools) -> None:
        self.logged, self.shape = logged, (len(kind_of), 2, 24)
        pairs = [
            (np.flatnonzero(kind_of == k), np.flatnonzero(weekend == day), day)
            for k in np.unique(kind_of)
            for day in range(2)
        ]
        self.blocks = [block for block in pairs if len(block[1]) > 1]
        self.spreads = [4.0] * len(self.blocks)

    def _sales(self, share: F64, pools: I64, dates: I64) -> Sales:
        """Sales of some groups' hours (groups x 24, dates)."""
        bookings, share = (
            a[np.ix_(pools, dates)].swapaxes(1, 2).reshape(-1, len(dates))
            for a in (self.logged.bookings, share)
        )
        return Sales(bookings, share)

    def rates(self, weight: I64) -> F64:
        """Rates a day of opening, each day weighted; the clock is read off the same days."""
        found, share = np.zeros(self.shape), self.logged.open_share(weight)
        for i, (pools, dates, day) in enumerate(self.blocks):
            sales = self._sales(share, pools, np.repeat(dates, weight[dates]))
            rate, self.spreads[i] = rates_of(sales, self.spreads[i])
            found[pools, day] = rate.reshape(-1, 24)
        return found

    def described(self) -> dict[str, F64]:
        """Share of days open and of days full, bookings of an open day, their number and bound."""
        names = ("often", "full", "plain", "cautious", "number")
        found = {name: np.zeros(self.shape) for name in names}
        share = self.logged.open_share()
        for pools, dates, day in self.blocks:
            sales = self._sales(share, pools, dates)
            number = np.nansum(sales.bookings, axis=1)
            often = sales.known.mean(axis=1)
            values = (often, sales.full, sales.plain, sales.cautious, number)
            for name, one in zip(names, values, strict=True):
                found[name][pools, day] = one.reshape(-1, 24)
        return found


def asking_rates(log: BookingLog, frame: Frame, hours: I64, resamples: int = 0) -> AskingRates:
    """Recover the rates of asking.

    Parameters
    ----------
    hours
        (K,) usual length of each kind's bookings.
    resamples
        Of weeks; 0: no intervals.
    """
    logged = logged_hours(log, rooms_of(frame, hours))
    first_room = np.unique(frame.pool, return_index=True)[1]
    cells = _Cells(logged, frame.kind[first_room], frame.weekend)
    week = np.unique((frame.first + 3 + np.arange(frame.days)) // 7, return_inverse=True)[1]
    weeks = int(week[-1]) + 1
    found = cells.described()
    rate = cells.rates(np.ones(frame.days, dtype=np.int64))
    drawn = np.random.default_rng(1).integers(0, weeks, (resamples, weeks))
    draws = [cells.rates(np.bincount(d, minlength=weeks)[week]) for d in drawn]
    every = np.array(draws).reshape(resamples, *rate.shape)
    of_kind = frame.kind[first_room] == np.arange(len(frame.kinds))[:, None]
    by_kind, kind_draws, plain = (
        np.einsum("kp,...pdh->...kdh", of_kind.astype(np.float64), x * found["often"])
        for x in (rate, every, found["plain"])
    )
    (low, high), (kind_low, kind_high) = (
        log_interval(mean, x, weeks) if resamples > 1 else (mean, mean)
        for mean, x in ((rate, every), (by_kind, kind_draws))
    )
    asked = ((rate * found["often"]).sum(axis=2) * day_shares(frame)).sum(axis=1)
    by_tier = np.bincount(frame.tier[first_room], asked, minlength=len(TIERS))
    return AskingRates(
        rate=by_kind,
        low=kind_low,
        high=kind_high,
        plain=plain,
        draws=kind_draws,
        weeks=weeks,
        tier=by_tier / max(by_tier.sum(), 1e-9),
        month=_months(logged.bookings, frame),
        lead=np.histogram(logged.leads, LEAD_EDGES)[0] / max(len(logged.leads), 1),
        leads=len(logged.leads),
        cells=_limits(
            np.array(frame.venues)[first_room],
            (found["full"] > 0) & (found["number"] >= FEW),
            {**found, "rate": rate, "low": low, "high": high},
            log.has_times,
        ),
    )


def day_shares(frame: Frame) -> F64:
    """Shares of weekdays and of weekend days."""
    return np.array([(~frame.weekend).mean(), frame.weekend.mean()])


def months_of(frame: Frame) -> I64:
    """(D,) month of each day, 0 January."""
    dates = (np.datetime64(frame.first, "D") + np.arange(frame.days)).astype("datetime64[M]")
    return np.asarray(dates.astype(np.int64) % 12)


def _months(bookings: F64, frame: Frame) -> F64:
    """(12,) bookings a day of each month of the year."""
    month = months_of(frame)
    number = np.bincount(month, np.nansum(bookings, axis=(0, 2)), minlength=12)
    days = np.bincount(month, minlength=12)
    return np.where(days >= FEWEST_DAYS, number / np.maximum(days, 1), np.nan)


def _limits(
    names: npt.NDArray[np.str_], some: Bools, found: dict[str, F64], timed: bool
) -> pd.DataFrame:
    """Cells that fill in some days, of `FEW` bookings at least, in requests of a day of opening."""
    room, day, hour = np.nonzero(some)
    found = {name: values[some] for name, values in found.items()}
    told = timed | (found["full"] <= MOST_FULL)
    return pd.DataFrame(
        {
            "like_venue": names[room],
            "day": np.array(DAY_NAMES)[day],
            "hour": hour,
            "days_full": found["full"],
            "bookings": found["plain"],
            "at_least": found["cautious" if timed else "plain"],
            "requests": np.where(told, found["rate" if timed else "plain"], np.nan),
            "low": np.where(told, found["low"], np.nan),
            "high": np.where(told, found["high"], np.nan),
        }
    )
