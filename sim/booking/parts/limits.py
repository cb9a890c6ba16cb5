"""Policy parts `limits.active_bookings` and `limits.no_shows`: bookings at a time, suspensions.

With what stood in the way of a request that a limit refused, for explanations.

A booking counts from being given until it ends, or is given up. Where the rest of it was released
because nobody came, it ends where that rest begins.

A booking that nobody turns up for is a strike at its start; one given up too shortly before is a
strike at that moment. Strikes count against requests decided later than they occur. The strike that
is one too many suspends from then on, and the count starts anew. Bookings made already stand, and
may bring further strikes. Only people who would not turn up in any case (`Askers.no_show`) are
found here: who is elsewhere at the time, at another booking say, is known only when all is over,
and brings no strike.
"""

from __future__ import annotations

from dataclasses import dataclass
from heapq import heappop, heappush
from typing import Literal

import numpy as np

from sim.booking.catalogue import part
from sim.booking.counter import Counter
from sim.booking.layout import BookableRooms
from sim.booking.requests import Outcome
from sim.scenario.schema.policy import By, Cap, Limits, NoShows


@dataclass(frozen=True, slots=True)
class Barred:
    """Why a limit refused a request.

    Attributes
    ----------
    rule
        Key of `policy.limits`.
    spec
        What it says: number of bookings, the cap, or the rule of suspension.
    bookings
        Requests whose bookings stand in the way; of a suspension, those that led to it.
    until
        Time from which these no longer do, minutes of the horizon, if nothing is given up before;
        infinite where only giving up helps.
    """

    rule: Literal["active_bookings", "hours", "no_shows"]
    spec: int | Cap | NoShows
    bookings: tuple[int, ...]
    until: float


def note_barred(counter: Counter, request: int, now: float, why: Barred) -> None:
    """Note why a request was refused, if this is its first decision.

    A request that is refused again later, when promoted or looking again, keeps its first outcome,
    and so its first reason.
    """
    if now <= counter.askers.first_decision[request]:
        counter.notes.why[request] = why


def people_of(counter: Counter, by: By) -> list[int]:
    """Number of the person, or of the household, of every request."""
    askers = counter.askers
    people = askers.booker if by == "resident" else askers.household
    return list(people.tolist())


_LIMIT = int(Outcome.LIMIT)


def _active(limits: Limits) -> tuple[int, By] | None:
    """How many bookings, and whose count together; None without a limit."""
    return None if limits.active_bookings is None else (limits.active_bookings, limits.active_by)


@part("active", lambda rules, rooms: _active(rules.limits), turn=2, asks_who=lambda spec: True)
class ActiveBookings:
    """Bookings held by each account.

    Bookings that are over are dropped only when somebody seems to hold as many as allowed: so no
    list is longer than the limit, and most requests cost one look at the length of a list.

    Parameters
    ----------
    spec
        How many bookings, at least 1, and whose count together.
    """

    def __init__(self, spec: tuple[int, By], rooms: BookableRooms, counter: Counter) -> None:
        self._most, by = spec
        self._counter, self._grid = counter, rooms.grid
        self._start, self._length = counter.desk.start, counter.desk.length
        self._who = people_of(counter, by)
        self._held: dict[int, list[int]] = {}

    def admit(self, i: int, now: float) -> int:
        """Refuse a booker who already holds the maximum number of bookings."""
        held = self._held.get(self._who[i])
        if held is None or len(held) < self._most:
            return 0
        held[:] = [j for j in held if self._ends(j) > now]
        if len(held) < self._most:
            return 0
        first_end = min(map(self._ends, held))
        why = Barred("active_bookings", self._most, tuple(held), first_end)
        note_barred(self._counter, i, now, why)
        return _LIMIT

    def booked(self, i: int, _now: float) -> None:
        """Count a booking."""
        person = self._who[i]
        held = self._held.get(person)
        if held is None:
            self._held[person] = [i]
        else:
            held.append(i)

    def given_up(self, i: int, _now: float) -> None:
        """Count it no longer."""
        held = self._held.get(self._who[i])
        if held and i in held:
            held.remove(i)

    def _ends(self, i: int) -> int:
        # looked up anew: what nobody claims is shortened after it was booked
        return (self._start[i] + self._length[i]) * self._grid


_SUSPENDED = int(Outcome.SUSPENDED)
DAY_MINUTES = 1440.0
Strike = tuple[float, int]
"""When, and the request whose booking it was."""


@part("no_shows", lambda rules, rooms: rules.limits.no_shows, turn=1, asks_who=lambda spec: True)
class Suspensions:
    """Strikes of every person or household, and until when each is suspended.

    Strikes are noted when a booking is made and looked at when somebody asks again: people who
    have none, or never ask again, cost nothing.
    """

    def __init__(self, spec: NoShows, rooms: BookableRooms, counter: Counter) -> None:
        self._spec, self._counter, self._grid = spec, counter, rooms.grid
        self._within = spec.within_days * DAY_MINUTES
        self._length = spec.suspend_days * DAY_MINUTES
        self._late = float(spec.late_cancel_minutes)
        self._who = people_of(counter, spec.by)
        people = np.array(self._who, dtype=np.int64)
        self._by_person = np.argsort(people)
        self._people = people[self._by_person]
        self._stays_away = counter.askers.no_show.tolist()
        self._gives_up = counter.requests.gives_up.tolist()
        requests = counter.requests
        first_start = (requests.start - requests.shift) * rooms.grid
        self.concerned = {
            "admit": np.zeros(len(requests), dtype=bool),  # until there are enough strikes
            "booked": counter.askers.no_show,
            "given_up": requests.gives_up > first_start - self._late,
        }
        self._start, self._standby = counter.desk.start, counter.notes.standby
        self._ahead: dict[int, list[Strike]] = {}
        self._recent: dict[int, list[Strike]] = {}
        self._suspended: dict[int, tuple[float, tuple[int, ...]]] = {}

    def admit(self, i: int, now: float) -> int:
        """Refuse a booker who is suspended."""
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
        person = self._who[i]
        ahead = self._ahead.setdefault(person, [])
        heappush(ahead, (time, i))
        if len(ahead) + len(self._recent.get(person, ())) > self._spec.allowed:
            begin, end = np.searchsorted(self._people, (person, person + 1))
            self._counter.concern(self._by_person[begin:end])

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
