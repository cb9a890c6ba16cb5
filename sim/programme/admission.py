"""Places of sessions: sign-ups are admitted in order of time, and sessions decided among them.

A sign-up takes a place for the person and each of the company if all fit; with overbooking more
are given away than there are. A person who signed up already for another session at that time is
busy. A session for which too few are signed up when it is decided is cancelled: its people are free
again, and nobody signs up for it any more.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any, NamedTuple

import numpy as np

from sim.arrays import I64, U8
from sim.compiled import compiled
from sim.order import ordered
from sim.programme.sessions import Sessions, SignUpFate, Status
from sim.programme.signups import SignUps

DAY_MINUTES = 24 * 60
GONE = 255
"""SignUpFate of sign-ups that do not happen: the session was cancelled before."""
_ADMITTED, _FULL, _BUSY = int(SignUpFate.ADMITTED), int(SignUpFate.FULL), int(SignUpFate.BUSY)
_CANCELLED = int(Status.CANCELLED)
_NONE = -1


class SessionPlaces(NamedTuple):
    """Places of all sessions, by session.

    Attributes
    ----------
    most, taken
        People who may be signed up, and who are.
    start, duration
        In slots.
    status
        `Status` of each.
    """

    most: I64
    taken: I64
    start: I64
    duration: I64
    status: U8


class AdmissionRequests(NamedTuple):
    """Sign-ups so far, whether served or not.

    Attributes
    ----------
    session, person, size
        What each is for, whose it is, and how many come.
    fate
        `SignUpFate` of each, or `GONE`.
    previous
        The sign-up by which the same person was admitted before, or -1.
    """

    session: I64
    person: I64
    size: I64
    fate: U8
    previous: I64


class Admission:
    """All sessions' places, filled day by day.

    Parameters
    ----------
    most
        (sessions,) people who may be signed up: the places, or more with overbooking.
    start
        (sessions,) start slots given; they may change until a session is opened.
    first
        (groups + 1,) where the participants of each group start.
    at_least
        People below whom a session is cancelled.
    strict
        Whether nobody signs up for two sessions that overlap.

    Attributes
    ----------
    status, fate
        (sessions,) and (sign-ups,), up to the day that has passed.
    """

    def __init__(
        self,
        sessions: Sessions,
        most: I64,
        start: I64,
        first: I64,
        at_least: int,
        *,
        strict: bool,
    ) -> None:
        n = len(sessions)
        self._places = SessionPlaces(
            most, np.zeros(n, dtype=np.int64), start, sessions.duration, np.zeros(n, dtype=np.uint8)
        )
        none = np.zeros(0, dtype=np.int64)
        self._requests = AdmissionRequests(none, none, none, none.astype(np.uint8), none)
        self._first, self._at_least, self._strict = first, at_least, strict
        # by person: the last sign-up that was admitted
        self._latest = np.full(int(first[-1]), _NONE, dtype=np.int64)
        # of sign-ups that are still to be served, in order of time, ties by key
        self._time, self._key, self._due = np.zeros(0), none.astype(np.uint64), none
        self._decisions: defaultdict[int, list[tuple[float, int]]] = defaultdict(list)

    @property
    def status(self) -> U8:
        """`Status` of each session."""
        return self._places.status

    @property
    def fate(self) -> U8:
        """`SignUpFate` of each sign-up, in the order in which they were expected."""
        return self._requests.fate

    def open(self, session: int, decided: float) -> None:
        """A session is published and will be decided at a time."""
        self._decisions[int(decided // DAY_MINUTES)].append((decided, session))

    def expect(self, batch: SignUps) -> None:
        """Note sign-ups of sessions; those of days that have passed are served on the next.

        That is as good as in time as long as no session that overlaps one of these has been filled.
        """
        n, before = len(batch.key), len(self._requests.session)
        more = AdmissionRequests(
            session=batch.session,
            person=self._first[batch.group] + batch.number,
            size=batch.company + 1,
            fate=np.full(n, GONE, dtype=np.uint8),
            previous=np.full(n, _NONE, dtype=np.int64),
        )
        pairs: zip[Any] = zip(self._requests, more, strict=True)
        self._requests = AdmissionRequests(*map(np.concatenate, pairs))
        time, key = np.append(self._time, batch.time), np.append(self._key, batch.key)
        order = ordered(time, key)
        self._time, self._key = time[order], key[order]
        self._due = np.append(self._due, np.arange(before, before + n))[order]

    def run(self, day: int) -> list[tuple[float, int]]:
        """Let a day pass; returns the sessions cancelled in it with the time, in order."""
        decisions = sorted(self._decisions.pop(day, ()))
        decided = np.array([session for _, session in decisions], dtype=np.int64)
        upto = np.searchsorted(self._time, [when for when, _ in decisions], side="right")
        end = int(np.searchsorted(self._time, (day + 1.0) * DAY_MINUTES))
        _admit(
            self._due[:end], upto, decided, self._at_least, self._strict,
            self._places, self._requests, self._latest,
        )  # fmt: skip
        self._time, self._key, self._due = self._time[end:], self._key[end:], self._due[end:]
        return [each for each in decisions if self.status[each[1]] == _CANCELLED]


@compiled
def _admit(
    order: I64,
    upto: I64,
    decided: I64,
    at_least: int,
    strict: bool,
    places: SessionPlaces,
    requests: AdmissionRequests,
    latest: I64,
) -> None:
    """Serve sign-ups in order; `upto[k]` of them come before session `decided[k]` is decided."""
    done = 0
    for k in range(len(decided) + 1):
        for at in range(done, upto[k] if k < len(decided) else len(order)):
            i = order[at]
            session, person = requests.session[i], requests.person[i]
            if places.status[session] == _CANCELLED:
                continue
            total = places.taken[session] + requests.size[i]
            if strict and _is_busy(places, requests, latest[person], session):
                requests.fate[i] = _BUSY
            elif total > places.most[session]:
                requests.fate[i] = _FULL
            else:
                requests.fate[i] = _ADMITTED
                places.taken[session] = total
                requests.previous[i], latest[person] = latest[person], i
        if k < len(decided):
            done = upto[k]
            if places.taken[decided[k]] < at_least:
                places.status[decided[k]] = _CANCELLED


@compiled
def _is_busy(
    places: SessionPlaces, requests: AdmissionRequests, admitted: int, session: int
) -> bool:
    """Whether a session overlaps any of those somebody is signed up for; `admitted` is the last."""
    start = places.start[session]
    end = start + places.duration[session]
    while admitted != _NONE:
        other = requests.session[admitted]
        begins = places.start[other]
        apart = begins >= end or start >= begins + places.duration[other]
        if not apart and places.status[other] != _CANCELLED:
            return True
        admitted = requests.previous[admitted]
    return False
