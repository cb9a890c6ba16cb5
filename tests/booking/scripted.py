"""Batches whose every request is scripted, decided by the real counter and clock."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from builders import Parts, model_of, plain

from sim.booking.counter import Counter
from sim.booking.policy import open_counter
from sim.booking.requests import Askers, Outcome, Purse, Requests
from sim.booking.timing import settle_asking
from sim.model import Model, run_clock

I64 = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

DAY = 1440.0
RULES = {"at": "00:00", "draw": "daily"}
"""With `opens=2`: what is asked before the day before is decided at that day's first moment."""


def keys(number: int, seed: int = 1) -> npt.NDArray[np.uint64]:
    """Random keys of requests."""
    return np.random.default_rng(seed).integers(0, 2**64, number, dtype=np.uint64)


def halls(number: int, rooms: int, days: int = 30, **selection: Any) -> Parts:
    """So many centres of a pool each, open day and night."""
    parts = plain(days, warm_up=3, opens=2).origin("home", 100)
    for c in range(number):
        parts.centre(f"hall {c:02d}").rooms(f"hall {c:02d}", rooms)
    return parts.set(policy__selection={**RULES, **selection})


def built(parts: Parts, folder: Path) -> Model:
    return model_of(parts, folder)


@dataclass
class Decided:
    """What became of the rows, in their order; `served`: rows in the order in which they were."""

    booked: Bools
    served: list[int]
    counter: Counter
    at: dict[int, int]
    """Row -> request."""

    def of(self, values: dict[int, int]) -> dict[int, int]:
        """Something noted by request, by row instead."""
        return {row: values[i] for row, i in self.at.items() if i in values}


def decide(
    model: Model,
    key: npt.NDArray[np.uint64],
    day: Any,
    *,
    slot: Any = 12,
    pool: Any = 0,
    ask: Any = 0.0,
    purse: Purse | None = None,
    shuffled: int | None = None,
    **more: Any,
) -> Decided:
    """Decide requests for a slot of a day.

    `ask` is in minutes since the slot opened. More: duration, party, rooms, segment, origin,
    booker, shift. `shuffled`: lay the requests down in a random order, as far as times allow.
    """
    n = len(key)
    full = {name: np.broadcast_to(np.asarray(v), n).astype(np.int64) for name, v in more.items()}
    none, one = np.zeros(n, dtype=np.int64), np.ones(n, dtype=np.int64)
    start = np.asarray(day * 24 + np.asarray(slot)) + none
    wished = start * 60.0 - 2 * DAY + np.asarray(ask, dtype=np.float64)
    pools = (np.asarray(pool) + none).astype(np.int32)[:, None]
    rooms = model.rooms
    rules = np.array(rooms.rules_of)[pools[:, 0]]
    asked = settle_asking(rooms.timings, rooms.responses, rules, key, wished, start)
    assert (asked.batch >= 0).all()
    order = np.lexsort((key, asked.first_decision))
    if shuffled is not None:
        order = np.random.default_rng(shuffled).permutation(n)
        order = order[np.argsort(asked.first_decision[order], kind="stable")]
    requests = Requests(
        asked_at=asked.asked_at[order],
        start=start[order],
        duration=full.get("duration", one)[order],
        party=full.get("party", one)[order],
        rooms=full.get("rooms", one)[order],
        kind=none,
        pools=pools[order],
        others=none,
        shift=full.get("shift", none)[order],
        gives_up=np.full(n, np.inf),
    )
    askers = Askers(
        key=key[order],
        rules=rules[order],
        first_decision=asked.first_decision[order],
        batch=asked.batch[order],
        screened=asked.screened[order],
        no_show=np.zeros(n, dtype=bool),
        segment=full.get("segment", none)[order],
        origin=full.get("origin", none)[order],
        booker=full.get("booker", np.arange(n))[order],
        household=none,
    )
    free = model.off_platform.free
    busy = model.off_platform.diaries(np.zeros_like(free))
    counter = open_counter(rooms, requests, askers, busy, purse)
    served: list[int] = []
    ask_for = counter.ask

    def noted(i: int, now: float) -> bool:
        served.append(int(order[i]))
        assert now == asked.first_decision[order[i]]
        return ask_for(i, now)

    counter.ask = noted
    run_clock(counter)
    assert len(served) == n
    booked = np.zeros(n, dtype=bool)
    booked[order] = np.asarray(counter.desk.outcome) == Outcome.BOOKED
    return Decided(booked, served, counter, {int(row): i for i, row in enumerate(order)})
