"""Made-up draws: days of a town, for tests and benchmarks."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from optimise.draws.pooling import DrawProblem

__all__ = ["centres_of", "draw_of", "town"]

I64 = npt.NDArray[np.int64]

OPENS, CLOSES = 16, 46  # half-hours: 8:00 and 23:00


def draw_of(requests: int, rows: list[tuple[int, int, int, int, int]]) -> DrawProblem:
    """A draw of rows of (request, room, begin, end, value)."""
    table = np.array(rows, dtype=np.int64).reshape(len(rows), 5)
    return DrawProblem(requests, *(table[:, k].copy() for k in range(5)))


def centres_of(seed: int, centres: int) -> I64:
    """The centre of each room of a town: one to four rooms each."""
    return np.repeat(np.arange(centres), np.random.default_rng(seed).integers(1, 5, centres))


def town(seed: int, requests: int = 500, *, equal: bool = False, centres: int = 30) -> DrawProblem:
    """A day of a town whose bookers bend by up to three hours and three more centres.

    A start an hour off is worth 0.8, the next centre 0.9.

    Parameters
    ----------
    equal
        All of one hour on the hour; else of 1, 1 1/2, 2 or 3 hours on the half-hour.
    """
    rooms = centres_of(seed, centres)
    of_centre = [np.flatnonzero(rooms == c).tolist() for c in range(centres)]
    r, rows = np.random.default_rng((seed, 1)), []
    step = 2 if equal else 1
    for i in range(requests):
        length = 2 if equal else int(r.choice([2, 3, 4, 6]))
        begin = int(r.integers(OPENS, CLOSES - 4)) // step * step
        tried = r.permutation(centres)[: 1 + int(r.integers(4))].tolist()
        bends = int(r.choice([0, 2, 4, 6], p=[0.15, 0.3, 0.35, 0.2]))
        for rank, centre in enumerate(tried):
            for shift in range(-bends, bends + 1, step):
                at = begin + shift
                if at >= OPENS and at + length <= CLOSES:
                    value = round(1000 * 0.9**rank * 0.8 ** (abs(shift) / 2))
                    rows += [(i, q, at, at + length, value) for q in of_centre[centre]]
    return draw_of(requests, rows)
