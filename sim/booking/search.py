"""The search for a free room, as compiled loops over arrays.

A booker tries the preferred start in every centre on the list, then starts before and after it, the
nearest first and the later before the earlier, and every centre at each. Of a centre's rooms the
smallest that holds the party is given; to a request for several at once as many, or none.

What is reserved for others looks taken, or is left over, until it is released. Which entries of
`policy.reserve` are in somebody's way is a set of bits.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from sim.arrays import F64, I16, I64, Bools
from sim.booking.requests import Outcome
from sim.booking.timing import SLACK
from sim.compiled import compiled

OUTCOME, VENUE, START, ATTEMPT, LENGTH = range(5)
"""Rows of `SearchTables.given`."""
DURATION, PARTY, ROOMS, SHIFT, STEP, TRIED, ORIGIN, AS_GUEST, AT_HOME, POOLS = range(10)
"""Columns of `SearchTables.asks`; from `POOLS` on the pools in order of preference."""
CAPACITY, START_SLOTS = range(2)
"""Columns of `SearchTables.room`."""
SLOTS, GRID, WEEKDAY = range(3)
"""Of `SearchTables.clock`."""
_BOOKED, _FULL, _NONE = int(Outcome.BOOKED), int(Outcome.FULL), -1


class SearchTables(NamedTuple):
    """Diaries, rooms, requests and reserves of a replication.

    Attributes
    ----------
    busy
        (V, T) whether each slot of a venue is taken or closed.
    room
        (V, 2) largest party; slots to whose multiples starts are bound.
    pool_rooms
        (P, most) rooms of each pool, the smallest first, then -1.
    pool_rules
        (P,) which set of rules holds.
    asks
        (n, POOLS + most) per request: slots; people in a room; rooms at once; slots it may be
        shifted by, and steps of that; pools tried; origin; entries of the reserve that are for the
        booker in other people's centres, and at home; pools.
    given
        (5, n) per request: `Outcome`, venue (-1 none), start, number of the attempt, slots held.
    more_rooms
        (n, most rooms at once - 1) further venues of bookings that hold several, then -1.
    earliest, latest
        (sets, n) first and last start that each set of rules lets each request have.
    clock
        Slots of a day, minutes of a slot, weekday of the first day.
    keeper
        (V, week) entry that keeps a slot of the week, or -1; (V, 0) where none does.
    release
        (K,) minutes before the start until which each entry of the reserve holds.
    left_over
        (K, P) free rooms that an entry wants left over.
    lives
        (origins, P) whether people are at home in a pool's centre.
    """

    busy: Bools
    room: I64
    pool_rooms: I64
    pool_rules: I64
    asks: I64
    given: I64
    more_rooms: I64
    earliest: I64
    latest: I64
    clock: I64
    keeper: I16
    release: F64
    left_over: I64
    lives: Bools


@compiled
def is_free(
    busy: Bools,
    keeper: I16,
    clock: I64,
    venue: int,
    at: int,
    slots: int,
    entries: int,
) -> bool:
    """Whether a room is free from slot `at` on, as seen with some entries in the way."""
    for slot in range(at, at + slots):
        if busy[venue, slot]:
            return False
    week = keeper.shape[1]
    if entries and week:
        for slot in range(at, at + slots):
            entry = keeper[venue, (slot + clock[WEEKDAY] * clock[SLOTS]) % week]
            if entry >= 0 and entries >> entry & 1:
                return False
    return True


@compiled
def in_the_way(t: SearchTables, i: int, pool: int, at: int, now: float) -> int:
    """Bits of the entries that are for others and not released for a start."""
    entries = 0
    ahead = at * t.clock[GRID] - now - SLACK
    for entry in range(len(t.release)):
        if t.release[entry] < ahead:
            entries |= 1 << entry
    if entries:
        at_home = t.lives[t.asks[i, ORIGIN], pool]
        entries &= ~t.asks[i, AT_HOME if at_home else AS_GUEST]
    return entries


@compiled
def free_rooms(
    busy: Bools, keeper: I16, clock: I64, rooms: I64, at: int, slots: int, entries: int
) -> int:
    """How many of some rooms, then -1, are free."""
    free = 0
    for number in range(len(rooms)):
        venue = rooms[number]
        if venue >= 0 and is_free(busy, keeper, clock, venue, at, slots, entries):
            free += 1
    return free


@compiled
def rooms_left_over(t: SearchTables, pool: int, entries: int) -> int:
    """How many free rooms of a pool the entries in the way want left over."""
    wanted = 0
    for entry in range(len(t.release)):
        if entries >> entry & 1:
            wanted = max(wanted, t.left_over[entry, pool])
    return wanted


@compiled
def leaves_enough(
    t: SearchTables, pool: int, at: int, slots: int, entries: int, taken: int
) -> bool:
    """Whether `taken` rooms of a pool leave as many free as the entries in the way want."""
    wanted = rooms_left_over(t, pool, entries)
    if not wanted:
        return True
    rooms = t.pool_rooms[pool]
    return free_rooms(t.busy, t.keeper, t.clock, rooms, at, slots, entries) >= wanted + taken


@compiled
def free_room(
    t: SearchTables, i: int, pool: int, at: int, slots: int, now: float, any_step: bool
) -> int:
    """First room of a pool that suits a request and is free; -1 if fewer are than it takes.

    Of a request that takes several, the others are noted in `more_rooms`.
    """
    if at < 0 or at + slots > t.busy.shape[1]:
        return _NONE
    entries, wanted = in_the_way(t, i, pool, at, now), t.asks[i, ROOMS]
    if entries and not leaves_enough(t, pool, at, slots, entries, wanted):
        return _NONE
    first, found = _NONE, 0
    for number in range(t.pool_rooms.shape[1]):
        venue = t.pool_rooms[pool, number]
        if venue < 0:
            break
        if t.room[venue, CAPACITY] < t.asks[i, PARTY]:
            continue
        step = t.room[venue, START_SLOTS]
        if step > 1 and not any_step and at % t.clock[SLOTS] % step:
            continue
        if is_free(t.busy, t.keeper, t.clock, venue, at, slots, entries):
            if found:
                t.more_rooms[i, found - 1] = venue
            else:
                first = venue
            found += 1
            if found == wanted:
                return int(first)
    return _NONE


@compiled
def give(t: SearchTables, i: int, venue: int, at: int, attempt: int) -> None:
    """Book a room that is free, with the others that were found."""
    t.busy[venue, at : at + t.given[LENGTH, i]] = True
    for number in range(t.asks[i, ROOMS] - 1):
        t.busy[t.more_rooms[i, number], at : at + t.given[LENGTH, i]] = True
    t.given[OUTCOME, i] = _BOOKED
    t.given[VENUE, i] = venue
    t.given[START, i] = at
    t.given[ATTEMPT, i] = attempt


@compiled
def place(
    t: SearchTables, earliest: I64, latest: I64, i: int, column: int, now: float, preferred: bool
) -> bool:
    """Find a room for a request and take it; whether there is one.

    Parameters
    ----------
    earliest, latest
        (sets, ...) bounds of its starts, in the column `column`.
    preferred
        Whether the preferred start may be given in the first centre.
    """
    step, wanted, slots = t.asks[i, STEP], t.given[START, i], t.asks[i, DURATION]
    attempt = 0
    for number in range(1 + 2 * (t.asks[i, SHIFT] // step)):
        shifted = (number + 1) // 2 * step
        at = wanted + shifted if number % 2 else wanted - shifted
        for rank in range(t.asks[i, TRIED]):
            pool = t.asks[i, POOLS + rank]
            may = preferred
            if attempt:
                rules = t.pool_rules[pool]
                may = earliest[rules, column] <= at <= latest[rules, column]
            if may:
                venue = free_room(t, i, pool, at, slots, now, False)
                if venue >= 0:
                    give(t, i, venue, at, attempt)
                    return True
            attempt += 1
    t.given[OUTCOME, i] = _FULL
    return False


@compiled
def place_one(
    earliest: I64, latest: I64, i: int, column: int, now: float, preferred: bool, *tables: Any
) -> bool:
    """`place` for one request alone: tables cost less to hand over one by one."""
    return place(SearchTables(*tables), earliest, latest, i, column, now, preferred)


@compiled
def offer(
    t: SearchTables, i: int, pool: int, at: int, slots: int, now: float, any_step: bool
) -> bool:
    """Book a room of a pool, or all that are wanted, from slot `at` on, if free; whether so."""
    venue = free_room(t, i, pool, at, slots, now, any_step)
    if venue >= 0:
        t.given[LENGTH, i] = slots
        give(t, i, venue, at, 1 if any_step or at != t.given[START, i] else 0)
    return venue >= 0


@compiled
def book(t: SearchTables, i: int, pool: int, venue: int, at: int, attempt: int, now: float) -> bool:
    """Book one room, which suits and is all that is wanted, if it is free; whether it was."""
    slots = t.asks[i, DURATION]
    entries = in_the_way(t, i, pool, at, now)
    free = leaves_enough(t, pool, at, slots, entries, 1)
    free = free and is_free(t.busy, t.keeper, t.clock, venue, at, slots, entries)
    if free:
        give(t, i, venue, at, attempt)
    return free


@compiled
def take(
    busy: Bools,
    keeper: I16,
    clock: I64,
    group: I64,
    left_over: int,
    entries: int,
    venue: int,
    at: int,
    slots: int,
) -> bool:
    """Take slots of a venue for a session, if all are free; whether they were.

    Parameters
    ----------
    group
        (most,) rooms of the venue's centre and kind, then -1.
    left_over
        More of these than that must be free.
    entries
        Reserves that are not for sessions.
    """
    if at < 0 or at + slots > busy.shape[1]:
        return False
    if not is_free(busy, keeper, clock, venue, at, slots, entries):
        return False
    if left_over and free_rooms(busy, keeper, clock, group, at, slots, entries) <= left_over:
        return False
    busy[venue, at : at + slots] = True
    return True


@compiled
def take_rooms(
    busy: Bools,
    keeper: I16,
    room: I64,
    clock: I64,
    groups: I64,
    left_over: I64,
    entries: int,
    rooms: I64,
    number: I64,
    planned: I64,
    duration: I64,
    shifts: I64,
    venue: I64,
    start: I64,
) -> None:
    """Take the first free room for each session in turn; fill `venue` (-1: none) and `start`.

    The first six are as in `SearchTables` and `take`, by venue; then come what sessions look for
    (see `sim.programme.process.RoomsWanted`).
    """
    for s in range(len(planned)):
        venue[s], start[s] = _NONE, planned[s]
        for shift in shifts:
            at = planned[s] % clock[SLOTS] + shift
            if venue[s] >= 0 or not 0 <= at < clock[SLOTS]:
                continue
            begin = planned[s] + shift
            for k in range(number[s]):
                v = rooms[s, k]
                if at % room[v, START_SLOTS] == 0 and take(
                    busy, keeper, clock, groups[v], left_over[v], entries, v, begin, duration[s]
                ):
                    venue[s], start[s] = v, begin
                    break


@compiled
def give_back(busy: Bools, venue: int, at: int, slots: int) -> None:
    """Free slots again."""
    busy[venue, at : at + slots] = False


@compiled
def free_each(
    t: SearchTables, asked: I64, pool: I64, venue: I64, start: I64, now: float, found: Bools
) -> None:
    """Write to `found`, (n,), whether each room is free for each request, as its booker sees it."""
    for k in range(len(asked)):
        entries = in_the_way(t, asked[k], pool[k], start[k], now)
        slots = t.asks[asked[k], DURATION]
        found[k] = is_free(t.busy, t.keeper, t.clock, venue[k], start[k], slots, entries)


@compiled
def left_over_each(
    t: SearchTables, asked: I64, pool: I64, start: I64, now: float, found: I64
) -> None:
    """Write to `found`, (n,), how many rooms of a pool must be left over at each start."""
    for k in range(len(asked)):
        entries = in_the_way(t, asked[k], pool[k], start[k], now)
        found[k] = rooms_left_over(t, pool[k], entries)
