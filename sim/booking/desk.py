"""The booking desk: finds a free suitable room, takes it, gives it back.

This is the hot loop of linli, so the handlers are closures over plain lists: an access through
`self` costs more than the bit test it would serve. What is looked up per request is laid out as
one list per attribute before the run.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable
from dataclasses import dataclass, replace

from sim.arrays import I64
from sim.booking.alternatives import Given, alternative_search
from sim.booking.at_once import Place, first_attempt
from sim.booking.layout import Book, Rooms, days_and_masks, lay_out
from sim.booking.requests import Outcome, Requests
from sim.booking.views import Views, free_rooms, general_search, room_taker


@dataclass(frozen=True, slots=True)
class Desk:
    """Handlers of one replication and the lists they write.

    Attributes
    ----------
    place
        (request, time) -> whether it got a slot; tries alternatives within the booker's
        flexibility.
    place_again
        The same at a later time, with the starts that may be given then.
    place_at
        (request, pool, start, time) -> whether a room of the pool was given from this start on.
    place_rest
        (request, pool, start, slots, time) -> whether a room of the pool was given from this start
        on for so many slots, or as many of them as some room is free. Rooms' start steps do not
        bind: it is the rest of a booking that begins there.
    place_in
        (request, pool, venue, start, attempt, time) -> whether this very room of the pool, which
        suits, was given from this start on: what a selection chose among all that could be tried.
    release
        Gives a booking's slots back.
    wanted
        (request) -> preferred start.
    shorten
        (request, slots): only the first so many slots of a booking are held on.
    take
        (venue, start, duration) -> whether all of these slots were free and open; they are taken
        then. For holders other than bookers, such as activities.
    give_back
        (venue, start, duration): slots are free again.
    outcome, venue, start, attempt, length
        Per request: `Outcome`, venue (-1 none), start slot given, which attempt succeeded
        (0: first choice), and slots held.
    busy
        Diaries, day x venues + venue.
    earliest, latest
        (sets, n) first and last start that each set of rules lets each request have.
    views
        What others see, where rooms are reserved.
    """

    place: Place
    place_again: Place
    place_at: Callable[[int, int, int, float], bool]
    place_rest: Callable[[int, int, int, int, float], bool]
    place_in: Callable[[int, int, int, int, int, float], bool]
    release: Callable[[int], None]
    wanted: Callable[[int], int]
    shorten: Callable[[int, int], None]
    take: Callable[[int, int, int], bool]
    give_back: Callable[[int, int, int], None]
    outcome: bytearray
    venue: array[int]
    start: list[int]
    attempt: array[int]
    length: list[int]
    busy: list[int]
    earliest: I64
    latest: I64
    views: Views | None


def open_desk(
    rooms: Rooms,
    requests: Requests,
    busy: list[int],
    earliest: I64,
    latest: I64,
    reserve: Callable[[Book], Views] | None = None,
) -> Desk:
    """Lay out a replication's requests for the hot loop and build its handlers.

    Parameters
    ----------
    busy
        Diaries with closed hours and off-platform use; changed in place.
    earliest, latest
        (sets, n) first and last start that each set of rules lets each request have.
    reserve
        Builds the diaries that others see, where rooms are reserved.
    """
    book = lay_out(rooms, requests, busy)
    views = None if reserve is None else reserve(book)
    n = len(requests)
    outcome, venue, attempt = bytearray(n), array("i", [-1]) * n, array("i", [0]) * n
    general = general_search(rooms, requests, book, views)
    alternatives = alternative_search(rooms, requests, book, earliest, latest, views)
    booked, refused = int(Outcome.BOOKED), int(Outcome.FULL)
    first, start, length = book.first, book.start, list(book.duration)
    at_once = first_attempt(rooms, book, venue, outcome, general, views)

    def give(i: int, given: Given | None) -> bool:
        if given is None:
            outcome[i] = refused
            return False
        venue[i], start[i], attempt[i] = given
        outcome[i] = booked
        return True

    def place(i: int, now: float) -> bool:
        return at_once(i, now) or give(i, alternatives(i, now, False))

    def place_again(i: int, now: float) -> bool:
        allowed = rooms.timings[rooms.rules_of[first[i]]].allows(start[i], now)
        return (allowed and at_once(i, now)) or give(i, alternatives(i, now, True))

    def place_at(i: int, pool: int, at: int, now: float) -> bool:
        found = general(i, pool, at, now)
        return found >= 0 and give(i, (found, at, int(at != start[i])))

    at_any_step = replace(rooms, start_slots=(1,) * rooms.n_venues)
    for_length = general_search(at_any_step, requests, replace(book, duration=length), views)

    def place_rest(i: int, pool: int, at: int, most: int, now: float) -> bool:
        for n in range(most, 0, -1):
            length[i] = n
            found = for_length(i, pool, at, now)
            if found >= 0:
                return give(i, (found, at, 1))
        length[i] = book.duration[i]
        return False

    taken = room_taker(rooms, book, views)

    def place_in(i: int, pool: int, v: int, at: int, number: int, now: float) -> bool:
        return taken(i, pool, v, at, now) and give(i, (v, at, number))

    take, give_back = _holders(rooms, book, views)

    def release(i: int) -> None:
        give_back(venue[i], start[i], length[i])

    def shorten(i: int, slots: int) -> None:
        if slots < length[i]:
            give_back(venue[i], start[i] + slots, length[i] - slots)
            length[i] = slots

    return Desk(
        place=place,
        place_again=place_again,
        place_at=place_at,
        place_rest=place_rest,
        place_in=place_in,
        release=release,
        wanted=lambda i: int(requests.start[i]),
        shorten=shorten,
        take=take,
        give_back=give_back,
        outcome=outcome,
        venue=venue,
        start=start,
        attempt=attempt,
        length=length,
        busy=busy,
        earliest=earliest,
        latest=latest,
        views=views,
    )


def _holders(
    rooms: Rooms, book: Book, views: Views | None
) -> tuple[Callable[[int, int, int], bool], Callable[[int, int, int], None]]:
    """Handlers that take and give back slots for anybody."""
    slots, n_venues, n_pools = rooms.slots, rooms.n_venues, len(rooms.rooms)
    busy, full = book.busy, book.full
    seen = busy if views is None else views.programme.busy
    others = () if views is None else views.others
    spare = None if views is None else views.spare

    def take(v: int, at: int, length: int) -> bool:
        pieces = days_and_masks(at, length, slots)
        if at < 0 or pieces[-1][0] >= rooms.n_days:
            return False
        if any(seen[d * n_venues + v] & m for d, m in pieces):
            return False
        if spare is not None:
            kept, among = spare[v]
            if kept and free_rooms(seen, among, pieces, n_venues) <= kept:
                return False
        for d, m in pieces:
            busy[d * n_venues + v] |= m
            for other in others:
                other.busy[d * n_venues + v] |= m
        return True

    def give_back(v: int, at: int, length: int) -> None:
        for d, m in days_and_masks(at, length, slots):
            busy[d * n_venues + v] &= ~m
            for p in rooms.pools_of[v]:
                full[d * n_pools + p] &= ~m
            if views is not None:
                views.refresh(d * n_venues + v)
                for other in others:
                    for p in rooms.pools_of[v]:
                        other.full[d * n_pools + p] &= ~m

    return take, give_back
