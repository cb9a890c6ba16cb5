"""The model against a slow reference, wish by wish, on random small worlds."""

from __future__ import annotations

import tempfile
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from builders import model_of
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.booking.requests import Outcome
from sim.demand.choice import NotAsked
from sim.model import simulate

from .random_world import random_world
from .reference import Wish, replay

SEEDS = st.integers(0, 2**31)


def compare(seed: int) -> list[Wish]:
    """Compare one replication of a random world; its wishes."""
    parts = random_world(seed)
    with tempfile.TemporaryDirectory() as folder:
        model = model_of(parts, Path(folder))
    history = simulate(model, seed, 3)
    people = replay(parts, model, history)
    wishes, venues = history.wishes, model.world.venues.names
    reasons = [NotAsked(r).name.lower().replace("_", " ") for r in wishes.reason.tolist()]
    assert reasons == [p.reason for p in people]
    centre = np.append(model.world.pools.centre, -1)[wishes.best]
    names = [None if c < 0 else model.world.centres.names[c] for c in centre.tolist()]
    assert names == [p.best for p in people]
    asked = [people[i] for i in history.asked.tolist()]
    assert [Outcome(o).name.lower() for o in history.outcome.tolist()] == [p.outcome for p in asked]
    booked = history.outcome == Outcome.BOOKED
    got = [
        (tuple(venues[v] for v in history.rooms_of(np.array([i]))[1]), s, a)
        for i, s, a in zip(
            np.flatnonzero(booked).tolist(),
            history.start[booked].tolist(),
            history.attempt[booked].tolist(),
            strict=True,
        )
    ]
    assert got == [(p.venues, p.start, p.attempt) for p in asked if p.outcome == "booked"]
    assert history.cancelled.tolist() == [p.cancelled for p in asked]
    assert history.no_show.tolist() == [p.no_show for p in asked]
    return people


@pytest.mark.slow
@settings(max_examples=400)
@given(SEEDS)
def test_every_wish_gets_what_the_reference_gives_in_many_worlds(seed: int) -> None:
    """Reason, first choice, room, start, attempt, cancellation and no-show of every wish."""
    compare(seed)


def test_random_worlds_are_worth_comparing() -> None:
    """Every wish gets what the reference gives; every reason, outcome and end occurs often."""
    people = [p for seed in range(20) for p in compare(seed)]
    assert len(people) > 5000
    reasons, outcomes = Counter(p.reason for p in people), Counter(p.outcome for p in people)
    assert len(reasons) == 5
    assert min(reasons.values()) > 50
    assert min(outcomes[o] for o in ("booked", "full", "window")) > 200
    assert sum(p.attempt > 0 for p in people) > 80
    assert sum(len(p.venues) > 1 for p in people) > 20
    assert sum(p.cancelled for p in people) > 200
    assert sum(p.no_show for p in people) > 80
