"""The queue of one place in its stretches of opening hours, as compiled loops over people.

Seats are a heap of the times when they get free. In a queue first come, first served the wait of
everybody is known on arrival: it is the heap's smallest element that decides, and those who will
give up take no seat from those behind. Where some go before others, two lines wait, and whose turn
it is shows when a seat gets free. Closing empties the place, so stretches have nothing in
common; a seat that would get free later is as good as none, and need not be cut to closing time.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple

import numpy as np

from sim.arrays import F64, I64, Bools
from sim.compiled import compiled

DAY = 1440.0


class VisitFate(IntEnum):
    """Outcome of a wish to come."""

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


_FULL, _GAVE_UP, _CLOSING = (
    -float(f) for f in (VisitFate.FULL, VisitFate.GAVE_UP, VisitFate.CLOSING)
)


NO_LIMIT = -1


class TurnHours(NamedTuple):
    """Hours in which people sit down only when a turn begins, all in minutes of the day."""

    first: float
    last: float
    minutes: float


NO_TURNS = TurnHours(0.0, 0.0, 0.0)
NO_TURN = -1.0
"""Instead of the length of a turn."""


@dataclass(frozen=True, slots=True)
class Seating:
    """Rules of a place.

    Attributes
    ----------
    limit
        People who may wait; None: as many as come.
    priority
        (segments,) whether they go before the others who wait; None: first come, first served.
    """

    seats: int
    limit: int | None = None
    turns: TurnHours | None = None
    priority: Bools | None = None


def seat_all(
    seating: Seating,
    arrival: F64,
    stay: F64,
    until: F64,
    stretches: F64,
    sizes: I64,
    goes_first: Bools | None = None,
) -> tuple[F64, F64]:
    """Seat everybody who arrives in some stretches of opening hours.

    Parameters
    ----------
    arrival, stay, until
        (n,) minutes: in order of arrival, within the stretch; how long each would stay; when the
        patience of each ends.
    stretches
        (stretches, 2) opening and closing.
    sizes
        (stretches,) how many come in each.
    goes_first
        (n,) whether each goes before those for whom it is false; None: nobody does.

    Returns
    -------
    leaves_queue
        (n,) when each leaves the queue: to a seat, because of patience, or at closing.
    leaves
        (n,) when each would leave the seat if the place did not close; minus their `VisitFate`
        without one.
    """
    leaves_queue, leaves = np.empty(len(arrival)), np.empty(len(arrival))
    limit = NO_LIMIT if seating.limit is None else seating.limit
    turns = NO_TURNS if seating.turns is None else seating.turns
    free, people = np.empty(seating.seats), (arrival, stay, until, stretches, sizes)
    if goes_first is None:
        waiting = np.empty(max(0, min(limit, len(arrival))))
        _seat(free, waiting, limit, turns, *people, leaves_queue, leaves)
    else:
        lines = np.empty((2, int(sizes.max(initial=0))), dtype=np.int64)
        head, tail = np.zeros(2, dtype=np.int64), np.zeros(2, dtype=np.int64)
        _seat_by_priority(
            free, lines, head, tail, goes_first, limit, turns, *people, leaves_queue, leaves
        )
    return leaves_queue, leaves


@compiled
def _seat(
    free: F64,
    waiting: F64,
    limit: int,
    turns: TurnHours,
    arrival: F64,
    stay: F64,
    until: F64,
    stretches: F64,
    sizes: I64,
    leaves_queue: F64,
    leaves: F64,
) -> None:
    """Fill the last two arrays; `waiting` is room for when those in the queue leave it."""
    high = 0
    for stretch in range(len(sizes)):
        low, high = high, high + sizes[stretch]
        close = stretches[stretch, 1]
        free[:] = stretches[stretch, 0]
        queued = 0
        for i in range(low, high):
            begin = max(free[0], arrival[i])
            taken = stay[i]
            if turns.minutes > 0:
                begin, taken = next_seating(turns, begin, taken)
            if limit >= 0:
                queued = still_waiting(waiting, queued, arrival[i])
                if begin > arrival[i] and queued >= limit:
                    leaves_queue[i], leaves[i] = arrival[i], _FULL
                    continue
            if begin > until[i] or begin >= close:
                begin, leaves[i] = without_seat(until[i], close)
            else:
                leaves[i] = begin + taken
                replace_smallest(free, leaves[i])
            leaves_queue[i] = begin
            if limit >= 0 and begin > arrival[i]:
                waiting[queued] = begin
                queued += 1


@compiled
def _seat_by_priority(
    free: F64,
    lines: I64,
    head: I64,
    tail: I64,
    goes_first: Bools,
    limit: int,
    turns: TurnHours,
    arrival: F64,
    stay: F64,
    until: F64,
    stretches: F64,
    sizes: I64,
    leaves_queue: F64,
    leaves: F64,
) -> None:
    """Do as `_seat` where two lines wait, of which the first is called up first.

    `lines` is room for who stands in each, from its `head` to before its `tail`; those whose
    patience has ended are taken out when they are called up.
    """
    high = 0
    for stretch in range(len(sizes)):
        low, high = high, high + sizes[stretch]
        close = stretches[stretch, 1]
        free[:] = stretches[stretch, 0]
        head[:], tail[:] = 0, 0
        for i in range(low, high + 1):  # after the last, all until closing
            now = arrival[i] if i < high else close
            while head[0] < tail[0] or head[1] < tail[1]:
                since = longest_there(lines, head, tail, arrival, now)
                begin, turn = next_seating(turns, max(free[0], since), NO_TURN)
                if begin > now or begin >= close:
                    break
                line = 0 if head[0] < tail[0] else 1
                called = lines[line, head[line]]
                head[line] += 1
                if until[called] < begin:
                    leaves_queue[called], leaves[called] = until[called], _GAVE_UP
                    continue
                leaves_queue[called] = begin
                leaves[called] = begin + (stay[called] if turn == NO_TURN else turn)
                replace_smallest(free, leaves[called])
            if i == high:
                break
            begin, taken = next_seating(turns, max(free[0], now), stay[i])
            if begin == now and head[0] == tail[0] and head[1] == tail[1]:
                leaves_queue[i], leaves[i] = now, now + taken
                replace_smallest(free, leaves[i])
                continue
            if limit >= 0 and in_line(lines, head, tail, until, now) >= limit:
                leaves_queue[i], leaves[i] = now, _FULL
                continue
            line = 0 if goes_first[i] else 1
            lines[line, tail[line]] = i
            tail[line] += 1
        for line in range(2):
            for k in range(head[line], tail[line]):
                left = lines[line, k]
                leaves_queue[left], leaves[left] = without_seat(until[left], close)


@compiled
def without_seat(until: float, close: float) -> tuple[float, float]:
    """When somebody leaves the queue who gets no seat, and minus their fate."""
    return (until, _GAVE_UP) if until < close else (close, _CLOSING)


@compiled
def longest_there(lines: I64, head: I64, tail: I64, arrival: F64, now: float) -> float:
    """When the one who has waited longest in either line came; `now` if nobody waits."""
    since = now
    for line in range(2):
        if head[line] < tail[line]:
            since = min(since, arrival[lines[line, head[line]]])
    return since


@compiled
def in_line(lines: I64, head: I64, tail: I64, until: F64, now: float) -> int:
    """Count those in both lines who have patience left."""
    number = 0
    for line in range(2):
        for k in range(head[line], tail[line]):
            number += until[lines[line, k]] > now
    return number


@compiled
def replace_smallest(heap: F64, value: float) -> None:
    """Put a value into a heap in place of its smallest."""
    at, child = 0, 1
    while child < len(heap):
        if child + 1 < len(heap) and heap[child + 1] < heap[child]:
            child += 1
        if heap[child] >= value:
            break
        heap[at] = heap[child]
        at, child = child, 2 * child + 1
    heap[at] = value


@compiled
def still_waiting(waiting: F64, queued: int, now: float) -> int:
    """Drop those who have left the queue by now; returns how many are in it."""
    kept = 0
    for i in range(queued):
        if waiting[i] > now:
            waiting[kept] = waiting[i]
            kept += 1
    return kept


@compiled
def next_seating(turns: TurnHours, time: float, stay: float) -> tuple[float, float]:
    """When somebody sits down who could at `time`, and for how long.

    A turn lasts to its end even beyond the turn hours; a visitor who finds none left in
    them waits until they are over.
    """
    minute = time % DAY
    if not turns.first <= minute < turns.last:
        return time, stay
    begun = -(-(minute - turns.first) // turns.minutes)
    at = turns.first + begun * turns.minutes
    if at >= turns.last:
        return time - minute + turns.last, stay
    return time - minute + at, turns.minutes
