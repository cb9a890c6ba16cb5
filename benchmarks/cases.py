"""Scenarios that benchmarks run, and the stages of one replication."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

import sim.model.replication
from sim.analysis.measure import Meter, build_meter, measure
from sim.booking.layout import Rooms
from sim.booking.policy import Counter, open_counter
from sim.booking.requests import Requests
from sim.model import History, Model, build_model, simulate
from sim.scenario.loading import load
from sim.scenario.schema.policy import Policy

__all__ = ["BOOKINGS_ONLY", "DEFAULT", "SEED", "Case", "Prepared", "build", "prepare"]

DEFAULT = Path(__file__).resolve().parents[1] / "scenarios" / "cangqian.yaml"
SEED = 1
BOOKINGS_ONLY = ("activities.multiplier=0", "dropin.multiplier=0", "points.members=0")
"""Keys that leave bookings alone, as before there was anything else."""


@dataclass(frozen=True, slots=True)
class Case:
    """A scenario ready to be replicated and measured."""

    model: Model
    meter: Meter

    def simulate(self, replication: int) -> History:
        """Run one replication."""
        return simulate(self.model, SEED, replication)

    def replicate(self, replication: int) -> tuple[int, int]:
        """Simulate and measure one replication; (wishes, requests) in all of its horizon."""
        history = self.simulate(replication)
        measure(self.meter, history)
        return len(history.wishes), len(history.asked)


def build(path: Path = DEFAULT, sets: Sequence[str] = ()) -> Case:
    """Load a scenario, with keys set, and build its model."""
    model = build_model(load(path, sets=sets, need_level=False))
    return Case(model, build_meter(model))


@dataclass(frozen=True, slots=True)
class Prepared:
    """A replication up to the moment at which the counter opens.

    Attributes
    ----------
    opens
        (diaries, requests) -> a fresh counter, which changes the diaries.
    """

    requests: Requests
    busy: list[int]
    grid: int
    opens: Callable[[list[int], Requests], Counter]

    def counter(self) -> Counter:
        """Open a fresh counter over the same requests and diaries."""
        return self.opens(self.busy.copy(), self.requests)


def prepare(model: Model, replication: int) -> Prepared:
    """Catch what `simulate` opens its counter with: the true preparation, not a copy of it."""
    caught: list[Prepared] = []

    def spy(
        policy: Policy, rooms: Rooms, requests: Requests, busy: list[int], *rest: Any
    ) -> Counter:
        def opens(diaries: list[int], over: Requests) -> Counter:
            return open_counter(policy, rooms, over, diaries, *rest)

        caught.append(Prepared(requests, busy.copy(), model.world.grid, opens))
        return opens(busy, requests)

    with mock.patch.object(sim.model.replication, "open_counter", spy):
        simulate(model, SEED, replication)
    return caught[0]
