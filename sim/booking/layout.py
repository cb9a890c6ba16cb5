"""Rooms, diaries and requests laid out as lists for the booking desk."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.arrays import I64, Bools
from sim.booking.requests import Requests
from sim.booking.reserve_plan import ReservePlan, build_reserve
from sim.booking.timing import RuleBook, Timing, rule_book
from sim.scenario.schema.demand import Responses
from sim.scenario.schema.policy import Policy, Window
from sim.world.places import lives_there
from sim.world.world import World, peak_slots


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
    book
        The sets of rules, and which of them holds in each pool.
    timings
        Of each set of rules.
    peak
        (T,) slots in peak hours.
    grid, weekday, month
        Minutes of a slot; of day 0 (0 = Monday); of every day, year x 12 + month.
    responses
        What bookers do where the rules make it worth while.
    tier, centre
        Of each pool, index into `TIERS`; index of the centre.
    residents
        (origins, pools) whether people of an origin are residents of what the centre is for.
    segments
        Names of the segments, in the order of their indices.
    simple
        Whether no pool needs it and no venue is open past midnight: then the quick search for
        alternatives holds.
    reserve
        Rooms kept for some people; None where there are none.
    """

    rooms: tuple[tuple[int, ...], ...]
    pools_of: tuple[tuple[int, ...], ...]
    capacities: I64
    fitting: tuple[tuple[int, ...] | None, ...]
    capacity: tuple[int, ...]
    start_slots: tuple[int, ...]
    kind_step: tuple[int, ...]
    book: RuleBook
    timings: tuple[Timing, ...]
    peak: Bools
    grid: int
    weekday: int
    month: tuple[int, ...]
    responses: Responses
    tier: tuple[int, ...]
    centre: tuple[int, ...]
    residents: Bools
    segments: tuple[str, ...]
    simple: bool
    n_days: int
    n_venues: int
    slots: int
    reserve: ReservePlan | None

    @property
    def rules_of(self) -> tuple[int, ...]:
        """Which set of rules holds in each pool."""
        return self.book.of_pool

    def window(self, pool: int) -> Window:
        """The booking window of a pool."""
        return self.rules(pool).window

    def rules(self, pool: int) -> Policy:
        """The rules of a pool."""
        return self.book.sets[self.book.of_pool[pool]]


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
    book, peak = rule_book(world), peak_slots(world)
    weekday = int(world.calendar.weekday[0])
    return Rooms(
        rooms=world.pools.rooms,
        pools_of=tuple(tuple(p) for p in pools_of),
        capacities=capacities,
        fitting=tuple(fitting),
        capacity=tuple(venues.capacity.tolist()),
        start_slots=tuple(venues.start_slots.tolist()),
        kind_step=tuple(steps),
        book=book,
        timings=tuple(Timing(r, world.slots, world.grid, weekday, peak) for r in book.sets),
        peak=peak,
        grid=world.grid,
        weekday=weekday,
        month=tuple(_month(world, day) for day in range(world.n_days)),
        responses=world.scenario.demand.responses,
        tier=tuple(world.centres.tier[world.pools.centre].tolist()),
        centre=tuple(world.pools.centre.tolist()),
        residents=lives_there(world.origins, world.centres)[:, world.pools.centre],
        segments=world.segments,
        simple=None not in fitting and not _open_past_midnight(world),
        n_days=world.n_days,
        n_venues=len(venues),
        slots=world.slots,
        reserve=build_reserve(world),
    )


def _month(world: World, day: int) -> int:
    date = world.calendar.date(day)
    return date.year * 12 + date.month


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


def _masks(slot: I64, duration: I64, slots: int, inside: Bools) -> list[int]:
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
