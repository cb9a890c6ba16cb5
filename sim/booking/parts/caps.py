"""Hours that people have booked under caps, as compiled loops over arrays.

What somebody has booked is a chain of requests, the latest first: nobody has many, so no index is
needed to add up those that count together.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.arrays import F64, I64
from sim.compiled import compiled


class CapTables(NamedTuple):
    """Caps and what counts under them, in one replication.

    An *account* is the number of a kind or centre and a stretch of time; -1 is a start that the cap
    leaves out.

    Attributes
    ----------
    most
        (K,) minutes of a person in an account, at most.
    person
        (K, n) who asks: a person, or a household.
    preferred
        (K, n) account of every request at its preferred start and centre.
    row, place, stretch
        (K, n), (K, V) and (K, T) parts of an account, to be added: by request, venue and start;
        `stretch` is -1 for starts the cap leaves out.
    given
        (K, n) account at the start and centre found; -1 before, and again when it is given up.
    last, before
        (K, people) the request that each person booked last; (K, n) the one booked before it; -1
        for none.
    minutes
        (n,) minutes of every request, in all its rooms.
    """

    most: F64
    person: I64
    preferred: I64
    row: I64
    place: I64
    stretch: I64
    given: I64
    last: I64
    before: I64
    minutes: I64


_NONE = np.zeros((0, 0), dtype=np.int64)
NO_CAPS = CapTables(np.zeros(0), *(_NONE,) * 8, np.zeros(0, dtype=np.int64))


@compiled
def is_over(c: CapTables, cap: int, i: int, account: int) -> bool:
    """Whether a request would take its person beyond a cap in an account."""
    total, j = c.minutes[i], c.last[cap, c.person[cap, i]]
    while j >= 0:
        if c.given[cap, j] == account:
            total += c.minutes[j]
        j = c.before[cap, j]
    return bool(total > c.most[cap])


@compiled
def over_as_preferred(c: CapTables, i: int) -> int:
    """First cap that a request breaks where it would rather be; -1 if none."""
    for cap in range(len(c.most)):
        account = c.preferred[cap, i]
        if account >= 0 and is_over(c, cap, i, account):
            return cap
    return -1


@compiled
def over_as_given(c: CapTables, i: int, venue: int, start: int, minutes: int) -> int:
    """First cap that a request breaks at what was found for it, which is noted; -1 if none."""
    c.minutes[i] = minutes
    for cap in range(len(c.most)):
        account = c.stretch[cap, start]
        if account >= 0:
            account += c.row[cap, i] + c.place[cap, venue]
        c.given[cap, i] = account
        if account >= 0 and is_over(c, cap, i, account):
            return cap
    return -1


@compiled
def count(c: CapTables, i: int) -> None:
    """Count a booking whose accounts have just been noted."""
    for cap in range(len(c.most)):
        person = c.person[cap, i]
        c.before[cap, i] = c.last[cap, person]
        c.last[cap, person] = i


@compiled
def forget(c: CapTables, i: int) -> None:
    """Count a booking no longer."""
    for cap in range(len(c.most)):
        c.given[cap, i] = -1
