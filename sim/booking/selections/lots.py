"""Lots: a random order of entrants, with weights.

Every entrant gets an exponential variable of rate *weight*, and the smallest comes first: the first
of any group of entrants is each of them with probability in proportion to weight, so the order is
that of drawing without replacement (P. S. Efraimidis, P. G. Spirakis: Weighted random sampling with
a reservoir. Information Processing Letters 97, 2006, 181-185; there as u^(1/weight)).
"""

from __future__ import annotations

from collections import deque

import numpy as np

from sim.arrays import F64, I64
from sim.booking.catalogue import selection
from sim.booking.counter import Counter
from sim.booking.layout import BookableRooms
from sim.booking.requests import Outcome
from sim.booking.search import OUTCOME
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
