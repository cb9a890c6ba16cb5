"""Looking again after a refusal, `demand.responses.retry`: what bookers do under any policy.

Each time a share of those refused looks again after a while, at all that they would have taken the
first time, until they have a booking, give up, or can no longer ask.
"""

from __future__ import annotations

import math

from sim.booking.catalogue import part
from sim.booking.counter import Counter
from sim.booking.layout import BookableRooms
from sim.booking.requests import Outcome
from sim.booking.timing import SLACK
from sim.scenario.schema.demand import Retry
from sim.streams import key_of, uniform

LOOKS_AGAIN = "looks again"
LOOKS_AGAIN_WHEN = "looks again when"
_FULL = int(Outcome.FULL)


def retry_of(rooms: BookableRooms) -> Retry | None:
    """How people look again; None if nobody does."""
    retry = rooms.responses.retry
    return retry if retry.share > 0 else None


@part("retry", lambda rules, rooms: retry_of(rooms), turn=7)
class LookAgain:
    """Notes on the agenda who looks again and when."""

    def __init__(self, spec: Retry, rooms: BookableRooms, counter: Counter) -> None:
        self._counter, self._grid = counter, rooms.grid
        self._share, self._mean, self._at_most = spec.share, spec.after_hours * 60.0, spec.at_most
        self._outcome, self._start = counter.desk.outcome, counter.desk.start
        # one draw a refusal and round: numbers one by one, as few are ever needed
        self._key: list[int] = counter.askers.key.tolist()
        self._gives_up: list[float] = counter.requests.gives_up.tolist()
        self._rules: list[int] = counter.askers.rules.tolist()
        self._closes = [float(r.window.closes_minutes_ahead) for r in rooms.book.sets]
        rounds = range(1, spec.at_most + 1)
        self._again = [key_of("purpose", LOOKS_AGAIN, k) for k in rounds]
        self._when = [key_of("purpose", LOOKS_AGAIN_WHEN, k) for k in rounds]

    def refused(self, i: int, now: float) -> None:
        """Perhaps look again, unless another part has found something already."""
        if self._outcome[i] == _FULL:
            self._note(i, 0, now)

    def _note(self, i: int, before: int, now: float) -> None:
        """Note the next time, after so many `before`, if there is one."""
        key = self._key[i]
        if before >= self._at_most or uniform(key, self._again[before]) >= self._share:
            return
        then = now - self._mean * math.log(uniform(key, self._when[before]))
        last = self._start[i] * self._grid - self._closes[self._rules[i]]
        if then <= last + SLACK and then < self._gives_up[i]:
            self._counter.agenda.note(then, self._look, before * len(self._key) + i)

    def _look(self, code: int, now: float) -> None:
        before, i = divmod(code, len(self._key))
        if self._outcome[i] == _FULL and not self._counter.again(i, now):
            self._note(i, before + 1, now)
