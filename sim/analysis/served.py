"""Served shares by group and nothing else: for studies of many levels of demand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sim.analysis.collect import Row
from sim.analysis.groups import Grouping, Groups, build_groups
from sim.booking.requests import Outcome
from sim.model import History, Model

__all__ = ["GROUPS", "ServedMeter", "build_served", "measure_served"]

F64 = npt.NDArray[np.float64]
I64 = npt.NDArray[np.int64]

GROUPS = ("all", "peak", "tier", "zone", "kind")
"""Groups of requests, as everywhere: tier of the first choice, zone of the origin."""


@dataclass(frozen=True, slots=True)
class ServedMeter:
    """What measuring needs and no replication changes."""

    model: Model
    groups: Groups
    rows: tuple[Row, ...]


def build_served(model: Model) -> ServedMeter:
    """Prepare to measure replications of a model."""
    groups = build_groups(model)
    rows = tuple(Row("served_share", name, _grouping(groups, name).levels) for name in GROUPS)
    return ServedMeter(model, groups, rows)


def measure_served(meter: ServedMeter, history: History) -> F64:
    """(2, levels of all groups) requests that got a slot, and requests.

    The same figures as the metric `served_share` of `service.add_service`.
    """
    wishes = history.wishes
    counted = meter.model.world.calendar.counts(wishes.ask[history.asked])
    which, booked = history.asked[counted], history.outcome[counted] == Outcome.BOOKED
    top, bottom = [], []
    for grouping, code in _coded(meter, history, which):
        n = len(grouping.levels)
        top.append(np.bincount(code[booked], minlength=n))
        bottom.append(np.bincount(code, minlength=n))
    return np.stack([np.concatenate(top), np.concatenate(bottom)]).astype(np.float64)


def _grouping(groups: Groups, name: str) -> Grouping:
    if name == "peak":
        return groups.slot["peak"]
    return groups.pool["tier"] if name == "tier" else groups.cell[name]


def _coded(meter: ServedMeter, history: History, which: I64) -> Iterator[tuple[Grouping, I64]]:
    """Each group and the level of every request counted."""
    wishes, n_pools = history.wishes, len(meter.model.world.pools.rooms)
    best = wishes.best[which].astype(np.int64)
    by = {
        "peak": wishes.start[which].astype(np.int64),
        "tier": np.where(best >= 0, best, n_pools),
    }
    cell = wishes.cell[which].astype(np.int64)
    for name in GROUPS:
        grouping = _grouping(meter.groups, name)
        yield grouping, grouping.code[by.get(name, cell)]
