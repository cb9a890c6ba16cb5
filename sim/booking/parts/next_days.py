"""Policy part `overflow.next_days`: refused requests go to the same time of the following days.

One day after the other: as soon as that day's slot goes to the first to ask, and before those who
ask for it then; at once where it does already. Under rules that decide in batches it goes to those
who ask first when leftovers are given out. Bookers who would not take an offer are left alone.
"""

from __future__ import annotations

import numpy as np

from sim.booking.catalogue import part
from sim.booking.counter import Counter
from sim.booking.layout import BookableRooms
from sim.booking.requests import Outcome
from sim.booking.timing import SLACK, Timing
from sim.scenario.schema.policy import Policy
from sim.streams import key_of, uniforms

TAKES_OFFER = key_of("purpose", "takes an offer")  # one decision: other centres and starts too
_FULL = int(Outcome.FULL)


def next_days_of(rules: Policy) -> int | None:
    """Days that a set of rules offers; None without any."""
    return rules.overflow.next_days or None if rules.overflow is not None else None


@part("next_days", lambda rules, rooms: next_days_of(rules), turn=6)
class NextDays:
    """Carries requests over from day to day."""

    def __init__(self, days: int, rooms: BookableRooms, counter: Counter) -> None:
        self._counter, self._days, self._slots = counter, days, rooms.slots
        self._outcome, self._start = counter.desk.outcome, counter.desk.start
        self._gives_up: list[float] = counter.requests.gives_up.tolist()
        self._first: list[int] = counter.requests.pools[:, 0].tolist()
        takes = uniforms(counter.askers.key, TAKES_OFFER) < rooms.responses.takes_offer
        self._takes, self._n = takes.tobytes(), len(takes)
        self.concerned = {"refused": takes}
        self._timings, self._rules_of = rooms.timings, rooms.rules_of
        self._n_starts = rooms.n_days * rooms.slots
        self._free_from: dict[int, list[float]] = {}

    def refused(self, i: int, now: float) -> None:
        """Try the following days, from the next on."""
        if self._takes[i]:
            self._try(i, 1, now)

    def _due(self, code: int, now: float) -> None:
        day, i = divmod(code, self._n)
        self._try(i, day, now)

    def _try(self, i: int, day: int, now: float) -> None:
        """Offer the `day`-th day after, or a later one, as far as they are open; else wait."""
        pool = self._first[i]
        rules = self._rules_of[pool]
        opens = self._free_from.get(rules) or self._opening(rules)
        while self._outcome[i] == _FULL and self._gives_up[i] > now and day <= self._days:
            at = self._start[i] + day * self._slots
            if at >= self._n_starts:
                return
            if opens[at] > now + SLACK:
                self._counter.agenda.note(opens[at], self._due, day * self._n + i)
                return
            if self._timings[rules].allows(at, now) and self._counter.offer(i, pool, at, now):
                return
            day += 1

    def _opening(self, rules: int) -> list[float]:
        """Time from which each start of the horizon goes to the first to ask."""
        opens = _free_from(self._timings[rules], np.arange(self._n_starts))
        self._free_from[rules] = opens
        return opens


def _free_from(timing: Timing, starts: np.ndarray) -> list[float]:
    """See `NextDays._opening`."""
    opens = timing.opens(starts)
    if timing.batch is not None:
        opens = np.where(timing.is_batch(starts), timing.leftovers(starts), opens)
    return list(opens.tolist())
