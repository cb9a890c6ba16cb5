"""What a refused booker tries: other centres at the preferred start, then shifted starts.

Shifted starts come nearest first, the later before the earlier, and every centre at each. The quick
search looks at all shifts of a day at once: from a room's free slots it makes the bits at which a
booking of the length could start. It holds where `Rooms.simple` does and the window allows every
shift; the plain search covers the rest, and gives the same answer where both apply.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from sim.booking.layout import Book, Rooms, general_search, noter
from sim.booking.requests import Requests

__all__ = ["Given", "alternative_search"]

I64 = npt.NDArray[np.int64]
Given = tuple[int, int, int]
"""Venue, start slot, number of the attempt."""


def alternative_search(
    rooms: Rooms, requests: Requests, book: Book, earliest: I64, latest: I64
) -> Callable[[int], Given | None]:
    """Build the search of a replication: request -> what it is given, or None.

    Parameters
    ----------
    earliest, latest
        (windows, n) first and last start slot that each booking window lets a request have.
    """
    steps = np.array(rooms.kind_step)[requests.kind]
    reach = requests.shift // steps * steps
    slot = requests.start % rooms.slots
    inside = (requests.start - reach >= earliest) & (requests.start + reach <= latest)
    quick = inside.all(axis=0) & (slot - reach >= 0) & (slot + requests.duration <= rooms.slots)
    quick &= np.bool_(rooms.simple)
    is_quick = quick.tolist()
    ranked = requests.pools.ravel().tolist()
    first, until = _tried(requests)
    plain = _plain_search(rooms, requests, book, (earliest.tolist(), latest.tolist()), steps)
    by_bits = _bit_search(rooms, book, reach.tolist(), steps.tolist())

    def alternatives(i: int) -> Given | None:
        pools = ranked[first[i] : until[i]]
        return by_bits(i, pools) if is_quick[i] else plain(i, pools)

    return alternatives


def _tried(requests: Requests) -> tuple[list[int], list[int]]:
    """Where the pools that each booker tries lie in the flattened `pools`: (from, until)."""
    width = requests.pools.shape[1]
    allowed = np.arange(width)[None, :] <= requests.others[:, None]
    number = ((requests.pools >= 0) & allowed).cumprod(axis=1).sum(axis=1)
    first = np.arange(len(requests)) * width
    return first.tolist(), (first + number).tolist()


def _plain_search(
    rooms: Rooms,
    requests: Requests,
    book: Book,
    starts: tuple[list[list[int]], list[list[int]]],
    steps: I64,
) -> Callable[[int, list[int]], Given | None]:
    """One start and one centre after the other."""
    general = general_search(rooms, requests, book)
    shift, start, window = requests.shift, book.start, rooms.window_of
    low, high = starts

    def allowed(i: int, pool: int, to: int) -> bool:
        return low[window[pool]][i] <= to <= high[window[pool]][i]

    def plain(i: int, pools: list[int]) -> Given | None:
        at, attempt = start[i], 0
        for pool in pools[1:]:
            attempt += 1
            found = general(i, pool, at) if allowed(i, pool, at) else -1
            if found >= 0:
                return found, at, attempt
        step = int(steps[i])
        for distance in range(step, int(shift[i]) + 1, step):
            for to in (at + distance, at - distance):
                for pool in pools:
                    attempt += 1
                    found = general(i, pool, to) if allowed(i, pool, to) else -1
                    if found >= 0:
                        return found, to, attempt
        return None

    return plain


def _bit_search(
    rooms: Rooms, book: Book, reach: list[int], steps: list[int]
) -> Callable[[int, list[int]], Given | None]:
    """All starts of a day at once."""
    fitting, n_classes = rooms.fitting, len(rooms.capacities) + 1
    busy, full, slot, start = book.busy, book.full, book.slot, book.start
    row, pool_row = book.row, book.pool_row
    duration, size, mask = book.duration, book.size, book.mask
    note_full = noter(rooms, book)
    whole_day = (1 << rooms.slots) - 1
    windows: dict[tuple[int, int], tuple[int, tuple[int, ...]]] = {}
    runs: dict[int, tuple[int, ...]] = {}

    def by_bits(i: int, pools: list[int]) -> Given | None:
        r, in_full, m, cls = row[i], pool_row[i], mask[i], size[i]
        for tried in range(1, len(pools)):
            pool = pools[tried]
            if full[in_full + pool] & m:
                continue
            for v in fitting[pool * n_classes + cls] or ():
                if not busy[r + v] & m:
                    busy[r + v] |= m
                    return v, start[i], tried
            note_full(pool, r, in_full)
        far = reach[i]
        return shifted(i, pools, cls, far) if far else None

    def shifted(i: int, pools: list[int], cls: int, far: int) -> Given | None:
        n, s, r, in_full = duration[i], slot[i], row[i], pool_row[i]
        window, offsets = windows.get((far, steps[i])) or _window(windows, far, steps[i])
        window = window << s >> far
        touched = whole_day & (((1 << (n + 2 * far)) - 1) << s >> far)
        halves = runs.get(n) or runs.setdefault(n, _halves(n))
        starts = []
        together = 0
        for pool in pools:
            possible = 0
            if not touched & ~full[in_full + pool]:
                starts.append(0)
                continue
            for v in fitting[pool * n_classes + cls] or ():
                free = touched & ~busy[r + v]
                if free:
                    for k in halves:
                        free &= free >> k
                    possible |= free
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
                for v in fitting[pools[tried - 1] * n_classes + cls] or ():
                    if not busy[r + v] & moved:
                        busy[r + v] |= moved
                        attempt = len(pools) - 1 + number * len(pools) + tried
                        return v, start[i] + offset, attempt
        raise AssertionError("a start that was possible is not")

    return by_bits


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
