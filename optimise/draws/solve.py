"""The assignment of the greatest value: exact where it is a flow, else as far as work allows.

Where every option takes one moment, requests are assigned to moments. Otherwise the linear
relaxation says what can be had at most and which options matter. Where each request has one option,
its rows are those of intervals and its answer is whole (E. M. Arkin, E. B. Silverberg: Scheduling
jobs with fixed start and end times. Discrete Applied Mathematics 18, 1987); among options of
several starts and lengths the choice is NP-hard (K. Nakajima, S. L. Hakimi: Complexity results for
scheduling tasks with discrete starting times. Journal of Algorithms 3, 1982). There CP-SAT searches
among those that lose least at the relaxation's prices, with a limit of work and not of time: the
same answer on every run.
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from scipy.sparse import csr_array

from optimise.arrays import F64, I64
from optimise.draws.pooling import Assignment, DrawProblem, Pooled, pool, rooms_of
from optimise.solver import Effort, Program, SolverAnswer, maximise

WORK = 0.05
"""Units of CP-SAT's deterministic time for a draw."""
_LOOKED_AT = 2
"""Options for each request that are searched among: those that lose least."""
_TIE = 0.5
"""What lots add to the value of a whole assignment at most: less than one."""


def assign(draw: DrawProblem, work: float = WORK) -> Assignment:
    """Give requests their options so that the whole is worth most.

    Parameters
    ----------
    work
        Limit of a search where the linear relaxation is not whole; one among few options comes
        first, and one among all that matter where that is done. With 0 there is none.
    """
    pooled, option = pool(draw), np.full(draw.requests, -1, dtype=np.int64)
    if not len(draw):
        return Assignment(option, 0, 0)
    chosen = _in_order(pooled, np.lexsort((pooled.first, -pooled.value)))
    bound = int(_best(pooled, draw.requests).sum())
    if pooled.value[chosen].sum() == bound:
        pass  # everybody can have what is worth most
    elif (pooled.last - pooled.first == 1).all():
        chosen = _matched(pooled, draw.requests)
        bound = int(pooled.value[chosen].sum())
    else:
        chosen, bound = _programmed(pooled, draw.requests, work)
        chosen = _by_lot(pooled, chosen)
    option[pooled.request[chosen]] = rooms_of(pooled, chosen)
    return Assignment(option, int(pooled.value[chosen].sum()), bound)


def _matched(pooled: Pooled, requests: int) -> I64:
    """Options chosen by matching requests to rooms at moments, or to nothing.

    Lots are below values, so that they never outweigh one; where numbers grow beyond 53 bits,
    lots next to each other may count as equal.
    """
    from scipy.sparse.csgraph import min_weight_full_bipartite_matching

    rooms, p = pooled.rooms[pooled.first], pooled
    entry = np.repeat(np.arange(len(p.value)), rooms)
    within = np.arange(len(entry)) - np.repeat(np.cumsum(rooms) - rooms, rooms)
    seat = (np.cumsum(pooled.rooms) - pooled.rooms)[p.first[entry]] + within
    seats = int(pooled.rooms.sum())
    worth = _with_lots(p, requests) * p.value
    key = p.request[entry] * seats + seat
    order = np.lexsort((-p.value[entry], key))
    order = order[np.diff(key[order], prepend=-1) > 0]  # of two for one seat, the one worth more
    entry, key = entry[order], key[order]
    most = worth.max() + 1.0
    weight = np.concatenate([most - worth[entry], np.full(requests, most)])
    row = np.concatenate([p.request[entry], np.arange(requests)])
    column = np.concatenate([key % seats, seats + np.arange(requests)])
    graph = csr_array((weight, (row, column)), shape=(requests, seats + requests))
    who, given = min_weight_full_bipartite_matching(graph)
    served = given < seats
    return np.asarray(entry[np.searchsorted(key, who[served] * seats + given[served])])


def _best(pooled: Pooled, requests: int) -> I64:
    """Worth of each request's best option, 0 without any."""
    best = np.zeros(requests, dtype=np.int64)
    np.maximum.at(best, pooled.request, pooled.value)
    return best


def _with_lots(pooled: Pooled, requests: int) -> F64:
    """Factor of each option that lifts the value of better lots a little."""
    lot = requests - 1 - np.arange(requests)
    best = _best(pooled, requests)
    unit = (float((lot * best).sum()) + 1.0) / _TIE
    return np.asarray(unit + lot[pooled.request], dtype=np.float64)


def _programmed(pooled: Pooled, requests: int, work: float) -> tuple[I64, int]:
    """Options chosen by programs, and the most that any choice could be worth."""
    factor, count = _with_lots(pooled, requests), len(pooled.value)
    ones = np.ones(count)
    program = Program(
        gain=pooled.value * factor / factor.min(),
        matrix=_rows(pooled, requests),
        limit=np.concatenate([pooled.rooms, np.ones(requests)]).astype(np.float64),
        low=0 * ones,
        high=ones,
        whole=np.zeros(count, dtype=bool),
    )
    relaxed = maximise(program, Effort(), engine="GLOP")
    if relaxed.x is None or relaxed.price is None:
        raise RuntimeError("the linear relaxation of a draw was not solved")
    bound = math.floor(relaxed.bound + 0.1)
    if np.abs(relaxed.x - np.rint(relaxed.x)).max() < 1e-6:
        return np.flatnonzero(relaxed.x > 0.5), bound
    loss = program.matrix.T @ relaxed.price - program.gain
    order = np.lexsort((loss, -relaxed.x))
    chosen = _in_order(pooled, order)
    for among in (order[: _LOOKED_AT * requests], order):
        value = int(pooled.value[chosen].sum())
        if not work or value == bound:
            break
        matters = np.zeros(count, dtype=bool)
        matters[among] = loss[among] < relaxed.bound - value
        matters[chosen] = True
        found = _searched(program, pooled, np.flatnonzero(matters), chosen, work)
        if found.x is not None:
            better = np.flatnonzero(matters)[found.x > 0.5]
            chosen = max(chosen, better, key=lambda c: int(pooled.value[c].sum()))
        # a choice has only options looked at, or one of the others
        others = relaxed.bound - loss[~matters].min(initial=relaxed.bound)
        most = math.floor(min(max(found.bound, others), bound) + 0.1)
        bound = max(most, int(pooled.value[chosen].sum()))
        if found.cut:
            break
    return chosen, bound


def _searched(program: Program, pooled: Pooled, some: I64, known: I64, work: float) -> SolverAnswer:
    """Search among some options from a choice of them, by whole values alone."""
    among = replace(
        program,
        gain=pooled.value[some].astype(np.float64),
        matrix=program.matrix[:, some],
        low=program.low[some],
        high=program.high[some],
        whole=np.ones(len(some), dtype=bool),
    )
    hint = np.arange(len(some)), np.isin(some, known).astype(np.float64)
    return maximise(among, Effort(work=work), hint=hint, engine="CP_SAT")


def _rows(pooled: Pooled, requests: int) -> csr_array:
    """Rows of moments, then of requests: what each option takes."""
    length, moments = pooled.last - pooled.first, len(pooled.rooms)
    option = np.repeat(np.arange(len(length)), length)
    within = np.arange(len(option)) - np.repeat(np.cumsum(length) - length, length)
    row = np.concatenate([pooled.first[option] + within, moments + pooled.request])
    column = np.concatenate([option, np.arange(len(length))])
    return csr_array((np.ones(len(row)), (row, column)), shape=(moments + requests, len(length)))


def _in_order(pooled: Pooled, order: I64) -> I64:
    """Options taken, where options are looked at in an order."""
    rooms, taken, served = pooled.rooms.tolist(), [], set[int]()
    columns = (pooled.request[order], pooled.first[order], pooled.last[order])
    for option, request, first, last in zip(
        order.tolist(), *(column.tolist() for column in columns), strict=True
    ):
        if request not in served and all(rooms[first:last]):
            served.add(request)
            taken.append(option)
            for moment in range(first, last):
                rooms[moment] -= 1
    return np.array(sorted(taken), dtype=np.int64)


def _by_lot(pooled: Pooled, chosen: I64) -> I64:
    """Give what equal requests got among themselves in the order of their lots.

    Equals have the same options: they are interchangeable.
    """
    p = pooled
    rows = np.stack([p.first, p.last, p.value], axis=1)
    order = np.lexsort((p.value, p.last, p.first, p.request))
    starts = np.flatnonzero(np.diff(p.request[order], prepend=-1))
    own = dict(zip(p.request[order[starts]].tolist(), np.split(order, starts[1:]), strict=True))
    equals: dict[bytes, list[int]] = {}
    for request, options in own.items():
        equals.setdefault(rows[options].tobytes(), []).append(request)
    got = dict(zip(p.request[chosen].tolist(), chosen.tolist(), strict=True))
    found: list[int] = []
    for members in equals.values():
        places = [int(np.flatnonzero(own[r] == got[r])[0]) for r in members if r in got]
        places.sort(key=lambda place: (-p.value[own[members[0]][place]], place))
        found += [int(own[r][place]) for r, place in zip(members, places, strict=False)]
    return np.array(sorted(found), dtype=np.int64)
