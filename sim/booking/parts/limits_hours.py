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

from collections.abc import Sequence

import numpy as np

from sim.arrays import I64
from sim.booking.catalogue import part
from sim.booking.counter import Counter
from sim.booking.layout import BookableRooms
from sim.booking.parts.caps import (
    CapTables,
    count,
    forget,
    over_as_given,
    over_as_preferred,
)
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
    caps
        The caps and what counts under them: the loop that decides requests looks at them itself.
    """

    def __init__(self, spec: tuple[Cap, ...], rooms: BookableRooms, counter: Counter) -> None:
        self._spec, self._counter, self._grid = spec, counter, rooms.grid
        self.caps = _tables(spec, rooms, counter)

    def admit(self, i: int, now: float) -> int:
        """Refuse a booker who has used up the hours of the preferred start.

        Who was decided before is looked at by what is found then.
        """
        if self._counter.desk.outcome[i]:
            return 0
        cap = over_as_preferred(self.caps, i)
        return self._refuse(cap, int(self.caps.preferred[cap, i]), i, now) if cap >= 0 else 0

    def accept(self, i: int, now: float) -> int:
        """Refuse a booker who has used up the hours of the start that would be given."""
        desk = self._counter.desk
        minutes = desk.length[i] * desk.rooms[i] * self._grid  # who stands by has the rest of them
        cap = over_as_given(self.caps, i, desk.venue[i], desk.start[i], minutes)
        return self._refuse(cap, int(self.caps.given[cap, i]), i, now) if cap >= 0 else 0

    def booked(self, i: int, _now: float) -> None:
        """Count a booking; `accept` has just noted its accounts."""
        count(self.caps, i)

    def given_up(self, i: int, _now: float) -> None:
        """Give its hours back."""
        forget(self.caps, i)

    def _refuse(self, cap: int, account: int, i: int, now: float) -> int:
        """Note the bookings that stand in the way, in order of booking."""
        c, found = self.caps, list[int]()
        j = int(c.last[cap, c.person[cap, i]])
        while j >= 0:
            if c.given[cap, j] == account:
                found.append(j)
            j = int(c.before[cap, j])
        why = Barred("hours", self._spec[cap], tuple(found[::-1]), np.inf)
        note_barred(self._counter, i, now, why)
        return _LIMIT


def _tables(spec: Sequence[Cap], rooms: BookableRooms, counter: Counter) -> CapTables:
    """Number the people and accounts of caps."""
    requests, n = counter.requests, len(counter.requests)
    person = np.array([people_of(counter, cap.by) for cap in spec], dtype=np.int64)
    person = person.reshape(len(spec), n)
    stretch = np.array([_stretches(cap, rooms) for cap in spec], dtype=np.int64)
    number = int(stretch.max(initial=0)) + 1
    centre = np.array(rooms.centre, dtype=np.int64)
    pooled = np.array([len(pools) > 0 for pools in rooms.pools_of], dtype=bool)
    first = np.array([pools[0] for pools in rooms.pools_of if pools], dtype=np.int64)
    row, place, preferred = (np.zeros((len(spec), m), dtype=np.int64) for m in (n, len(pooled), n))
    centres = int(centre.max(initial=0)) + 1
    for k, cap in enumerate(spec):
        of_pool = centre * number if cap.each == "centre" else np.zeros_like(centre)
        if cap.each == "kind":
            row[k] = requests.kind * centres * number
        place[k, pooled] = of_pool[first]
        at = stretch[k, np.clip(requests.start, 0, stretch.shape[1] - 1)]  # all is full beyond
        preferred[k] = np.where(at < 0, -1, row[k] + of_pool[requests.pools[:, 0]] + at)
    none = np.full((len(spec), n), -1, dtype=np.int64)
    people = int(person.max(initial=-1)) + 1
    return CapTables(
        most=np.array([cap.at_most * 60.0 + SLACK for cap in spec]),
        person=person,
        preferred=preferred,
        row=row,
        place=place,
        stretch=stretch,
        given=none,
        last=np.full((len(spec), people), -1, dtype=np.int64),
        before=none.copy(),
        minutes=requests.duration * requests.rooms * rooms.grid,
    )


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
