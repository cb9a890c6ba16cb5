"""Scripted requests for the parts of a policy that decide later than on asking."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from builders import Parts, plain

from sim.booking.counter import Counter
from sim.booking.layout import BookableRooms, build_rooms
from sim.booking.policy import open_counter
from sim.booking.requests import Askers, Outcome, Requests
from sim.model.clock import run_clock
from sim.streams import child_keys
from sim.world.world import World, build_world

__all__ = ["DAY", "Scripted", "Stage", "booked", "hall", "wish"]

DAY = 1440.0


@dataclass(frozen=True)
class Scripted:
    """One request for the first pool; times in minutes, `start` and `slots` on the grid."""

    ask: float
    start: int
    slots: int = 1
    gives_up: float = math.inf
    no_show: bool = False
    party: int = 1
    pool: int = 0
    rooms: int = 1


wish = Scripted


def hall(rooms: int = 1, grid: int = 60, hours: str = "always", **values: Any) -> Parts:
    """One centre, slots open five days ahead, nobody declines; `day` hours are 8:00 to 22:00."""
    parts = plain(10, warm_up=5, opens=5, grid=grid).origin("home").centre("hall")
    row = {"hours": "day", "days": "Mon-holiday", "open": "8:00", "close": "22:00"}
    parts.tables["hours"].append(row)
    parts.rooms("hall", rooms, hours=hours)
    parts.set(demand__responses={"still_wants": 1, "stands_by": 1, "takes_offer": 1})
    return parts.set(**values)


class Stage:
    """A world in which scripts are played."""

    def __init__(self, parts: Parts, folder: Path) -> None:
        self.world: World = build_world(parts.load(folder))
        self.rooms: BookableRooms = build_rooms(self.world)

    def keys(self, n: int) -> np.ndarray:
        return child_keys(np.full(n, np.uint64(7)), np.arange(n))

    def open(self, script: Sequence[Scripted], keys: np.ndarray | None = None) -> Counter:
        """The counter before the clock runs; requests keep the order of the script."""
        n = len(script)
        assert [s.ask for s in script] == sorted(s.ask for s in script)
        pools = np.array([[s.pool] for s in script], dtype=np.int32)

        def ints(name: str) -> np.ndarray:
            return np.array([getattr(s, name) for s in script], dtype=np.int64)

        none = np.zeros(n, dtype=np.int64)
        ask = np.array([s.ask for s in script])
        requests = Requests(
            asked_at=ask,
            start=ints("start"),
            duration=ints("slots"),
            party=ints("party"),
            rooms=ints("rooms"),
            kind=none,
            pools=pools,
            others=none,
            shift=none,
            gives_up=np.array([s.gives_up for s in script]),
        )
        askers = Askers(
            key=self.keys(n) if keys is None else keys,
            rules=np.array(self.rooms.rules_of, dtype=np.int64)[pools[:, 0]],
            first_decision=ask,
            batch=np.full(n, -1, dtype=np.int64),
            screened=np.zeros(n, dtype=np.uint8),
            no_show=np.array([s.no_show for s in script]),
            segment=none,
            origin=none,
            booker=none,
            household=none,
        )
        venues = self.world.venues
        busy = ~self.world.opening.is_open[venues.profile]
        return open_counter(self.rooms, requests, askers, busy)

    def play(self, script: Sequence[Scripted], keys: np.ndarray | None = None) -> Counter:
        counter = self.open(script, keys)
        run_clock(counter)
        return counter


def booked(counter: Counter) -> list[bool]:
    """Per request whether it has a booking."""
    return [code == Outcome.BOOKED for code in counter.desk.outcome]
