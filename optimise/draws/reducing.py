"""What is left to decide once everybody who is in nobody's way is served.

At a moment at which a pool has as many rooms as there are requests with some option there, nobody
is in the way. Who has an option with only such moments can always have it: of the options worth no
more than it none is needed. That leaves fewer at other moments, so it is looked at again until
nothing changes. What remains falls apart into components that share no contested moment.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from optimise.draws.pooling import Pooled

__all__ = ["Component", "Reduced", "components", "reduce"]

I64 = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class _Moments:
    """Moments at which options of a pool are in each other's way, pool by pool, rising.

    One for each largest set of options that overlap: whatever fits at these fits at all times.

    Attributes
    ----------
    first, last
        (options,) each takes the moments from `first` until before `last`.
    rooms
        (moments,) of the pool.
    """

    first: I64
    last: I64
    rooms: I64


@dataclass(frozen=True, slots=True, eq=False)
class Reduced:
    """What is left.

    Attributes
    ----------
    sure
        (requests,) the option at pools that each can always have, -1 for none.
    worth
        (requests,) its value, 0 for none.
    option, request, gain
        (n,) contested options: index at pools, whose, and what it is worth beyond `worth`.
    first, last
        (n,) the contested moments that it takes.
    rooms
        (moments,) how many may take each.
    """

    sure: I64
    worth: I64
    option: I64
    request: I64
    gain: I64
    first: I64
    last: I64
    rooms: I64


@dataclass(frozen=True, slots=True, eq=False)
class Component:
    """Contested options, requests and moments that hang together, numbered from 0.

    Attributes
    ----------
    requests
        How many; in the order of their lots.
    request, first, last, gain
        (n,) as in `Reduced`.
    rooms
        (moments,).
    option
        (n,) index at pools.
    """

    requests: int
    request: I64
    first: I64
    last: I64
    gain: I64
    rooms: I64
    option: I64


def reduce(pooled: Pooled, requests: int) -> Reduced:
    """Serve who is in nobody's way, as often as that leaves somebody else so."""
    alive = np.arange(len(pooled.request))
    while True:
        request, value = pooled.request[alive], pooled.value[alive]
        moments = _moments(pooled, alive)
        contested = _contested(moments, request, requests)
        before = np.r_[0, np.cumsum(contested)]
        is_free = before[moments.last] == before[moments.first]
        sure, worth = _surest(alive, request, value, is_free, requests)
        needed = (value > worth[request]) | (alive == sure[request])
        if needed.all():
            break
        alive = alive[needed]
    left = ~is_free
    return Reduced(
        sure=sure,
        worth=worth,
        option=alive[left],
        request=request[left],
        gain=(value - worth[request])[left],
        first=before[moments.first[left]],
        last=before[moments.last[left]],
        rooms=moments.rooms[contested],
    )


def _moments(pooled: Pooled, alive: I64) -> _Moments:
    span = int(pooled.end.max(initial=0)) + 1
    pool = pooled.pool[alive]
    code = pool * span + pooled.begin[alive]
    begins = np.unique(code)
    first = np.searchsorted(begins, code)
    last = np.searchsorted(begins, pool * span + pooled.end[alive])
    # where all go on to the next beginning, that one has them all
    largest = np.zeros(len(begins), dtype=bool)
    largest[last - 1] = True
    before = np.r_[0, np.cumsum(largest)]
    return _Moments(before[first], before[last], pooled.size[begins[largest] // span])


def _taken(first: I64, last: I64) -> tuple[I64, I64]:
    """(option, moment) of all moments that options take."""
    length = last - first
    option = np.repeat(np.arange(len(first)), length)
    within = np.arange(len(option)) - np.repeat(np.cumsum(length) - length, length)
    return option, first[option] + within


def _contested(moments: _Moments, request: I64, requests: int) -> Bools:
    """Whether more requests could take a moment than there are rooms."""
    option, moment = _taken(moments.first, moments.last)
    once = np.unique(moment * requests + request[option]) // max(requests, 1)
    return np.asarray(np.bincount(once, minlength=len(moments.rooms)) > moments.rooms)


def _surest(alive: I64, request: I64, value: I64, is_free: Bools, requests: int) -> tuple[I64, I64]:
    """The best option of each request that is in nobody's way, and its value."""
    sure, worth = np.full(requests, -1, dtype=np.int64), np.zeros(requests, dtype=np.int64)
    at = np.flatnonzero(is_free)
    at = at[np.argsort(value[at], kind="stable")]
    sure[request[at]], worth[request[at]] = alive[at], value[at]  # the last one stays
    return sure, worth


def components(reduced: Reduced) -> Iterator[Component]:
    """What hangs together by requests and contested moments."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    if not len(reduced.option):
        return
    option, moment = _taken(reduced.first, reduced.last)
    _, who = np.unique(reduced.request, return_inverse=True)
    n, m = int(who.max()) + 1, len(reduced.rooms)
    edges = coo_array(
        (np.ones(len(option), dtype=np.int8), (who[option], n + moment)), shape=(n + m, n + m)
    )
    _, label = connected_components(edges, directed=False)
    own, at = label[who], label[n:]
    order, by_moment = np.argsort(own, kind="stable"), np.argsort(at, kind="stable")
    for number in np.unique(own).tolist():
        mine = order[slice(*np.searchsorted(own[order], (number, number + 1)))]
        here = by_moment[slice(*np.searchsorted(at[by_moment], (number, number + 1)))]
        requests, local = np.unique(reduced.request[mine], return_inverse=True)
        first = np.searchsorted(here, reduced.first[mine])
        yield Component(
            requests=len(requests),
            request=local.astype(np.int64),
            first=first,
            last=first + reduced.last[mine] - reduced.first[mine],
            gain=reduced.gain[mine],
            rooms=reduced.rooms[here],
            option=reduced.option[mine],
        )
