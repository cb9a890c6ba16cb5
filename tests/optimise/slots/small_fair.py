"""Small random problems whose timetables can all be listed, and fairness by its definition."""

from __future__ import annotations

import itertools
import math
from collections import Counter
from dataclasses import replace
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from benchmarks.slots_check import faults
from optimise.slots.problem import Problem, Requests, Season, Sessions, Venues, Worth

__all__ = ["all_timetables", "alpha_key", "leximin_key", "shares", "small"]

I64 = npt.NDArray[np.int64]
Row = tuple[int, int, int, int, int]

_CELLS = 24
_MOST = 13
"""Sessions that a problem allows at most: 8,192 subsets."""


def small(seed: int) -> Problem:
    """A hall of two halves and a room on two days, and four requests; odd seeds have a lock."""
    rng = np.random.default_rng(seed)
    while True:
        problem = _drawn(rng)
        rows = sessions_alone(problem)
        if 6 <= len(rows) <= _MOST:
            break
    if seed % 2:
        problem = replace(problem, locks=Sessions.from_rows([rows[int(rng.integers(len(rows)))]]))
    return problem


def _drawn(rng: np.random.Generator) -> Problem:
    count = 4
    shortest = rng.integers(1, 3, count)
    windows = rng.integers(1, 3, count)
    begin = rng.integers(9, 11, windows.sum())
    options = [rng.permutation(4)[: rng.integers(1, 3)] for _ in range(count)]
    requests = Requests(
        kind=np.zeros(count, np.int64),
        party=np.full(count, 5),
        equipment=np.zeros(count, np.int64),
        shortest=shortest,
        longest=shortest + rng.integers(0, 2, count),
        sessions=rng.integers(1, 3, count),
        spacing=np.ones(count, np.int64),
        first_date=np.where(rng.random(count) < 0.2, 7, 0),
        last_date=np.where(rng.random(count) < 0.2, 6, 13),
        lost_share=np.zeros(count),
        weight=rng.choice([1.0, 1.5, 2.0], count),
        club=np.array([0, 0, 1, 2]),
        zone=np.array([0, 1, 0, 1]),
        segment=np.zeros(count, np.int64),
        option_first=np.cumsum([0, *(len(of) for of in options)]),
        option_venue=np.concatenate(options),
        option_rank=np.concatenate([np.arange(len(of)) for of in options]),
        option_walk=rng.uniform(0, 20, sum(map(len, options))),
        window_first=np.cumsum([0, *windows]),
        window_weekday=np.concatenate([rng.permutation(2)[:n] for n in windows]),
        window_begin=begin,
        window_end=begin + rng.integers(1, 4, len(begin)),
        window_choice=rng.integers(1, 3, len(begin)),
    )
    last = [(int(r), -1, 0, -1, -1) for r in np.flatnonzero(rng.random(count) < 0.5)]
    return Problem(
        Season(step=60, first_weekday=0, dates=14),
        _venues(),
        requests,
        Worth(),
        last_season=Sessions.from_rows(last),
    )


def _venues() -> Venues:
    """The whole hall, its halves, and a room; the hall's prime time is limited."""
    prime = np.zeros((7, _CELLS), dtype=bool)
    prime[:, 10:] = True
    return Venues(
        kind=np.zeros(4, np.int64),
        capacity=np.full(4, 10),
        equipment=np.zeros(4, np.int64),
        changeover=np.array([0, 1, 0, 0]),
        hours=np.ones((1, _CELLS), dtype=bool),
        hours_of=np.zeros((4, 14), np.int64),
        kept=np.zeros((4, 7, _CELLS), dtype=bool),
        unit_first=np.array([0, 2, 3, 4, 5]),
        units=np.array([0, 1, 0, 1, 2]),
        prime=prime,
        prime_cap=np.array([3, 3, 2]),
    )


def sessions_alone(problem: Problem) -> list[Row]:
    """Every session that breaks no rule by itself."""
    every = itertools.product(range(4), range(4), range(2), range(8, 14), range(1, 4))
    return [row for row in every if not _broken(problem, [row])]


def all_timetables(problem: Problem) -> list[Sessions]:
    """Every timetable that the checker finds no fault with.

    Sessions that break a rule together break it in larger timetables too: those are passed over.
    """
    found: list[list[Row]] = [[]]
    for row in sessions_alone(problem):
        found += [[*rows, row] for rows in found if not _broken(problem, [*rows, row])]
    locks = problem.locks.rows()
    return [Sessions.from_rows(rows) for rows in found if all(lock in rows for lock in locks)]


def _broken(problem: Problem, rows: list[Row]) -> bool:
    return bool(faults(replace(problem, locks=Sessions()), Sessions.from_rows(rows)))


def shares(problem: Problem, between: I64, sessions: Sessions) -> list[Fraction]:
    """Of what each group asked for, in the order of groups."""
    asked, held = Counter[int](), Counter[int]()
    for request, group in enumerate(between.tolist()):
        wanted = problem.requests.sessions[request] * problem.requests.longest[request]
        asked[group] += int(wanted)
    for row in sessions.rows():
        held[int(between[row[0]])] += row[4]
    return [Fraction(held[group], asked[group]) for group in sorted(asked)]


def leximin_key(found: list[Fraction], levels: int) -> list[int]:
    """Levels reached, the worst first: the larger by dictionary order is the fairer."""
    return sorted(int(share * levels) for share in found)


def alpha_key(found: list[Fraction], alpha: float) -> tuple[int, float]:
    """How many hold something (if that counts) and their welfare."""
    some = [float(share) for share in found if share]
    if alpha == 1:
        total = sum(map(math.log, some))
    else:
        total = sum(share ** (1 - alpha) / (1 - alpha) for share in some)
    return (len(some) if alpha >= 1 else 0), round(total, 9)
