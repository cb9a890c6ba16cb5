"""Rooms that are alike in a stretch of time are one pool of it.

A room's options fall into stretches that no option crosses into or out of. Stretches with the same
options, of the same requests at the same times for the same value, are interchangeable, whichever
room they are of. So many bookings at a time fit as there are of them, and which room is whose
follows from colouring: an interval graph needs as many colours as its largest clique has members.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from optimise.draws.problem import Draw

__all__ = ["Pooled", "pool", "rooms_of"]

I64 = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Pooled:
    """Options at pools.

    Attributes
    ----------
    request, pool, begin, end, value
        (n,) as in `Draw`.
    size
        (pools,) interchangeable stretches of rooms.
    first
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
    size: I64
    first: tuple[tuple[int, ...], ...]
    original: I64
    place: I64


def pool(draw: Draw) -> Pooled:
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
    return Pooled(
        request=rows[at, 0],
        pool=np.repeat(np.arange(len(members)), lengths),
        begin=rows[at, 1],
        end=rows[at, 2],
        value=rows[at, 3],
        size=np.array([len(m) for m in members], dtype=np.int64),
        first=members,
        original=order,
        place=at - np.repeat(begins, lengths),
    )


def rooms_of(pooled: Pooled, chosen: I64) -> I64:
    """Options of the draw that these options at pools come to, in their order.

    Raises
    ------
    ValueError
        If more are chosen at a time than a pool holds.
    """
    free = [[0] * int(n) for n in pooled.size]
    found = np.empty(len(chosen), dtype=np.int64)
    order = np.argsort(pooled.begin[chosen], kind="stable")
    for k in order.tolist():
        option = int(chosen[k])
        ends, begin = free[int(pooled.pool[option])], int(pooled.begin[option])
        number = next((j for j, end in enumerate(ends) if end <= begin), None)
        if number is None:
            raise ValueError("more at a time than the pool has rooms")
        ends[number] = int(pooled.end[option])
        first = pooled.first[int(pooled.pool[option])][number]
        found[k] = pooled.original[first + int(pooled.place[option])]
    return found
