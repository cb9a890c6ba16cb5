"""Small and large draws made at random, and the same solved by other means."""

from __future__ import annotations

from functools import cache
from random import Random

import numpy as np
import numpy.typing as npt
from scipy.optimize import Bounds, LinearConstraint, linear_sum_assignment, milp
from scipy.sparse import coo_array

from benchmarks.draws_town import draw_of
from optimise.draws.pooling import DrawProblem

I64 = npt.NDArray[np.int64]


def random_draw(seed: int, requests: int, rooms: int, *, sort: str) -> DrawProblem:
    """Options at random; `equal`: all of two slots on a grid; `fixed`: one each, at alike rooms.

    `fixed` has rooms that are all alike, so that every request is one interval at any of them.
    """
    r, rows = Random(f"{sort} {seed}"), []
    closed = [{t for t in range(12) if r.random() < 0.15} for _ in range(rooms)]
    for i in range(requests):
        seen = set()
        length, begin = r.choice([1, 2, 3, 5]), r.randrange(10)
        value = r.choice([5, 8, 10])
        if sort == "fixed":
            rows += [(i, q, begin, begin + length, value) for q in range(rooms)]
            continue
        for _ in range(r.randrange(5)):
            q, shift = r.randrange(rooms), r.randrange(-2, 3)
            begin_at = max(begin + shift, 0)
            if sort == "equal":
                begin_at, length = begin_at // 2 * 2, 2
            if (q, begin_at) in seen or closed[q] & set(range(begin_at, begin_at + length)):
                continue
            seen.add((q, begin_at))
            rows.append((i, q, begin_at, begin_at + length, max(1, value - abs(shift))))
    return draw_of(requests, rows)


def best_by_trying(draw: DrawProblem) -> tuple[int, int]:
    """Greatest value, then the greatest sum of value x requests behind in lots, of all ways."""
    own: list[list[tuple[int, int, int]]] = [[] for _ in range(draw.requests)]
    for i, q, a, b, v in zip(
        draw.request.tolist(), draw.room.tolist(), draw.begin.tolist(), draw.end.tolist(),
        draw.value.tolist(), strict=True,
    ):  # fmt: skip
        own[i].append((q, ((1 << (b - a)) - 1) << a, v))

    @cache
    def best(i: int, taken: tuple[int, ...]) -> tuple[int, int]:
        if i == draw.requests:
            return 0, 0
        found = [best(i + 1, taken)]
        for q, mask, value in own[i]:
            if not taken[q] & mask:
                then = (*taken[:q], taken[q] | mask, *taken[q + 1 :])
                rest, lots = best(i + 1, then)
                found.append((rest + value, lots + value * (draw.requests - 1 - i)))
        return max(found)

    return best(0, (0,) * (int(draw.room.max(initial=0)) + 1))


def best_by_assignment(draw: DrawProblem) -> int:
    """Greatest value where all options are of equal length on one grid, by the Hungarian method."""
    length = int((draw.end - draw.begin)[0])
    assert ((draw.end - draw.begin == length) & (draw.begin % length == 0)).all()
    cells, cell = np.unique(np.stack([draw.room, draw.begin]), axis=1, return_inverse=True)
    worth = np.zeros((draw.requests, cells.shape[1]))
    np.maximum.at(worth, (draw.request, cell), draw.value)
    return int(worth[linear_sum_assignment(worth, maximize=True)].sum())


def best_by_milp(draw: DrawProblem, alike: I64 | None = None) -> int:
    """Greatest value by mixed-integer programming, one row for each room and slot.

    With `alike`, the centre of each room, whose rooms have the same options: one for each centre.
    """
    rooms = np.ones(int(draw.room.max()) + 1, dtype=np.int64)
    if alike is not None:
        rooms, first = np.bincount(alike), np.searchsorted(alike, np.arange(alike.max() + 1))
        own = np.isin(draw.room, first)
        columns = (draw.request, alike[draw.room], draw.begin, draw.end, draw.value)
        draw = DrawProblem(draw.requests, *(column[own] for column in columns))
    length = draw.end - draw.begin
    option = np.repeat(np.arange(len(draw)), length)
    slot = (
        draw.begin[option] + np.arange(len(option)) - np.repeat(np.cumsum(length) - length, length)
    )
    span = int(draw.end.max()) + 1
    cells, row = np.unique(draw.room[option] * span + slot, return_inverse=True)
    rows = np.r_[draw.request, draw.requests + row]
    columns = np.r_[np.arange(len(draw)), option]
    matrix = coo_array((np.ones(len(rows)), (rows, columns))).tocsr()
    found = milp(
        -draw.value.astype(np.float64),
        constraints=LinearConstraint(
            matrix, ub=np.r_[np.ones(draw.requests), rooms[cells // span]]
        ),
        integrality=1,
        bounds=Bounds(0, 1),
        options={"mip_rel_gap": 0},
    )
    assert found.success
    return round(-found.fun)
