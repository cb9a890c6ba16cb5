"""The booking desk of a replication: finds a free suitable room, takes it, gives it back."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.arrays import I64, Bools
from sim.booking import search
from sim.booking.layout import BookableRooms
from sim.booking.requests import Requests
from sim.booking.search import SearchTables
from sim.booking.timing import later_bounds


class Desk:
    """Rooms and requests of one replication.

    Attributes
    ----------
    outcome, venue, start, attempt, length
        Per request: `Outcome`, venue (-1 none), start slot given (before: the preferred one), which
        attempt succeeded (0: first choice), and slots held. Arrays that are read and written one
        number at a time.
    rooms
        Rooms that each request takes at once.
    earliest, latest
        (sets, n) first and last start that each set of rules lets each request have.
    tables
        All that the search looks at.
    """

    def __init__(self, rooms: BookableRooms, requests: Requests, tables: SearchTables) -> None:
        """Open the desk over tables of the search, which it changes in place."""
        self.tables = t = tables
        self.earliest, self.latest = t.earliest, t.latest
        # read one by one, numbers of a memoryview are four times as fast as those of an array
        rows: list[memoryview[int]] = [memoryview(row) for row in t.given]
        self.outcome, self.venue, self.start, self.attempt, self.length = rows
        at_once: Any = t.asks[:, search.ROOMS]
        self.rooms: memoryview[int] = memoryview(at_once)
        self._rooms, self._requests = rooms, requests

    @property
    def busy(self) -> Bools:
        """(V, T) whether each slot of a venue is taken or closed."""
        return self.tables.busy

    def place(self, i: int, now: float) -> bool:
        """Give a request a slot, the preferred or another within the booker's flexibility."""
        return search.place_one(self.earliest, self.latest, i, i, now, True, *self.tables)

    def place_again(self, i: int, now: float) -> bool:
        """Place a request again at a later time, with the starts that may be given then."""
        rooms, start = self._rooms, self.start[i]
        low, high = later_bounds(rooms.timings, np.array([start]), np.array([now]))
        rules = rooms.rules_of[self._requests.pools[i, 0]]
        preferred = bool(low[rules, 0] <= start <= high[rules, 0])
        return search.place_one(low, high, i, 0, now, preferred, *self.tables)

    def place_at(self, i: int, pool: int, at: int, now: float) -> bool:
        """Give a room of a pool from this start on, if one is free."""
        return search.offer(self.tables, i, pool, at, self._slots(i), now, False)

    def place_rest(self, i: int, pool: int, at: int, most: int, now: float) -> bool:
        """Give a room of a pool for so many slots, or as many of them as some room is free.

        The rooms' start steps do not bind: it is the rest of a booking that begins there.
        """
        return any(
            search.offer(self.tables, i, pool, at, slots, now, True) for slots in range(most, 0, -1)
        )

    def place_in(self, i: int, pool: int, venue: int, at: int, attempt: int, now: float) -> bool:
        """Give this very room, which suits, if it is free: what a selection chose."""
        return search.book(self.tables, i, pool, venue, at, attempt, now)

    def release(self, i: int) -> None:
        """Give a booking's slots back."""
        for venue in self.venues(i):
            self.give_back(venue, self.start[i], self.length[i])

    def venues(self, i: int) -> list[int]:
        """All rooms of a booking."""
        rooms = self.rooms[i]
        if rooms == 1:
            return [self.venue[i]]
        return [self.venue[i], *self.tables.more_rooms[i, : rooms - 1].tolist()]

    def wanted(self, i: int) -> int:
        """Preferred start of a request."""
        return int(self._requests.start[i])

    def shorten(self, i: int, slots: int) -> None:
        """Hold only the first so many slots of a booking on."""
        if slots < self.length[i]:
            for venue in self.venues(i):
                self.give_back(venue, self.start[i] + slots, self.length[i] - slots)
            self.length[i] = slots

    def take_rooms(self, wanted: tuple[I64, I64, I64, I64, I64]) -> tuple[I64, I64]:
        """Take rooms for sessions of activities, in their order; see `search.take_rooms`."""
        t, own = self.tables, self._rooms.reserve
        venue, start = np.empty((2, len(wanted[0])), dtype=np.int64)
        search.take_rooms(
            t.busy, t.keeper, t.room, t.clock, own.groups, own.left_over_of_venue,
            own.not_for_sessions, *wanted, venue, start,
        )  # fmt: skip
        return venue, start

    def give_back(self, venue: int, at: int, slots: int) -> None:
        """Free slots again."""
        search.give_back(self.busy, venue, at, slots)

    def _slots(self, i: int) -> int:
        return int(self._requests.duration[i])
