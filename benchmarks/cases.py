"""Scenarios that benchmarks run, and the stages of one replication."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

import sim.model.replication
from sim.arrays import Bools
from sim.booking.counter import Counter
from sim.booking.layout import BookableRooms
from sim.booking.policy import open_counter
from sim.booking.requests import Askers, Purse, Requests
from sim.measure.meter import Meter, build_meter, measure
from sim.model import History, Model, build_model, simulate
from sim.scenario.loading import load

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
    """A replication up to the moment at which the counter opens."""

    rooms: BookableRooms
    requests: Requests
    askers: Askers
    busy: Bools

    @property
    def grid(self) -> int:
        """Minutes of a slot."""
        return self.rooms.grid

    def counter(self) -> Counter:
        """Open a fresh counter over the same requests and diaries."""
        return open_counter(self.rooms, self.requests, self.askers, self.busy.copy())


def prepare(model: Model, replication: int) -> Prepared:
    """Catch what `simulate` opens its counter with: the true preparation, not a copy of it."""
    caught: list[Prepared] = []

    def spy(
        rooms: BookableRooms, requests: Requests, askers: Askers, busy: Bools, purse: Purse | None
    ) -> Counter:
        caught.append(Prepared(rooms, requests, askers, busy.copy()))
        return open_counter(rooms, requests, askers, busy, purse)

    with mock.patch.object(sim.model.replication, "open_counter", spy):
        simulate(model, SEED, replication)
    return caught[0]
