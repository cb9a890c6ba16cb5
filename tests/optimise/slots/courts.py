"""Courts and requests made by hand: hours of 60 minutes, four weeks from a Monday."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from optimise.slots.problem import Problem, Requests, Season, Sessions, Venues, Worth
from optimise.slots.reasons.timetable import PresentTimetable
from optimise.slots.solve import solve

DATES = 28
Row = tuple[int, int, int, int, int]


@dataclass(frozen=True)
class Ask:
    """A request: windows are (weekday, begin, end, choice), options venues in order."""

    windows: tuple[tuple[int, int, int, int], ...] = ((0, 18, 19, 1),)
    options: tuple[int, ...] = (0,)
    weight: float = 1.0
    hours: tuple[int, int] = (1, 1)
    sessions: int = 1
    spacing: int = 1
    party: int = 5
    equipment: int = 0
    lost: float = 0.1


def courts(count: int = 1, **changed: Any) -> Venues:
    """Courts for 10, open 8-22 on every date, that share nothing and keep nothing."""
    hours = np.zeros((2, 24), dtype=bool)
    hours[1, 8:22] = True
    plain = Venues(
        kind=np.zeros(count, dtype=np.int64),
        capacity=np.full(count, 10),
        equipment=np.zeros(count, dtype=np.int64),
        changeover=np.zeros(count, dtype=np.int64),
        hours=hours,
        hours_of=np.ones((count, DATES), dtype=np.int64),
        kept=np.zeros((count, 7, 24), dtype=bool),
        unit_first=np.arange(count + 1),
        units=np.arange(count),
        prime=np.zeros((7, 24), dtype=bool),
        prime_cap=np.full(count, 7 * 24),
    )
    return replace(plain, **changed)


def whole(values: Iterable[int]) -> npt.NDArray[np.int64]:
    return np.array(list(values), dtype=np.int64)


def asked(*asks: Ask) -> Requests:
    n = len(asks)
    windows = [w for ask in asks for w in ask.windows]
    options = [(v, rank) for ask in asks for rank, v in enumerate(ask.options)]
    return Requests(
        kind=np.zeros(n, dtype=np.int64),
        party=whole(a.party for a in asks),
        equipment=whole(a.equipment for a in asks),
        shortest=whole(a.hours[0] for a in asks),
        longest=whole(a.hours[1] for a in asks),
        sessions=whole(a.sessions for a in asks),
        spacing=whole(a.spacing for a in asks),
        first_date=np.zeros(n, dtype=np.int64),
        last_date=np.full(n, DATES - 1),
        lost_share=np.array([a.lost for a in asks]),
        weight=np.array([a.weight for a in asks]),
        club=np.arange(n),
        zone=np.zeros(n, dtype=np.int64),
        segment=np.zeros(n, dtype=np.int64),
        option_first=np.cumsum([0, *(len(a.options) for a in asks)]),
        option_venue=whole(v for v, _ in options),
        option_rank=whole(rank for _, rank in options),
        option_walk=np.zeros(len(options)),
        window_first=np.cumsum([0, *(len(a.windows) for a in asks)]),
        window_weekday=whole(w[0] for w in windows),
        window_begin=whole(w[1] for w in windows),
        window_end=whole(w[2] for w in windows),
        window_choice=whole(w[3] for w in windows),
    )


def town_of(venues: Venues, *asks: Ask, **more: Any) -> Problem:
    season = Season(step=60, first_weekday=0, dates=DATES)
    return Problem(season, venues, asked(*asks), Worth(), **more)


def best(problem: Problem) -> PresentTimetable:
    """The best timetable of a problem."""
    solution = solve(problem, 20, 1)
    assert solution.status == "optimal"
    return PresentTimetable(problem, solution.assignment, solution.bound, solution.certificate)


def rejected(*rows: Row) -> Sessions:
    return Sessions.from_rows(list(rows))
