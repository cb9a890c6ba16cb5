"""Places of sessions: sign-ups are admitted in order of time, and sessions decided among them.

A sign-up takes a place for the person and each of the company if all fit; with overbooking more
are given away than there are. Who signed up already for another session at the same time is busy. A
session for which too few are signed up when it is decided is cancelled: its people are free again,
and nobody signs up for it any more.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from itertools import pairwise

import numpy as np

from sim.arrays import F64, I64, U64
from sim.programme.record import SignUpFate, Status
from sim.programme.sessions import Sessions
from sim.programme.signups import SignUps
from sim.world.people import person_ids

DAY_MINUTES = 24 * 60
GONE = 255
"""SignUpFate of sign-ups that do not happen: the session was cancelled before."""
_ADMITTED, _FULL, _BUSY = int(SignUpFate.ADMITTED), int(SignUpFate.FULL), int(SignUpFate.BUSY)
_CANCELLED = int(Status.CANCELLED)


class Admission:
    """All sessions' places, filled day by day.

    Parameters
    ----------
    most
        (sessions,) people who may be signed up: the places, or more with overbooking.
    start
        Start slots given, by session; the list may change until a session is opened.
    slots
        Slots a day.
    at_least
        People below whom a session is cancelled.
    strict
        Whether nobody signs up for two sessions that overlap.
    """

    def __init__(
        self,
        sessions: Sessions,
        most: I64,
        start: list[int],
        slots: int,
        at_least: int,
        *,
        strict: bool,
    ) -> None:
        self.status = bytearray(len(sessions))
        self.fate = bytearray()
        self._start = start
        self._duration = sessions.duration.tolist()
        self._most = most.tolist()
        self._slots, self._at_least, self._strict = slots, at_least, strict
        self._taken = [0] * len(sessions)
        self._session: list[int] = []
        self._person: list[int] = []
        self._size: list[int] = []
        self._by_day: defaultdict[int, list[tuple[F64, U64, I64]]] = defaultdict(list)
        self._decisions: defaultdict[int, list[tuple[float, int]]] = defaultdict(list)
        # by session: the same, of the days that it touches
        self._books: list[tuple[dict[int, tuple[int, ...]], ...]] = [()] * len(sessions)
        # by day: person -> sessions signed up for that touch the day
        self._busy: defaultdict[int, dict[int, tuple[int, ...]]] = defaultdict(dict)

    def open(self, session: int, decided: float) -> None:
        """A session is published and will be decided at a time."""
        self._decisions[int(decided // DAY_MINUTES)].append((decided, session))
        if self._strict:
            start = self._start[session]
            last = start + self._duration[session] - 1
            days = range(start // self._slots, last // self._slots + 1)
            self._books[session] = tuple(self._busy[day] for day in days)

    def expect(self, batch: SignUps, day: int) -> None:
        """Note sign-ups of sessions; those of days that have passed are served on `day`.

        That is as good as in time as long as no session that overlaps one of these has been filled.
        """
        index = len(self._session) + np.arange(len(batch.key), dtype=np.int64)
        self._session += batch.session.tolist()
        self._person += person_ids(batch.group, batch.number).tolist()
        self._size += (batch.company + 1).tolist()
        self.fate += bytes([GONE]) * len(index)
        order = np.argsort(batch.time, kind="stable")
        time, key, index = batch.time[order], batch.key[order], index[order]
        served = np.maximum((time // DAY_MINUTES).astype(np.int64), day)
        cuts = [0, *(np.flatnonzero(np.diff(served)) + 1).tolist(), len(served)]
        for low, high in pairwise(cuts if len(served) else ()):
            part = time[low:high], key[low:high], index[low:high]
            self._by_day[int(served[low])].append(part)

    def run(self, day: int) -> list[tuple[float, int]]:
        """Let a day pass; returns the sessions cancelled in it with the time, in order."""
        times, order = self._due(day)
        cancelled = []
        done = 0
        for when, session in sorted(self._decisions.pop(day, ())):
            upto = bisect_right(times, when)
            self._admit(order[done:upto])
            done = upto
            if self._taken[session] < self._at_least:
                self.status[session] = _CANCELLED
                cancelled.append((when, session))
        self._admit(order[done:])
        self._busy.pop(day - 1, {}).clear()
        return cancelled

    def _due(self, day: int) -> tuple[list[float], list[int]]:
        """Times and indices of a day's sign-ups, by time, ties by key."""
        parts = self._by_day.pop(day, None)
        if parts is None:
            return [], []
        time, key, index = (np.concatenate(column) for column in zip(*parts, strict=True))
        order = np.lexsort((key, time))
        return time[order].tolist(), index[order].tolist()

    def _admit(self, sign_ups: list[int]) -> None:
        """Serve some sign-ups in order."""
        taken, most, status, fate = self._taken, self._most, self.status, self.fate
        for i in sign_ups:
            session, person = self._session[i], self._person[i]
            if status[session] == _CANCELLED:
                continue
            books = self._books[session]
            for book in books:
                if person in book and self._clash(book[person], session):
                    fate[i] = _BUSY
                    break
            else:
                total = taken[session] + self._size[i]
                if total > most[session]:
                    fate[i] = _FULL
                    continue
                fate[i] = _ADMITTED
                taken[session] = total
                for book in books:
                    book[person] = (*book.get(person, ()), session)

    def _clash(self, others: tuple[int, ...], session: int) -> bool:
        """Whether a session overlaps any of those somebody is signed up for."""
        start = self._start[session]
        end = start + self._duration[session]
        for other in others:
            begins = self._start[other]
            apart = begins >= end or start >= begins + self._duration[other]
            if not apart and self.status[other] != _CANCELLED:
                return True
        return False
