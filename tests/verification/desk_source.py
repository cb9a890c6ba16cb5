"""A test-only source of requests at the real desk: what no planner's YAML has a use for.

Sources that are finite decide only as they go what is asked next. The desk is the model's own,
opened with requests whose lengths are drawn beforehand: the k-th request made takes the k-th
length, so who asks does not matter.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
from builders import model_of, plain

from sim.booking.desk import Desk
from sim.booking.layout import lay_out
from sim.booking.requests import Requests
from sim.model import Model
from sim.model.requests import no_requests

__all__ = ["STAY", "WARM_UP", "Counted", "Taken", "open_rooms", "rooms_for"]

I64 = npt.NDArray[np.int64]
STAY = 500
"""Slots of a mean stay."""
WARM_UP = 20 * STAY
"""Slots before anything is counted."""


def rooms_for(units: int, days: int, folder: Path) -> Model:
    """A model with so many rooms of one centre, open day and night, minute by minute."""
    parts = plain(days, grid=1, warm_up=7).origin("home").centre("hall").rooms("hall", units)
    return model_of(parts, folder)


def open_rooms(model: Model, lengths: I64) -> Desk:
    """The desk of a replication, with so many requests to come as there are lengths."""
    n, rooms = len(lengths), model.rooms
    none = np.zeros(n, dtype=np.int64)
    requests = Requests(
        asked_at=none.astype(np.float64),
        start=none,
        duration=lengths,
        party=none + 1,
        rooms=none + 1,
        kind=none,
        pools=none.astype(np.int32)[:, None],
        others=none,
        shift=none,
        gives_up=np.full(n, np.inf),
    )
    _, nobody = no_requests(model.plan)
    askers = replace(nobody, segment=none, origin=none)
    free = model.off_platform.free
    busy = model.off_platform.diaries(np.zeros_like(free))
    bounds = np.zeros((1, n), dtype=np.int64)
    tables = lay_out(rooms, requests, askers, busy, bounds, bounds)
    return Desk(rooms, requests, tables)


@dataclass(frozen=True, slots=True)
class Taken:
    """Rooms taken in each slot, from the bookings that were given.

    Attributes
    ----------
    since, until
        (n,) first slot of each, and the first beyond.
    """

    since: list[int]
    until: list[int]

    def by_slot(self, horizon: int) -> I64:
        """(horizon - WARM_UP,) rooms taken after the warm-up."""
        change = np.bincount(np.minimum(self.since, horizon), minlength=horizon + 1)
        change -= np.bincount(np.minimum(self.until, horizon), minlength=horizon + 1)
        return np.asarray(np.cumsum(change)[WARM_UP:horizon])


@dataclass(slots=True)
class Counted:
    """Requests made after the warm-up, and those of them that were refused."""

    made: int = 0
    refused: int = 0

    def note(self, time: float, given: bool) -> None:
        if time >= WARM_UP:
            self.made += 1
            self.refused += not given
