"""What a log says of each hour: bookings, and for how much of the asking it could be booked.

Time runs on the lead-time clock: the share of asking done by then, read off cells that never fill.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.arrays import F64, I64, Bools
from sim.booking.diaries import each_slot
from sim.log.records import BLOCK, BookingLog


@dataclass(frozen=True, slots=True)
class Clock:
    """The lead-time clock: sorted leads in days of what could be booked at any time."""

    leads: F64

    def elapsed(self, lead: F64) -> F64:
        """Share of asking that is done when so many days are left."""
        before = np.searchsorted(self.leads, lead, side="left")
        return np.asarray(1.0 - before / max(1, len(self.leads)))


@dataclass(frozen=True, slots=True)
class Sales:
    """What was booked and when it could be, by cell and week; nan where a cell was closed.

    Attributes
    ----------
    bookings, open_share
        (C, W).
    """

    bookings: F64
    open_share: F64

    @property
    def full(self) -> F64:
        """(C,) share of weeks that sold out."""
        known = ~np.isnan(self.open_share)
        sold = known & (np.nan_to_num(self.open_share, nan=1.0) < 1.0)
        return np.asarray(sold.sum(axis=1) / np.maximum(known.sum(axis=1), 1))


@dataclass(frozen=True, slots=True)
class OfferedRooms:
    """Which rooms could be booked.

    Attributes
    ----------
    group
        (V,) group of each venue, -1 none.
    first
        First day, since 1970-01-01.
    free
        (V, H) whether a use of the usual length may start in each hour of the days, by the hours
        of opening.
    length
        (groups,) that usual length in hours.
    """

    group: I64
    first: int
    free: Bools
    length: I64

    @property
    def groups(self) -> int:
        """Number of groups."""
        return len(self.length)


def sales_by_hour(log: BookingLog, rooms: OfferedRooms) -> tuple[F64, F64, Clock]:
    """Bookings and open share (groups, H) of every hour of every day, and the clock.

    An hour is open while some room of the group is free for a use of the usual length. A booking
    that was cancelled, nobody knows when, is taken to have blocked nothing.
    """
    hours = rooms.free.shape[1]
    offered = np.zeros((rooms.groups, hours))
    inside = rooms.group >= 0
    np.add.at(offered, rooms.group[inside], rooms.free[inside])
    begin = log.start.astype("datetime64[h]").astype(np.int64) - rooms.first * 24
    group = rooms.group[log.venue]
    people = (log.status != BLOCK) & (group >= 0) & (begin >= 0) & (begin < hours)
    bookings = np.zeros((rooms.groups, hours))
    np.add.at(bookings, (group[people], begin[people]), 1.0)
    cell, lead, taken = _takings(log, rooms)
    busiest = np.zeros(rooms.groups * hours)
    np.maximum.at(busiest, cell, taken)
    sold_out = (busiest.reshape(offered.shape) >= offered) & (offered > 0)
    never = people.copy()
    never[people] = ~sold_out[group[people], begin[people]]
    leads = log.lead_days[never & ~np.isnan(log.made)] if never.any() else log.lead_days[people]
    clock = Clock(np.sort(leads[~np.isnan(leads)]))
    share = np.ones(rooms.groups * hours)
    if log.has_times:
        # from each event to the next of its cell (or to the start) the rooms are all taken or not
        last = np.append(cell[1:] != cell[:-1], True) if len(cell) else np.zeros(0, dtype=bool)
        now = clock.elapsed(lead)
        until = np.where(last, 1.0, np.append(now[1:], 1.0)) if len(cell) else now
        shut = taken >= offered.ravel()[cell]
        np.subtract.at(share, cell[shut], (until - now)[shut])
        least = 0.5 / max(1, len(clock.leads))
        share = np.maximum(share, least)
    share = share.reshape(offered.shape)
    share = np.where(sold_out & (share >= 1.0), 1.0 - 1e-9, share)
    closed = offered == 0
    return np.where(closed, np.nan, bookings), np.where(closed, np.nan, share), clock


def _takings(log: BookingLog, rooms: OfferedRooms) -> tuple[I64, F64, F64]:
    """Events of cells (group x H + hour), in order: days left and rooms taken from then on."""
    hours, group = rooms.free.shape[1], rooms.group[log.venue]
    minute = (log.start - np.datetime64(rooms.first, "D")).astype("timedelta64[m]")
    start = minute.astype(np.int64) / 60.0
    length = rooms.length[np.maximum(group, 0)]
    # a use of the usual length that starts in these hours would meet the booking
    low = np.floor(start - length).astype(np.int64) + 1
    high = np.ceil(start + log.minutes / 60.0).astype(np.int64)
    unknown = log.is_cancelled & np.isnat(log.cancelled)
    number = np.where((group >= 0) & ~unknown, high - low, 0)
    row, hour = each_slot(low, number)
    at = (hour >= 0) & (hour < hours)
    at[at] = rooms.free[log.venue[row[at]], hour[at]]
    row, hour = row[at], hour[at]
    when = np.datetime64(rooms.first, "D").astype("datetime64[m]") + hour.astype("timedelta64[h]")
    room = np.tile(log.venue[row] * hours + hour, 2)
    lead = np.concatenate(
        [
            np.where(np.isnat(time), unless, (when - time) / np.timedelta64(1440, "m"))
            for time, unless in ((log.made[row], np.inf), (log.cancelled[row], -1.0))
        ]
    )
    step = np.repeat([1, -1], len(row))
    order = np.lexsort((-step, -lead, room))
    room, lead, step = room[order], lead[order], step[order]
    held = np.cumsum(step)  # back to 0 at the end of each room's hour
    gained = (step > 0) & (held == 1)
    lost = (step < 0) & (held == 0)
    change = gained.astype(np.int64) - lost
    some = (change != 0) & (lead >= 0)
    venue, hour = np.divmod(room[some], hours)
    cell = rooms.group[venue] * hours + hour
    order = np.lexsort((-lead[some], cell))
    cell, lead, change = cell[order], lead[some][order], change[some][order]
    running = np.cumsum(change)
    first = np.append(True, cell[1:] != cell[:-1]) if len(cell) else np.zeros(0, dtype=bool)
    base = np.maximum.accumulate(np.where(first, np.arange(len(cell)), 0))
    taken = running - (running - change)[base]
    return cell, lead, taken.astype(np.float64)
