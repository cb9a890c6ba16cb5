"""What would have served a request that a rule refused: a limit, a suspension, the window.

Every change is applied and the replication simulated again: a rule that stands in the way of one
slot may stand in the way of the next.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from sim.analysis.advice import (
    Change,
    Sort,
    Try,
    first_that_serves,
    other_centre,
    other_day,
    other_start,
    shorter,
    timing_of,
    wanted,
)
from sim.analysis.held import Replay
from sim.analysis.what_if import Altered
from sim.booking.barred import Barred
from sim.booking.requests import Outcome

__all__ = ["rule_advice"]


def rule_advice(replay: Replay, i: int, outcome: Outcome) -> Iterator[Change]:
    """Changes of one thing that would have got a slot, one of each sort."""
    for sort in _SORTS[outcome]:
        change = first_that_serves(replay, i, sort, sure=False)
        if change is not None:
            yield change


def _as_wished(replay: Replay, i: int, pool: int) -> tuple[str, int]:
    """Some room of the pool and the minutes wished: what is given replaces them."""
    _, _, duration = wanted(replay, i)
    room = replay.model.rooms.rooms[pool][0]
    return replay.model.world.venues.names[room], duration * replay.model.world.grid


def _barred(replay: Replay, i: int) -> Barred | None:
    found = replay.opened.counter.notes.why.get(i)
    return found if isinstance(found, Barred) else None


def _without_booking(replay: Replay, i: int) -> Iterator[Try]:
    """One of the bookings in the way had never been made."""
    barred = _barred(replay, i)
    pool, start, _ = wanted(replay, i)
    for booking in reversed(barred.bookings if barred is not None else ()):
        venue, minutes = _as_wished(replay, i, pool)
        key = replay.wish(booking)
        change = Change("without a booking", venue, replay.time(start), minutes, booking=key)
        yield change, Altered(without=booking)


def _turned_up(replay: Replay, i: int) -> Iterator[Try]:
    """The booker had turned up for one of the bookings that led to the suspension."""
    barred = _barred(replay, i)
    pool, start, _ = wanted(replay, i)
    no_show = replay.opened.askers.no_show
    for booking in reversed(barred.bookings if barred is not None else ()):
        if no_show[booking]:
            venue, minutes = _as_wished(replay, i, pool)
            key = replay.wish(booking)
            change = Change("turned up", venue, replay.time(start), minutes, booking=key)
            yield change, Altered(turned_up=(booking,))


def _later(replay: Replay, i: int) -> Iterator[Try]:
    """Asking when the bookings in the way are over, or the suspension is."""
    barred = _barred(replay, i)
    if barred is not None and math.isfinite(barred.until):
        yield from _asked_at(replay, i, barred.until)


def _when_it_opens(replay: Replay, i: int) -> Iterator[Try]:
    """Asking as soon as the slot can be asked for, or its leftovers can."""
    pool, start, _ = wanted(replay, i)
    timing, at = timing_of(replay, pool), np.array([start])
    times = [float(timing.opens(at)[0])]
    if timing.is_batch(at)[0]:
        times.append(float(timing.leftovers(at)[0]))
    for time in times:
        yield from _asked_at(replay, i, time)


def _before_it_closes(replay: Replay, i: int) -> Iterator[Try]:
    """Asking at the last moment at which the slot could be asked for."""
    pool, start, _ = wanted(replay, i)
    closes = replay.model.rooms.window(pool).closes_minutes_ahead
    last = start * replay.model.world.grid - closes
    if last < float(replay.opened.requests.ask[i]):
        yield from _asked_at(replay, i, last)


def _asked_at(replay: Replay, i: int, time: float) -> Iterator[Try]:
    pool, start, _ = wanted(replay, i)
    minute = math.ceil(time)  # whole minutes, as they are printed
    if 0 <= minute <= start * replay.model.world.grid:
        venue, minutes = _as_wished(replay, i, pool)
        asked = replay.moment(minute)
        change = Change("asked at", venue, replay.time(start), minutes, asked_at=asked)
        yield change, Altered(ask=float(minute))


_SORTS: dict[Outcome, tuple[Sort, ...]] = {
    Outcome.LIMIT: (_without_booking, other_start, other_day, other_centre, shorter, _later),
    Outcome.SUSPENDED: (_turned_up, _later),
    Outcome.WINDOW: (_when_it_opens, _before_it_closes, other_day),
}
