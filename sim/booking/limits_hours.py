"""Policy part `limits.hours`: so many hours booked in a day, week or month of use.

A request is looked at twice. Before a room is sought, at its preferred start and centre: whose
hours are used up there is refused, although a shifted start or another centre might fall under
another stretch, hour class or centre. When a room was found, at the start and centre given: whom
the search moved to where the hours are used up is refused too. Whoever is decided again later is
looked at only where something is given, for it may be another day.

A booking counts with the length that was booked, wholly on the day of its start; what is given up
counts no longer, what nobody claims does.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from sim.booking.barred import Barred, note_barred, people_of
from sim.booking.counter import Counter
from sim.booking.layout import Rooms
from sim.booking.requests import Outcome
from sim.booking.rules import Rules
from sim.booking.timing import SLACK
from sim.scenario.schema.limits import Cap

__all__ = ["HoursCaps", "hours_spec"]

I64 = npt.NDArray[np.int64]

_LIMIT = int(Outcome.LIMIT)


def hours_spec(rules: Rules, _rooms: Rooms) -> tuple[Cap, ...] | None:
    """The caps; None without any."""
    return tuple(rules.limits.hours) or None


class HoursCaps:
    """All caps of a set of rules: every one holds."""

    def __init__(self, spec: tuple[Cap, ...], rooms: Rooms, counter: Counter) -> None:
        self._counter, self._outcome = counter, counter.desk.outcome
        self._tallies = [_Tally(cap, rooms, counter) for cap in spec]

    def admit(self, i: int, now: float) -> int:
        """Refuse who has used up the hours of the preferred start."""
        if self._outcome[i]:  # decided before: `accept` looks at what it is given now
            return 0
        for tally in self._tallies:
            account = tally.preferred[i]
            if account >= 0 and tally.is_over(i, account):
                return self._refuse(tally, account, i, now)
        return 0

    def accept(self, i: int, now: float) -> int:
        """Refuse who has used up the hours of the start that would be given."""
        for tally in self._tallies:
            account = tally.account(i)
            if account >= 0 and tally.is_over(i, account):
                return self._refuse(tally, account, i, now)
        return 0

    def booked(self, i: int, _now: float) -> None:
        """Count the hours of a booking."""
        for tally in self._tallies:
            tally.add(i)

    def given_up(self, i: int, _now: float) -> None:
        """Give its hours back."""
        for tally in self._tallies:
            tally.remove(i)

    def _refuse(self, tally: _Tally, account: int, i: int, now: float) -> int:
        bookings = tuple(tally.bookings.get(account, ()))
        note_barred(self._counter, i, now, Barred("hours", tally.cap, bookings, np.inf))
        return _LIMIT


class _Tally:
    """Minutes booked under one cap.

    They are kept by account: a number for a person or household, a kind or centre, and a stretch of
    time; -1 for starts the cap leaves out.

    Attributes
    ----------
    preferred
        Account of every request at its preferred start and centre.
    minutes, bookings
        By account: what is booked, in minutes, and by which requests.
    """

    def __init__(self, cap: Cap, rooms: Rooms, counter: Counter) -> None:
        requests = counter.requests
        self.cap = cap
        self.minutes: dict[int, int] = {}
        self.bookings: dict[int, list[int]] = {}
        self._most = cap.at_most * 60.0 + SLACK
        self._length = (requests.duration * rooms.grid).tolist()
        stretch = _stretches(cap, rooms)
        number = int(stretch.max(initial=0)) + 1
        here = _centres(rooms) if cap.each == "centre" else np.zeros(len(rooms.rooms), np.int64)
        places = int(here.max(initial=0)) + 1
        kind = requests.kind if cap.each == "kind" else np.zeros(len(requests), np.int64)
        kinds = int(kind.max(initial=0)) + 1
        row = (np.array(people_of(counter, cap.by), np.int64) * kinds + kind) * places * number
        at = stretch[np.clip(requests.start, 0, len(stretch) - 1)]
        place = here[requests.pools[:, 0]] * number
        self.preferred: list[int] = np.where(at < 0, -1, row + place + at).tolist()
        self._row, self._stretch = row.tolist(), stretch.tolist()
        self._place = [int(here[p[0]]) * number if p else 0 for p in rooms.pools_of]
        self._start, self._venue = counter.desk.start, counter.desk.venue

    def account(self, i: int) -> int:
        """Account of a booking at the start and centre given."""
        at: int = self._stretch[self._start[i]]
        return at if at < 0 else self._row[i] + self._place[self._venue[i]] + at

    def is_over(self, i: int, account: int) -> bool:
        """Whether an account has no room for a request's hours."""
        return bool(self.minutes.get(account, 0) + self._length[i] > self._most)

    def add(self, i: int) -> None:
        """Count a booking."""
        account = self.account(i)
        if account >= 0:
            self.minutes[account] = self.minutes.get(account, 0) + self._length[i]
            self.bookings.setdefault(account, []).append(i)

    def remove(self, i: int) -> None:
        """Count it no longer."""
        account = self.account(i)
        if account >= 0:
            self.minutes[account] -= self._length[i]
            self.bookings[account].remove(i)


def _stretches(cap: Cap, rooms: Rooms) -> I64:
    """(T,) number of the stretch of time of every start; -1 for those the cap leaves out."""
    day = np.arange(rooms.n_days)
    if cap.per == "week":
        day = (day + rooms.weekday) // 7
    elif cap.per == "month":
        day = np.array(rooms.month) - rooms.month[0]
    stretch = np.repeat(day, rooms.slots)
    if cap.when == "always":
        return stretch
    return np.where(rooms.peak == (cap.when == "peak"), stretch, -1)


def _centres(rooms: Rooms) -> I64:
    """Centre of every pool."""
    return np.array(rooms.centre, dtype=np.int64)
