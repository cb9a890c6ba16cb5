"""Visitors of a place, seated by the model and by the usual way: a SimPy process each."""

from __future__ import annotations

import math
from collections.abc import Generator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import simpy

from sim.places.record import Visits
from sim.places.seats import Seating, VisitFate, seat_all

__all__ = ["Crowd", "as_the_model", "crowd_of", "erlang_c", "markovian", "one_process_each", "same"]

F64 = npt.NDArray[np.float64]
Answer = tuple[F64, F64]
"""When each leaves the queue and the seat; of who gets none, minus the fate."""

MOMENT = 1e-6
"""Minutes: SimPy adds delays to its clock, which rounds."""


@dataclass(frozen=True, slots=True)
class Crowd:
    """Who comes to a place in which stretches of opening hours; see `seat_all`."""

    seats: int
    arrival: F64
    stay: F64
    until: F64
    stretches: F64
    sizes: npt.NDArray[np.int64]


def crowd_of(visits: Visits, seats: int, stretches: F64) -> Crowd:
    """Take those who came to a place in a replication."""
    stays_away = (VisitFate.CLOSED, VisitFate.TAKEN, VisitFate.ELSEWHERE)
    came = ~np.isin(visits.fate, [int(fate) for fate in stays_away])
    arrival = visits.arrival[came]
    cuts = np.searchsorted(arrival, stretches)
    until = arrival + visits.patience[came]
    return Crowd(seats, arrival, visits.stay[came], until, stretches, cuts[:, 1] - cuts[:, 0])


def markovian(seats: int, load: float, mean_stay: float, number: int, seed: int) -> Crowd:
    """Poisson arrivals, exponential stays, endless patience, and a place that never closes."""
    rng = np.random.default_rng(seed)
    arrival = np.cumsum(rng.exponential(mean_stay / load, number))
    stretches = np.array([[0.0, 2.0 * float(arrival[-1])]])
    ever = np.full(number, np.inf)
    stay = rng.exponential(mean_stay, number)
    return Crowd(seats, arrival, stay, ever, stretches, np.array([number]))


def as_the_model(crowd: Crowd) -> Answer:
    """Seat them as the model does."""
    c = crowd
    return seat_all(Seating(c.seats), c.arrival, c.stay, c.until, c.stretches, c.sizes)


def one_process_each(crowd: Crowd) -> Answer:
    """Seat them with a `simpy.Resource` and a process for each."""
    begins, ends = [0.0] * len(crowd.arrival), [0.0] * len(crowd.arrival)
    low = 0
    for (opens, close), size in zip(crowd.stretches.tolist(), crowd.sizes.tolist(), strict=True):
        if size:
            _stretch(crowd, slice(low, low + size), (opens, close), begins, ends)
        low += size
    return np.array(begins), np.array(ends)


def _stretch(
    crowd: Crowd, own: slice, span: tuple[float, float], begins: list[float], ends: list[float]
) -> None:
    """One stretch of opening hours with a clock of its own."""
    opens, close = span
    env = simpy.Environment(initial_time=opens)
    seats = simpy.Resource(env, crowd.seats)
    arrivals, stays = crowd.arrival[own].tolist(), crowd.stay[own].tolist()
    untils = crowd.until[own].tolist()

    def visitor(i: int) -> Generator[simpy.Event, Any, None]:
        with seats.request() as seat:
            until = min(untils[i], close)
            if not seat.triggered:
                yield seat | env.timeout(until - env.now)
            begins[own.start + i] = now = env.now
            if not seat.triggered or now > close - MOMENT:
                ends[own.start + i] = -float(
                    VisitFate.GAVE_UP if until < close else VisitFate.CLOSING
                )
                return
            ends[own.start + i] = now + stays[i]
            yield env.timeout(min(stays[i], close - now))

    def source() -> Generator[simpy.Event, Any, None]:
        for i, arrival in enumerate(arrivals):
            yield env.timeout(max(0.0, arrival - env.now))
            env.process(visitor(i))

    env.process(source())
    env.run()


def same(ours: Answer, theirs: Answer) -> bool:
    """Whether everybody has the same fate at the same moments."""
    seated = ours[1] >= 0
    return bool(
        np.abs(ours[0] - theirs[0]).max(initial=0.0) < MOMENT
        and (ours[1][~seated] == theirs[1][~seated]).all()
        and np.abs(ours[1] - theirs[1])[seated].max(initial=0.0) < MOMENT
    )


def erlang_c(seats: int, load: float) -> float:
    """Share of arrivals that wait in M/M/c."""
    last = load**seats / math.factorial(seats) * seats / (seats - load)
    return last / (sum(load**n / math.factorial(n) for n in range(seats)) + last)
