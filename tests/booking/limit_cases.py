"""Scripted requests before a counter with limits, in one small world that is always open.

Day 0 is Monday 22 December 2025, so January begins with day 10. Slots are hours, peak hours 18-22
on weekdays and 9-21 at weekends. The centres `hall` and `lodge` each have rooms and courts.
"""

from __future__ import annotations

import math
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

import numpy as np
from builders import Parts, model_of, plain

from sim.booking.counter import Counter
from sim.booking.layout import BookableRooms
from sim.booking.policy import open_counter
from sim.booking.requests import Askers, Outcome, Requests
from sim.booking.timing import RuleBook
from sim.model import Model, run_clock
from sim.scenario.schema.policy import Limits

__all__ = [
    "DAY",
    "HOUR",
    "NEVER",
    "Wish",
    "counter_of",
    "given",
    "outcomes",
    "play",
    "pool",
    "small_world",
]

HOUR, DAY, NEVER = 60.0, 1440.0, math.inf


@dataclass(frozen=True)
class Wish:
    """A scripted request: asked at `ask` minutes for `hours` from slot `start` on."""

    ask: float
    start: int
    booker: int = 0
    household: int = 0
    hours: int = 1
    pool: int = field(default_factory=lambda: pool("hall"))
    gives_up: float = NEVER
    no_show: bool = False
    elsewhere: int = -1
    """Another pool tried, if any."""
    shift: int = 0
    rooms: int = 1


@cache
def small_world() -> Model:
    """Built once; its rooms are many, so nobody is refused for lack of one."""
    with tempfile.TemporaryDirectory() as folder:
        return model_of(_small(), Path(folder))


def _small() -> Parts:
    parts = plain(14, warm_up=14, opens=14).origin("home")
    court = {"duration_minutes": {"rule": "constant", "value": 60}}
    parts.set(kinds__court=court, demand__wishes_per_1000__person={"room": 1, "court": 1})
    for centre in ("hall", "lodge"):
        parts.centre(centre)
        for kind in ("room", "court"):
            parts.rooms(centre, 3, prefix=f"{centre} {kind}", kind=kind)
    return parts


@cache
def pool(centre: str, kind: str = "room") -> int:
    """Number of the pool of a kind in a centre."""
    world = small_world().world
    at = (world.pools.centre == world.centres.names.index(centre)) & (
        world.pools.kind == list(world.kinds).index(kind)
    )
    return int(np.flatnonzero(at)[0])


def rooms_under(limits: Limits, elsewhere: dict[int, Limits] | None = None) -> BookableRooms:
    """The small world's rooms under limits, with others in some pools."""
    rooms = small_world().rooms
    own = rooms.book.sets[0].model_copy(update={"limits": limits})
    sets, of_pool = [own], [0] * len(rooms.rooms)
    for p, other in (elsewhere or {}).items():
        sets.append(own.model_copy(update={"limits": other}))
        of_pool[p] = len(sets) - 1
    timings = rooms.timings[:1] * len(sets)
    return replace(rooms, book=RuleBook(tuple(sets), tuple(of_pool)), timings=timings)


def counter_of(
    limits: Limits, wishes: Sequence[Wish], elsewhere: dict[int, Limits] | None = None
) -> Counter:
    """A counter before which nobody has stood yet; wishes in order of asking."""
    assert [w.ask for w in wishes] == sorted(w.ask for w in wishes)
    rooms, n = rooms_under(limits, elsewhere), len(wishes)
    world = small_world().world
    ints = {
        name: np.array([getattr(w, name) for w in wishes], dtype=np.int64)
        for name in ("start", "hours", "booker", "household", "pool", "elsewhere", "shift", "rooms")
    }
    ask = np.array([w.ask for w in wishes])
    requests = Requests(
        asked_at=ask,
        start=ints["start"],
        duration=ints["hours"],
        party=np.ones(n, np.int64),
        rooms=ints["rooms"],
        kind=world.pools.kind[ints["pool"]],
        pools=np.stack([ints["pool"], ints["elsewhere"]], axis=1).astype(np.int32),
        others=(ints["elsewhere"] >= 0).astype(np.int64),
        shift=ints["shift"],
        gives_up=np.array([w.gives_up for w in wishes]),
    )
    zero = np.zeros(n, dtype=np.int64)
    askers = Askers(
        key=np.arange(n, dtype=np.uint64),
        rules=np.array(rooms.rules_of, dtype=np.int64)[ints["pool"]],
        first_decision=ask,
        batch=zero - 1,
        screened=zero.astype(np.uint8),
        no_show=np.array([w.no_show for w in wishes]),
        segment=zero,
        origin=zero,
        booker=ints["booker"],
        household=ints["household"],
    )
    return open_counter(
        rooms, requests, askers, np.zeros((rooms.n_venues, rooms.n_days * rooms.slots), dtype=bool)
    )


def play(
    limits: Limits, wishes: Sequence[Wish], elsewhere: dict[int, Limits] | None = None
) -> Counter:
    """Let everybody come."""
    counter = counter_of(limits, wishes, elsewhere)
    run_clock(counter)
    return counter


def outcomes(counter: Counter) -> str:
    """A letter a request: booked, full, limit, suspended."""
    letters = {
        Outcome.BOOKED: "b",
        Outcome.FULL: "f",
        Outcome.LIMIT: "l",
        Outcome.SUSPENDED: "s",
    }
    return "".join(letters[Outcome(code)] for code in counter.desk.outcome)


def given(counter: Counter) -> list[tuple[int, float, float]]:
    """All bookings made: (request, when given, when given up or never)."""
    desk, found = counter.desk, []
    for i in np.flatnonzero(np.asarray(desk.outcome) == Outcome.BOOKED).tolist():
        when = counter.notes.given_at.get(i, float(counter.askers.first_decision[i]))
        up = float(counter.requests.gives_up[i])
        found.append((i, when, up if up <= desk.start[i] * HOUR else NEVER))
    return found
