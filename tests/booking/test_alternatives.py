"""What a refused booker tries, against a search slot by slot."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest import mock

import numpy as np
import pytest
from builders import model_of, plain

from sim.booking.policy import open_counter
from sim.booking.requests import Askers, Outcome, Requests
from sim.model import Model

from .test_reserve_brute import Brute, looks_taken

GRID, SLOTS, DAYS = 30, 48, 3
FIRST_DAY = 6
"""Of the requests; the warm-up ends with day 4."""

WORLDS: dict[str, dict[str, Any]] = {
    "plain": {},
    "any slot": {"start_minutes": 30},
    "from midnight": {"hours": "early"},
    "never closed": {"hours": "always"},
    "own steps": {"slot_minutes": 120},
    "share kept": {"reserve": [{"for": ["elder"], "share": 0.5, "release_hours_ahead": 30}]},
    "rooms kept": {
        "reserve": [
            {"for": ["residents"], "rooms": 1, "release_hours_ahead": 26.5},
            {"for": ["elder"], "rooms": 2, "tiers": ["subdistrict"], "release_hours_ahead": 40},
        ]
    },
    "any slot, share kept": {
        "start_minutes": 30,
        "reserve": [{"for": ["residents"], "share": 0.4, "release_hours_ahead": 24}],
    },
    "never closed, both kept": {
        "hours": "always",
        "reserve": [
            {"for": ["elder"], "rooms": 1, "release_hours_ahead": 20},
            {"for": ["residents"], "share": 0.3, "release_hours_ahead": 36},
        ],
    },
}


@cache
def world(name: str) -> Model:
    """Three centres in two zones with rooms of several sizes; the other zone opens later.

    Rooms of the den are let on the hour, as all start then; by `slot_minutes` at other steps.
    """
    values = WORLDS[name]
    hours, let = values.get("hours", "day"), values.get("slot_minutes", 60)
    let = min(let, values.get("start_minutes", let))
    parts = plain(9, warm_up=5, opens=4, grid=GRID)
    parts.scenario["zones"]["Y"] = {"operator": "O"}
    parts.scenario["segments"]["elder"] = {"curve": "flat", "bicycle_share": 0}
    parts.tables["communities"].append({"community": "D", "zone": "Y"})
    row = {"hours": "day", "days": "Mon-holiday", "open": "8:00", "close": "20:00"}
    parts.tables["hours"] += [row, {**row, "hours": "early", "open": "0:00"}]
    parts.origin("home", {"person": 10, "elder": 10})
    parts.origin("away", {"person": 10, "elder": 10}, community="D")
    for centre, tier, community, capacities, more in (
        ("hall", "community", "C", (2, 5, 10), {}),
        ("lodge", "subdistrict", "D", (5, 5, 8, 10), {}),
        ("den", "community", "C", (4, 10), {"slot_minutes": let}),
    ):
        parts.centre(centre, tier, community=community)
        for capacity in capacities:
            parts.rooms(centre, 1, capacity=capacity, hours=hours, **more)
    for number, venue in enumerate(parts.tables["venues"]):
        venue["venue"] = f"room {number:02d}"
    parts.set(
        kinds__room__start_minutes=values.get("start_minutes", 60),
        policy__window__closes_minutes_ahead=90,
        policy__overrides=[{"zones": ["Y"], "window": {"opens_days_ahead": 2.5}}],
        policy__reserve=values.get("reserve", []),
    )
    with tempfile.TemporaryDirectory() as folder:
        return model_of(parts, Path(folder))


def scene(name: str, seed: int, n: int = 70, crowd: float = 0.35) -> SimpleNamespace:
    """Random requests before an open counter whose rooms are partly taken, in order of asking."""
    model, r = world(name), np.random.default_rng(seed)
    rooms = model.rooms
    start = (FIRST_DAY + r.integers(0, DAYS, n)) * SLOTS + r.integers(7, 22, n) * 2
    if "hours" in WORLDS[name]:
        start = (FIRST_DAY + r.integers(0, DAYS, n)) * SLOTS + r.integers(0, 24, n) * 2
        start = np.where(r.random(n) < 0.2, start // SLOTS * SLOTS, start)  # many at midnight
    last = r.random(n) < 0.05  # at the end of the horizon
    start[last] = rooms.n_days * SLOTS - 2 * r.integers(1, 4, last.sum())
    ask = start * GRID - r.choice([60, 120, 600, 1300, 1600, 2000, 2400, 3600, 5000, 5760], n)
    ask = ask.astype(float) + r.integers(0, 60, n)
    shift = r.integers(0, 8, n) * (r.random(n) < 0.7)
    for entry in WORLDS[name].get("reserve", ()):  # the earliest start is released this moment
        just = r.random(n) < 0.1
        earliest = start - shift // rooms.kind_step[0] * rooms.kind_step[0]
        ask[just] = (earliest * GRID - entry["release_hours_ahead"] * 60.0)[just]
    order = np.argsort(ask, kind="stable")
    pools = np.array([r.permutation(3) for _ in range(n)], dtype=np.int32)
    pools[r.random(n) < 0.2, 2] = -1
    zero = np.zeros(n, dtype=np.int64)
    several = np.random.default_rng([seed, 7]).choice([1, 1, 1, 2, 3], n)
    requests = Requests(
        asked_at=ask[order],
        start=start[order],
        duration=r.integers(1, 6, n),
        party=r.integers(1, 12, n),
        rooms=several,
        kind=zero,
        pools=pools,
        others=r.integers(0, 3, n),
        shift=shift[order],
        gives_up=np.full(n, np.inf),
    )
    askers = Askers(
        key=np.arange(n, dtype=np.uint64),
        rules=np.array(rooms.rules_of, dtype=np.int64)[pools[:, 0]],
        first_decision=ask[order],
        batch=zero - 1,
        screened=zero.astype(np.uint8),
        no_show=zero.astype(bool),
        segment=r.integers(0, 2, n),
        origin=r.integers(0, 2, n),
        booker=zero,
        household=zero,
    )
    free = model.off_platform.free & (r.random(model.off_platform.free.shape) > crowd)
    busy = ~free.reshape(len(free), -1)
    counter = open_counter(rooms, requests, askers, busy)
    opened = SimpleNamespace(counter=counter, requests=requests, askers=askers, model=model)
    opened.brute = Brute(model, opened)
    return opened


def given(opened: SimpleNamespace, i: int) -> tuple[list[int], int, int]:
    desk = opened.counter.desk
    rooms = desk.venues(i) if desk.outcome[i] == Outcome.BOOKED else []
    return rooms, desk.start[i], desk.attempt[i]


def note(opened: SimpleNamespace, i: int) -> None:
    desk, slots = opened.counter.desk, int(opened.requests.duration[i])
    for venue in given(opened, i)[0]:
        opened.brute.taken[venue].update(range(desk.start[i], desk.start[i] + slots))


def look(opened: SimpleNamespace, i: int, day: int, now: float) -> None:
    """What somebody sees of a day is what is taken and what others keep that is not released."""
    brute, at = opened.brute, day * SLOTS + 20
    for pool, members in enumerate(opened.model.world.pools.rooms):
        entries = range(len(brute.entries))
        ways = [brute.in_the_way(k, i, pool, at, now) for k in entries]
        seen = looks_taken(opened.counter.desk, i, pool, at, now)
        for v in members:
            assert seen(v, day) == brute.see(v, day, ways)


@pytest.mark.parametrize("name", WORLDS)
def test_every_first_decision(name: str) -> None:
    """Room, start and attempt; now and then a booking is given back in between."""
    counts = np.zeros(5, dtype=int)
    for seed in range(8):
        opened = scene(name, seed, crowd=(0.35, 0.8)[seed % 2])
        desk, brute = opened.counter.desk, opened.brute
        for i, now in enumerate(opened.askers.first_decision.tolist()):
            venues, start, attempt = brute.expected(i, now)
            assert desk.place(i, now) == bool(venues)
            assert given(opened, i) == (venues, start, attempt)
            note(opened, i)
            far = attempt >= len(brute.requests.pools.T)
            counts += [not venues, attempt == 0, attempt > 0, far, len(venues) > 1]
            if i % 5 == 4 and desk.outcome[i - 2] == Outcome.BOOKED:
                desk.release(i - 2)
                slots = range(desk.start[i - 2], desk.start[i - 2] + desk.length[i - 2])
                for venue in desk.venues(i - 2):
                    brute.taken[venue].difference_update(slots)
                if brute.entries:
                    look(opened, i, slots.start // SLOTS, now - 5 * 1440)
    assert counts[:4].min() > 20, counts
    assert counts[4] > 10, counts


def later(opened: SimpleNamespace, i: int, now: float) -> tuple[list[int], int, int]:
    """What brute force gives who looks again: the start asked first must be open still."""
    venues, start, attempt = opened.brute.expected(i, now)
    if attempt or not venues:
        return venues, start, attempt
    rooms, pool = opened.model.rooms, int(opened.requests.pools[i, 0])
    if rooms.timings[rooms.rules_of[pool]].allows(start, now):
        return venues, start, attempt
    found = opened.brute.found

    def but_there(i: int, p: int, at: int, now: float) -> list[int]:
        return [] if (p, at) == (pool, start) else found(i, p, at, now)  # type: ignore[no-any-return]

    with mock.patch.object(opened.brute, "found", but_there):
        return opened.brute.expected(i, now)  # type: ignore[no-any-return]


@pytest.mark.parametrize("name", WORLDS)
def test_who_looks_again_has_the_bounds_of_that_time(name: str) -> None:
    """Refused while all is taken, and decided anew hours later, when most is free."""
    counts = np.zeros(3, dtype=int)
    for seed in range(4):
        opened = scene(name, seed, 60)
        desk = opened.counter.desk
        later_at = opened.requests.start * GRID - np.random.default_rng(seed).choice(
            [-30, 45, 90, 200, 900, 1500, 2500, 3700, 5800], 60
        )
        for i in range(60):
            now = float(later_at[i])
            venues, start, attempt = later(opened, i, now)
            assert desk.place_again(i, now) == bool(venues)
            assert given(opened, i) == (venues, start, attempt)
            note(opened, i)
            counts += [not venues, bool(venues) and attempt == 0, attempt > 0]
    assert counts.min() > 10, counts
