"""The booking desk: finds a free suitable room, takes it, gives it back.

This is the hot loop of linli, so the handlers are closures over plain lists: an access through
`self` costs more than the bit test it would serve. What is looked up per request is laid out as
one list per attribute before the run.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sim.booking.alternatives import alternative_search
from sim.booking.layout import Rooms, days_and_masks, general_search, lay_out, noter
from sim.booking.requests import Outcome, Requests

__all__ = ["Desk", "open_desk"]

I64 = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Desk:
    """Handlers of one replication and the lists they write.

    Attributes
    ----------
    place
        (request, time) -> whether it got a slot; tries alternatives within the booker's
        flexibility.
    release
        Gives a booking's slots back.
    take
        (venue, start, duration) -> whether all of these slots were free and open; they are taken
        then. For holders other than bookers, such as activities.
    give_back
        (venue, start, duration): slots are free again.
    outcome, venue, start, attempt
        Per request: `Outcome`, venue (-1 none), start slot given, and which attempt succeeded
        (0: first choice).
    busy
        Diaries, day x venues + venue.
    """

    place: Callable[[int, float], bool]
    release: Callable[[int], None]
    take: Callable[[int, int, int], bool]
    give_back: Callable[[int, int, int], None]
    outcome: bytearray
    venue: array[int]
    start: list[int]
    attempt: array[int]
    busy: list[int]


def open_desk(
    rooms: Rooms, requests: Requests, busy: list[int], earliest: I64, latest: I64
) -> Desk:
    """Lay out a replication's requests for the hot loop and build its handlers.

    Parameters
    ----------
    busy
        Diaries with closed hours and off-platform use; changed in place.
    earliest, latest
        (windows, n) first and last start slot that each booking window lets each request have.
    """
    slots, n_venues, n_pools = rooms.slots, rooms.n_venues, len(rooms.rooms)
    book = lay_out(rooms, requests, busy)
    fit, mask, first, start = book.fit, book.mask, book.first, book.start
    row, pool_row, full, duration = book.row, book.pool_row, book.full, book.duration
    n = len(requests)
    outcome, venue, attempt = bytearray(n), array("i", [-1]) * n, array("i", [0]) * n
    note_full, general = noter(rooms, book), general_search(rooms, requests, book)
    alternatives = alternative_search(rooms, requests, book, earliest, latest)
    booked, refused = int(Outcome.BOOKED), int(Outcome.FULL)

    def place(i: int, now: float) -> bool:  # noqa: ARG001 - parts of a policy need the time
        m, candidates = mask[i], fit[i]
        if m and candidates is not None:
            if not full[pool_row[i] + first[i]] & m:
                r = row[i]
                for v in candidates:
                    taken = busy[r + v]
                    if not taken & m:
                        busy[r + v] = taken | m
                        venue[i] = v
                        outcome[i] = booked
                        return True
                note_full(first[i], r, pool_row[i])
        else:
            found = general(i, first[i], start[i])
            if found >= 0:
                venue[i], outcome[i] = found, booked
                return True
        given = alternatives(i)
        if given is None:
            outcome[i] = refused
            return False
        venue[i], start[i], attempt[i] = given
        outcome[i] = booked
        return True

    def take(v: int, at: int, length: int) -> bool:
        day, slot = divmod(at, slots)
        if slot + length <= slots and 0 <= day < rooms.n_days:
            m, r = ((1 << length) - 1) << slot, day * n_venues + v
            if busy[r] & m:
                return False
            busy[r] |= m
            return True
        pieces = days_and_masks(at, length, slots)
        if at < 0 or pieces[-1][0] >= rooms.n_days:
            return False
        if any(busy[d * n_venues + v] & m for d, m in pieces):
            return False
        for d, m in pieces:
            busy[d * n_venues + v] |= m
        return True

    def give_back(v: int, at: int, length: int) -> None:
        for d, m in days_and_masks(at, length, slots):
            busy[d * n_venues + v] &= ~m
            for p in rooms.pools_of[v]:
                full[d * n_pools + p] &= ~m

    def release(i: int) -> None:
        give_back(venue[i], start[i], duration[i])

    return Desk(place, release, take, give_back, outcome, venue, start, attempt, busy)
