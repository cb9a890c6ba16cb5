"""What of a timetable stands in the way of sessions that are not in it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from optimise.slots.placements import Placements
from optimise.slots.problem import Problem
from optimise.slots.why.resolved import Row

__all__ = ["Against", "Shortage"]

I64 = npt.NDArray[np.int64]
Bool = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Shortage:
    """A unit without enough prime cells for a session beside what is kept for residents.

    Parameters
    ----------
    left, needed
        Prime cells a week that sessions may still hold there, and that this one would.
    """

    unit: int
    left: int
    needed: int


class Against:
    """A timetable, or what of it one session fewer leaves.

    Parameters
    ----------
    rows
        Its sessions.
    """

    def __init__(self, problem: Problem, rows: tuple[Row, ...]) -> None:
        self.problem, self.rows = problem, rows
        self._table = np.array(rows, dtype=np.int64).reshape(-1, 5)
        venues, asked = problem.venues, problem.requests
        self._units = [venues.units[a:b] for a, b in pairwise(venues.unit_first.tolist())]
        holds = np.zeros((len(venues), venues.unit_count), dtype=np.int64)
        for venue, units in enumerate(self._units):
            holds[venue, units] = 1
        self._sharing: Bool = holds @ holds.T > 0
        prime = venues.prime_cells(*self._table[:, 2:].T).tolist()
        self._left = np.repeat(venues.prime_cap[:, None], problem.season.dates, axis=1)
        for (request, venue, *_), taken in zip(rows, prime, strict=True):
            dates = slice(int(asked.first_date[request]), int(asked.last_date[request]) + 1)
            self._left[self._units[venue], dates] -= taken

    def without(self, row: Row) -> Against:
        """The same with one session fewer."""
        return Against(self.problem, tuple(r for r in self.rows if r != row))

    def others(self, wanted: Placements) -> Bool:
        """Which sessions of others exclude which, shape (wanted, rows); all wanted by one request.

        They share a unit, a weekday, a date and cells, a changeover included.
        """
        asked, changeover = self.problem.requests, self.problem.venues.changeover
        request, venue, weekday, start, length = self._table.T
        stop = start + length + changeover[venue]
        their_stop = wanted.start + wanted.length + changeover[wanted.venue]
        meets = self._sharing[wanted.venue][:, venue]
        meets &= wanted.weekday[:, None] == weekday
        meets &= (wanted.start[:, None] < stop) & (start < their_stop[:, None])
        meets &= asked.first_date[wanted.request][:, None] <= asked.last_date[request]
        meets &= asked.last_date[wanted.request][:, None] >= asked.first_date[request]
        return np.asarray(meets & (request != wanted.request[:, None]))

    def own(self, wanted: Placements) -> Bool:
        """Which sessions of the same request are too near, shape (wanted, rows)."""
        apart = np.abs(wanted.weekday[:, None] - self._table[:, 2])
        near = np.minimum(apart, 7 - apart) < self.problem.requests.spacing[wanted.request][:, None]
        return np.asarray(near & (self._table[:, 0] == wanted.request[:, None]))

    def lacks(self, wanted: Placements) -> Bool:
        """Whether the prime time that sessions may hold is used up, shape (wanted,)."""
        if not len(wanted):
            return np.zeros(0, dtype=bool)
        prime = self._prime_cells(wanted)
        request = int(wanted.request[0])
        left = self._left_of(request)
        least = np.array([left[units].min() for units in self._units])
        return np.asarray((prime > 0) & (least[wanted.venue] < prime))

    def shortage(self, wanted: Placements) -> Shortage | None:
        """Where the first of them lacks prime time."""
        if not self.lacks(wanted)[:1].any():
            return None
        left = self._left_of(int(wanted.request[0]))
        unit = min(self._units[int(wanted.venue[0])].tolist(), key=lambda u: (left[u], u))
        return Shortage(unit, int(left[unit]), int(self._prime_cells(wanted)[0]))

    def _left_of(self, request: int) -> I64:
        """Prime cells that are left of each unit on all dates of a request."""
        asked = self.problem.requests
        first, last = int(asked.first_date[request]), int(asked.last_date[request])
        return np.asarray(self._left[:, first : last + 1].min(axis=1))

    def _prime_cells(self, wanted: Placements) -> I64:
        return self.problem.venues.prime_cells(wanted.weekday, wanted.start, wanted.length)
