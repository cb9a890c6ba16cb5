"""The booking desk: finds a free suitable room, takes it, gives it back.

This is the hot loop of linli, so the handlers are closures over plain lists: an access through
`self` costs more than the bit test it would serve. What is looked up per request is laid out as
one list per attribute before the run.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sim.booking.requests import Outcome, Requests
from sim.world.world import World

__all__ = ["Desk", "Rooms", "build_rooms", "open_desk"]

I64 = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Rooms:
    """Rooms of pools, the same in every replication.

    Attributes
    ----------
    rooms
        Rooms of each pool (venue indices), smallest capacity first.
    pools_of
        Pools that each venue belongs to.
    capacities
        Distinct capacities, rising.
    fitting
        For pool x (number of capacities + 1) + class: venue bases (venue x days) that hold a party
        of the class, or None where the pool needs the general search.
    """

    rooms: tuple[tuple[int, ...], ...]
    pools_of: tuple[tuple[int, ...], ...]
    capacities: I64
    fitting: tuple[tuple[int, ...] | None, ...]
    capacity: tuple[int, ...]
    start_slots: tuple[int, ...]
    kind_step: tuple[int, ...]
    n_days: int
    slots: int


def build_rooms(world: World) -> Rooms:
    """Index the rooms by pool and party size."""
    venues, n_days = world.venues, world.n_days
    capacities = np.unique(venues.capacity)
    pools_of: list[list[int]] = [[] for _ in range(len(venues))]
    shared: dict[tuple[int, ...], tuple[int, ...]] = {}
    fitting: list[tuple[int, ...] | None] = []
    steps = [
        max(1, (world.scenario.kinds[k].start_minutes or world.grid) // world.grid)
        for k in world.kinds
    ]
    for p, rooms in enumerate(world.pools.rooms):
        step = steps[int(world.pools.kind[p])]
        regular = all(step % int(venues.start_slots[v]) == 0 for v in rooms)
        for v in rooms:
            pools_of[v].append(p)
        for least in (*capacities.tolist(), None):
            bases = tuple(
                v * n_days for v in rooms if least is not None and venues.capacity[v] >= least
            )
            fitting.append(shared.setdefault(bases, bases) if regular else None)
    return Rooms(
        rooms=world.pools.rooms,
        pools_of=tuple(tuple(p) for p in pools_of),
        capacities=capacities,
        fitting=tuple(fitting),
        capacity=tuple(venues.capacity.tolist()),
        start_slots=tuple(venues.start_slots.tolist()),
        kind_step=tuple(steps),
        n_days=n_days,
        slots=world.slots,
    )


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
    outcome, venue, start, place_in_line
        Per request: `Outcome`, venue (-1 none), start slot given, and which attempt succeeded
        (0: first choice).
    busy
        Diaries, venue x days + day.
    """

    place: Callable[[int, float], bool]
    release: Callable[[int], None]
    outcome: list[int]
    venue: list[int]
    start: list[int]
    attempt: list[int]
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
        First and last start slot that the window lets each request have.
    """
    n, n_days, slots = len(requests), rooms.n_days, rooms.slots
    n_classes = len(rooms.capacities) + 1
    size = np.searchsorted(rooms.capacities, requests.party, side="left")
    first = requests.pools[:, 0].astype(np.int64)
    day_of, slot_of = requests.start // slots, requests.start % slots
    fit = _looked_up(rooms.fitting, first * n_classes + size)
    mask = _masks(slot_of, requests.duration, slots, day_of < n_days)
    pool_day = (first * n_days + day_of).tolist()
    day = day_of.tolist()
    outcome, venue, attempt = [0] * n, [-1] * n, [0] * n
    start, duration = requests.start.tolist(), requests.duration.tolist()
    full: dict[int, int] = {}
    full_at = full.get
    booked, refused = int(Outcome.BOOKED), int(Outcome.FULL)
    search = _general_search(rooms, requests, busy, full, size)
    alternatives = _alternatives(rooms, requests, search, earliest, latest)

    def place(i: int, now: float) -> bool:
        m, candidates = mask[i], fit[i]
        if m and candidates is not None:
            d = day[i]
            if not full_at(pool_day[i], 0) & m:
                for base in candidates:
                    taken = busy[base + d]
                    if not taken & m:
                        busy[base + d] = taken | m
                        venue[i] = base // n_days
                        outcome[i] = booked
                        return True
                _note_full(i)
        else:
            found = search(i, int(first[i]), start[i])
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

    def _note_full(i: int) -> None:
        """Remember in which slots of the day every room of the pool is taken."""
        d, everywhere = day[i], -1
        for v in rooms.rooms[pool_day[i] // n_days]:
            everywhere &= busy[v * n_days + d]
        full[pool_day[i]] = everywhere

    def release(i: int) -> None:
        v = venue[i]
        for d, m in _days_and_masks(start[i], duration[i], slots):
            busy[v * n_days + d] &= ~m
            for p in rooms.pools_of[v]:
                key = p * n_days + d
                if key in full:
                    full[key] &= ~m

    return Desk(place, release, outcome, venue, start, attempt, busy)


def _looked_up(
    table: tuple[tuple[int, ...] | None, ...], index: I64
) -> list[tuple[int, ...] | None]:
    return [table[k] for k in index.tolist()]


def _masks(slot: I64, duration: I64, slots: int, inside: npt.NDArray[np.bool_]) -> list[int]:
    """Bits of each request's slots on its day; 0 where it runs past midnight or the horizon."""
    one_day = inside & (slot + duration <= slots)
    if slots <= 62:
        length = np.where(one_day, duration, 0)
        bits = ((np.int64(1) << length) - 1) << slot
        return list(bits.tolist())
    return [
        ((1 << n) - 1) << s if ok else 0
        for s, n, ok in zip(slot.tolist(), duration.tolist(), one_day.tolist(), strict=True)
    ]


def _days_and_masks(start: int, duration: int, slots: int) -> list[tuple[int, int]]:
    """A booking's bits day by day."""
    pieces = []
    day, slot = divmod(start, slots)
    while duration > 0:
        n = min(duration, slots - slot)
        pieces.append((day, ((1 << n) - 1) << slot))
        duration -= n
        day, slot = day + 1, 0
    return pieces


def _general_search(
    rooms: Rooms, requests: Requests, busy: list[int], full: dict[int, int], size: I64
) -> Callable[[int, int, int], int]:
    """Search for any pool and start: across midnight, with start steps, with the party's size."""
    slots, n_days = rooms.slots, rooms.n_days
    duration, party = requests.duration.tolist(), requests.party.tolist()
    fitting, n_classes = rooms.fitting, len(rooms.capacities) + 1
    sizes = size.tolist()
    masks = [[((1 << n) - 1) << s for s in range(slots - n + 1)] for n in range(min(slots, 64) + 1)]

    def search(i: int, pool: int, at: int) -> int:
        """Take a free room of the pool from slot `at` on; -1 without one."""
        d, s = divmod(at, slots)
        n = duration[i]
        if s + n <= slots and d < n_days:
            m = masks[n][s] if n < len(masks) else ((1 << n) - 1) << s
            if full.get(pool * n_days + d, 0) & m:
                return -1
            regular = fitting[pool * n_classes + sizes[i]]
            if regular is not None:
                for base in regular:
                    if not busy[base + d] & m:
                        busy[base + d] |= m
                        return base // n_days
                everywhere = -1
                for v in rooms.rooms[pool]:
                    everywhere &= busy[v * n_days + d]
                full[pool * n_days + d] = everywhere
                return -1
        return _any_room(i, pool, at, s, n)

    def _any_room(i: int, pool: int, at: int, slot: int, n: int) -> int:
        pieces = _days_and_masks(at, n, slots)
        if pieces[-1][0] >= n_days:
            return -1
        for v in rooms.rooms[pool]:
            if rooms.capacity[v] < party[i] or slot % rooms.start_slots[v]:
                continue
            if any(busy[v * n_days + d] & m for d, m in pieces):
                continue
            for d, m in pieces:
                busy[v * n_days + d] |= m
            return v
        return -1

    return search


def _alternatives(
    rooms: Rooms,
    requests: Requests,
    search: Callable[[int, int, int], int],
    earliest: I64,
    latest: I64,
) -> Callable[[int], tuple[int, int, int] | None]:
    """What a refused booker tries: other centres at the preferred start, then shifted starts."""
    pools, others = requests.pools, requests.others.tolist()
    start, shift = requests.start.tolist(), requests.shift.tolist()
    step = [rooms.kind_step[k] for k in requests.kind.tolist()]

    def alternatives(i: int) -> tuple[int, int, int] | None:
        """Venue, start and number of the attempt that succeeded."""
        row = [p for p in pools[i, : others[i] + 1].tolist() if p >= 0]
        attempt = 0
        for pool in row[1:]:
            attempt += 1
            found = search(i, pool, start[i])
            if found >= 0:
                return found, start[i], attempt
        low, high = int(earliest[i]), int(latest[i])
        for distance in range(step[i], shift[i] + 1, step[i]):
            for at in (start[i] + distance, start[i] - distance):
                if not low <= at <= high:
                    continue
                for pool in row:
                    attempt += 1
                    found = search(i, pool, at)
                    if found >= 0:
                        return found, at, attempt
        return None

    return alternatives
