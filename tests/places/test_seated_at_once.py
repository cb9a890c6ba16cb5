"""Batches of stretches: the same seats as one by one, and no loop where nobody is in the way."""

from __future__ import annotations

import numpy as np
import pytest

from sim.places.seated_at_once import seat_all, seat_at_once
from sim.places.seats import Seating, TurnHours, work_through

STRETCHES = np.array([[480.0, 720.0], [780.0, 1320.0], [1320.0, 1440.0], [1900.0, 4300.0]])
NOON = TurnHours(first=660, last=780, minutes=30)


def crowd(rng: np.random.Generator, people: int, whole: bool) -> tuple[np.ndarray, ...]:
    """Arrivals in order, stays (some of no length), ends of patience, sizes by stretch."""
    sizes = rng.multinomial(people, [0.3, 0.3, 0.1, 0.3])
    arrival = np.concatenate(
        [np.sort(rng.uniform(*span, n)) for span, n in zip(STRETCHES, sizes, strict=True)]
    )
    stay = rng.exponential(30.0, people) * (rng.random(people) < 0.95)
    patience = np.where(rng.random(people) < 0.3, np.inf, rng.exponential(20.0, people))
    if whole:  # so that people come and go at the very same moments
        arrival, stay, patience = np.floor(arrival), np.floor(stay), np.floor(patience)
    return arrival, stay, arrival + patience, sizes


@pytest.mark.parametrize("whole", [False, True])
@pytest.mark.parametrize("limit", [None, 0, 2])
@pytest.mark.parametrize("turns", [None, NOON])
def test_the_same_as_one_by_one(turns: TurnHours | None, limit: int | None, whole: bool) -> None:
    rng = np.random.default_rng(7)
    at_once = [0, 0]
    for _ in range(400):
        seating = Seating(int(rng.integers(1, 9)), limit, turns)
        arrival, stay, until, sizes = crowd(rng, int(rng.integers(0, 60)), whole)
        got = seat_all(seating, arrival, stay, until, STRETCHES, sizes)
        close = np.repeat(STRETCHES[:, 1], sizes)
        enough = seat_at_once(seating, arrival, stay, until, close, sizes).enough
        last = np.cumsum(sizes)
        for k, (opens, closes) in enumerate(STRETCHES.tolist()):
            own = slice(last[k] - sizes[k], last[k])
            queue = (x[own].tolist() for x in (arrival, stay, until))
            begins, ends = work_through(seating, *queue, opens, closes)
            assert (got[0][own].tolist(), got[1][own].tolist()) == (begins, ends)
            if sizes[k] > seating.seats:
                at_once[int(enough[k])] += 1
    assert min(at_once) > 50


def test_enough_seats_by_hand() -> None:
    """Two seats: the third needs one that is free when they come, to the minute."""
    until = np.full(3, np.inf)
    close = np.full(3, 720.0)
    for leaves, enough in ((520.0, True), (520.5, False)):
        arrival, stay = np.array([500.0, 510.0, 520.0]), np.array([leaves - 500.0, 60.0, 60.0])
        found = seat_at_once(Seating(2), arrival, stay, until, close, np.array([3]))
        assert found.enough.tolist() == [enough]
