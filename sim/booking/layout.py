"""Rooms and requests laid out as tables for the search."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.arrays import I64, Bools
from sim.booking.requests import Askers, Requests
from sim.booking.reserve import ReservePlan, build_reserve, padded
from sim.booking.search import (
    AS_GUEST,
    AT_HOME,
    DURATION,
    LENGTH,
    ORIGIN,
    PARTY,
    POOLS,
    ROOMS,
    SHIFT,
    START,
    STEP,
    TRIED,
    VENUE,
    SearchTables,
)
from sim.booking.timing import RuleBook, Timing, rule_book
from sim.scenario.schema.demand import Responses
from sim.scenario.schema.policy import Policy, Window
from sim.world.places import lives_there
from sim.world.world import World, peak_slots


@dataclass(frozen=True, slots=True)
class BookableRooms:
    """Rooms of pools, the same in every replication.

    Attributes
    ----------
    rooms
        Rooms of each pool (venue indices), smallest capacity first.
    pools_of
        Pools that each venue belongs to.
    room, pool_rooms
        As in `search.Tables`.
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
    reserve
        BookableRooms kept for some people.
    """

    rooms: tuple[tuple[int, ...], ...]
    pools_of: tuple[tuple[int, ...], ...]
    room: I64
    pool_rooms: I64
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
    n_days: int
    n_venues: int
    slots: int
    reserve: ReservePlan

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


def build_rooms(world: World) -> BookableRooms:
    """Index the rooms by pool and party size."""
    venues = world.venues
    pools_of: list[list[int]] = [[] for _ in range(len(venues))]
    steps = [
        max(1, (world.scenario.kinds[k].start_minutes or world.grid) // world.grid)
        for k in world.kinds
    ]
    for p, rooms in enumerate(world.pools.rooms):
        for v in rooms:
            pools_of[v].append(p)
    book, peak = rule_book(world), peak_slots(world)
    weekday = int(world.calendar.weekday[0])
    return BookableRooms(
        rooms=world.pools.rooms,
        pools_of=tuple(tuple(p) for p in pools_of),
        room=np.stack([venues.capacity, venues.start_slots], axis=1).astype(np.int64),
        pool_rooms=padded(world.pools.rooms),
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
        n_days=world.n_days,
        n_venues=len(venues),
        slots=world.slots,
        reserve=build_reserve(world),
    )


def _month(world: World, day: int) -> int:
    date = world.calendar.date(day)
    return date.year * 12 + date.month


def lay_out(
    rooms: BookableRooms,
    requests: Requests,
    askers: Askers,
    busy: Bools,
    earliest: I64,
    latest: I64,
) -> SearchTables:
    """Tables of a replication for the search; see `SearchTables`."""
    n, width = requests.pools.shape
    asks = np.empty((n, POOLS + width), dtype=np.int64)
    asks[:, DURATION], asks[:, PARTY], asks[:, ROOMS], asks[:, SHIFT] = (
        requests.duration, requests.party_a_room, requests.rooms, requests.shift,
    )  # fmt: skip
    asks[:, STEP] = np.array(rooms.kind_step, dtype=np.int64)[requests.kind]
    known = (requests.pools >= 0).sum(axis=1)  # the others come last
    asks[:, TRIED] = np.minimum(known, requests.others + 1)
    own = rooms.reserve
    asks[:, ORIGIN], asks[:, AS_GUEST] = askers.origin, own.of_segment[askers.segment]
    asks[:, AT_HOME] = asks[:, AS_GUEST] | own.of_residents
    asks[:, POOLS:] = requests.pools
    given = np.zeros((5, n), dtype=np.int64)
    given[VENUE], given[START], given[LENGTH] = -1, requests.start, requests.duration
    tables = SearchTables(
        busy=busy,
        room=rooms.room,
        pool_rooms=rooms.pool_rooms,
        pool_rules=np.array(rooms.rules_of, dtype=np.int64),
        asks=asks,
        given=given,
        more_rooms=np.full((n, int(requests.rooms.max(initial=1)) - 1), -1, dtype=np.int64),
        earliest=earliest,
        latest=latest,
        clock=np.array([rooms.slots, rooms.grid, rooms.weekday], dtype=np.int64),
        keeper=own.keeper,
        release=own.release,
        left_over=own.left_over,
        lives=rooms.residents,
    )
    # laid out otherwise, the loops would be compiled once more
    arrays: list[Any] = [np.ascontiguousarray(table) for table in tables]
    return SearchTables(*arrays)
