"""What a log, or a replication as its operator's log, is compared by: the same figures."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd

from sim.arrays import F64, I64, Bools
from sim.booking.diaries import each_slot
from sim.booking.requests import Outcome
from sim.log.records import BLOCK, CANCELLED, KEPT, NO_SHOW, UNKNOWN, BookingLog, hidden
from sim.measure.occupancy import people_a_room
from sim.model import History, Model
from sim.world.places import TIERS
from sim.world.world import World

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
LEADS = (0.125, 0.5, 1, 2, 4, 7, 14, 28)
LENGTHS = (60, 90, 120, 180)
EVENING = slice(18, 22)
UNITS = {
    "bookings a day": "count",
    "bookings by kind and tier": "count",
    "hour of the week": "share",
    "lead time": "share",
    "duration": "share",
    "party": "count",
    "cancelled and no-show": "share",
    "utilisation by venue": "share",
    "bookings per booker": "count",
    "full evenings": "share",
    "runs of full evenings": "days",
}
"""Aspect -> unit, in the order in which they are measured."""


@dataclass(frozen=True, slots=True)
class Frame:
    """The counting window of a world, hour by hour.

    Attributes
    ----------
    first
        First day, since 1970-01-01.
    opened
        (V, H) share of each hour that each venue is open.
    kind, tier, pool
        (V,) kind, tier, and number of the rooms of one kind in one centre.
    weekend
        (D,) whether people behave as at a weekend.
    """

    first: int
    opened: F64
    kinds: tuple[str, ...]
    venues: tuple[str, ...]
    kind: I64
    tier: I64
    pool: I64
    weekend: Bools

    @property
    def days(self) -> int:
        """Days of the window."""
        return int(self.opened.shape[1]) // 24


def build_frame(world: World) -> Frame:
    """The frame of a world's counting window."""
    calendar, venues = world.calendar, world.venues
    minutes = np.repeat(world.opening.is_open, world.grid, axis=1)
    window = minutes[:, calendar.count_from * 1440 : calendar.count_until * 1440]
    by_hour = window.reshape(len(window), -1, 60).mean(axis=2)
    pools = venues.centre * len(world.kinds) + venues.kind
    return Frame(
        first=int(np.datetime64(calendar.date(calendar.count_from), "D").astype(int)),
        opened=by_hour[venues.profile],
        kinds=world.kinds,
        venues=venues.names,
        kind=venues.kind,
        tier=world.centres.tier[venues.centre],
        pool=np.unique(pools, return_inverse=True)[1].astype(np.int64),
        weekend=calendar.weekend[calendar.count_from : calendar.count_until],
    )


def features_of(log: BookingLog, frame: Frame) -> pd.DataFrame:
    """Figures of a log's bookings that start in the frame.

    Returns
    -------
    DataFrame
        `aspect`, `level`, `value` (nan: not recorded) and `people` behind it (bookings where
        bookers are not recorded).
    """
    day = log.days - frame.first
    log = log.where((log.status != BLOCK) & (day >= 0) & (day < frame.days))
    rows = [
        *_counts(log, frame),
        *_hours(log, frame),
        *_leads_and_lengths(log),
        *_fates(log),
        *_use(log, frame),
        *_bookers(log),
    ]
    return pd.DataFrame(rows, columns=["aspect", "level", "value", "people"])


Row = tuple[str, str, float, float]


def _people(log: BookingLog, label: I64, n: int) -> F64:
    """(n,) different bookers of each label; bookings where bookers are not recorded."""
    if len(log) == 0 or (log.booker < 0).mean() > 0.5:
        return np.bincount(label, minlength=n).astype(np.float64)
    pairs = np.unique(np.stack([label, log.booker]), axis=1)
    return np.bincount(pairs[0], minlength=n).astype(np.float64)


def _counts(log: BookingLog, frame: Frame) -> Iterator[Row]:
    day = log.days - frame.first
    daily = np.bincount(day, minlength=frame.days)
    everyone = float(_people(log, np.zeros(len(log), dtype=np.int64), 1)[0])
    yield "bookings a day", "all", daily.mean(), everyone
    dates = np.datetime64(frame.first, "D") + np.arange(frame.days)
    months, month = np.unique(dates.astype("datetime64[M]"), return_inverse=True)
    people = _people(log, month[day], len(months))
    for i, name in enumerate(months):
        yield "bookings a day", str(name), daily[month == i].mean(), people[i]
    weeks = frame.days / 7
    for names, code in ((frame.kinds, frame.kind), (TIERS, frame.tier)):
        label = code[log.venue]
        number = np.bincount(label, minlength=len(names)) / weeks
        for name, value, n in zip(names, number, _people(log, label, len(names)), strict=True):
            yield "bookings by kind and tier", name, value, n


def _hours(log: BookingLog, frame: Frame) -> Iterator[Row]:
    opened = frame.opened.sum(axis=0)
    hour_of_week = (np.arange(frame.opened.shape[1]) + 24 * (frame.first + 3)) % 168
    offered = np.bincount(hour_of_week, weights=opened, minlength=168)
    number = np.bincount(log.hour_of_week, minlength=168)
    people = _people(log, log.hour_of_week, 168)
    for hour in np.flatnonzero((offered > 0) | (number > 0)).tolist():
        name = f"{DAYS[hour // 24]}-{hour % 24:02d}"
        yield "hour of the week", name, number[hour] / max(len(log), 1), people[hour]


def _leads_and_lengths(log: BookingLog) -> Iterator[Row]:
    leads = log.lead_days[~np.isnan(log.lead_days)] if log.has_times else np.zeros(0)
    for days in LEADS:
        name = f"within {days:g} days" if days >= 1 else f"within {days * 24:g} hours"
        yield "lead time", name, _mean(leads <= days), len(leads)
    for minutes in LENGTHS:
        yield "duration", f"up to {minutes} minutes", _mean(log.minutes <= minutes), len(log)
    yield "party", "all", _mean(log.party[~np.isnan(log.party)]), len(log)


def _fates(log: BookingLog) -> Iterator[Row]:
    """Shares given up; nan where the log has none at all, for then they are not recorded."""
    cancelled, missed = log.is_cancelled, log.is_missed
    for level, given_up, recorded in (
        ("cancelled", cancelled, cancelled.any()),
        ("no-show", missed[~cancelled], missed.any()),
    ):
        share = _mean(given_up) if recorded else np.nan
        yield "cancelled and no-show", level, share, len(given_up)


def _use(log: BookingLog, frame: Frame) -> Iterator[Row]:
    booked = booked_hours(log.where(~log.is_cancelled), frame)
    opened = frame.opened.sum(axis=1)
    use = booked.sum(axis=1) / np.maximum(opened, 1e-9)
    people = _people(log, log.venue, len(frame.venues))
    for name, value, hours, n in zip(frame.venues, use, opened, people, strict=True):
        if hours > 0:
            yield "utilisation by venue", name, value, n
    evening = (len(booked), frame.days, 24)
    held = booked.reshape(evening)[:, :, EVENING].sum(axis=2)
    offered = frame.opened.reshape(evening)[:, :, EVENING].sum(axis=2)
    pools = int(frame.pool.max()) + 1
    taken, on_offer = np.zeros((2, pools, frame.days))
    np.add.at(taken, frame.pool, held)
    np.add.at(on_offer, frame.pool, offered)
    full = (taken >= on_offer - 0.01) & (on_offer > 0)
    kind_of = np.zeros(pools, dtype=np.int64)
    kind_of[frame.pool] = frame.kind
    begins = full & ~np.pad(full, ((0, 0), (1, 0)))[:, :-1]
    for k, name in enumerate(frame.kinds):
        some = kind_of == k
        evenings = (on_offer[some] > 0).sum()
        if evenings:
            yield "full evenings", name, full[some].sum() / evenings, np.inf
            run = full[some].sum() / max(begins[some].sum(), 1)
            yield "runs of full evenings", name, run, np.inf


def _bookers(log: BookingLog) -> Iterator[Row]:
    each = np.sort(np.unique(log.booker[log.booker >= 0], return_counts=True)[1])
    bookers, known = len(each), int(each.sum())
    mean, top = np.nan, np.nan
    if bookers > 0 and known > 0.5 * len(log):
        mean, top = known / bookers, float(each[-max(1, bookers // 10) :].sum() / known)
    yield "bookings per booker", "mean", mean, bookers
    yield "bookings per booker", "share of the busiest tenth", top, bookers


def _mean(values: F64 | I64 | Bools) -> float:
    return float(np.mean(values)) if len(values) else float("nan")


def booked_hours(log: BookingLog, frame: Frame) -> F64:
    """(V, H) hours booked in each hour of the window."""
    hours = frame.opened.shape[1]
    begin = (log.start - np.datetime64(frame.first, "D")).astype("timedelta64[m]")
    start = begin.astype(np.int64) / 60.0
    end = start + log.minutes / 60.0
    low = np.floor(start).astype(np.int64)
    number = np.ceil(end).astype(np.int64) - low
    row, hour = each_slot(low, number)
    overlap = np.minimum(end[row], hour + 1) - np.maximum(start[row], hour)
    inside = (hour >= 0) & (hour < hours)
    flat = log.venue[row[inside]] * hours + hour[inside]
    booked = np.bincount(flat, weights=overlap[inside], minlength=len(frame.venues) * hours)
    return np.asarray(booked.reshape(len(frame.venues), hours))


def published(features: pd.DataFrame) -> pd.Series:
    """Values of a log's features, those of few people left out (see `moments.hidden`)."""
    small = pd.Series(False, index=features.index)
    for _, part in features.groupby("aspect", sort=False):
        small[part.index] = hidden(part["people"].to_numpy(dtype=np.float64))
    return features["value"].mask(small)


class LogReader(NamedTuple):
    """What reading a replication needs."""

    model: Model
    frame: Frame


def build_reader(model: Model) -> LogReader:
    """Prepare to read replications of a model."""
    return LogReader(model, build_frame(model.world))


def simulated_log(model: Model, history: History) -> BookingLog:
    """Only what succeeded, off-platform use left out: what a booking system records.

    Of a booking of several rooms each has an entry of its own, with its part of the people.
    """
    world, cells = model.world, model.plan.cells
    booked, venue = history.rooms_of(np.flatnonzero(history.outcome == Outcome.BOOKED))
    wish = history.asked[booked]
    wishes = history.wishes
    cell = wishes.cell[wish].astype(np.int64)
    zero, minute = np.datetime64(world.calendar.first, "m"), np.timedelta64(1, "m")
    start = zero + history.start[booked] * world.grid * minute
    cancelled, no_show = history.cancelled[booked], history.no_show[booked]
    gives_up = np.floor(np.where(cancelled, history.gives_up[booked], 0.0)).astype(np.int64)
    made = zero + np.floor(history.asked_at[booked]).astype(np.int64) * minute
    return BookingLog(
        venues=world.venues.names,
        venue=venue,
        made=np.minimum(made, start),
        start=start,
        end=start + history.length[booked] * world.grid * minute,
        status=np.where(cancelled, CANCELLED, np.where(no_show, NO_SHOW, KEPT)).astype(np.int64),
        cancelled=np.where(cancelled, zero + gives_up * minute, UNKNOWN),
        checked_in=np.where(cancelled, -1, 1 - no_show.astype(np.int64)),
        party=people_a_room(history)[booked],
        booker=history.bookers.drawn_for(
            wishes.key[wish],
            cells.origin[cell],
            cells.segment[cell],
            wishes.layer[wish].astype(np.int64),
        ),
    )


def read_replication(reader: LogReader, history: History) -> BookingLog:
    """What the booking system has of a replication's counting window."""
    log = simulated_log(reader.model, history)
    day = log.days - reader.frame.first
    return log.where((day >= 0) & (day < reader.frame.days))
