"""Lots of entrants, and all that the desk might give to the requests of a batch.

Every entrant gets an exponential variable of rate *weight*, and the smallest comes first: the first
of any group of entrants is each of them with probability in proportion to weight, so the order is
that of drawing without replacement (P. S. Efraimidis, P. G. Spirakis: Weighted random sampling with
a reservoir. Information Processing Letters 97, 2006, 181-185; there as u^(1/weight)).

The same centres and starts as the desk tries one after the other (`search`), with its numbers
of attempts, but of each every room that holds the party and is free at the time of the decision.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import numpy as np

from sim.arrays import F64, I64, Bools
from sim.booking.catalogue import selection
from sim.booking.counter import Counter
from sim.booking.layout import BookableRooms
from sim.booking.requests import Outcome
from sim.booking.search import (
    CAPACITY,
    OUTCOME,
    START_SLOTS,
    STEP,
    TRIED,
    free_each,
    left_over_each,
)
from sim.booking.timing import DAY_MINUTES, SLACK
from sim.scenario.schema import policy as schema
from sim.scenario.schema.policy import Ballot
from sim.streams import key_of, uniforms
from sim.variates import poisson_ppf

_LOT, _ENTRIES = (key_of("purpose", p) for p in ("lot of a ballot", "extra entries"))


class Lots:
    """The order of the entrants of a batch.

    weight = entries x luck, with entries = 1 + Poisson(`responses.extra_entries`) and
    luck = (1 + the booker's remembered wins) ^ -`past_luck`.
    """

    def __init__(self, spec: schema.Lots, rooms: BookableRooms, counter: Counter) -> None:
        self._key = counter.askers.key
        self._extra, self._power = rooms.responses.extra_entries, spec.past_luck
        self._wins = None
        if spec.past_luck > 0:  # who books is known only where a rule asks
            self._wins = Wins(counter.askers.booker, spec.memory_days)

    def order(self, entrants: I64, now: float) -> I64:
        """The entrants, the best lot first."""
        race = -np.log(uniforms(self._key[entrants], _LOT)) / self._entries(entrants)
        if self._wins is not None:
            race *= (1.0 + self._wins.of(entrants, now)) ** self._power
        return entrants[np.argsort(race, kind="stable")]

    def won(self, requests: I64, now: float) -> None:
        """Note who won; it counts from the next batch on."""
        if self._wins is not None:
            self._wins.add(requests, now)

    def _entries(self, entrants: I64) -> F64:
        if self._extra == 0:
            return np.ones(len(entrants))
        mean = np.full(len(entrants), self._extra)
        return np.asarray(
            1.0 + poisson_ppf(uniforms(self._key[entrants], _ENTRIES), mean), dtype=np.float64
        )


class Wins:
    """Wins that are remembered: of a booker, counted over all batches of equal rules.

    Parameters
    ----------
    booker
        Of each request.
    memory_days
        A win this old still counts, an older one does not.
    """

    def __init__(self, booker: I64, memory_days: float) -> None:
        self._booker, self._memory = booker, memory_days * DAY_MINUTES + SLACK
        self._number = np.zeros(int(booker.max(initial=-1)) + 1, dtype=np.int64)
        self._past: deque[tuple[float, I64]] = deque()

    def add(self, requests: I64, now: float) -> None:
        """Count requests as won; times must not go backwards."""
        winners = self._booker[requests]
        np.add.at(self._number, winners, 1)
        self._past.append((now, winners))

    def of(self, requests: I64, now: float) -> I64:
        """Remembered wins of the bookers of some requests."""
        while self._past and now - self._past[0][0] > self._memory:
            _, winners = self._past.popleft()
            np.subtract.at(self._number, winners, 1)
        return self._number[self._booker[requests]]


@selection("ballot", asks_who=lambda spec: spec.past_luck > 0)
class BallotDraw:
    """Serves the entrants of a batch in the order of their lots."""

    def __init__(self, spec: Ballot, rooms: BookableRooms, counter: Counter) -> None:
        self._counter, self._lots = counter, Lots(spec, rooms, counter)

    def draw(self, entrants: I64, now: float) -> None:
        """Decide a batch."""
        order = self._lots.order(entrants, now)
        self._counter.decide(order, now)
        outcome = self._counter.desk.tables.given[OUTCOME]
        self._lots.won(order[outcome[order] == Outcome.BOOKED], now)


@dataclass(frozen=True, slots=True, eq=False)
class RoomChoices:
    """(n,) arrays, one entry a room and start that a request might be given.

    Attributes
    ----------
    row
        Which of the requests, by its place among those asked about.
    pool, venue, start, attempt
        What would be given, and the number of the attempt in the desk's order.
    rank, shifted
        The centre's place in the booker's order, 0 the first; slots from the preferred start.
    """

    row: I64
    pool: I64
    venue: I64
    start: I64
    attempt: I64
    rank: I64
    shifted: I64

    def only(self, keep: Bools | I64) -> RoomChoices:
        """Some of them."""
        return RoomChoices(*(getattr(self, name)[keep] for name in RoomChoices.__slots__))


class Finder:
    """Finds them; what no batch changes is laid out once."""

    def __init__(self, rooms: BookableRooms, counter: Counter) -> None:
        self._rooms, self._requests, self._desk = rooms, counter.requests, counter.desk
        self._number = np.array([len(own) for own in rooms.rooms], dtype=np.int64)
        self._before = np.cumsum(self._number) - self._number
        self._venue = np.array([v for own in rooms.rooms for v in own], dtype=np.int64)

    def find(self, requests: I64, now: float) -> RoomChoices:
        """Everything that some requests, each for one room, might be given now."""
        tried = self._tried(requests)
        tables = self._desk.tables
        kept = np.zeros(len(tried.row), dtype=np.int64)
        left_over_each(tables, requests[tried.row], tried.pool, tried.start, now, kept)
        candidate = np.repeat(np.arange(len(tried.row)), self._number[tried.pool])
        found = tried.only(candidate)
        found.venue[:] = self._venue[self._before[found.pool] + _counted(candidate)]
        asked = requests[found.row]
        is_free = np.zeros(len(asked), dtype=np.bool_)
        free_each(tables, asked, found.pool, found.venue, found.start, now, is_free)
        # rooms to be left over are the smallest: more suit the others
        free_so_far = np.cumsum(is_free)
        free = np.bincount(candidate, weights=is_free, minlength=len(kept)).astype(np.int64)
        own = free_so_far - (np.cumsum(free) - free)[candidate]
        may = is_free & (own > kept[candidate])
        may &= tables.room[found.venue, CAPACITY] >= self._requests.party[asked]
        may &= found.start % self._rooms.slots % tables.room[found.venue, START_SLOTS] == 0
        return found.only(may)

    def _tried(self, requests: I64) -> RoomChoices:
        """Centres and starts in the desk's order, request by request; no room yet."""
        wanted, desk, rooms = self._requests, self._desk, self._rooms
        tables = desk.tables
        centres, step = tables.asks[requests, TRIED], tables.asks[requests, STEP]
        starts = 1 + 2 * (wanted.shift[requests] // step)
        row = np.repeat(np.arange(len(requests)), centres * starts)
        attempt = _counted(row)
        number, rank = np.divmod(attempt, centres[row])
        shifted = (number + 1) // 2 * np.where(number % 2, step[row], -step[row])
        asked = requests[row]
        pool = wanted.pools[asked, rank].astype(np.int64)
        start = wanted.start[asked] + shifted
        rules = tables.pool_rules[pool]
        may = (desk.earliest[rules, asked] <= start) & (start <= desk.latest[rules, asked])
        may |= attempt == 0
        may &= (start >= 0) & (start + wanted.duration[asked] <= rooms.n_days * rooms.slots)
        none = np.full(len(row), -1, dtype=np.int64)
        return RoomChoices(row, pool, none, start, attempt, rank, shifted).only(may)


def _counted(sorted_rows: I64) -> I64:
    """The number of each entry among its equals, which lie together."""
    first = np.ones(len(sorted_rows), dtype=bool)
    first[1:] = sorted_rows[1:] != sorted_rows[:-1]
    begins = np.flatnonzero(first)
    return np.arange(len(sorted_rows)) - np.repeat(begins, np.diff(np.append(begins, len(first))))
