"""Seats of several stretches: as by a plain loop with Python's heaps, compiled or not."""

from __future__ import annotations

from heapq import heapify, heappop, heappush, heapreplace

import numpy as np
import pytest
from as_python import as_python
from builders import z_score

from sim.places.seats import Seating, TurnHours, VisitFate, next_seating, seat_all

from .by_events import Place
from .test_queues_exact import erlang_c

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


def one_by_one(
    seating: Seating, people: list[tuple[float, float, float]], opens: float, close: float
) -> list[tuple[float, float]]:
    """When each leaves the queue and the seat, with lists and Python's heaps."""
    free, queue = [opens] * seating.seats, list[float]()
    heapify(free)
    outcome = []
    for arrival, stay, until in people:
        begin = max(free[0], arrival)
        if seating.turns is not None:
            begin, stay = next_seating(seating.turns, begin, stay)
        while queue and queue[0] <= arrival:
            heappop(queue)
        if seating.limit is not None and begin > arrival and len(queue) >= seating.limit:
            outcome.append((arrival, -float(VisitFate.FULL)))
            continue
        if begin > until or begin >= close:
            gives_up = until < close
            begin = until if gives_up else close
            outcome.append((begin, -float(VisitFate.GAVE_UP if gives_up else VisitFate.CLOSING)))
        else:
            heapreplace(free, begin + stay)
            outcome.append((begin, begin + stay))
        if begin > arrival:
            heappush(queue, begin)
    return outcome


@pytest.mark.parametrize("limit", [None, 0, 2])
@pytest.mark.parametrize("turns", [None, NOON])
def test_priority_as_by_events(turns: TurnHours | None, limit: int | None) -> None:
    """Some go before others who wait; where all or none do, it is first come, first served."""
    rng = np.random.default_rng(3)
    overtaken = 0
    for _ in range(60):
        seating = Seating(int(rng.integers(1, 5)), limit, turns)
        arrival, stay, until, sizes = crowd(rng, int(rng.integers(0, 80)), whole=False)
        args = arrival, stay, until, STRETCHES, sizes
        goes_first = rng.random(len(arrival)) < 0.4
        got = seat_all(seating, *args, goes_first)
        python = as_python("sim.places.seats").seat_all(seating, *args, goes_first)
        assert [x.tobytes() for x in got] == [x.tobytes() for x in python]
        for alike in (np.zeros(len(arrival), bool), np.ones(len(arrival), bool)):
            same = zip(seat_all(seating, *args, alike), seat_all(seating, *args), strict=True)
            assert all(x.tobytes() == y.tobytes() for x, y in same)
        place = Place(seating.seats, limit, None if turns is None else (660, 780, 30))
        low = 0
        for (opens, close), size in zip(STRETCHES.tolist(), sizes.tolist(), strict=True):
            own = slice(low, low + size)
            people = (x[own].tolist() for x in (arrival, stay, until - arrival, goes_first))
            for i, (fate, left, end) in enumerate(place.live(opens, close, *people), low):
                leaves = got[1][i]
                assert VisitFate(int(max(-leaves, 0))).name == fate
                assert got[0][i] == pytest.approx(left, abs=1e-9)  # patience is added anew
                assert leaves < 0 or min(leaves, close) == pytest.approx(end, abs=1e-9)
            low += size
        served = got[1] >= 0
        later = (arrival[:, None] > arrival) & (got[0][:, None] < got[0])
        overtaken += int((later & served & served[:, None]).sum())
    assert overtaken > 10 or limit == 0


def test_waits_by_priority_are_exact() -> None:
    """M/M/3 with two classes: Cobham's mean wait of each, by z-score over replications."""
    seats, loads, mean = 3, np.array([0.8, 1.6]), 10.0
    rng = np.random.default_rng(11)
    waits = []
    for _ in range(40):
        n = 12_000
        arrival = np.cumsum(rng.exponential(mean / loads.sum(), n))
        goes_first = rng.random(n) < loads[0] / loads.sum()
        span = np.array([[0.0, np.inf]])
        begins, _ = seat_all(
            Seating(seats), arrival, rng.exponential(mean, n), np.full(n, np.inf), span,
            np.array([n]), goes_first,
        )  # fmt: skip
        late = np.arange(n) > 1_000  # the place begins empty
        waits.append([(begins - arrival)[late & c].mean() for c in (goes_first, ~goes_first)])
    upto = np.cumsum(loads) / seats
    base = erlang_c(seats, loads.sum()) * mean / seats
    exact = base / ((1 - upto) * (1 - np.array([0, upto[0]])))
    for own, expected in zip(np.transpose(waits), exact, strict=True):
        assert abs(z_score(own, expected)) < 4


@pytest.mark.parametrize("whole", [False, True])
@pytest.mark.parametrize("limit", [None, 0, 2])
@pytest.mark.parametrize("turns", [None, NOON])
def test_the_same_as_one_by_one(turns: TurnHours | None, limit: int | None, whole: bool) -> None:
    rng = np.random.default_rng(7)
    met = set()
    for _ in range(100):
        seating = Seating(int(rng.integers(1, 9)), limit, turns)
        arrival, stay, until, sizes = crowd(rng, int(rng.integers(0, 60)), whole)
        args = arrival, stay, until, STRETCHES, sizes
        got = seat_all(seating, *args)
        python = as_python("sim.places.seats").seat_all(seating, *args)
        assert [x.tobytes() for x in got] == [x.tobytes() for x in python]
        people = list(zip(arrival.tolist(), stay.tolist(), until.tolist(), strict=True))
        expected, low = [], 0
        for (opens, close), size in zip(STRETCHES.tolist(), sizes.tolist(), strict=True):
            expected += one_by_one(seating, people[low : low + size], opens, close)
            low += size
        assert list(zip(*(x.tolist() for x in got), strict=True)) == expected
        met |= {min(end, 0.0) for _, end in expected}
    refused = {
        None: {-VisitFate.GAVE_UP},
        0: {-VisitFate.FULL},
        2: {-VisitFate.GAVE_UP, -VisitFate.FULL},
    }[limit]
    assert met >= {0.0} | refused
