"""One server whose waiting line is ordered by the model's own selection rule `priority`.

The rule decides batches; here a batch is all who wait when the server gets free, and the desk has
room for one. So the order within the line is the rule's, and the rest is a test-only source.
"""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import numpy.typing as npt
from builders import model_of, plain

from sim.booking.counter import Counter
from sim.booking.selections.priority import PriorityDraw
from sim.scenario.schema.policy import Priority

__all__ = ["played"]

WARM_UP = 300.0
"""Mean service times before anything is counted."""


def played(
    folder: Path,
    customers: int,
    loads: tuple[float, float],
    factor: float,
    rng: np.random.Generator,
) -> tuple[tuple[float, float], tuple[int, int]]:
    """Total wait, and number, of the customers of both classes; exponential service x factor."""
    parts = plain(2).origin("home", {"person": 1}).centre("hall").rooms("hall", 1)
    parts.scenario["segments"]["later"] = {"curve": "flat"}
    rooms = model_of(parts, folder).rooms
    arrival = np.cumsum(rng.exponential(1 / sum(loads), size=customers))
    second = rng.random(customers) < loads[1] / sum(loads)
    service = rng.exponential(factor, size=customers).tolist()
    taken: list[int] = []

    def decide(requests: npt.NDArray[np.int64], now: float) -> None:
        """The server takes the first that it is offered."""
        del now
        taken.extend(requests[: not taken].tolist())

    names = rooms.segments
    counter = SimpleNamespace(
        askers=SimpleNamespace(
            key=np.arange(customers, dtype=np.uint64),
            segment=np.where(second, names.index("later"), names.index("person")),
            origin=np.zeros(customers, dtype=np.int64),
        ),
        requests=SimpleNamespace(pools=np.zeros((customers, 1), dtype=np.int32), asked_at=arrival),
        decide=decide,
    )
    spec = Priority(rule="priority", order=[["person"]], within="asked")
    draw = PriorityDraw(spec, rooms, cast("Counter", cast("Any", counter)))
    waits = _line(arrival.tolist(), service, draw, taken)
    counts = arrival > WARM_UP
    of_first, of_second = counts & ~second, counts & second
    return (
        (float(waits[of_first].sum()), float(waits[of_second].sum())),
        (int(of_first.sum()), int(of_second.sum())),
    )


def _line(
    arrival: list[float], service: list[float], draw: PriorityDraw, taken: list[int]
) -> np.ndarray:
    """Wait of everybody: the rule is asked whenever the server is free and somebody waits."""
    waits, line, free, come, n = np.zeros(len(arrival)), [], 0.0, 0, len(arrival)
    for _ in range(n):
        if not line:
            free = max(free, arrival[come])
        while come < n and arrival[come] <= free:
            line.append(come)
            come += 1
        taken.clear()
        draw.draw(np.array(line), free)
        (i,) = taken
        line.remove(i)
        waits[i] = free - arrival[i]
        free += service[i]
    return waits
