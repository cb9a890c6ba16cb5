"""What would have served a refused request: changes of one thing, checked against the diaries."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from typing import Literal

import numpy as np

from sim.booking.timing import AskingTimes, Timing, first_bounds, settle_asking
from sim.explain.holders import Replay, replay_until
from sim.explain.what_if import Altered, given_if, is_plain
from sim.scenario.schema.demand import Responses

What = Literal[
    "another hour",
    "another centre",
    "another day",
    "shorter",
    "fewer rooms",
    "asked earlier",
    "asked at",
    "without a booking",
    "turned up",
]
TRIED = 3
"""Changes of a sort that are simulated before it is given up."""


@dataclass(frozen=True, slots=True)
class Remedy:
    """One thing that, had it been different, would have got a slot.

    Attributes
    ----------
    what
        Which thing.
    venue
        The room, or rooms, that would have been given.
    start, minutes
        Start and length of that booking.
    asked_before, asked_at
        Set for `asked earlier`: the time before which asking would have done; for `asked at`:
        the time at which it would have.
    booking
        Set for `without a booking` and `turned up`: the wish whose booking it is about.
    """

    what: What
    venue: str
    start: dt.datetime
    minutes: int
    asked_before: dt.datetime | None = None
    asked_at: dt.datetime | None = None
    booking: str | None = None

    @property
    def words(self) -> str:
        """The change in a line."""
        if self.asked_before is not None:
            return f"asked before {self.asked_before:%Y-%m-%d %H:%M}: {self.venue}"
        if self.asked_at is not None:
            return f"asked at {self.asked_at:%Y-%m-%d %H:%M}: {self.venue}"
        when = f"{self.venue}, {self.start:%a %Y-%m-%d %H:%M} for {self.minutes} minutes"
        if self.what == "without a booking":
            return f"without booking {self.booking}: {when}"
        if self.what == "turned up":
            return f"had they turned up for booking {self.booking}: {when}"
        return f"{self.what}: {when}"


Try = tuple[Remedy, Altered]
Sort = Callable[[Replay, int], Iterator[Try]]


def first_that_serves(replay: Replay, i: int, sort: Sort, *, sure: bool) -> Remedy | None:
    """The first change of a sort that gets a slot; `sure` where a free room is always given."""
    for change, altered in islice(sort(replay, i), TRIED):
        if sure:
            return change
        given = given_if(replay, i, altered)
        if given is not None:
            venues, start = given
            return replace(change, venue=replay.names(venues), start=replay.time(start))
    return None


def advice(replay: Replay, i: int) -> Iterator[Remedy]:
    """Changes of one thing that would have got a slot that was not free: one of each sort."""
    sure = is_plain(replay.model)
    for sort in (other_start, other_centre, other_day, shorter, fewer_rooms, _earlier_asking):
        change = first_that_serves(replay, i, sort, sure=sure)
        if change is not None:
            yield change


def _try(
    replay: Replay, i: int, what: What, pool: int, start: int, duration: int, rooms: int = 0
) -> Iterator[Try]:
    """The change, if as many rooms of the pool (0: as are wanted) would hold the party then."""
    world = replay.model.world
    rooms = rooms or int(replay.opened.requests.rooms[i])
    suited = (
        v
        for v in replay.model.rooms.rooms[pool]
        if suits(replay, i, v, start, rooms) and replay.is_free(v, start, duration)
    )
    found = list(islice(suited, rooms))
    if len(found) == rooms:
        change = Remedy(what, replay.names(found), replay.time(start), duration * world.grid)
        yield change, Altered(pool=pool, start=start, duration=duration, rooms=rooms)


def suits(replay: Replay, i: int, venue: int, start: int, rooms: int) -> bool:
    """Whether a room would hold its part of the party and offers a start."""
    world, party = replay.model.world, int(replay.opened.requests.party[i])
    fits = int(world.venues.capacity[venue]) * rooms >= party
    return fits and start % world.slots % int(world.venues.start_slots[venue]) == 0


def wanted(replay: Replay, i: int) -> tuple[int, int, int]:
    """First pool, preferred start and length of a request."""
    requests = replay.opened.requests
    return int(requests.pools[i, 0]), int(requests.start[i]), int(requests.duration[i])


def other_start(replay: Replay, i: int) -> Iterator[Try]:
    """Other starts of the day in the preferred centre, the nearest first."""
    rooms = replay.model.rooms
    pool, start, duration = wanted(replay, i)
    step = rooms.kind_step[int(replay.opened.requests.kind[i])]
    for distance in range(step, rooms.slots, step):
        for to in (start + distance, start - distance):
            if to // rooms.slots == start // rooms.slots and askable(replay, i, to, pool):
                yield from _try(replay, i, "another hour", pool, to, duration)


def other_centre(replay: Replay, i: int) -> Iterator[Try]:
    """Centres within the limit on foot that were free at the preferred start, the nearest first."""
    model, opened = replay.model, replay.opened
    cell = int(opened.wishes.cell[opened.asked[i]])
    origin, kind = int(model.plan.cells.origin[cell]), int(opened.requests.kind[i])
    _, start, duration = wanted(replay, i)
    pace = float(model.plan.pace[int(model.plan.cells.segment[cell])])
    minutes = model.world.reach.km[kind][origin] * pace
    near = minutes <= model.world.scenario.travel.max_minutes
    for pool in model.world.reach.pool[kind][origin][near].tolist():
        if pool >= 0 and askable(replay, i, start, pool):
            yield from _try(replay, i, "another centre", pool, start, duration)


def other_day(replay: Replay, i: int) -> Iterator[Try]:
    """Other days at the same hour in the preferred centre, the nearest first."""
    pool, start, duration = wanted(replay, i)
    slots = replay.model.rooms.slots
    for days in range(1, 15):
        for to in (start + days * slots, start - days * slots):
            if to >= 0 and askable(replay, i, to, pool):
                yield from _try(replay, i, "another day", pool, to, duration)


def shorter(replay: Replay, i: int) -> Iterator[Try]:
    """Shorter durations at the preferred start, the longest first."""
    pool, start, duration = wanted(replay, i)
    for less in range(duration - 1, 0, -1):
        yield from _try(replay, i, "shorter", pool, start, less)


def fewer_rooms(replay: Replay, i: int) -> Iterator[Try]:
    """Fewer rooms at once at the preferred start, the most first."""
    pool, start, duration = wanted(replay, i)
    for less in range(int(replay.opened.requests.rooms[i]) - 1, 0, -1):
        yield from _try(replay, i, "fewer rooms", pool, start, duration, less)


def _earlier_asking(replay: Replay, i: int) -> Iterator[Try]:
    """Asking before the bookings in the way were made, if nothing else held the rooms."""
    requests, world = replay.opened.requests, replay.model.world
    pool, start, duration = wanted(replay, i)
    rooms = int(requests.rooms[i])
    free_before: list[tuple[float, int]] = []
    for v in replay.model.rooms.rooms[pool]:
        held = replay.holdings(v, start, start + duration)
        fits = int(world.venues.capacity[v]) * rooms >= int(requests.party[i])
        if fits and (held or rooms > 1) and all(h.request >= 0 for h in held):
            asked = min((float(requests.asked_at[h.request]) for h in held), default=math.inf)
            free_before.append((asked, v))
    best = sorted(free_before, key=lambda found: -found[0])[:rooms]
    if len(best) < rooms or math.isinf(best[-1][0]):
        return
    before, venues = math.floor(best[-1][0]), [v for _, v in best]  # whole minutes, as printed
    if not _were_free(replay, i, before, venues):
        return
    when, minutes = replay.moment(before), duration * world.grid
    name = replay.names(venues)
    change = Remedy("asked earlier", name, replay.time(start), minutes, asked_before=when)
    yield change, Altered(ask=before - 1e-3)


def _were_free(replay: Replay, i: int, moment: float, venues: list[int]) -> bool:
    """Whether venues were free just before a time, and the slot could be asked for then."""
    _, start, duration = wanted(replay, i)
    timing = timing_of(replay, int(replay.opened.requests.pools[i, 0]))
    if not timing.allows(start, moment - 1e-3):
        return False
    again = replay_until(replay.model, replay.opened_again(), moment)
    return all(again.is_free(venue, start, duration) for venue in venues)


def askable(replay: Replay, i: int, start: int, pool: int) -> bool:
    """Whether another start, asked for when this request was asked, would be inside the window."""
    askers, ask = replay.opened.askers, replay.opened.requests.asked_at[[i]]
    rules = np.array([replay.model.rooms.rules_of[pool]])
    times = settle_asking(
        replay.model.rooms.timings, Responses(), rules, askers.key[[i]], ask, np.array([start])
    )
    return not times.screened[0]


def in_window(replay: Replay, i: int, start: int, pool: int) -> bool:
    """Whether a start may be given in a pool when the request is decided first."""
    askers, rooms = replay.opened.askers, replay.model.rooms
    own = slice(i, i + 1)
    asked = AskingTimes(
        replay.opened.requests.asked_at[own],
        askers.first_decision[own],
        askers.batch[own],
        askers.screened[own],
    )
    preferred = replay.opened.requests.start[own]
    low, high = first_bounds(rooms.timings, askers.rules[own], asked, preferred)
    rules = rooms.rules_of[pool]
    return bool(low[rules, 0] <= start <= high[rules, 0])


def timing_of(replay: Replay, pool: int) -> Timing:
    """When slots of a pool open."""
    rooms = replay.model.rooms
    return rooms.timings[rooms.rules_of[pool]]
