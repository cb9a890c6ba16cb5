"""Rooms, diaries and requests laid out as lists for the booking desk."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sim.booking.requests import Requests
from sim.booking.window import windows_of
from sim.scenario.schema.policy import Window
from sim.world.world import World

__all__ = [
    "Book",
    "Rooms",
    "build_rooms",
    "days_and_masks",
    "general_search",
    "lay_out",
    "noter",
]

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
        For pool x (number of capacities + 1) + class: venues that hold a party of the class, or
        None where the pool needs the general search.
    windows, window_of
        The different booking windows, and which of them holds in each pool.
    simple
        Whether no pool needs it and no venue is open past midnight: then the quick search for
        alternatives holds.
    """

    rooms: tuple[tuple[int, ...], ...]
    pools_of: tuple[tuple[int, ...], ...]
    capacities: I64
    fitting: tuple[tuple[int, ...] | None, ...]
    capacity: tuple[int, ...]
    start_slots: tuple[int, ...]
    kind_step: tuple[int, ...]
    windows: tuple[Window, ...]
    window_of: tuple[int, ...]
    simple: bool
    n_days: int
    n_venues: int
    slots: int


def build_rooms(world: World) -> Rooms:
    """Index the rooms by pool and party size."""
    venues = world.venues
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
            large = tuple(v for v in rooms if least is not None and venues.capacity[v] >= least)
            fitting.append(shared.setdefault(large, large) if regular else None)
    windows, window_of = windows_of(world)
    return Rooms(
        rooms=world.pools.rooms,
        pools_of=tuple(tuple(p) for p in pools_of),
        capacities=capacities,
        fitting=tuple(fitting),
        capacity=tuple(venues.capacity.tolist()),
        start_slots=tuple(venues.start_slots.tolist()),
        kind_step=tuple(steps),
        windows=windows,
        window_of=window_of,
        simple=None not in fitting and not _open_past_midnight(world),
        n_days=world.n_days,
        n_venues=len(venues),
        slots=world.slots,
    )


def _open_past_midnight(world: World) -> bool:
    """Whether some venue is open both in the last slot of a day and the first of the next."""
    own = np.unique(world.venues.profile)  # drop-in places may be open when they like
    days = world.opening.is_open[own].reshape(-1, world.n_days, world.slots)
    return bool((days[:, :-1, -1] & days[:, 1:, 0]).any())


@dataclass(frozen=True, slots=True)
class Book:
    """Diaries and requests of one replication as lists.

    Attributes
    ----------
    busy
        Diaries, day x venues + venue: bit s is set while slot s is taken or closed.
    full
        Day x pools + pool: slots in which every room of the pool is known to be taken.
    fit
        Per request its first pool's rooms that hold its party; None: general search.
    mask
        Per request its preferred slots on its day; 0 where it runs past midnight.
    first
        Per request its first pool.
    row, pool_row
        Per request where its day begins in `busy` and in `full`.
    """

    busy: list[int]
    full: list[int]
    fit: list[tuple[int, ...] | None]
    mask: list[int]
    first: list[int]
    row: list[int]
    pool_row: list[int]
    slot: list[int]
    start: list[int]
    duration: list[int]
    size: list[int]


def lay_out(rooms: Rooms, requests: Requests, busy: list[int]) -> Book:
    """Look up per request, before the run, all that does not depend on the run."""
    n_days, slots = rooms.n_days, rooms.slots
    size = np.searchsorted(rooms.capacities, requests.party, side="left")
    first = requests.pools[:, 0].astype(np.int64)
    day = requests.start // slots
    slot = requests.start - day * slots
    fit = (first * (len(rooms.capacities) + 1) + size).tolist()
    return Book(
        busy=busy,
        full=[0] * (len(rooms.rooms) * n_days),
        fit=list(map(rooms.fitting.__getitem__, fit)),
        mask=_masks(slot, requests.duration, slots, day < n_days),
        first=first.tolist(),
        row=(day * rooms.n_venues).tolist(),
        pool_row=(day * len(rooms.rooms)).tolist(),
        slot=slot.tolist(),
        start=requests.start.tolist(),
        duration=requests.duration.tolist(),
        size=size.tolist(),
    )


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


def days_and_masks(start: int, duration: int, slots: int) -> list[tuple[int, int]]:
    """A booking's bits day by day."""
    pieces = []
    day, slot = divmod(start, slots)
    while duration > 0:
        n = min(duration, slots - slot)
        pieces.append((day, ((1 << n) - 1) << slot))
        duration -= n
        day, slot = day + 1, 0
    return pieces


def noter(rooms: Rooms, book: Book) -> Callable[[int, int, int], None]:
    """Remember the slots in which every room of a pool is taken: it spares looking again."""
    members, busy, full = rooms.rooms, book.busy, book.full

    def note_full(pool: int, row: int, pool_row: int) -> None:
        everywhere = -1
        for v in members[pool]:
            everywhere &= busy[row + v]
        full[pool_row + pool] = everywhere

    return note_full


def general_search(rooms: Rooms, requests: Requests, book: Book) -> Callable[[int, int, int], int]:
    """Search that knows everything: past midnight, start steps, party size."""
    slots, n_days, n_venues, busy = rooms.slots, rooms.n_days, rooms.n_venues, book.busy
    duration, party = book.duration, requests.party

    def general(i: int, pool: int, at: int) -> int:
        """Take a free room of the pool from slot `at` on; -1 without one."""
        pieces = days_and_masks(at, duration[i], slots)
        if at < 0 or pieces[-1][0] >= n_days:
            return -1
        for v in rooms.rooms[pool]:
            if rooms.capacity[v] < party[i] or at % slots % rooms.start_slots[v]:
                continue
            if any(busy[d * n_venues + v] & m for d, m in pieces):
                continue
            for d, m in pieces:
                busy[d * n_venues + v] |= m
            return v
        return -1

    return general
