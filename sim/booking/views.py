"""Diaries as different people see them: rooms kept for others look taken.

Without reserved rooms everybody sees the same. With them there is one diary for each sort of
people, kept up to date with every booking, so that the searches need not know of reserves.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sim.booking.layout import Book, Rooms, days_and_masks
from sim.booking.requests import Requests


@dataclass(frozen=True, slots=True)
class Sight:
    """A diary as somebody sees it.

    Attributes
    ----------
    busy
        Day x venues + venue: bits of slots that are taken, closed or kept for others.
    full
        Day x pools + pool: slots in which every room of the pool is known to look taken.
    """

    busy: list[int]
    full: list[int]


View = Callable[[int, int, int, float], tuple[Sight, int]]
"""(request, pool, start, time) -> the diary in which the booker sees whether the start is free, and
how many free rooms must be left over (0: none)."""


@dataclass(frozen=True, slots=True)
class Views:
    """How requests see the diaries, where rooms are reserved.

    Attributes
    ----------
    of
        See `View`.
    steady
        (first start, last start, time) -> whether bookers see the same for all of these starts.
    others
        Every diary but the true one: whoever takes slots marks them in all.
    refresh
        (day x venues + venue): what everybody sees after slots of a venue's day were given back.
    programme
        The diary that sessions of activities see.
    spare
        Per venue: how many free rooms sessions must leave over, and of which; None: nowhere any.
    """

    of: View
    steady: Callable[[int, int, float], bool]
    others: tuple[Sight, ...]
    refresh: Callable[[int], None]
    programme: Sight
    spare: tuple[tuple[int, tuple[int, ...]], ...] | None


def noter(rooms: Rooms) -> Callable[[Sight, int, int, int], None]:
    """Remember the slots in which every room of a pool is taken: it spares looking again."""
    members = rooms.rooms

    def note_full(sight: Sight, pool: int, row: int, pool_row: int) -> None:
        everywhere, busy = -1, sight.busy
        for v in members[pool]:
            everywhere &= busy[row + v]
        sight.full[pool_row + pool] = everywhere

    return note_full


def general_search(
    rooms: Rooms, requests: Requests, book: Book, views: Views | None
) -> Callable[[int, int, int, float], int]:
    """Search that knows everything: past midnight, start steps, party size, rooms kept free."""
    slots, n_days, n_venues, busy = rooms.slots, rooms.n_days, rooms.n_venues, book.busy
    duration, party = book.duration, requests.party
    see = None if views is None else views.of
    others = () if views is None else views.others

    def general(i: int, pool: int, at: int, now: float) -> int:
        """Take a free room of the pool from slot `at` on; -1 without one."""
        pieces = days_and_masks(at, duration[i], slots)
        if at < 0 or pieces[-1][0] >= n_days:
            return -1
        diary, kept = busy, 0
        if see is not None:
            sight, kept = see(i, pool, at, now)
            diary = sight.busy
            if kept and free_rooms(diary, rooms.rooms[pool], pieces, n_venues) <= kept:
                return -1
        for v in rooms.rooms[pool]:
            if rooms.capacity[v] < party[i] or at % slots % rooms.start_slots[v]:
                continue
            if any(diary[d * n_venues + v] & m for d, m in pieces):
                continue
            for d, m in pieces:
                busy[d * n_venues + v] |= m
                for other in others:
                    other.busy[d * n_venues + v] |= m
            return v
        return -1

    return general


def room_taker(
    rooms: Rooms, book: Book, views: Views | None
) -> Callable[[int, int, int, int, float], bool]:
    """Build what takes a room that was chosen: (request, pool, venue, start, time) -> whether.

    The room must hold the party and offer the start; whether it is free is looked up.
    """
    slots, n_venues, busy = rooms.slots, rooms.n_venues, book.busy
    see = None if views is None else views.of
    others = () if views is None else views.others

    def taken(i: int, pool: int, v: int, at: int, now: float) -> bool:
        pieces = days_and_masks(at, book.duration[i], slots)
        diary, kept = busy, 0
        if see is not None:
            sight, kept = see(i, pool, at, now)
            diary = sight.busy
            if kept and free_rooms(diary, rooms.rooms[pool], pieces, n_venues) <= kept:
                return False
        if any(diary[d * n_venues + v] & m for d, m in pieces):
            return False
        for d, m in pieces:
            busy[d * n_venues + v] |= m
            for other in others:
                other.busy[d * n_venues + v] |= m
        return True

    return taken


def free_rooms(
    diary: list[int], rooms: tuple[int, ...], pieces: list[tuple[int, int]], n_venues: int
) -> int:
    """How many rooms are free for the whole time."""
    return sum(not any(diary[d * n_venues + v] & m for d, m in pieces) for v in rooms)
