"""Reserved rooms against a search by brute force, slot by slot, in small random worlds.

The diaries here are sets of taken slots; what is kept is asked of the weekly plan (which
test_reserve_share checks) and of the entries as the scenario has them.
"""

from __future__ import annotations

import tempfile
from collections import Counter as Count
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest
from builders import Parts, model_of
from hypothesis import given, settings
from hypothesis import strategies as st
from model.random_world import random_world
from one_by_one import takes_room

from sim.booking.desk import Desk
from sim.booking.requests import Outcome
from sim.booking.reserve import kept_time
from sim.booking.search import in_the_way, is_free
from sim.model import Model, open_replication, run_clock

PEOPLE = ["person", "elder", "residents", "programme"]


def reserved_world(seed: int) -> Parts:
    r = Random(f"reserves of {seed}")
    entries: list[dict[str, Any]] = []
    for _ in range(r.randint(1, 3)):
        entry: dict[str, Any] = {"for": r.sample(PEOPLE, r.randint(1, 2))}
        if r.random() < 0.65:
            entry["share"] = r.choice([0.1, 0.3, 0.6, 1])
            if r.random() < 0.5:
                entry["hours"] = r.choice(["18-22", "8-14", "0-24"])
            if r.random() < 0.3:
                entry["days"] = r.sample(["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"], 4)
        else:
            entry["rooms"] = r.randint(1, 2)
        entry["release_hours_ahead"] = r.choice([0, 2, 7.25, 24, 60])
        if r.random() < 0.3:
            entry["kinds"] = [r.choice(["room", "court"])]
        if r.random() < 0.2:
            entry["tiers"] = [r.choice(["subdistrict", "community", "compound"])]
        entries.append(entry)
    return random_world(seed).set(policy__reserve=entries)


class Brute:
    """The desk again, as plainly as can be."""

    def __init__(self, model: Model, opened: Any) -> None:
        self.model, self.world = model, model.world
        self.entries = self.world.scenario.policy.reserve
        self.keeper = kept_time(self.world, list(self.entries))
        self.requests, self.askers = opened.requests, opened.askers
        self.taken = [set(np.flatnonzero(row).tolist()) for row in opened.counter.desk.busy]

    def in_the_way(self, number: int, i: int, pool: int, at: int, now: float) -> bool:
        entry, world = self.entries[number], self.world
        if at * world.grid - now <= entry.release_hours_ahead * 60 + 1e-6:
            return False
        if world.segments[self.askers.segment[i]] in entry.kept_for:
            return False
        return not ("residents" in entry.kept_for and self.at_home(i, pool))

    def at_home(self, i: int, pool: int) -> bool:
        world, origin = self.world, int(self.askers.origin[i])
        centre, community = int(world.pools.centre[pool]), int(world.origins.community[origin])
        tier = int(world.centres.tier[centre])
        if tier == 2 and world.centres.compound[centre] >= 0:
            return bool(world.centres.compound[centre] == origin)
        if tier in (1, 2):
            return bool(world.centres.community[centre] == community)
        return bool(world.community_zone[community] == world.centres.zone[centre])

    def spare(self, ways: list[bool], centre: int, kind: int) -> int:
        """Free rooms to be left over."""
        tier = ("subdistrict", "community", "compound")[int(self.world.centres.tier[centre])]
        named = (
            entry.rooms or 0
            for entry, way in zip(self.entries, ways, strict=True)
            if way
            and (not entry.kinds or self.world.kinds[kind] in entry.kinds)
            and (not entry.tiers or tier in entry.tiers)
        )
        return max(named, default=0)

    def keeps(self, v: int, slot: int) -> int:
        day, in_day = divmod(slot, self.world.slots)
        return int(self.keeper[v, self.world.calendar.weekday[day], in_day])

    def free(self, v: int, slots: range, ways: list[bool]) -> bool:
        if slots.start < 0 or slots.stop > self.world.n_days * self.world.slots:
            return False
        keepers = [self.keeps(v, s) for s in slots]
        return not any(s in self.taken[v] for s in slots) and not any(
            0 <= k < len(ways) and ways[k] for k in keepers
        )

    def found(self, i: int, pool: int, at: int, now: float) -> list[int]:
        """All rooms that a request would be given; none if too few are free."""
        venues, r = self.world.venues, self.requests
        wanted = int(r.rooms[i])
        slots = range(at, at + int(r.duration[i]))
        ways = [self.in_the_way(k, i, pool, at, now) for k in range(len(self.entries))]
        rooms = [v for v in self.world.pools.rooms[pool] if self.free(v, slots, ways)]
        pools = self.world.pools
        spare = self.spare(ways, int(pools.centre[pool]), int(pools.kind[pool]))
        if spare and len(rooms) - wanted < spare:
            return []
        in_day = at % self.world.slots
        suit = [
            v
            for v in rooms
            if wanted * venues.capacity[v] >= r.party[i] and in_day % venues.start_slots[v] == 0
        ]
        return suit[:wanted] if len(suit) >= wanted else []

    def expected(self, i: int, now: float) -> tuple[list[int], int, int]:
        """Venues (none if refused), start, attempt."""
        r, rooms = self.requests, self.model.rooms
        at, step = int(r.start[i]), rooms.kind_step[int(r.kind[i])]
        listed = r.pools[i].tolist()[: int(r.others[i]) + 1]
        pools = listed[: listed.index(-1)] if -1 in listed else listed
        offsets = [0]
        for far in range(step, int(r.shift[i]) + 1, step):
            offsets += [far, -far]
        attempt = 0
        for offset in offsets:
            for pool in pools:
                timing = rooms.timings[rooms.rules_of[pool]]
                if attempt == 0 or timing.allows(at + offset, now):
                    venues = self.found(i, pool, at + offset, now)
                    if venues:
                        return venues, at + offset, attempt
                attempt += 1
        return [], at, 0

    def see(self, v: int, day: int, ways: list[bool]) -> list[bool]:
        """Slots of a day that look taken."""
        slots = self.world.slots
        return [
            not self.free(v, range(slot, slot + 1), ways)
            for slot in range(day * slots, (day + 1) * slots)
        ]


def looks_taken(
    desk: Desk, i: int, pool: int, at: int, now: float
) -> Callable[[int, int], list[bool]]:
    """(venue, day) -> slots that look taken to a booker who wants a start of a pool."""
    t = desk.tables
    entries, slots = in_the_way(t, i, pool, at, now), int(t.clock[0])

    def seen(v: int, day: int) -> list[bool]:
        return [
            not is_free(t.busy, t.keeper, t.clock, v, slot, 1, entries)
            for slot in range(day * slots, (day + 1) * slots)
        ]

    return seen


class Watched:
    """A replication in which every decision is compared, with sessions thrown in."""

    def __init__(self, seed: int) -> None:
        with tempfile.TemporaryDirectory() as folder:
            self.model = model_of(reserved_world(seed), Path(folder))
        opened = open_replication(self.model, seed, 0)
        self.brute, self.desk, self.r = Brute(self.model, opened), opened.counter.desk, Random(seed)
        self.sessions: list[tuple[int, range]] = []
        self.count: Count[str] = Count()
        counter = opened.counter
        self.ask, self.give_up = counter.ask, counter.give_up
        counter.ask, counter.give_up = self.asked, self.gives_up  # type: ignore[assignment]
        run_clock(counter)

    def slots(self, i: int) -> range:
        return range(self.desk.start[i], self.desk.start[i] + self.desk.length[i])

    def asked(self, i: int, now: float) -> None:
        self.session()
        venues, start, attempt = self.brute.expected(i, now)
        all_entries, self.brute.entries = self.brute.entries, []
        self.count["other without reserves"] += self.brute.expected(i, now) != (
            venues,
            start,
            attempt,
        )
        self.brute.entries = all_entries
        self.ask(i, now)
        got = self.desk.venues(i) if self.desk.outcome[i] == Outcome.BOOKED else []
        assert (got, self.desk.start[i], self.desk.attempt[i]) == (venues, start, attempt)
        for venue in venues:
            self.brute.taken[venue].update(self.slots(i))
        self.count["booked" if venues else "refused"] += 1
        self.count["several"] += len(venues) > 1
        self.count["shifted"] += attempt > 0
        self.look(i, now)

    def gives_up(self, i: int, now: float) -> None:
        held = self.desk.outcome[i] == Outcome.BOOKED and now <= self.desk.start[i] * float(
            self.model.world.grid
        )
        self.give_up(i, now)
        if held:
            for venue in self.desk.venues(i):
                self.brute.taken[venue].difference_update(self.slots(i))
            self.count["given up"] += 1
            self.look(i, now)

    def session(self) -> None:
        """Now and then a session takes a room, or gives one back."""
        r, brute, world = self.r, self.brute, self.model.world
        if r.random() < 0.4:
            return
        if self.sessions and r.random() < 0.4:
            v, slots = self.sessions.pop(r.randrange(len(self.sessions)))
            self.desk.give_back(v, slots.start, len(slots))
            brute.taken[v].difference_update(slots)
            return
        v = r.randrange(len(world.venues))
        clock = r.randrange(0, world.slots, int(world.venues.start_slots[v]))
        at = r.randrange(world.n_days) * world.slots + clock
        slots = range(at, at + r.randint(1, max(1, 120 // world.grid)))
        got = takes_room(self.desk, v, at, len(slots))
        ways = ["programme" not in e.kept_for for e in brute.entries]
        centre, kind = world.venues.centre, world.venues.kind
        spare = brute.spare(ways, int(centre[v]), int(kind[v]))
        among = np.flatnonzero((centre == centre[v]) & (kind == kind[v])).tolist()
        free = sum(brute.free(other, slots, ways) for other in among)
        assert got == (brute.free(v, slots, ways) and (not spare or free > spare))
        self.count["session" if got else "no session"] += 1
        if got:
            brute.taken[v].update(slots)
            self.sessions.append((v, slots))

    def look(self, i: int, now: float) -> None:
        """What somebody sees of a day is what is taken, and what others keep, not released."""
        brute, world = self.brute, self.model.world
        day = min(self.desk.start[i] // world.slots, world.n_days - 1)
        other, pool = (
            self.r.randrange(len(brute.askers.key)),
            self.r.randrange(len(world.pools.rooms)),
        )
        at = int(brute.requests.start[other])
        ways = [brute.in_the_way(k, other, pool, at, now) for k in range(len(brute.entries))]
        seen = looks_taken(self.desk, other, pool, at, now)
        for v in world.pools.rooms[pool]:
            assert seen(v, day) == brute.see(v, day, ways)


@pytest.mark.slow
@settings(max_examples=400)
@given(st.integers(0, 2**31))
def test_every_decision_is_that_of_brute_force_in_many_worlds(seed: int) -> None:
    """Room, start and attempt of every request; what sessions get; what everybody sees."""
    Watched(seed)


def test_these_worlds_are_worth_comparing() -> None:
    """Every decision is that of brute force; all occur often, and reserves decide many."""
    count: Count[str] = Count()
    for seed in range(20):
        count += Watched(seed).count
    common = ("booked", "refused", "given up", "session", "no session", "other without reserves")
    assert min(count[k] for k in common) > 80
    assert count["shifted"] > 50
    assert count["several"] > 20
