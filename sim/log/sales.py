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
class LoggedHours:
    """Every hour of every day of groups of rooms.

    Attributes
    ----------
    bookings
        (G, D, 24); nan where closed.
    sold_out
        (G, D, 24) whether all rooms were taken at some time.
    shut, since, until
        (N,) flat number of an hour, and how many days ahead all its rooms were taken from and to.
    leads, lead_day
        (L,) days ahead, ascending, of bookings in hours that never sold out, and their days.
    """

    bookings: F64
    sold_out: Bools
    shut: I64
    since: F64
    until: F64
    leads: F64
    lead_day: I64

    def open_share(self, weight: I64 | None = None) -> F64:
        """(G, D, 24) for how much of the asking each hour could be booked; nan where closed.

        Parameters
        ----------
        weight
            (D,) how often each day counts for the lead-time clock; None: once.
        """
        each = np.ones(len(self.leads)) if weight is None else weight[self.lead_day]
        later = np.append(0.0, np.cumsum(each))  # asking that is done nearer to the start
        taken = later[np.searchsorted(self.leads, np.stack([self.since, self.until]))]
        whole = max(1.0, later[-1])
        lost = np.bincount(self.shut, (taken[0] - taken[1]) / whole, self.bookings.size)
        share = np.maximum(1.0 - lost.reshape(self.bookings.shape), 0.5 / whole)
        share = np.where(self.sold_out, np.minimum(share, 1.0 - 1e-9), share)
        return np.where(np.isnan(self.bookings), np.nan, share)


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


def logged_hours(log: BookingLog, rooms: OfferedRooms) -> LoggedHours:
    """Bookings of every hour, and when all its rooms were taken.

    An hour is open while some room of the group is free for a use of the usual length. A booking
    that was cancelled, nobody knows when, is taken to have blocked nothing.
    """
    hours = rooms.free.shape[1]
    offered = np.zeros((len(rooms.length), hours))
    inside = rooms.group >= 0
    np.add.at(offered, rooms.group[inside], rooms.free[inside])
    begin = log.start.astype("datetime64[h]").astype(np.int64) - rooms.first * 24
    group = rooms.group[log.venue]
    people = (log.status != BLOCK) & (group >= 0) & (begin >= 0) & (begin < hours)
    at = (group[people] * hours + begin[people]).astype(np.int64)
    bookings = np.bincount(at, minlength=offered.size).reshape(offered.shape)
    cell, lead, taken = _takings(log, rooms)
    all_taken = taken >= offered.ravel()[cell]
    sold_out = np.zeros(offered.size, dtype=bool)
    sold_out[cell[all_taken]] = True
    free = ~sold_out[at]
    timed = log.lead_days[people]
    read = ~np.isnan(timed) & (free if free.any() else True)
    order = np.argsort(timed[read], kind="stable")
    # from each event to the next of its cell (or to the start) the rooms are all taken or not
    last = np.append(cell[1:] != cell[:-1], True)[: len(cell)]
    shut = all_taken & log.has_times
    shape = (len(rooms.length), hours // 24, 24)
    return LoggedHours(
        bookings=np.where(offered > 0, bookings, np.nan).reshape(shape),
        sold_out=(sold_out.reshape(offered.shape) & (offered > 0)).reshape(shape),
        shut=cell[shut],
        since=lead[shut],
        until=np.where(last, 0.0, np.append(lead[1:], 0.0)[: len(cell)])[shut],
        leads=timed[read][order],
        lead_day=begin[people][read][order] // 24,
    )


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
