"""The compiled loop that decides requests in order of time, as far as no part has a say.

Parts of a policy are Python. Most have something to say of few requests only: they name these, and
the loop stops there.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from sim.arrays import F64, I64, U8
from sim.booking.parts.caps import CapTables, count, forget, over_as_given, over_as_preferred
from sim.booking.requests import Outcome
from sim.booking.search import (
    ATTEMPT,
    GRID,
    LENGTH,
    OUTCOME,
    POOLS,
    ROOMS,
    START,
    VENUE,
    SearchTables,
    give_back,
    place,
)
from sim.compiled import compiled

ASKED, BOOKED, REFUSED, GIVEN_UP, CAPPED = 1, 2, 4, 8, 16
"""Bits of what concerns a part about a request: how it is decided, that a room was given, that none
was free, that the booker gives up. `CAPPED`: caps of hours hold for it."""
_BOOKED, _FULL = int(Outcome.BOOKED), int(Outcome.FULL)


class Timeline(NamedTuple):
    """What is known in advance, in order of time.

    Attributes
    ----------
    times, codes
        When what happens: i asks, ~i gives up, n + k is the k-th look.
    look
        (m,) which request looks again, if it was refused as full.
    earliest, latest
        (sets, m) first and last start that each set of rules lets it have then.
    """

    times: F64
    codes: I64
    look: I64
    earliest: I64
    latest: I64


class Looks(NamedTuple):
    """Who would look again when, if refused as full; see `Timeline`, in order of `look`."""

    times: F64
    look: I64
    earliest: I64
    latest: I64


_NONE = np.zeros((0, 0), dtype=np.int64)
NO_LOOKS = Looks(np.zeros(0), np.zeros(0, dtype=np.int64), _NONE, _NONE)


@compiled
def release(t: SearchTables, i: int) -> None:
    """Give the slots of a booking back."""
    start, slots = t.given[START, i], t.given[LENGTH, i]
    give_back(t.busy, t.given[VENUE, i], start, slots)
    for number in range(t.asks[i, ROOMS] - 1):
        give_back(t.busy, t.more_rooms[i, number], start, slots)


@compiled
def undo(t: SearchTables, i: int, outcome: int, wanted: int) -> None:
    """Take back what a request was just given."""
    release(t, i)
    t.given[OUTCOME, i] = outcome
    t.given[VENUE, i] = -1
    t.given[ATTEMPT, i] = 0
    t.given[START, i] = wanted


@compiled
def place_later(t: SearchTables, line: Timeline, look: int, i: int, now: float) -> bool:
    """Place a request that looks again, with the starts that may be given then."""
    rules, start = t.pool_rules[t.asks[i, POOLS]], t.given[START, i]
    preferred = line.earliest[rules, look] <= start <= line.latest[rules, look]
    return place(t, line.earliest, line.latest, i, look, now, preferred)


@compiled
def decide(first: int, until: int, concerned: U8, *tables: Any) -> int:
    """Go through a timeline until something concerns a part, or to the end.

    A request that was decided has its outcome; one that a part is to decide has not. Of those that
    look again only who then has a room concerns a part.

    Parameters
    ----------
    first, until
        Which of the timeline.
    concerned
        (n,) bits of what concerns a part about each request.
    tables
        Of `SearchTables`, `CapTables` and `Timeline`: they cost less to hand over one by one.

    Returns
    -------
    The place of what concerns a part; `until` if nothing does.
    """
    t, caps = SearchTables(*tables[:14]), CapTables(*tables[14:24])
    line = Timeline(*tables[24:])
    n = t.asks.shape[0]
    for k in range(first, until):
        code, now = line.codes[k], line.times[k]
        if code < 0:
            i = ~code
            if t.given[OUTCOME, i] == _BOOKED and now <= t.given[START, i] * t.clock[GRID]:
                if concerned[i] & GIVEN_UP:
                    return k
                release(t, i)
                if concerned[i] & CAPPED:
                    forget(caps, i)
            continue
        later = code >= n
        i = line.look[code - n] if later else code
        if later and t.given[OUTCOME, i] != _FULL:
            continue
        bits, before, wanted = concerned[i], t.given[OUTCOME, i], t.given[START, i]
        if bits & ASKED:
            return k
        if later:
            found = place_later(t, line, code - n, i, now)
        else:
            if bits & CAPPED and over_as_preferred(caps, i) >= 0:
                return k
            found = place(t, t.earliest, t.latest, i, i, now, True)
        if not found:
            if bits & REFUSED and not later:
                return k
            continue
        if bits & CAPPED:
            minutes = t.given[LENGTH, i] * t.asks[i, ROOMS] * t.clock[GRID]
            if over_as_given(caps, i, t.given[VENUE, i], t.given[START, i], minutes) >= 0:
                undo(t, i, before, wanted)
                if later:
                    continue
                return k
        if later or bits & BOOKED:
            return k
        if bits & CAPPED:
            count(caps, i)
    return until
