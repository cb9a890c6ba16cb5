"""Policy part `limits.no_shows`: who does not turn up too often is suspended.

A booking that nobody turns up for is a strike at its start; one given up too shortly before is a
strike at that moment. Strikes count against requests decided later than they occur. The strike that
is one too many suspends from then on, and the count starts anew. Bookings made already stand, and
may bring further strikes.

Only people who would not turn up in any case (`Askers.no_show`) are found here. Who is elsewhere at
the time, at another booking say, is known only when all is over, and brings no strike.
"""

from __future__ import annotations

from heapq import heappop, heappush

from sim.booking.barred import Barred, note_barred, people_of
from sim.booking.counter import Counter
from sim.booking.layout import Rooms
from sim.booking.requests import Outcome
from sim.scenario.schema.policy import NoShows, Policy

__all__ = ["Suspensions", "no_shows_spec"]

_SUSPENDED = int(Outcome.SUSPENDED)
DAY_MINUTES = 1440.0
Strike = tuple[float, int]
"""When, and the request whose booking it was."""


def no_shows_spec(rules: Policy, _rooms: Rooms) -> NoShows | None:
    """The rule of suspension; None without one."""
    return rules.limits.no_shows


class Suspensions:
    """Strikes of every person or household, and until when who is suspended.

    Strikes are noted when a booking is made and looked at when somebody asks again: people who
    never ask again cost nothing.
    """

    def __init__(self, spec: NoShows, rooms: Rooms, counter: Counter) -> None:
        self._spec, self._counter, self._grid = spec, counter, rooms.grid
        self._within = spec.within_days * DAY_MINUTES
        self._length = spec.suspend_days * DAY_MINUTES
        self._late = float(spec.late_cancel_minutes)
        self._who = people_of(counter, spec.by)
        self._stays_away = counter.askers.no_show.tolist()
        self._gives_up = counter.requests.gives_up.tolist()
        self._start, self._standby = counter.desk.start, counter.notes.standby
        self._ahead: dict[int, list[Strike]] = {}
        self._recent: dict[int, list[Strike]] = {}
        self._suspended: dict[int, tuple[float, tuple[int, ...]]] = {}

    def admit(self, i: int, now: float) -> int:
        """Refuse who is suspended."""
        person = self._who[i]
        ahead = self._ahead.get(person)
        if ahead and ahead[0][0] < now:
            self._settle(person, ahead, now)
        if person not in self._suspended:
            return 0
        until, strikes = self._suspended[person]
        if now >= until:
            return 0
        note_barred(self._counter, i, now, Barred("no_shows", self._spec, strikes, until))
        return _SUSPENDED

    def booked(self, i: int, _now: float) -> None:
        """Note the strike of a booking for which nobody will turn up."""
        begins = self._start[i] * self._grid
        if self._stays_away[i] and self._gives_up[i] > begins and i not in self._standby:
            self._note(i, float(begins))

    def given_up(self, i: int, now: float) -> None:
        """Note the strike of a booking given up too late."""
        if self._start[i] * self._grid - now < self._late:
            self._note(i, now)

    def _note(self, i: int, time: float) -> None:
        heappush(self._ahead.setdefault(self._who[i], []), (time, i))

    def _settle(self, person: int, ahead: list[Strike], now: float) -> None:
        """Count the strikes before now, in order of time."""
        recent = self._recent.setdefault(person, [])
        while ahead and ahead[0][0] < now:
            strike = heappop(ahead)
            recent[:] = [s for s in recent if s[0] >= strike[0] - self._within]
            recent.append(strike)
            if len(recent) > self._spec.allowed:
                until = strike[0] + self._length
                self._suspended[person] = until, tuple(j for _, j in recent)
                recent.clear()
