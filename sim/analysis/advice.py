"""What would have served a refused request: changes of one thing, checked against the diaries."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from sim.analysis.held import Replay, replay_until
from sim.booking.timing import Timing

__all__ = ["Change", "advice", "in_window"]

What = Literal["another hour", "another centre", "another day", "shorter", "asked earlier"]


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that, had it been different, would have got a slot.

    Attributes
    ----------
    what
        Which thing.
    venue
        The room that would have been given.
    start, minutes
        Start and length of that booking.
    asked_before
        Set for `asked earlier` only: the time before which asking would have done.
    """

    what: What
    venue: str
    start: dt.datetime
    minutes: int
    asked_before: dt.datetime | None = None

    @property
    def words(self) -> str:
        """The change in a line."""
        if self.asked_before is not None:
            return f"asked before {self.asked_before:%Y-%m-%d %H:%M}: {self.venue}"
        when = f"{self.start:%a %Y-%m-%d %H:%M}"
        return f"{self.what}: {self.venue}, {when} for {self.minutes} minutes"


def advice(replay: Replay, i: int) -> Iterator[Change]:
    """Changes of one thing that would have got a slot, the smallest of each sort."""
    for sort in (_other_start, _other_centre, _other_day, _shorter, _earlier_asking):
        change = sort(replay, i)
        if change is not None:
            yield change


def _change(
    replay: Replay, i: int, what: What, pool: int, start: int, duration: int
) -> Change | None:
    """The change, if a room of the pool would hold the party then."""
    world, party = replay.model.world, int(replay.opened.requests.party[i])
    for v in replay.model.rooms.rooms[pool]:
        fits = int(world.venues.capacity[v]) >= party
        offered = start % world.slots % int(world.venues.start_slots[v]) == 0
        if fits and offered and replay.is_free(v, start, duration):
            return Change(what, world.venues.names[v], replay.time(start), duration * world.grid)
    return None


def _wanted(replay: Replay, i: int) -> tuple[int, int, int]:
    """First pool, preferred start and length of a request."""
    requests = replay.opened.requests
    return int(requests.pools[i, 0]), int(requests.start[i]), int(requests.duration[i])


def _other_start(replay: Replay, i: int) -> Change | None:
    """The nearest other start of the day in the preferred centre."""
    rooms = replay.model.rooms
    pool, start, duration = _wanted(replay, i)
    step = rooms.kind_step[int(replay.opened.requests.kind[i])]
    for distance in range(step, rooms.slots, step):
        for to in (start + distance, start - distance):
            if to // rooms.slots == start // rooms.slots and in_window(replay, i, to):
                found = _change(replay, i, "another hour", pool, to, duration)
                if found:
                    return found
    return None


def _other_centre(replay: Replay, i: int) -> Change | None:
    """The nearest centre within the limit on foot that was free at the preferred start."""
    model, opened = replay.model, replay.opened
    cell = int(opened.wishes.cell[opened.asked[i]])
    origin, kind = int(model.plan.cells.origin[cell]), int(opened.requests.kind[i])
    _, start, duration = _wanted(replay, i)
    pace = float(model.plan.pace[int(model.plan.cells.segment[cell])])
    minutes = model.world.reach.km[kind][origin] * pace
    near = minutes <= model.world.scenario.travel.max_minutes
    for pool in model.world.reach.pool[kind][origin][near].tolist():
        if pool < 0 or not in_window(replay, i, start, pool):
            continue
        found = _change(replay, i, "another centre", pool, start, duration)
        if found:
            return found
    return None


def _other_day(replay: Replay, i: int) -> Change | None:
    """The nearest other day at the same hour in the preferred centre."""
    pool, start, duration = _wanted(replay, i)
    for days in range(1, 15):
        for to in (
            start + days * replay.model.rooms.slots,
            start - days * replay.model.rooms.slots,
        ):
            if to >= 0 and in_window(replay, i, to):
                found = _change(replay, i, "another day", pool, to, duration)
                if found:
                    return found
    return None


def _shorter(replay: Replay, i: int) -> Change | None:
    """The longest shorter duration at the preferred start."""
    pool, start, duration = _wanted(replay, i)
    for less in range(duration - 1, 0, -1):
        found = _change(replay, i, "shorter", pool, start, less)
        if found:
            return found
    return None


def _earlier_asking(replay: Replay, i: int) -> Change | None:
    """Asking before the bookings in the way were made, if nothing else held the room."""
    requests, world = replay.opened.requests, replay.model.world
    pool, start, duration = _wanted(replay, i)
    best: tuple[int, int] | None = None
    for v in replay.model.rooms.rooms[pool]:
        held = replay.holdings(v, start, start + duration)
        fits = int(world.venues.capacity[v]) >= int(requests.party[i])
        if fits and held and all(h.request >= 0 for h in held):
            # whole minutes, as they are printed
            before = math.floor(min(float(requests.ask[h.request]) for h in held))
            if best is None or before > best[0]:
                best = before, v
    if best is None or not _was_free(replay, i, *best):
        return None
    first = dt.datetime.combine(world.calendar.first, dt.time())
    asked = first + dt.timedelta(minutes=best[0])
    minutes = duration * world.grid
    return Change("asked earlier", world.venues.names[best[1]], replay.time(start), minutes, asked)


def _was_free(replay: Replay, i: int, before: float, venue: int) -> bool:
    """Whether a venue was free just before a time, and the slot could be asked for then."""
    _, start, duration = _wanted(replay, i)
    timing = _timing(replay, int(replay.opened.requests.pools[i, 0]))
    if not timing.allows(start, before - 1e-3):
        return False
    again = replay_until(replay.model, replay.again(), before)
    return again.is_free(venue, start, duration)


def in_window(replay: Replay, i: int, start: int, pool: int | None = None) -> bool:
    """Whether a start may still, and already, be booked at the time of asking.

    In the centre of first choice, or in a pool of another one: zones may have their own windows.
    """
    first = int(replay.opened.requests.pools[i, 0])
    timing = _timing(replay, first if pool is None else pool)
    return timing.allows(start, float(replay.opened.askers.served[i]))


def _timing(replay: Replay, pool: int) -> Timing:
    rooms = replay.model.rooms
    return rooms.timings[rooms.rules_of[pool]]
