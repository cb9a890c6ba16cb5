"""All that a batch might give, against a search slot by slot."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from sim.booking.search import DURATION
from sim.booking.selections.lots import Finder

from ..test_alternatives import SLOTS, WORLDS, scene

Row = tuple[int, ...]
FIELDS = ("row", "pool", "venue", "start", "attempt", "rank", "shifted")


def everything(
    opened: SimpleNamespace, row: int, i: int, now: float, always: bool = False
) -> list[Row]:
    """(row, pool, venue, start, attempt, rank, shifted) of all that might be given.

    `always`: whatever the window says.
    """
    r, rooms = opened.requests, opened.model.rooms
    listed = r.pools[i].tolist()[: int(r.others[i]) + 1]
    pools = listed[: listed.index(-1)] if -1 in listed else listed
    offsets, attempt, found = [0], 0, []
    step = rooms.kind_step[0]
    for far in range(step, int(r.shift[i]) + 1, step):
        offsets += [far, -far]
    for offset in offsets:
        for rank, pool in enumerate(pools):
            at = int(r.start[i]) + offset
            if always or attempt == 0 or rooms.timings[rooms.rules_of[pool]].allows(at, now):
                for v in might(opened, i, pool, at, now):
                    found.append((row, pool, v, at, attempt, rank, offset))
            attempt += 1
    return found


def might(opened: SimpleNamespace, i: int, pool: int, at: int, now: float) -> list[int]:
    """Free rooms that suit, but for the smallest of the free ones if some must be left over."""
    brute, world, r = opened.brute, opened.model.world, opened.requests
    ways = [brute.in_the_way(k, i, pool, at, now) for k in range(len(brute.entries))]
    slots = range(at, at + int(r.duration[i]))
    free = [v for v in world.pools.rooms[pool] if brute.free(v, slots, ways)]
    spare = brute.spare(ways, int(world.pools.centre[pool]), int(world.pools.kind[pool]))
    return [
        v
        for v in free[spare:]
        if world.venues.capacity[v] >= r.party[i] and at % SLOTS % world.venues.start_slots[v] == 0
    ]


@pytest.mark.parametrize("name", WORLDS)
def test_all_that_a_batch_might_give(name: str) -> None:
    """Several requests at one time, in any order; each row once, in the desk's order."""
    number = 0
    for seed in range(4):
        opened = scene(name, seed, 60, crowd=0.15)
        finder = Finder(opened.model.rooms, opened.counter)
        for now in np.quantile(opened.askers.first_decision, [0.2, 0.5, 0.9]).tolist():
            # rules of asking go by the time of the first decision
            asked = np.flatnonzero(np.abs(opened.askers.first_decision - now) < 2000)[::-1]
            desk = opened.counter.desk
            for i in asked.tolist():
                for rules, timing in enumerate(opened.model.rooms.timings):
                    low, high = timing.bounds(opened.requests.start[[i]], np.array([now]))
                    desk.earliest[rules, i], desk.latest[rules, i] = low[0], high[0]
            got = finder.find(asked, now)
            rows = list(zip(*(getattr(got, name).tolist() for name in FIELDS), strict=True))
            expected = [everything(opened, k, i, now) for k, i in enumerate(asked.tolist())]
            assert rows == [row for one in expected for row in one]
            number += len(rows)
        assert not len(finder.find(asked[:0], now).row)
    assert number > 800


def test_choices_at_the_ends_of_the_horizon() -> None:
    """Bookings may begin with its first slot and end with its last; none lies outside."""
    opened = scene("never closed", 3, 24, crowd=0)
    end = opened.model.rooms.n_days * SLOTS
    r, desk = opened.requests, opened.counter.desk
    r.start[:] = [0, 2, 4, end - 6, end - 4, end - 2] * 4
    r.duration[:] = np.repeat([1, 2, 4, 6], 6)
    r.shift[:], r.party[:] = 6, 2
    desk.tables.asks[:, DURATION] = r.duration
    desk.earliest[:], desk.latest[:] = -end, 2 * end
    got = Finder(opened.model.rooms, opened.counter).find(np.arange(24), 0.0)
    rows = zip(*(getattr(got, name).tolist() for name in FIELDS), strict=True)
    expected = [everything(opened, i, i, 0.0, always=True) for i in range(24)]
    assert list(rows) == [row for one in expected for row in one]
    assert got.start.min() == 0
    assert (got.start + r.duration[got.row]).max() == end


def test_one_row_of_choices_is_every_field_of_it() -> None:
    opened = scene("plain", 1, 40, crowd=0)
    found = Finder(opened.model.rooms, opened.counter).find(np.arange(40), 5 * 1440.0)
    keep = np.arange(len(found.row)) % 3 == 1
    some = found.only(keep)
    for name in FIELDS:
        assert getattr(some, name).tolist() == getattr(found, name)[1::3].tolist()
