"""Requests served one after the other: each takes the best that is left."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from optimise.slots.placements import Placements
from optimise.slots.problem import Problem, Sessions

__all__ = ["best_alone", "in_turn"]

I64 = npt.NDArray[np.int64]
Bool = npt.NDArray[np.bool_]
Row = tuple[int, int, int, int, int]


class _Diary:
    """What is taken: by unit, weekday, cell and period of the season.

    Periods are the stretches of dates within which no request begins or ends, so that sessions of
    other dates do not exclude each other.
    """

    def __init__(self, problem: Problem) -> None:
        asked, venues = problem.requests, problem.venues
        edges = np.unique(np.concatenate((asked.first_date, asked.last_date + 1)))
        self.first = np.searchsorted(edges, asked.first_date)
        self.end = np.searchsorted(edges, asked.last_date + 1)
        shape = (venues.unit_count, 7, problem.season.cells, max(1, len(edges) - 1))
        self.taken = np.zeros(shape, dtype=bool)
        self.prime = np.zeros((venues.unit_count, shape[3]), dtype=np.int64)
        self.problem = problem

    def fits(self, row: Row) -> bool:
        """Whether a session shares nothing with those put in, nor takes more prime than allowed."""
        request, venue, weekday, start, length = row
        units, periods, venues = self._units(venue), self._periods(request), self.problem.venues
        end = start + length + int(venues.changeover[venue])
        if self.taken[units, weekday, start:end, periods].any():
            return False
        prime = venues.prime[weekday, start : start + length].sum()
        left = venues.prime_cap[units, None] - self.prime[units, periods]
        return bool(prime == 0 or (left >= prime).all())

    def put(self, row: Row) -> None:
        """Take a session's cells, those of its changeover too."""
        request, venue, weekday, start, length = row
        units, periods, venues = self._units(venue), self._periods(request), self.problem.venues
        end = start + length + int(venues.changeover[venue])
        self.taken[units, weekday, start:end, periods] = True
        self.prime[units, periods] += venues.prime[weekday, start : start + length].sum()

    def _units(self, venue: int) -> I64:
        venues = self.problem.venues
        return venues.units[venues.unit_first[venue] : venues.unit_first[venue + 1]]

    def _periods(self, request: int) -> slice:
        return slice(int(self.first[request]), int(self.end[request]))


def in_turn(
    problem: Problem, placements: Placements, order: Iterable[int], first: Sessions | None = None
) -> Sessions:
    """Serve requests in an order.

    Parameters
    ----------
    placements
        All that are allowed.
    order
        Requests; each takes its placements of the highest value that still fit, earlier and
        smaller ones among equals, up to the sessions that it asks for.
    first
        Sessions put in before anybody's turn, as far as they are allowed and fit, after the locks.

    Returns
    -------
    Sessions
        Locks, then what fitted.
    """
    diary = _Diary(problem)
    got: list[list[Row]] = [[] for _ in range(len(problem.requests))]
    allowed = set(placements.sessions(np.arange(len(placements))).rows())
    for row in problem.locks.rows():
        diary.put(row)
        got[row[0]].append(row)
    for row in [] if first is None else first.rows():
        if row in allowed and _has_room(problem, got[row[0]], row) and diary.fits(row):
            diary.put(row)
            got[row[0]].append(row)
    bounds = np.searchsorted(placements.request, np.arange(len(problem.requests) + 1))
    for request in order:
        mine = placements.take(np.arange(bounds[request], bounds[request + 1]))
        columns = (mine.request, mine.venue, mine.weekday, mine.start, mine.length)
        rows = list(zip(*(column.tolist() for column in columns), strict=True))
        for which in np.argsort(-mine.value, kind="stable").tolist():
            if len(got[request]) >= problem.requests.sessions[request]:
                break
            row = rows[which]
            if _has_room(problem, got[request], row) and diary.fits(row):
                diary.put(row)
                got[request].append(row)
    return Sessions.of([row for rows in got for row in rows])


def _has_room(problem: Problem, got: Sequence[Row], row: Row) -> bool:
    """Whether a request may have one more session, so many days from those it has."""
    asked, request = problem.requests, row[0]
    apart = [abs(row[2] - other[2]) for other in got]
    spacing = int(asked.spacing[request])
    return len(got) < asked.sessions[request] and all(min(d, 7 - d) >= spacing for d in apart)


def best_alone(problem: Problem, placements: Placements) -> int:
    """Worth if nobody were in anybody's way: no timetable is worth more.

    The best placement of each weekday, and of these as many as the request may have sessions.
    """
    best = np.zeros((len(problem.requests), 7), dtype=np.int64)
    np.maximum.at(best, (placements.request, placements.weekday), placements.value)
    ranked = -np.sort(-best, axis=1)
    within = np.arange(7)[None, :] < problem.requests.sessions[:, None]
    return int((ranked * within).sum())
