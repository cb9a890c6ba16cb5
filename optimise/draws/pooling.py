"""The problem of a draw; rooms that are alike in a stretch of time are one pool of it.

A room's options fall into stretches that no option crosses into or out of. Stretches with the same
options, of the same requests at the same times for the same value, are interchangeable, whichever
room they are of. So many bookings at a time fit as there are of them, and which room is whose
follows from colouring: an interval graph needs as many colours as its largest clique has members.
Whether they fit is asked at moments, one for each largest set of options that overlap: what fits at
these fits at all times.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from optimise.arrays import I64


@dataclass(frozen=True, slots=True, eq=False)
class DrawProblem:
    """Requests, each with options of which it may get one: a room from a time until another.

    Requests are numbered in the order of their lots, the best first: among assignments of the same
    value the better lots get more.

    Attributes
    ----------
    requests
        How many there are.
    request, room
        (options,) whose option it is, from 0; which room it takes, from 0.
    begin, end
        (options,) first slot and the one after the last, from 0; at least one slot.
    value
        (options,) what it is worth, whole and above 0.
    """

    requests: int
    request: I64
    room: I64
    begin: I64
    end: I64
    value: I64

    def __post_init__(self) -> None:
        columns = (self.request, self.room, self.begin, self.end, self.value)
        if len({len(column) for column in columns}) != 1:
            raise ValueError(f"columns of different lengths: {[len(c) for c in columns]}")
        if (self.end <= self.begin).any() or (self.value <= 0).any():
            raise ValueError("an option without a slot, or of no value")
        if len(self.request) and not 0 <= self.request.min() <= self.request.max() < self.requests:
            raise ValueError(f"an option of no request: there are {self.requests}")

    def __len__(self) -> int:
        return len(self.request)


@dataclass(frozen=True, slots=True, eq=False)
class Assignment:
    """The option that each request gets.

    Attributes
    ----------
    option
        (requests,) index of the option given, -1 for none.
    value, bound
        Worth of what is given, and what no assignment can exceed.
    """

    option: I64
    value: int
    bound: int

    @property
    def proven(self) -> bool:
        """Whether no assignment is worth more."""
        return self.value == self.bound

    @property
    def status(self) -> str:
        """`optimal` or `feasible`."""
        return "optimal" if self.proven else "feasible"

    @property
    def gap(self) -> float:
        """|bound - value| / |bound|; 0 where there is nothing to give."""
        return (self.bound - self.value) / self.bound if self.bound else 0.0


@dataclass(frozen=True, slots=True, eq=False)
class Pooled:
    """Options at pools.

    Attributes
    ----------
    request, pool, begin, end, value
        (n,) as in `DrawProblem`.
    first, last
        (n,) each takes the moments of its pool from `first` until before `last`.
    rooms
        (moments,) interchangeable stretches of rooms of a moment's pool, pool by pool.
    stretches
        Per pool, the index in `original` of the first option of each of its stretches.
    original
        Options of the draw, stretch by stretch.
    place
        (n,) the number of the option within its stretch.
    """

    request: I64
    pool: I64
    begin: I64
    end: I64
    value: I64
    first: I64
    last: I64
    rooms: I64
    stretches: tuple[tuple[int, ...], ...]
    original: I64
    place: I64


def pool(draw: DrawProblem) -> Pooled:
    """Put stretches of rooms together that are alike."""
    order = np.lexsort((draw.value, draw.request, draw.end, draw.begin, draw.room))
    span = int(draw.end.max(initial=0)) + 1
    room = draw.room[order] * span
    reached = np.maximum.accumulate(room + draw.end[order])
    new = np.r_[True, (room + draw.begin[order])[1:] >= reached[:-1]][: len(order)]
    firsts = np.flatnonzero(new)
    lasts = np.append(firsts, len(order))[1:]
    columns = (draw.request, draw.begin, draw.end, draw.value)
    rows = np.ascontiguousarray(np.stack([c[order] for c in columns], axis=1))
    alike: dict[bytes, list[int]] = {}
    ends: dict[int, int] = {}
    for a, b in zip(firsts.tolist(), lasts.tolist(), strict=True):
        alike.setdefault(rows[a:b].tobytes(), []).append(a)
        ends[a] = b
    members = tuple(map(tuple, alike.values()))
    kept = [np.arange(m[0], ends[m[0]]) for m in members]
    at = np.concatenate([*kept, np.zeros(0, dtype=np.int64)])
    lengths = np.array([len(k) for k in kept], dtype=np.int64)
    begins = np.array([m[0] for m in members], dtype=np.int64)
    of_pool = np.repeat(np.arange(len(members)), lengths)
    begin, end = rows[at, 1], rows[at, 2]
    first, last, pool_of = _moments(of_pool * span + begin, of_pool * span + end, span)
    return Pooled(
        request=rows[at, 0],
        pool=of_pool,
        begin=begin,
        end=end,
        value=rows[at, 3],
        first=first,
        last=last,
        rooms=np.array([len(m) for m in members], dtype=np.int64)[pool_of],
        stretches=members,
        original=order,
        place=at - np.repeat(begins, lengths),
    )


def _moments(begin: I64, end: I64, span: int) -> tuple[I64, I64, I64]:
    """First moment of each option, the one after its last, and the pool of each moment.

    Parameters
    ----------
    begin, end
        (n,) of options, those of one pool in one stretch of `span`.
    """
    begins = np.unique(begin)
    last = np.searchsorted(begins, end)
    # where all go on to the next beginning, that one has them all
    largest = np.zeros(len(begins), dtype=bool)
    largest[last - 1] = True
    before = np.r_[0, np.cumsum(largest)]
    return before[np.searchsorted(begins, begin)], before[last], begins[largest] // span


def rooms_of(pooled: Pooled, chosen: I64) -> I64:
    """Options of the draw that these options at pools come to, in their order.

    Raises
    ------
    ValueError
        If more are chosen at a time than a pool holds.
    """
    free = [[0] * len(stretches) for stretches in pooled.stretches]
    found = np.empty(len(chosen), dtype=np.int64)
    order = np.argsort(pooled.begin[chosen], kind="stable")
    for k in order.tolist():
        option = int(chosen[k])
        ends, begin = free[int(pooled.pool[option])], int(pooled.begin[option])
        number = next((j for j, end in enumerate(ends) if end <= begin), None)
        if number is None:
            raise ValueError("more at a time than the pool has rooms")
        ends[number] = int(pooled.end[option])
        first = pooled.stretches[int(pooled.pool[option])][number]
        found[k] = pooled.original[first + int(pooled.place[option])]
    return found
