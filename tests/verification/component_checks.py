"""Checks of components driven by a test-only source: finite, with priorities."""

from __future__ import annotations

from collections.abc import Callable
from heapq import heapify, heapreplace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from .checking import Check, Effort, Figure
from .desk_source import STAY, WARM_UP, Counted, Taken, open_rooms, rooms_for
from .exact.loss import engset
from .exact.waiting import priorities
from .priority_source import played

__all__ = ["COMPONENTS"]

F64 = npt.NDArray[np.float64]
Draw = Callable[[np.random.Generator, int], F64]
SOURCES, UNITS, RATE = 20, 5, 0.2
ALL_BUSY, REFUSED = engset(SOURCES, UNITS, RATE)
WAITS = priorities(0.3, 0.5)


def exponential(rng: np.random.Generator, n: int) -> F64:
    return rng.exponential(size=n)


def fixed(rng: np.random.Generator, n: int) -> F64:
    del rng
    return np.ones(n)


def in_slots(stays: F64) -> npt.NDArray[np.int64]:
    return np.maximum(np.rint(stays), 1).astype(np.int64)


def finite(draw: Draw) -> Callable[[Effort, float, Path], list[Figure]]:
    """Sources that ask when idle; a refused one is idle again at once."""

    def simulate(effort: Effort, factor: float, folder: Path) -> list[Figure]:
        model = rooms_for(UNITS, effort.days, folder)
        horizon = model.world.n_days * model.world.slots - 20 * STAY
        rows = []
        for replication in range(effort.replications):
            rng = np.random.default_rng([1, replication])
            most = int(SOURCES * RATE * horizon / STAY * 1.2) + 100
            stays = in_slots(draw(rng, most) * STAY * factor)
            idle = rng.exponential(STAY / RATE, size=most).tolist()
            desk = open_rooms(model, stays)
            taken, counted = Taken([], []), Counted()
            asks = rng.exponential(STAY / RATE, size=SOURCES).tolist()
            heapify(asks)
            for i in range(most):
                now = asks[0]
                if now >= horizon:
                    break
                given = desk.place_at(i, 0, int(now), now)
                counted.note(now, given)
                free = now
                if given:
                    free = int(now) + int(stays[i])
                    taken.since.append(int(now))
                    taken.until.append(free)
                heapreplace(asks, free + idle[i])
            busy = taken.by_slot(horizon)
            rows.append(((busy == UNITS).sum(), len(busy), counted.refused, counted.made))
        full, slots, refused, made = np.array(rows, dtype=np.float64).T
        return [Figure(full, slots), Figure(refused, made)]

    return simulate


def two_classes(effort: Effort, factor: float, folder: Path) -> list[Figure]:
    """Customers a day: 1,000."""
    of = [
        played(folder, 1000 * effort.days, (0.3, 0.5), factor, np.random.default_rng([3, i]))
        for i in range(effort.replications)
    ]
    waited, number = np.array([w for w, _ in of]), np.array([n for _, n in of], dtype=np.float64)
    return [Figure(waited[:, k], number[:, k]) for k in (0, 1)]


def engset_check(name: str, words: str, draw: Draw) -> Check:
    return Check(
        name=name,
        lines={
            f"20 sources, 5 rooms, {words} stays: share of time all rooms are busy": ALL_BUSY,
            f"20 sources, 5 rooms, {words} stays: refused": REFUSED,
        },
        simulate=finite(draw),
        full=Effort(380, 190),
        quick=Effort(12, 30),
    )


COMPONENTS = [
    engset_check("engset", "exponential", exponential),
    engset_check("engset-fixed", "fixed", fixed),
    Check(
        name="priorities",
        lines={
            "M/M/1, two priorities (loads .3 and .5): mean wait of the first": WAITS[0],
            "M/M/1, two priorities: mean wait of the second": WAITS[1],
        },
        simulate=two_classes,
        full=Effort(20, 40),
        quick=Effort(1, 30),
    ),
]
assert WARM_UP < 20 * 1440
