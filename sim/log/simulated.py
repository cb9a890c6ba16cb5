"""A replication's bookings as the log that its operator would have."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.arrays import Bools
from sim.booking.requests import Outcome
from sim.log.features import Frame, build_frame
from sim.log.records import CANCELLED, KEPT, NO_SHOW, UNKNOWN, BookingLog
from sim.measure.occupancy import people_a_room
from sim.model import History, Model


@dataclass(frozen=True, slots=True)
class LogReader:
    """What reading a replication needs."""

    model: Model
    frame: Frame
    weekend: Bools


def build_reader(model: Model) -> LogReader:
    """Prepare to read replications of a model."""
    calendar = model.world.calendar
    weekend = calendar.weekend[calendar.count_from : calendar.count_until]
    return LogReader(model, build_frame(model.world), weekend)


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
