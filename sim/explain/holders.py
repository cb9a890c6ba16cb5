"""Who holds a venue's slots at a moment of a replication: what a full diary is made of."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from sim.arrays import I64, Bools
from sim.booking.requests import Outcome
from sim.model import Model, OpenedReplication, open_replication, run_clock
from sim.programme.sessions import Status
from sim.world.calendar import runs

Use = Literal["closed", "off-platform", "booking", "activity", "club"]


@dataclass(frozen=True, slots=True)
class Holding:
    """A stretch of a venue's time that is not free.

    Attributes
    ----------
    start, end
        Local time.
    use
        What it is taken by.
    request
        Index of the request that holds it, -1 if none does.
    club
        Name of the club that holds it; empty if none does.
    """

    start: dt.datetime
    end: dt.datetime
    use: Use
    request: int
    club: str = ""


@dataclass(frozen=True, slots=True)
class Replay:
    """A replication run again until a moment.

    Attributes
    ----------
    end_minute
        Minutes of the horizon; what happens then or later has not happened.
    bookings
        Requests that hold a booking at that moment.
    sessions
        (n, 3) venue, first slot and end of the sessions that have a room at that moment.
    clubs
        Sessions of the timetable that have their room at that moment.
    """

    model: Model
    opened: OpenedReplication
    end_minute: float
    bookings: I64
    sessions: I64
    clubs: I64

    def opened_again(self) -> OpenedReplication:
        """Open the same replication afresh."""
        return open_replication(self.model, self.opened.seed, self.opened.replication)

    def time(self, slot: int) -> dt.datetime:
        """Local time of a slot's start."""
        return self.moment(slot * self.model.world.grid)

    def moment(self, minutes: float) -> dt.datetime:
        """Local time of a minute of the horizon."""
        return self.model.world.calendar.moment(minutes)

    def asked_at(self, request: int) -> dt.datetime:
        """Local time of asking, in whole minutes."""
        return self.moment(round(float(self.opened.requests.asked_at[request])))

    def wish(self, request: int) -> str:
        """Name of a request's wish, as in `requests.parquet`."""
        return f"{int(self.opened.wishes.key[self.opened.asked[request]]):016x}"

    def names(self, venues: Iterable[int]) -> str:
        """Names of rooms."""
        return " and ".join(self.model.world.venues.names[venue] for venue in venues)

    def booking_words(self, request: int, time_words: str) -> str:
        """A booking by the name of its wish, when it is, and when it was asked for."""
        asked = f"{self.asked_at(request):%Y-%m-%d %H:%M}"
        return f"booking {self.wish(request)} {time_words}, asked {asked}"

    def holdings(self, venue: int, start: int, end: int) -> list[Holding]:
        """Uses that take a venue's slots from `start` until `end`, in order of time."""
        world = self.model.world
        open_ = world.opening.is_open[world.venues.profile[venue]]
        off = self.opened.off_platform[venue].ravel()
        found = self._bookings(venue, start, end)
        found += self._sessions(venue, start, end)
        found += self._clubs(venue, start, end)
        found += self._stretches(~open_, "closed", start, end)
        found += self._stretches(off, "off-platform", start, end)
        return sorted(found, key=lambda h: (h.start, h.use))

    def is_free(self, venue: int, start: int, duration: int) -> bool:
        """Whether a venue is free and open for a whole duration."""
        world = self.model.world
        end = start + duration
        if start < 0 or end > world.opening.is_open.shape[1]:
            return False
        return not self.holdings(venue, start, end)

    def _bookings(self, venue: int, start: int, end: int) -> list[Holding]:
        desk = self.opened.counter.desk
        found = []
        for i in self.bookings.tolist():
            first, last = desk.start[i], desk.start[i] + desk.length[i]
            if first < end and last > start and venue in desk.venues(i):
                found.append(Holding(self.time(first), self.time(last), "booking", i))
        return found

    def _sessions(self, venue: int, start: int, end: int) -> list[Holding]:
        at, first, last = self.sessions.T
        here = self.sessions[(at == venue) & (first < end) & (last > start)]
        return [
            Holding(self.time(since), self.time(until), "activity", -1)
            for _, since, until in here.tolist()
        ]

    def _clubs(self, venue: int, start: int, end: int) -> list[Holding]:
        plan = self.model.clubs
        here = self.clubs[plan.venue[self.clubs] == venue]
        first = plan.start[here]
        last = first + plan.duration[here]
        touching = (first < end) & (last > start)
        rows = zip(here[touching], first[touching], last[touching], strict=True)
        return [
            Holding(self.time(int(a)), self.time(int(b)), "club", -1, plan.rows[plan.row[s]].group)
            for s, a, b in rows
        ]

    def _stretches(self, taken: Bools, use: Use, start: int, end: int) -> list[Holding]:
        """Unbroken stretches of taken slots that touch [start, end), cut to it."""
        return [
            Holding(self.time(start + a), self.time(start + b), use, -1)
            for a, b in runs(taken[start:end])
        ]


def replay_until(
    model: Model, opened: OpenedReplication, moment: float, request: int | None = None
) -> Replay:
    """Run an opened replication until just before a time, and note who holds a booking then.

    With a `request` of that time, those asked in the same minute but before it are served too.
    """
    until = moment if request is None else float("inf")
    run_clock(opened.counter, until, request, opened.programme)
    desk, requests = opened.counter.desk, opened.requests
    outcome = np.asarray(desk.outcome)
    start = np.array(desk.start) * model.world.grid
    given_up = requests.gives_up < moment
    if request is not None:  # at one and the same time the requests have their order
        given_up[:request] |= requests.gives_up[:request] == moment
    given_up &= requests.gives_up <= start
    bookings = np.flatnonzero((outcome == Outcome.BOOKED) & ~given_up)
    due = moment if request is None else np.nextafter(moment, np.inf)
    clubs = model.clubs.held_at(opened.club_unused, due)
    return Replay(model, opened, moment, bookings, _sessions_at(opened, due), clubs)


def _sessions_at(opened: OpenedReplication, moment: float) -> I64:
    """(n, 3) venue, first slot and end of sessions that were published and not cancelled before."""
    if opened.programme is None:
        return np.zeros((0, 3), dtype=np.int64)
    record = opened.programme.record()
    given_back = (record.status == Status.CANCELLED) & (record.sessions.decided < moment)
    at = np.flatnonzero((record.venue >= 0) & ~given_back)
    first, duration = record.sessions.start[at], record.sessions.duration[at]
    return np.stack([record.venue[at], first, first + duration], axis=1)
