"""What the search finds for a changed problem, against the present timetable."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from optimise.slots.placements import Placements

__all__ = ["Resolved", "Row", "rows_of"]

I64 = npt.NDArray[np.int64]

Row = tuple[int, int, int, int, int]
"""Request, venue, weekday, start and length."""


@dataclass(frozen=True, slots=True)
class Resolved:
    """The best timetable of a changed problem against the present one of the original.

    Both count only the requests that the change can touch, `requests`; everybody else keeps the
    present sessions.

    Parameters
    ----------
    value, bound
        Of the changed problem; equal if the timetable is proven best.
    present, present_bound
        Of the original problem.
    rows, values, choices
        Sessions of these requests, with their weighted minutes and choices.
    requests
        Numbers, sorted.
    """

    value: int
    bound: int
    present: int
    present_bound: int
    rows: tuple[Row, ...]
    values: tuple[int, ...]
    choices: tuple[int, ...]
    requests: tuple[int, ...]

    @property
    def gain(self) -> int:
        """Worth more than the present timetable."""
        return self.value - self.present

    @property
    def gain_bound(self) -> int:
        """No timetable of the changed problem is worth more than this above the present one."""
        return self.bound - self.present

    def of(self, request: int) -> tuple[Row, ...]:
        """Sessions of one request."""
        return tuple(row for row in self.rows if row[0] == request)

    def worth_of(self, request: int) -> int:
        """Weighted minutes of one request."""
        pairs = zip(self.rows, self.values, strict=True)
        return sum(value for row, value in pairs if row[0] == request)

    def choice_of(self, row: Row) -> int:
        """Choice of one session."""
        return self.choices[self.rows.index(row)]


def rows_of(placements: Placements, which: I64) -> list[Row]:
    """Placements as sessions, in their order."""
    p = placements
    columns = (p.request, p.venue, p.weekday, p.start, p.length)
    return list(zip(*(column[which].tolist() for column in columns), strict=True))
