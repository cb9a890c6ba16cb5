"""What stands in the way of each wish of a request: a venue in one of its windows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from optimise.arrays import I64, Bools
from optimise.slots.placements import Placements, placements_of
from optimise.slots.problem import Problem, Requests, Sessions
from optimise.slots.reasons.timetable import PresentTimetable, Row, rows_of


@dataclass(frozen=True, slots=True)
class UnmetGoal:
    """One session more, or one more of first choice.

    Parameters
    ----------
    kind
        ``session`` or ``first choice``.
    asked
        Most sessions a week.
    got
        Sessions of the request.
    good
        Sessions that count towards the goal: all, or those of first choice.
    given_up
        The session of second choice that is worth least: it would go for one of first choice.
    """

    request: int
    kind: str
    asked: int
    got: tuple[Row, ...]
    good: int
    given_up: Row | None = None

    @property
    def choices(self) -> tuple[int, ...]:
        """Choices of the windows that would do."""
        return (1, 2) if self.kind == "session" else (1,)

    @property
    def kept(self) -> tuple[Row, ...]:
        """Sessions that stay when it gets what it lacks."""
        return tuple(row for row in self.got if row != self.given_up)

    def is_wanted(self, row: Row, choice: int) -> bool:
        """Whether a session would be one towards the goal."""
        return row not in self.got and choice in self.choices


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


class Occupancy:
    """Time that the sessions of a timetable take, as seen by another session.

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
        self._sharing: Bools = holds @ holds.T > 0
        prime = venues.prime_cells(*self._table[:, 2:].T).tolist()
        self._left = np.repeat(venues.prime_cap[:, None], problem.season.dates, axis=1)
        for (request, venue, *_), taken in zip(rows, prime, strict=True):
            dates = slice(int(asked.first_date[request]), int(asked.last_date[request]) + 1)
            self._left[self._units[venue], dates] -= taken

    def without_row(self, row: Row) -> Occupancy:
        """Leave out one session."""
        return Occupancy(self.problem, tuple(r for r in self.rows if r != row))

    def clashes(self, wanted: Placements) -> Bools:
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

    def too_near(self, wanted: Placements) -> Bools:
        """Which sessions of the same request are too near, shape (wanted, rows)."""
        apart = np.abs(wanted.weekday[:, None] - self._table[:, 2])
        near = np.minimum(apart, 7 - apart) < self.problem.requests.spacing[wanted.request][:, None]
        return np.asarray(near & (self._table[:, 0] == wanted.request[:, None]))

    def lacks(self, wanted: Placements) -> Bools:
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


@dataclass(frozen=True, slots=True)
class Holder:
    """A session of another request that is in the way.

    Parameters
    ----------
    value
        Weighted minutes.
    locked
        By the planner.
    changeover
        The hours themselves do not meet: only the time between sessions does.
    """

    row: Row
    value: int
    locked: bool
    changeover: bool


@dataclass(frozen=True, slots=True)
class Wish:
    """A venue in a window and what stands in its way.

    Parameters
    ----------
    venue, rank
        Venue and its place in the order of the request.
    window, choice
        Number of the window among all, and its choice.
    rule
        Where no session is allowed there, why; looked at in this order: the venue is for something
        else (``kind``), too small (``capacity``), lacks ``equipment``; no allowed start of the
        shortest session lies in the ``window``; the venue is not open for it on any date
        (``hours``), on too few dates (``closed``); it is ``kept`` for residents; the planner has
        ``rejected`` it. Where starts of one window fall to different rules, it is the last one:
        but for that rule the wish would be possible.
    lost
        For the rule ``closed``: the smallest share of dates on which a session would fall out.
    row, value
        Else the session that has least in its way, and its weighted minutes.
    holders, own_rows
        Sessions of others and of the request itself that exclude it.
    shortage
        Prime time that is kept for residents.
    """

    venue: int
    rank: int
    window: int
    choice: int
    rule: str | None = None
    lost: float | None = None
    row: Row | None = None
    value: int = 0
    holders: tuple[Holder, ...] = ()
    own_rows: tuple[Row, ...] = ()
    shortage: Shortage | None = None

    @property
    def free(self) -> bool:
        """Whether nothing is in the way: it is worth less than what the request has."""
        return self.rule is None and not (self.holders or self.own_rows or self.shortage)


def wishes_of(present: PresentTimetable, goal: UnmetGoal) -> tuple[Wish, ...]:
    """Every wish that would serve a goal, the first choice first, then by rank of the venue.

    Those that hold a session of the request already are left out.
    """
    asked, request = present.problem.requests, goal.request
    occupancy = Occupancy(present.problem, present.rows)
    if goal.given_up is not None:
        occupancy = occupancy.without_row(goal.given_up)
    levels = _Levels(present.problem, request)
    found = []
    for option in range(asked.option_first[request], asked.option_first[request + 1]):
        for window in range(asked.window_first[request], asked.window_first[request + 1]):
            if int(asked.window_choice[window]) in goal.choices:
                wish = _wish(present, occupancy, levels, goal, option, window)
                found += [wish] if wish.row not in goal.got else []
    return tuple(sorted(found, key=lambda w: (w.choice, w.rank, w.window)))


def _wish(
    present: PresentTimetable,
    occupancy: Occupancy,
    levels: _Levels,
    goal: UnmetGoal,
    option: int,
    window: int,
) -> Wish:
    asked = present.problem.requests
    wish = Wish(
        venue=int(asked.option_venue[option]),
        rank=int(asked.option_rank[option]),
        window=window,
        choice=int(asked.window_choice[window]),
    )
    first, last = np.searchsorted(present.placements.request, [goal.request, goal.request + 1])
    mine = present.placements.select(np.arange(first, last))
    there = mine.select(np.flatnonzero(_inside(present.problem, mine, wish.venue, window)))
    if not len(there):
        rule, lost = levels.rule(wish.venue, window)
        return replace(wish, rule=rule, lost=lost)
    others, own, lacks = occupancy.clashes(there), occupancy.too_near(there), occupancy.lacks(there)
    values = np.array([present.values[row] for row in occupancy.rows], dtype=np.int64)
    served = np.array([row in goal.kept for row in rows_of(there, np.arange(len(there)))])
    burden = others @ values - there.value
    order = np.lexsort((there.start, -there.value, burden, own.any(axis=1), lacks, ~served))
    best = there.select(order[:1])
    locks = set(present.problem.locks.rows())
    row = rows_of(there, order[:1])[0]
    return replace(
        wish,
        row=row,
        value=int(best.value[0]),
        holders=tuple(
            Holder(other, present.values[other], other in locks, not _meet(row, other))
            for other in _picked(occupancy.rows, others[order[0]])
        ),
        own_rows=_picked(occupancy.rows, own[order[0]]),
        shortage=occupancy.shortage(best),
    )


def _picked(rows: tuple[Row, ...], which: Bools) -> tuple[Row, ...]:
    return tuple(rows[at] for at in np.flatnonzero(which).tolist())


def _meet(one: Row, other: Row) -> bool:
    return one[3] < other[3] + other[4] and other[3] < one[3] + one[4]


def _inside(problem: Problem, placements: Placements, venue: int, window: int) -> Bools:
    """Mark placements that lie at a venue and in a window."""
    asked, p = problem.requests, placements
    inside = (p.venue == venue) & (p.weekday == asked.window_weekday[window])
    inside &= p.start >= asked.window_begin[window]
    return np.asarray(inside & (p.start + p.length <= asked.window_end[window]))


def _alone(problem: Problem, request: int) -> Problem:
    """The problem of one request with nobody beside it and no decisions; its number is 0."""
    asked, columns = problem.requests, {}
    for name in Requests.__slots__:
        first = {"option": asked.option_first, "window": asked.window_first}.get(name[:6])
        column = getattr(asked, name)
        if name in ("option_first", "window_first"):
            columns[name] = column[request : request + 2] - column[request]
        elif first is not None:
            columns[name] = column[first[request] : first[request + 1]]
        else:
            columns[name] = column[request : request + 1]
    one, none = Requests(**columns), Sessions()
    return replace(problem, requests=one, locks=none, rejections=none, last_season=none)


class _Levels:
    """Placements of one request as rules of time are lifted one after the other."""

    def __init__(self, problem: Problem, request: int) -> None:
        self._whole, self._request = problem, request
        one = _alone(problem, request)
        asked, venues = one.requests, problem.venues
        free = replace(venues, kept=np.zeros_like(venues.kept))
        lifted = [one, replace(one, venues=free)]
        any_date = replace(asked, lost_share=np.ones(1))
        lifted.append(replace(lifted[1], requests=any_date))
        always = replace(free, hours=np.ones_like(venues.hours))
        lifted.append(replace(lifted[2], venues=always))
        names = ("rejected", "kept", "closed", "hours")
        self._levels = list(zip(names, map(placements_of, lifted), strict=True))

    def rule(self, venue: int, window: int) -> tuple[str, float | None]:
        """Which rule excludes a venue in a window, and the least share of dates lost if closed."""
        asked, venues, r = self._whole.requests, self._whole.venues, self._request
        if venues.kind[venue] != asked.kind[r]:
            return "kind", None
        if venues.capacity[venue] < asked.party[r]:
            return "capacity", None
        if asked.equipment[r] & ~venues.equipment[venue]:
            return "equipment", None
        for name, placements in self._levels:
            inside = _inside(self._whole, placements, venue, window)
            if inside.any():
                lost = 1.0 - float(placements.held[inside].max())
                return name, lost if name == "closed" else None
        return "window", None
