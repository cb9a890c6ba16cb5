"""What a refused booker tries: other centres at the preferred start, then shifted starts.

Shifted starts come nearest first, the later before the earlier, and every centre at each. The quick
search looks at all shifts of a day at once: from a room's free slots it makes the bits at which a
booking of the length could start. It holds where `Rooms.simple` does, every shift begins on the
same day and the window allows it; the plain search covers the rest, and gives the same answer where
both apply.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from sim.arrays import I64
from sim.booking.layout import Book, Rooms
from sim.booking.requests import Requests
from sim.booking.views import Sight, Views, general_search, noter

Given = tuple[int, int, int]
"""Venue, start slot, number of the attempt."""
Bounds = Callable[[int], tuple[int, int]]
"""Pool -> first and last start that may be given there."""


def alternative_search(
    rooms: Rooms,
    requests: Requests,
    book: Book,
    earliest: I64,
    latest: I64,
    views: Views | None = None,
) -> Callable[[int, float, bool], Given | None]:
    """Build the search of a replication: (request, time, again) -> what it is given, or None.

    Parameters
    ----------
    earliest, latest
        (sets, n) first and last start that each set of rules lets a request have when it is
        decided first; who comes again later (`again`) has the bounds of that time.
    """
    steps = np.array(rooms.kind_step)[requests.kind]
    reach = requests.shift // steps * steps
    slot = requests.start % rooms.slots
    inside = (requests.start - reach >= earliest) & (requests.start + reach <= latest)
    on_a_day = (slot - reach >= 0) & (slot + reach < rooms.slots)
    on_a_day &= slot + requests.duration <= rooms.slots
    on_a_day &= np.bool_(rooms.simple)
    is_quick, may_be_quick = (inside.all(axis=0) & on_a_day).tolist(), on_a_day.tolist()
    ranked = requests.pools.ravel().tolist()
    first, until = _tried(requests)
    plain = _plain_search(rooms, requests, book, steps, views)
    by_bits = _bit_search(rooms, book, reach.tolist(), steps.tolist(), views)
    low, high, rules_of = earliest.tolist(), latest.tolist(), rooms.rules_of
    start, far = book.start, reach.tolist()
    steady = None if views is None else views.steady

    def same(i: int, now: float) -> bool:
        """Whether all starts look alike: not where some of them are reserved still."""
        return steady is None or steady(start[i] - far[i], start[i] + far[i], now)

    def alternatives(i: int, now: float, again: bool) -> Given | None:
        pools = ranked[first[i] : until[i]]
        if again:
            bounds = [timing.bounds(start[i], now) for timing in rooms.timings]
            at, off = start[i], far[i]
            wide = all(a <= at - off and at + off <= b for a, b in bounds)
            if may_be_quick[i] and wide and same(i, now):
                return by_bits(i, pools, now)
            return plain(i, pools, now, lambda pool: bounds[rules_of[pool]])
        if is_quick[i] and (steady is None or same(i, now)):
            return by_bits(i, pools, now)
        return plain(i, pools, now, lambda pool: (low[rules_of[pool]][i], high[rules_of[pool]][i]))

    return alternatives


def _tried(requests: Requests) -> tuple[list[int], list[int]]:
    """Where the pools that each booker tries lie in the flattened `pools`: (from, until)."""
    width = requests.pools.shape[1]
    allowed = np.arange(width)[None, :] <= requests.others[:, None]
    number = ((requests.pools >= 0) & allowed).cumprod(axis=1).sum(axis=1)
    first = np.arange(len(requests)) * width
    return first.tolist(), (first + number).tolist()


def _plain_search(
    rooms: Rooms, requests: Requests, book: Book, steps: I64, views: Views | None
) -> Callable[[int, list[int], float, Bounds], Given | None]:
    """One start and one centre after the other."""
    general = general_search(rooms, requests, book, views)
    shift, start = requests.shift, book.start

    def plain(i: int, pools: list[int], now: float, bounds: Bounds) -> Given | None:
        at, attempt = start[i], 0
        within = {pool: bounds(pool) for pool in pools}
        for pool in pools[1:]:
            attempt += 1
            low, high = within[pool]
            found = general(i, pool, at, now) if low <= at <= high else -1
            if found >= 0:
                return found, at, attempt
        step = int(steps[i])
        for distance in range(step, int(shift[i]) + 1, step):
            for to in (at + distance, at - distance):
                for pool in pools:
                    attempt += 1
                    low, high = within[pool]
                    found = general(i, pool, to, now) if low <= to <= high else -1
                    if found >= 0:
                        return found, to, attempt
        return None

    return plain


def _bit_search(
    rooms: Rooms, book: Book, reach: list[int], steps: list[int], views: Views | None
) -> Callable[[int, list[int], float], Given | None]:
    """All starts of a day at once."""
    fitting, n_classes = rooms.fitting, len(rooms.capacities) + 1
    busy, slot, start = book.busy, book.slot, book.start
    row, pool_row = book.row, book.pool_row
    duration, size, mask = book.duration, book.size, book.mask
    note_full = noter(rooms)
    whole_day = (1 << rooms.slots) - 1
    windows: dict[tuple[int, int], tuple[int, tuple[int, ...]]] = {}
    runs: dict[int, tuple[int, ...]] = {}
    everybody = Sight(book.busy, book.full)
    see = None if views is None else views.of
    others = () if views is None else views.others

    def by_bits(i: int, pools: list[int], now: float) -> Given | None:
        r, in_full, m, cls = row[i], pool_row[i], mask[i], size[i]
        sight, kept = everybody, 0
        for tried in range(1, len(pools)):
            pool = pools[tried]
            if see is not None:
                sight, kept = see(i, pool, start[i], now)
            if sight.full[in_full + pool] & m:
                continue
            diary = sight.busy
            if not kept or sum(not diary[r + v] & m for v in rooms.rooms[pool]) > kept:
                for v in fitting[pool * n_classes + cls] or ():
                    if not diary[r + v] & m:
                        busy[r + v] |= m
                        for other in others:
                            other.busy[r + v] |= m
                        return v, start[i], tried
            note_full(sight, pool, r, in_full)
        far = reach[i]
        return shifted(i, pools, cls, far, now) if far else None

    def shifted(i: int, pools: list[int], cls: int, far: int, now: float) -> Given | None:
        n, s, r, in_full = duration[i], slot[i], row[i], pool_row[i]
        window, offsets = windows.get((far, steps[i])) or _window(windows, far, steps[i])
        window = window << s >> far
        touched = whole_day & (((1 << (n + 2 * far)) - 1) << s >> far)
        halves = runs.get(n) or runs.setdefault(n, _halves(n))
        starts = []
        together = 0
        sight, kept = everybody, 0
        for pool in pools:
            if see is not None:
                sight, kept = see(i, pool, start[i], now)
            possible = 0
            if not touched & ~sight.full[in_full + pool]:
                starts.append(0)
                continue
            diary = sight.busy
            for v in fitting[pool * n_classes + cls] or ():
                free = touched & ~diary[r + v]
                if free:
                    for k in halves:
                        free &= free >> k
                    possible |= free
            if kept and possible:
                possible &= _left_over(diary, r, rooms.rooms[pool], touched, halves, kept)
            starts.append(possible)
            together |= possible
        together &= window
        if not together:
            return None
        number = next(k for k, offset in enumerate(offsets) if together >> (s + offset) & 1)
        offset = offsets[number]
        bit, moved = 1 << (s + offset), ((1 << n) - 1) << (s + offset)
        for tried, possible in enumerate(starts, start=1):
            if possible & bit:
                diary = busy if see is None else see(i, pools[tried - 1], start[i], now)[0].busy
                for v in fitting[pools[tried - 1] * n_classes + cls] or ():
                    if not diary[r + v] & moved:
                        busy[r + v] |= moved
                        for other in others:
                            other.busy[r + v] |= moved
                        attempt = len(pools) - 1 + number * len(pools) + tried
                        return v, start[i] + offset, attempt
        raise AssertionError("a start that was possible is not")

    return by_bits


def _left_over(
    diary: list[int],
    row: int,
    rooms: tuple[int, ...],
    touched: int,
    halves: tuple[int, ...],
    kept: int,
) -> int:
    """Bits of the starts at which more than `kept` rooms are free."""
    more = [0] * (kept + 1)  # more[k]: at least k + 1 rooms
    for v in rooms:
        free = touched & ~diary[row + v]
        for k in halves:
            free &= free >> k
        for k in range(kept, 0, -1):
            more[k] |= more[k - 1] & free
        more[0] |= free
    return more[kept]


def _halves(n: int) -> tuple[int, ...]:
    """Shifts after which `free &= free >> k` leaves the bits that begin n free ones in a row."""
    shifts, k = [], 1
    while 2 * k <= n:
        shifts.append(k)
        k *= 2
    return (*shifts, n - k) if k < n else tuple(shifts)


def _window(
    windows: dict[tuple[int, int], tuple[int, tuple[int, ...]]], far: int, step: int
) -> tuple[int, tuple[int, ...]]:
    """Bits of the shifted starts relative to `far` before the preferred one, and their order."""
    offsets = tuple(o for k in range(step, far + 1, step) for o in (k, -k))
    bits = sum(1 << (far + o) for o in offsets)
    windows[far, step] = bits, offsets
    return windows[far, step]
