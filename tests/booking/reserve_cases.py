"""A counter with scripted requests: who asks for what is written down in the test."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.booking.counter import Counter
from sim.booking.policy import open_counter
from sim.booking.requests import Askers, Requests
from sim.model import Model

__all__ = ["Ask", "counter_of", "outcomes"]


@dataclass(frozen=True)
class Ask:
    """A request for a start (slots), asked so many minutes before it."""

    segment: str
    start: int
    ahead: float = 48 * 60
    pools: Sequence[int] = (0,)
    duration: int = 1
    shift: int = 0
    origin: int = 0
    party: int = 1


def counter_of(model: Model, asks: Sequence[Ask]) -> Counter:
    """Open a counter for these requests, without off-platform use."""
    world, n = model.world, len(asks)
    busy = model.off_platform.diaries(np.zeros_like(model.off_platform.free))
    width = max((len(a.pools) for a in asks), default=1)
    pools = [[*a.pools, *[-1] * (width - len(a.pools))] for a in asks]
    start = np.array([a.start for a in asks], dtype=np.int64)
    at = np.array([a.start * world.grid - a.ahead for a in asks], dtype=np.float64)
    nothing = np.zeros(n, dtype=np.int64)
    requests = Requests(
        asked_at=at,
        start=start,
        duration=np.array([a.duration for a in asks], dtype=np.int64),
        party=np.array([a.party for a in asks], dtype=np.int64),
        rooms=nothing + 1,
        kind=world.pools.kind[[a.pools[0] for a in asks]].astype(np.int64),
        pools=np.array(pools, dtype=np.int32).reshape(n, width),
        others=np.array([len(a.pools) - 1 for a in asks], dtype=np.int64),
        shift=np.array([a.shift for a in asks], dtype=np.int64),
        gives_up=np.full(n, np.inf),
    )
    askers = Askers(
        key=np.arange(n, dtype=np.uint64),
        rules=nothing,
        first_decision=at,
        batch=nothing - 1,
        screened=nothing.astype(np.uint8),
        no_show=nothing.astype(bool),
        segment=np.array([world.segments.index(a.segment) for a in asks], dtype=np.int64),
        origin=np.array([a.origin for a in asks], dtype=np.int64),
        booker=nothing,
        household=nothing,
    )
    return open_counter(model.rooms, requests, askers, busy)


def outcomes(counter: Counter) -> list[int]:
    """Ask in the order written; venues given, -1 where refused."""
    ask = counter.requests.asked_at.tolist()
    for i, now in enumerate(ask):
        counter.ask(i, now)
    return list(counter.desk.venue)
