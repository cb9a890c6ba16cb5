"""The weekly slot allocation problem as plain arrays.

Groups ask for weekly sessions in a season; each session is a *placement*: a venue, a weekday, a
start and a length on the grid. Weekday 0 is Monday; a *cell* is one step of the grid; dates are
counted from the first day of the season. A venue is made of one or more *units* (a hall of its two
halves): sessions that share a unit, a weekday, a cell and a date exclude each other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from optimise.arrays import F64, I64, Bools

ANY = -1
"""In a rejection: whatever the weekday, venue or start."""


def _integers(length: int = 0) -> I64:
    return np.zeros(length, dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Season:
    """The grid of a day and the dates of a season.

    Parameters
    ----------
    step
        Minutes of a cell; divides 1,440.
    first_weekday
        Weekday of date 0.
    dates
        Number of dates.
    start_step, length_step
        Cells between allowed starts (from midnight) and between allowed lengths of one request
        (from its shortest).
    """

    step: int
    first_weekday: int
    dates: int
    start_step: int = 1
    length_step: int = 1

    @property
    def cells(self) -> int:
        """Cells of a day."""
        return 1440 // self.step

    def weekdays(self) -> I64:
        """Weekday of each date, shape (dates,)."""
        return (self.first_weekday + np.arange(self.dates)) % 7


@dataclass(frozen=True, slots=True)
class Venues:
    """Venues, their units and hours.

    Parameters
    ----------
    kind, capacity, equipment, changeover
        Of each venue: what it is for, people, a bit per piece of equipment, cells that stay empty
        after a session (they may lie after closing).
    hours
        Distinct courses of a day, shape (patterns, cells): open or not.
    hours_of
        Pattern of each venue on each date, shape (venues, dates): holidays, closures, short days.
    kept
        Cells of the week kept free for residents' own booking, shape (venues, 7, cells).
    unit_first, units
        Units of venue v: ``units[unit_first[v]:unit_first[v + 1]]``.
    prime
        Cells of the week that count against `prime_cap`, shape (7, cells).
    prime_cap
        Of each unit: most prime cells a week that sessions may hold (the share kept for residents
        wherever it lies).
    """

    kind: I64
    capacity: I64
    equipment: I64
    changeover: I64
    hours: Bools
    hours_of: I64
    kept: Bools
    unit_first: I64
    units: I64
    prime: Bools
    prime_cap: I64

    def __len__(self) -> int:
        return len(self.kind)

    @property
    def unit_count(self) -> int:
        """Units of all venues."""
        return len(self.prime_cap)

    def prime_cells(self, weekday: I64, start: I64, length: I64) -> I64:
        """Prime cells of sessions."""
        before = np.zeros((7, self.prime.shape[1] + 1), dtype=np.int64)
        np.cumsum(self.prime, axis=1, out=before[:, 1:])
        return np.asarray(before[weekday, start + length] - before[weekday, start])


@dataclass(frozen=True, slots=True)
class Requests:
    """Requests of groups.

    Parameters
    ----------
    kind, party, equipment
        Kind of venue, people, equipment bits that are needed.
    shortest, longest
        Cells of one session.
    sessions, spacing
        Most sessions a week; least days from one to the next, around the week (1: other days).
    first_date, last_date
        Dates of its season, inclusive.
    lost_share
        Largest share of its dates on which a session may fall out because the venue is closed.
    weight
        Priority: worth of one minute.
    club, zone, segment
        Whom it belongs to, for fairness.
    option_first, option_venue, option_rank, option_walk
        Acceptable venues of request r: ``option_venue[option_first[r]:option_first[r + 1]]``, with
        the place in the order of wishes (0 first) and the walk in minutes.
    window_first, window_weekday, window_begin, window_end, window_choice
        Stretches (cells, end exclusive) that hold a whole session, as first or second choice.
    """

    kind: I64
    party: I64
    equipment: I64
    shortest: I64
    longest: I64
    sessions: I64
    spacing: I64
    first_date: I64
    last_date: I64
    lost_share: F64
    weight: F64
    club: I64
    zone: I64
    segment: I64
    option_first: I64
    option_venue: I64
    option_rank: I64
    option_walk: F64
    window_first: I64
    window_weekday: I64
    window_begin: I64
    window_end: I64
    window_choice: I64

    def __len__(self) -> int:
        return len(self.kind)


@dataclass(frozen=True, slots=True)
class Sessions:
    """Weekly sessions, one an entry: locks, rejections, last season's, or a solution's."""

    request: I64 = field(default_factory=_integers)
    venue: I64 = field(default_factory=_integers)
    weekday: I64 = field(default_factory=_integers)
    start: I64 = field(default_factory=_integers)
    length: I64 = field(default_factory=_integers)

    def __len__(self) -> int:
        return len(self.request)

    @classmethod
    def from_rows(cls, rows: Sequence[tuple[int, int, int, int, int]]) -> Sessions:
        """Build sessions from rows (request, venue, weekday, start, length)."""
        table = np.array(rows, dtype=np.int64).reshape(-1, 5)
        return cls(*(np.ascontiguousarray(column) for column in table.T))

    def ordered(self) -> list[tuple[int, int, int, int, int]]:
        """Return rows (request, venue, weekday, start, length), in the order of the entries."""
        columns = (self.request, self.venue, self.weekday, self.start, self.length)
        return list(zip(*(c.tolist() for c in columns), strict=True))

    def rows(self) -> list[tuple[int, int, int, int, int]]:
        """The sessions as sorted rows."""
        return sorted(self.ordered())


@dataclass(frozen=True, slots=True)
class Worth:
    """Worth of a session: weight x minutes x share of dates held x factor.

    factor = 1 - `second_choice` if it lies in no first-choice window - `per_rank` x rank of the
    venue - `per_walk_minute` x minutes of walk + `as_last_season` if last season had it so, and
    not below `floor`. The product is rounded to a whole number ("weighted minutes"), at least 1.
    """

    second_choice: float = 0.2
    per_rank: float = 0.04
    per_walk_minute: float = 0.004
    as_last_season: float = 0.0
    floor: float = 0.1


@dataclass(frozen=True, slots=True)
class Problem:
    """Requests, the venues where they could be held, and what counts.

    Parameters
    ----------
    locks
        Sessions that must be part of every solution.
    rejections
        Sessions that must not: every entry of a placement equal or `ANY`.
    last_season
        Sessions of the season before, for the worth of staying.
    """

    season: Season
    venues: Venues
    requests: Requests
    worth: Worth = field(default_factory=Worth)
    locks: Sessions = field(default_factory=Sessions)
    rejections: Sessions = field(default_factory=Sessions)
    last_season: Sessions = field(default_factory=Sessions)
