"""What must hold whatever decides later: random worlds with waitlist, release, days and looks."""

from __future__ import annotations

import tempfile
from pathlib import Path
from random import Random

import numpy as np
import pytest
from builders import Parts, model_of
from hypothesis import given, settings
from hypothesis import strategies as st
from model.random_world import random_world
from model.rows import open_slots

from sim.booking.requests import Outcome
from sim.model import History, Model, simulate


def random_parts(seed: int) -> Parts:
    """A random world with a random choice of parts that decide later."""
    r = Random(f"later {seed}")
    parts = random_world(seed)
    if r.random() < 0.7:
        parts.set(policy__waitlist={"until_hours_ahead": r.choice([0, 2])})
        if r.random() < 0.5:
            parts.set(policy__waitlist__at_most=r.choice([1, 5]))
    if r.random() < 0.7:
        grace = r.choice([0, 5, 15, 70])
        parts.set(policy__auto_release={"unclaimed_after_minutes": grace})
    if r.random() < 0.6:
        parts.set(policy__overflow={"next_days": r.choice([1, 3]), "other_venues": 1})
    if r.random() < 0.3:
        parts.scenario["policy"]["window"]["at"] = r.choice(["00:00", "09:30"])
        parts.set(experiment__warm_up_days=6)  # a whole day opens together: up to a day earlier
    if r.random() < 0.3:
        parts.set(policy__overrides=[{"kinds": ["court"], "waitlist": {"at_most": 2}}])
    retry = {"share": r.choice([0, 0.5, 1]), "after_hours": r.choice([0.5, 10]), "at_most": 3}
    parts.set(demand__responses={"retry": retry, "stands_by": 0.8, "comes_back": 0.7})
    parts.set(demand__multiplier=3)
    return parts


def replication(seed: int) -> tuple[Parts, Model, History]:
    parts = random_parts(seed)
    with tempfile.TemporaryDirectory() as folder:
        model = model_of(parts, Path(folder))
    return parts, model, simulate(model, seed, 0)


def check_held(parts: Parts, model: Model, h: History) -> None:
    """Bookings lie in open hours, in rooms that fit, and no slot is held twice."""
    first, n_days = model.world.calendar.first, model.world.n_days
    each = np.ceil(h.wishes.party / h.wishes.rooms)[h.asked]
    taken = h.off_platform.reshape(len(model.world.venues), -1)
    is_open = [open_slots(parts, row, first, n_days) for row in parts.tables["venues"]]
    held = set()
    for i in np.flatnonzero((h.outcome == Outcome.BOOKED) & ~h.cancelled).tolist():
        start, rooms = int(h.start[i]), h.rooms_of(np.array([i]))[1].tolist()
        assert len(rooms) == h.wishes.rooms[h.asked[i]]
        for v in rooms:
            row = parts.tables["venues"][v]
            assert row["capacity"] >= each[i]
            assert h.standby[i] or start * model.world.grid % 1440 % row["slot_minutes"] == 0
            for slot in range(start, start + int(h.length[i])):
                assert is_open[v][slot]
                assert not taken[v, slot]
                assert (v, slot) not in held
                held.add((v, slot))


def check_fates(h: History, grid: int) -> None:
    """Everybody ends with a booking or a refusal; times and marks fit each other."""
    booked, wished = h.outcome == Outcome.BOOKED, h.wishes.start[h.asked]
    full = (h.outcome == Outcome.FULL) | (h.outcome == Outcome.WINDOW)
    assert np.array_equal(booked, ~full)
    later = h.decided_at > h.asked_at
    assert not (later & ~booked).any()
    assert (h.gives_up[later] > h.decided_at[later]).all()
    assert (h.decided_at <= h.start * grid + 1e-6)[booked].all()
    whole = h.wishes.duration[h.asked]
    assert (h.length <= whole).all()
    assert np.array_equal(h.length < whole, h.unclaimed | (h.standby & (h.length < whole)))
    assert not (h.unclaimed & ~h.no_show).any()
    # who asks at the very start may find the slot released at that moment
    at_start = h.asked_at == h.start * grid
    assert not (h.standby & ~later & ~at_start).any()
    assert not (h.standby & h.unclaimed).any()
    assert (h.start >= wished)[h.standby].all()


def check(seed: int) -> History:
    parts, model, history = replication(seed)
    check_held(parts, model, history)
    check_fates(history, model.world.grid)
    return history


def test_every_way_occurs() -> None:
    """No slot twice, nothing lost; the worlds promote, release, have standbys and other days."""
    seen = np.zeros(4, dtype=np.int64)
    for seed in range(25):
        h = check(seed)
        moved = (h.outcome == Outcome.BOOKED) & (h.decided_at > h.asked_at) & (h.attempt > 0)
        later = h.decided_at > h.asked_at
        seen += [later.sum(), h.unclaimed.sum(), h.standby.sum(), moved.sum()]
    assert (seen > 30).all()


@pytest.mark.slow
@settings(max_examples=400)
@given(st.integers(0, 2**31))
def test_invariants_in_many_worlds(seed: int) -> None:
    """No slot twice, none while closed, nothing lost, nothing given to who has given up."""
    check(seed)
