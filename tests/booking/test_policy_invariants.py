"""What must hold under every combination of parts: random policies in random worlds.

Everything is recomputed from what the replication reports: who held which slot from when until
when, who was refused for what, how many bookings and hours somebody had.
"""

from __future__ import annotations

import tempfile
from collections import Counter, defaultdict
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from random import Random

import numpy as np
import pytest
from builders import Parts, model_of
from hypothesis import given, settings
from hypothesis import strategies as st
from model.rows import open_slots

from sim.booking.parts.limits import Barred
from sim.booking.requests import Askers, Outcome
from sim.model import History, Model, open_replication, run_clock, simulate
from sim.model.replication import close_replication
from sim.scenario.schema.policy import NoShows

from .random_policy import random_policy_world

pytestmark = pytest.mark.solver


@dataclass(frozen=True)
class Played:
    """A replication with what its history does not keep: who asked."""

    parts: Parts
    model: Model
    history: History
    askers: Askers
    why: dict[int, object]


def played(seed: int) -> Played:
    parts = random_policy_world(seed)
    with tempfile.TemporaryDirectory() as folder:
        model = model_of(parts, Path(folder))
    opened = open_replication(model, seed, 0)
    run_clock(opened.counter, programme=opened.programme)
    history = close_replication(model, opened)
    return Played(parts, model, history, opened.askers, opened.counter.notes.why)


def check_held(p: Played) -> None:
    """Bookings lie in open hours in rooms that fit; nobody holds a slot that another holds."""
    h, grid = p.history, p.model.world.grid
    first, n_days = p.model.world.calendar.first, p.model.world.n_days
    each = np.ceil(h.wishes.party / h.wishes.rooms)
    taken = h.off_platform.reshape(len(p.model.world.venues), -1)
    is_open = [open_slots(p.parts, row, first, n_days) for row in p.parts.tables["venues"]]
    holders: dict[tuple[int, int], list[tuple[float, float]]] = defaultdict(list)
    for i in np.flatnonzero(h.outcome == Outcome.BOOKED).tolist():
        start, length = int(h.start[i]), int(h.length[i])
        rooms = h.rooms_of(np.array([i]))[1].tolist()
        assert len(rooms) == h.wishes.rooms[h.asked[i]]
        assert (0 if h.unclaimed[i] else 1) <= length <= h.wishes.duration[h.asked[i]]
        since = float(h.decided_at[i])
        until = float(h.gives_up[i]) if h.cancelled[i] else np.inf
        for v in rooms:
            row = p.parts.tables["venues"][v]
            assert row["capacity"] >= each[h.asked[i]]
            assert h.standby[i] or start * grid % 1440 % row["slot_minutes"] == 0
            for slot in range(start, start + length):
                assert is_open[v][slot]
                assert not taken[v, slot]
                holders[v, slot].append((since, until))
    for held in holders.values():
        held.sort()
        for (_, until), (since, _) in pairwise(held):
            assert until <= since


def check_fates(p: Played) -> None:
    """Nothing is lost: everybody is booked, or refused for a reason that the rules know."""
    h, rules = p.history, p.model.rooms.book.sets
    assert (h.outcome != Outcome.WAITING).all()
    booked = h.outcome == Outcome.BOOKED
    assert ((h.venue >= 0) == booked).all()
    limited = np.array([bool(s.limits.active_bookings or s.limits.hours) for s in rules])
    suspends = np.array([s.limits.no_shows is not None for s in rules])
    assert limited[p.askers.rules[h.outcome == Outcome.LIMIT]].all()
    assert suspends[p.askers.rules[h.outcome == Outcome.SUSPENDED]].all()
    later = h.decided_at > p.askers.first_decision + 1e-9
    assert booked[later].all()
    assert (h.gives_up[later] > h.decided_at[later]).all()
    assert (h.decided_at <= (h.start + h.length) * p.model.world.grid)[booked].all()
    assert not (h.cancelled & h.no_show).any()
    assert not (h.unclaimed & ~h.no_show).any()


def check_limits(p: Played) -> None:
    """Nobody ever held more bookings or hours than allowed; where one set of rules holds."""
    if len(p.model.rooms.book.sets) > 1:
        return
    h, grid, limits = p.history, p.model.world.grid, p.model.rooms.book.sets[0].limits
    booked = np.flatnonzero(h.outcome == Outcome.BOOKED).tolist()
    if limits.active_bookings is not None:
        who = p.askers.booker if limits.active_by == "resident" else p.askers.household
        events: dict[int, list[tuple[float, int]]] = defaultdict(list)
        for i in booked:
            end = float((h.start[i] + h.length[i]) * grid)
            until = min(end, float(h.gives_up[i]) if h.cancelled[i] else end)
            events[int(who[i])] += [(float(h.decided_at[i]), 1), (until, -1)]
        for found in events.values():
            # one that ends as another is made is over
            ordered = sorted(found)
            assert max(np.cumsum([change for _, change in ordered])) <= limits.active_bookings
    for cap in limits.hours:
        who = p.askers.booker if cap.by == "resident" else p.askers.household
        hours: Counter[tuple[object, ...]] = Counter()
        for i in booked:
            peak = bool(p.model.rooms.peak[h.start[i]])
            if h.cancelled[i] or (cap.when != "always" and peak != (cap.when == "peak")):
                continue
            day = p.model.world.calendar.date(int(h.start[i]) * grid // 1440)
            stretch = {"day": day, "week": day.isocalendar()[:2], "month": (day.year, day.month)}
            venue = p.parts.tables["venues"][int(h.venue[i])]
            each = "" if cap.each == "all" else venue[cap.each]
            # unclaimed hours count as booked
            asked = p.model.plan.cells.kind[h.wishes.cell[h.asked[i]]]
            assert p.model.world.kinds[asked] == venue["kind"]
            length = h.length[i] * h.wishes.rooms[h.asked[i]]
            hours[int(who[i]), stretch[cap.per], each] += length * grid / 60
        assert all(total <= cap.at_most + 1e-6 for total in hours.values())


def check_reasons(p: Played) -> None:
    """Who is suspended did not turn up, or gave up late, so often; who stood by was there."""
    h, grid = p.history, p.model.world.grid
    for i, why in p.why.items():
        assert h.outcome[i] in (Outcome.LIMIT, Outcome.SUSPENDED)
        if isinstance(why, Barred) and isinstance(why.spec, NoShows):
            strikes = np.array(why.bookings)
            assert len(strikes) == why.spec.allowed + 1
            assert (h.outcome[strikes] == Outcome.BOOKED).all()
            assert not h.standby[strikes].any()
            begins = h.start[strikes] * grid
            late = h.cancelled[strikes] & (
                begins - h.gives_up[strikes] < why.spec.late_cancel_minutes
            )
            assert (late | p.askers.no_show[strikes]).all()
            assert (np.where(late, h.gives_up[strikes], begins) < p.askers.first_decision[i]).all()


def check(seed: int) -> Played:
    p = played(seed)
    check_held(p)
    check_fates(p)
    check_limits(p)
    check_reasons(p)
    return p


def test_every_part_and_outcome_occurs() -> None:
    """No limit passed and nothing lost under every part; refusals of all reasons occur."""
    outcomes, parts = np.zeros(6, dtype=np.int64), Counter[str]()
    for seed in range(30):
        p = check(seed)
        outcomes += np.bincount(p.history.outcome, minlength=6)
        policy = p.parts.scenario["policy"]
        parts.update(policy.keys())
        parts.update([policy.get("selection", {}).get("rule", "first_come")])
    assert (outcomes[1:] > 50).all(), outcomes
    assert min(parts[name] for name in ("limits", "reserve", "waitlist", "auto_release")) > 5
    assert (
        min(parts[name] for name in ("ballot", "priority", "points", "optimised", "overrides")) > 1
    )


@pytest.mark.parametrize("seed", [Random(7).randrange(2**31) for _ in range(5)])
def test_a_replication_does_not_depend_on_what_ran_before(seed: int) -> None:
    """No part keeps anything from one replication to the next."""
    p = played(seed)
    simulate(p.model, seed, 1)
    again = simulate(p.model, seed, 0)
    assert np.array_equal(again.outcome, p.history.outcome)
    assert np.array_equal(again.start, p.history.start)
    assert np.array_equal(again.venue, p.history.venue)


@pytest.mark.slow
@settings(max_examples=300)
@given(st.integers(0, 2**31))
def test_invariants_in_many_worlds(seed: int) -> None:
    """Whatever the parts: no slot twice, nothing lost, no limit passed."""
    check(seed)
