"""The queue of one place in one stretch of opening hours, as one loop over lists.

Seats are a heap of the times when they get free. In a queue first come, first served the wait of
everybody is known on arrival: it is the heap's smallest element that decides, and who will give up
takes no seat from those behind. Closing empties the place, so stretches have nothing in common; a
seat that would get free later is as good as none, and need not be cut to closing time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from heapq import heappop, heappush, heapreplace
from typing import NamedTuple

Times = Sequence[float]
Seated = tuple[list[float], list[float]]
DAY = 1440.0


class Fate(IntEnum):
    """What became of somebody who wanted to come."""

    SERVED = 0
    CLOSED = 1
    """Wanted to come while the place was closed: they know the hours and stay at home."""
    FULL = 2
    """Found as many people waiting as the queue holds."""
    GAVE_UP = 3
    """Waited as long as they had patience."""
    CLOSING = 4
    """Still in the queue when the place closed."""
    ELSEWHERE = 5
    """Were somewhere else at the time."""
    TAKEN = 6
    """Wanted to use a venue that was open but held by somebody: they see it and stay at home."""


_FULL, _GAVE_UP, _CLOSING = (-float(f) for f in (Fate.FULL, Fate.GAVE_UP, Fate.CLOSING))


class TurnHours(NamedTuple):
    """Hours in which people sit down only when a turn begins, all in minutes of the day."""

    first: float
    last: float
    minutes: float


@dataclass(frozen=True, slots=True)
class Seating:
    """Rules of a place.

    Attributes
    ----------
    limit
        People who may wait; None: as many as come.
    """

    seats: int
    limit: int | None = None
    turns: TurnHours | None = None


def work_through(
    seating: Seating, arrivals: Times, stays: Times, untils: Times, opens: float, close: float
) -> Seated:
    """Seat everybody who arrives in a stretch of opening hours.

    Parameters
    ----------
    arrivals
        In order, within [`opens`, `close`).
    untils
        When the patience of each ends.

    Returns
    -------
    list of float
        When each leaves the queue: to a seat, because of patience, or at closing.
    list of float
        When each would leave the seat if the place did not close; minus their `Fate` without one.
    """
    if seating.turns is None and seating.limit is None:
        return _plain(seating.seats, arrivals, stays, untils, opens, close)
    return _by_rules(seating, arrivals, stays, untils, opens, close)


def _plain(
    seats: int, arrivals: Times, stays: Times, untils: Times, opens: float, close: float
) -> Seated:
    """Neither turns nor a limit."""
    free = [opens] * seats
    begins: list[float] = []
    ends: list[float] = []
    for arrival, stay, until in zip(arrivals, stays, untils, strict=True):
        begin = free[0]
        if begin < arrival:
            begin = arrival
        if begin > until or begin >= close:
            gives_up = until < close
            begins.append(until if gives_up else close)
            ends.append(_GAVE_UP if gives_up else _CLOSING)
            continue
        end = begin + stay
        heapreplace(free, end)
        begins.append(begin)
        ends.append(end)
    return begins, ends


def _by_rules(
    seating: Seating, arrivals: Times, stays: Times, untils: Times, opens: float, close: float
) -> Seated:
    """With turns, a limit of the queue, or both; `queue` holds when those in it leave it."""
    limit, turns = seating.limit, seating.turns
    free = [opens] * seating.seats
    queue: list[float] = []
    begins: list[float] = []
    ends: list[float] = []
    for arrival, stay, until in zip(arrivals, stays, untils, strict=True):
        begin = free[0] if free[0] > arrival else arrival
        if turns is not None:
            begin, stay = next_seating(turns, begin, stay)
        if limit is not None:
            while queue and queue[0] <= arrival:
                heappop(queue)
            if begin > arrival and len(queue) >= limit:
                begins.append(arrival)
                ends.append(_FULL)
                continue
        if begin > until or begin >= close:
            gives_up = until < close
            begin, end = (until, _GAVE_UP) if gives_up else (close, _CLOSING)
        else:
            end = begin + stay
            heapreplace(free, end)
        if limit is not None and begin > arrival:
            heappush(queue, begin)
        begins.append(begin)
        ends.append(end)
    return begins, ends


def next_seating(turns: TurnHours, time: float, stay: float) -> tuple[float, float]:
    """When somebody sits down who could at `time`, and for how long.

    A turn lasts to its end even beyond the turn hours; who finds none left in them waits until
    they are over.
    """
    minute = time % DAY
    if not turns.first <= minute < turns.last:
        return time, stay
    begun = -(-(minute - turns.first) // turns.minutes)
    at = turns.first + begun * turns.minutes
    if at >= turns.last:
        return time - minute + turns.last, stay
    return time - minute + at, turns.minutes
