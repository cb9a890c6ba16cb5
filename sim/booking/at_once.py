"""The first attempt: the preferred start in the preferred centre, which most requests end with."""

from __future__ import annotations

from array import array
from collections.abc import Callable

from sim.booking.layout import Book, Rooms
from sim.booking.requests import Outcome
from sim.booking.views import Sight, Views, noter

Place = Callable[[int, float], bool]
General = Callable[[int, int, int, float], int]


def first_attempt(
    rooms: Rooms,
    book: Book,
    venue: array[int],
    outcome: bytearray,
    general: General,
    views: Views | None,
) -> Place:
    """Build the handler of the first attempt: (request, time) -> whether it was given."""
    if views is None:
        return _unreserved(rooms, book, venue, outcome, general)
    return _reserved(rooms, book, venue, outcome, general, views)


def _unreserved(
    rooms: Rooms,
    book: Book,
    venue: array[int],
    outcome: bytearray,
    general: General,
) -> Place:
    """Where everybody sees the same."""
    busy, full = book.busy, book.full
    fit, mask, first, start = book.fit, book.mask, book.first, book.start
    row, pool_row = book.row, book.pool_row
    note_full, everybody = noter(rooms), Sight(busy, full)
    booked = int(Outcome.BOOKED)

    def at_once(i: int, now: float) -> bool:
        m, candidates = mask[i], fit[i]
        if m and candidates is not None:
            if full[pool_row[i] + first[i]] & m:
                return False
            r = row[i]
            for v in candidates:
                taken = busy[r + v]
                if not taken & m:
                    busy[r + v] = taken | m
                    venue[i] = v
                    outcome[i] = booked
                    return True
            note_full(everybody, first[i], r, pool_row[i])
            return False
        found = general(i, first[i], start[i], now)
        if found >= 0:
            venue[i], outcome[i] = found, booked
        return found >= 0

    return at_once


def _reserved(
    rooms: Rooms,
    book: Book,
    venue: array[int],
    outcome: bytearray,
    general: General,
    views: Views,
) -> Place:
    """Where rooms are reserved: apart, so that it costs nothing where none are."""
    busy, fit, mask, first, start = book.busy, book.fit, book.mask, book.first, book.start
    row, pool_row, members = book.row, book.pool_row, rooms.rooms
    note_full, see, booked = noter(rooms), views.of, int(Outcome.BOOKED)
    others = [other.busy for other in views.others]

    def at_once(i: int, now: float) -> bool:
        m, candidates, pool = mask[i], fit[i], first[i]
        if not m or candidates is None:
            found = general(i, pool, start[i], now)
            if found >= 0:
                venue[i], outcome[i] = found, booked
            return found >= 0
        sight, kept = see(i, pool, start[i], now)
        if sight.full[pool_row[i] + pool] & m:
            return False
        r, diary = row[i], sight.busy
        if not kept or sum(not diary[r + v] & m for v in members[pool]) > kept:
            for v in candidates:
                if not diary[r + v] & m:
                    busy[r + v] |= m
                    for other in others:
                        other[r + v] |= m
                    venue[i], outcome[i] = v, booked
                    return True
        note_full(sight, pool, r, pool_row[i])
        return False

    return at_once
