"""Policy part `limits.hours`: so many hours booked in a day, week or month of use.

A request is looked at twice. Before a room is sought, at its preferred start and centre: it is
refused if the booker's hours are used up there, although a shifted start or another centre might
fall under another stretch, hour class or centre. When a room was found, at the start and centre
given: it is refused too if the search moved it to where the hours are used up. A request that is
decided again later is looked at only at the start given, for it may be another day.

A booking counts with the length that was given, once for each of its rooms, wholly on the day of
its start; what is given up counts no longer, what nobody claims does.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from sim.arrays import I64
from sim.booking.catalogue import part
from sim.booking.counter import Admit, Ask, Counter
from sim.booking.layout import BookableRooms
from sim.booking.parts.limits import Barred, note_barred, people_of
from sim.booking.requests import Outcome
from sim.booking.timing import SLACK
from sim.scenario.schema.policy import Cap

_LIMIT = int(Outcome.LIMIT)


@part(
    "hours",
    lambda rules, rooms: tuple(rules.limits.hours) or None,
    turn=3,
    asks_who=lambda spec: True,
)
class HoursCaps:
    """All caps of a set of rules: every one holds.

    Attributes
    ----------
    admit
        Refuses a booker who has used up the hours of the preferred start.
    accept
        Refuses a booker who has used up the hours of the start that would be given.
    booked
        Counts the hours of a booking.
    given_up
        Gives its hours back.
    """

    def __init__(self, spec: tuple[Cap, ...], rooms: BookableRooms, counter: Counter) -> None:
        tallies = [_tally(cap, rooms, counter) for cap in spec]
        requests = counter.requests
        minutes: list[int] = (requests.duration * requests.rooms * rooms.grid).tolist()
        refuse = _refusals(counter, tallies)
        self.admit: Admit = _admits(counter, tallies, minutes, refuse)
        self.accept: Admit = _accepts(counter, tallies, minutes, rooms.grid, refuse)
        self.booked: Ask = _counts(tallies)
        self.given_up: Ask = _gives_back(tallies)


@dataclass(frozen=True, slots=True)
class _Tally:
    """Hours booked under one cap.

    They are kept by account: a number for a person or household, a kind or centre, and a stretch of
    time; -1 for starts the cap leaves out.

    Attributes
    ----------
    most
        Minutes of an account, at most.
    preferred
        Account of every request at its preferred start and centre.
    given
        The same at the start and centre found for it; -1 before, and again when it is given up.
    row, place, stretch
        Parts of an account, to be added: by request, venue and start; `stretch` is -1 for starts
        the cap leaves out.
    last, before
        By account the request that booked last; by request the one that booked before it, -1 for
        none. Chains of numbers, as a list an account would keep the garbage collector busy.
    """

    cap: Cap
    most: float
    preferred: list[int]
    given: list[int]
    row: list[int]
    place: list[int]
    stretch: list[int]
    last: dict[int, int]
    before: list[int]

    def bookings(self, account: int) -> list[int]:
        """Requests whose bookings count in an account, in order of booking."""
        found, i = [], self.last.get(account, -1)
        while i >= 0:
            if self.given[i] == account:  # what was given up has lost its account
                found.append(i)
            i = self.before[i]
        return found[::-1]


def _tally(cap: Cap, rooms: BookableRooms, counter: Counter) -> _Tally:
    """Number the accounts of a cap."""
    requests = counter.requests
    stretch = _stretches(cap, rooms)
    number = int(stretch.max(initial=0)) + 1
    nowhere = np.zeros(len(rooms.rooms), dtype=np.int64)
    centre = np.array(rooms.centre, dtype=np.int64) if cap.each == "centre" else nowhere
    kind = requests.kind if cap.each == "kind" else np.zeros(len(requests), dtype=np.int64)
    who = np.array(people_of(counter, cap.by), dtype=np.int64)
    row = who * (int(kind.max(initial=0)) + 1) + kind
    row *= (int(centre.max(initial=0)) + 1) * number
    at = stretch[np.clip(requests.start, 0, len(stretch) - 1)]  # beyond the horizon all is full
    preferred = np.where(at < 0, -1, row + centre[requests.pools[:, 0]] * number + at).tolist()
    return _Tally(
        cap=cap,
        most=cap.at_most * 60.0 + SLACK,
        preferred=preferred,
        given=[-1] * len(requests),
        row=row.tolist(),
        place=[int(centre[pools[0]]) * number if pools else 0 for pools in rooms.pools_of],
        stretch=stretch.tolist(),
        last={},
        before=[-1] * len(requests),
    )


Refuse = Callable[[int, int, int, float], int]
"""(number of the tally, account, request, time) -> the refusal, noted."""


def _refusals(counter: Counter, tallies: Sequence[_Tally]) -> Refuse:
    def refuse(number: int, account: int, i: int, now: float) -> int:
        bookings = tuple(tallies[number].bookings(account))
        why = Barred("hours", tallies[number].cap, bookings, np.inf)
        note_barred(counter, i, now, why)
        return _LIMIT

    return refuse


def _admits(
    counter: Counter, tallies: Sequence[_Tally], minutes: list[int], refuse: Refuse
) -> Admit:
    """Look at requests by what they prefer, when they are decided first."""
    outcome = counter.desk.outcome
    rows = [(n, t.preferred, t.given, t.last, t.before, t.most) for n, t in enumerate(tallies)]

    def admit(i: int, now: float) -> int:
        if outcome[i]:  # decided before: `accept` looks at what it is given now
            return 0
        for number, preferred, given, last, before, most in rows:
            account = preferred[i]
            if account >= 0:
                total, j = minutes[i], last.get(account, -1)
                while j >= 0:
                    if given[j] == account:
                        total += minutes[j]
                    j = before[j]
                if total > most:
                    return refuse(number, account, i, now)
        return 0

    return admit


def _accepts(
    counter: Counter, tallies: Sequence[_Tally], minutes: list[int], grid: int, refuse: Refuse
) -> Admit:
    """Look at requests by what was found for them."""
    desk = counter.desk
    start, venue, length, rooms = desk.start, desk.venue, desk.length, desk.rooms
    rows = [
        (n, t.row, t.place, t.stretch, t.given, t.last, t.before, t.most)
        for n, t in enumerate(tallies)
    ]

    def accept(i: int, now: float) -> int:
        minutes[i] = length[i] * rooms[i] * grid  # who stands by is given the rest of a booking
        for number, row, place, stretch, given, last, before, most in rows:
            account = stretch[start[i]]
            if account >= 0:
                account += row[i] + place[venue[i]]
                total, j = minutes[i], last.get(account, -1)
                while j >= 0:
                    if given[j] == account:
                        total += minutes[j]
                    j = before[j]
                if total > most:
                    return refuse(number, account, i, now)
            given[i] = account
        return 0

    return accept


def _counts(tallies: Sequence[_Tally]) -> Ask:
    """Count bookings; `accept` has just noted their accounts."""
    rows = [(t.given, t.last, t.before) for t in tallies]

    def count(i: int, _now: float) -> None:
        for given, last, before in rows:
            account = given[i]
            if account >= 0:
                before[i] = last.get(account, -1)
                last[account] = i

    return count


def _gives_back(tallies: Sequence[_Tally]) -> Ask:
    accounts = [t.given for t in tallies]

    def give_back(i: int, _now: float) -> None:
        for given in accounts:
            given[i] = -1

    return give_back


def _stretches(cap: Cap, rooms: BookableRooms) -> I64:
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
