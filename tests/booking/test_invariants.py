"""What must hold in every replication of every world: no room twice, nothing lost on the way."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import pytest
from builders import Parts, model_of
from hypothesis import given, settings
from hypothesis import strategies as st
from model.random_world import random_world
from model.rows import open_slots, window_of

from sim.booking.requests import Outcome
from sim.demand.choice import NotAsked
from sim.model import History, Model, simulate


def replication(seed: int) -> tuple[Parts, Model, History]:
    parts = random_world(seed)
    with tempfile.TemporaryDirectory() as folder:
        model = model_of(parts, Path(folder))
    return parts, model, simulate(model, seed, 0)


def times(model: Model, history: History) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Per request: time of asking, of giving up (infinite where kept) and of the start given.

    Recomputed from the cancellations seen: the moment itself lies between asking and the start.
    """
    grid = model.world.grid
    w = history.wishes
    ask = w.wished_at[history.asked]
    return ask, w.start[history.asked] * float(grid), history.start * float(grid)


def check_diaries(parts: Parts, model: Model, history: History) -> None:
    """Lay every kept booking into empty diaries, slot by slot."""
    first, n_days = model.world.calendar.first, model.world.n_days
    duration = history.wishes.duration[history.asked]
    each = np.ceil(history.wishes.party / history.wishes.rooms)[history.asked]
    taken = history.off_platform.reshape(len(model.world.venues), -1)
    is_open = [open_slots(parts, row, first, n_days) for row in parts.tables["venues"]]
    assert not (taken & (np.array([list(o) for o in is_open]) == 0)).any()
    held: list[dict[int, int]] = [{} for _ in parts.tables["venues"]]
    for i in np.flatnonzero(history.outcome == Outcome.BOOKED).tolist():
        start, rooms = int(history.start[i]), history.rooms_of(np.array([i]))[1].tolist()
        assert len(set(rooms)) == history.wishes.rooms[history.asked[i]]
        assert len({parts.tables["venues"][v]["centre"] for v in rooms}) == 1
        for v in rooms:
            row = parts.tables["venues"][v]
            assert row["capacity"] >= each[i]
            assert start * model.world.grid % 1440 % row["slot_minutes"] == 0
            for slot in range(start, start + int(duration[i])):
                assert is_open[v][slot]
                assert not taken[v, slot]
                if not history.cancelled[i]:
                    assert slot not in held[v], "held twice"
                    held[v][slot] = i


def check_conservation(model: Model, history: History) -> None:
    """Wishes = not asked + requests; requests = refused + bookings; bookings = their three ends."""
    w, outcome = history.wishes, history.outcome
    not_asked = sum(int((w.reason == r).sum()) for r in NotAsked if r != NotAsked.ASKED)
    assert len(w) == not_asked + len(outcome)
    assert np.array_equal(np.sort(history.asked), np.flatnonzero(w.reason == NotAsked.ASKED))
    booked = outcome == Outcome.BOOKED
    refused = (outcome == Outcome.FULL) | (outcome == Outcome.WINDOW)
    assert np.array_equal(booked, ~refused)  # nobody waits when all is past
    assert not (history.cancelled & history.no_show).any()
    assert not ((history.cancelled | history.no_show) & ~booked).any()
    assert (history.venue[booked] >= 0).all()
    # the same by day of asking, step by step: what came in is refused or booked by then
    order = np.argsort(w.wished_at[history.asked], kind="stable")
    came = np.arange(1, len(order) + 1)
    assert np.array_equal(came, np.cumsum(refused[order]) + np.cumsum(booked[order]))
    assert model.world.n_days * model.world.slots >= int(w.start.max(initial=0))


def check_window(parts: Parts, model: Model, history: History) -> None:
    """Refused for the window of the first choice exactly if asked outside it.

    And no start is given outside the window of the centre that gives it.
    """
    ask, preferred, given_ = times(model, history)
    world = model.world
    windows = np.array([window_of(parts, name) for name in world.centres.names])
    best = world.pools.centre[history.wishes.best[history.asked]]
    inside = within(preferred - ask, windows[best])
    assert np.array_equal(~inside, history.outcome == Outcome.WINDOW)
    booked = history.outcome == Outcome.BOOKED
    centre = world.venues.centre[history.venue[booked]]
    assert within((given_ - ask)[booked], windows[centre]).all()


def within(ahead: np.ndarray, window: np.ndarray) -> np.ndarray:
    """Whether times ahead lie between the most and the least."""
    return (ahead <= window[:, 0] + 1e-6) & (ahead >= window[:, 1] - 1e-6)


def check(seed: int) -> None:
    parts, model, history = replication(seed)
    check_diaries(parts, model, history)
    check_conservation(model, history)
    check_window(parts, model, history)


@settings(max_examples=12)
@given(st.integers(0, 2**31))
def test_invariants(seed: int) -> None:
    """No room twice, none while closed or used off-platform, nothing lost, the window kept."""
    check(seed)


@pytest.mark.slow
@settings(max_examples=300)
@given(st.integers(0, 2**31))
def test_invariants_in_many_worlds(seed: int) -> None:
    """The same on many more worlds."""
    check(seed)
