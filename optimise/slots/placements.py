"""Every placement that the rules of one session allow, its worth, and what locks leave."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from optimise.arrays import F64, I64, Bools
from optimise.slots.problem import ANY, Problem, Requests, Sessions


@dataclass(frozen=True, slots=True)
class Placements:
    """Allowed placements, sorted by request, then weekday.

    Parameters
    ----------
    request, venue, weekday, start, length
        Of each placement; start and length in cells.
    choice
        1 or 2.
    rank, walk
        Of its venue among the request's options.
    held
        Share of the request's dates on which the venue is open for it.
    value
        Weighted minutes (`problem.Worth`).
    """

    request: I64
    venue: I64
    weekday: I64
    start: I64
    length: I64
    choice: I64
    rank: I64
    walk: F64
    held: F64
    value: I64

    def __len__(self) -> int:
        return len(self.request)

    def select(self, which: I64 | Bools) -> Placements:
        """Some of them, in the order given."""
        return Placements(*(getattr(self, name)[which] for name in self.__slots__))

    def find(self, sessions: Sessions) -> I64:
        """Numbers of the sessions that are placements, sorted."""
        mine = (self.request, self.venue, self.weekday, self.start, self.length)
        wanted = np.array(sessions.rows(), dtype=np.int64).reshape(-1, 5)
        table = np.stack(mine, axis=1)
        # One number a row: the columns are its digits.
        top = np.maximum(table.max(axis=0, initial=0), wanted.max(axis=0, initial=0)) + 1
        weight = np.concatenate((np.cumprod(top[:0:-1])[::-1], [1]))
        return np.flatnonzero(np.isin(table @ weight, wanted @ weight))

    def sessions(self, which: I64 | Bools) -> Sessions:
        """Some of them as sessions."""
        columns = (self.request, self.venue, self.weekday, self.start, self.length)
        return Sessions(*(column[which] for column in columns))


def placements_of(problem: Problem) -> Placements:
    """Enumerate placements.

    A placement is allowed if the venue is among the request's options and suits it (kind, party,
    equipment), a window holds it, no cell is kept for residents, the venue is open for all of it
    on enough of the request's dates, and no rejection meets it. Windows may overlap: the better
    choice counts.
    """
    option, window = _options_by_windows(problem)
    pair, start, length = _starts_by_lengths(problem, window)
    option, window = option[pair], window[pair]
    asked, venues = problem.requests, problem.venues
    request = _owner(asked.option_first)[option]
    venue, weekday = asked.option_venue[option], asked.window_weekday[window]
    held = _held_share(problem, request, venue, weekday, start, length)
    keeps = np.zeros((len(venues), 7, problem.season.cells + 1), dtype=np.int32)
    np.cumsum(venues.kept, axis=2, out=keeps[:, :, 1:])
    allowed = held >= 1.0 - asked.lost_share[request] - 1e-9
    allowed &= (held > 0) & (keeps[venue, weekday, start + length] == keeps[venue, weekday, start])
    allowed &= ~_met(problem.rejections, request, venue, weekday, start, length)
    choice = asked.window_choice[window]
    order = np.lexsort((choice, length, start, venue, weekday, request))
    order = order[allowed[order]]
    order = order[_first_of_equals(request, venue, weekday, start, length, order)]
    found = Placements(
        request=request[order],
        venue=venue[order],
        weekday=weekday[order],
        start=start[order],
        length=length[order],
        choice=choice[order],
        rank=asked.option_rank[option][order],
        walk=asked.option_walk[option][order],
        held=held[order],
        value=np.zeros(len(order), dtype=np.int64),
    )
    return replace(found, value=worth_of(problem, found))


def worth_of(problem: Problem, placements: Placements) -> I64:
    """Weighted minutes of each placement, after `problem.Worth`."""
    worth = problem.worth
    factor = 1.0 - worth.per_rank * placements.rank - worth.per_walk_minute * placements.walk
    factor -= worth.second_choice * (placements.choice > 1)
    if worth.as_last_season and len(problem.last_season):
        factor += worth.as_last_season * as_last_season(problem, placements)
    minutes = placements.length * problem.season.step * placements.held
    value = problem.requests.weight[placements.request] * minutes * np.maximum(factor, worth.floor)
    return np.asarray(np.maximum(np.rint(value), 1), dtype=np.int64)


def as_last_season(problem: Problem, placements: Placements) -> Bools:
    """Whether last season had a session so, shape (placements,)."""
    p = placements
    return _met(problem.last_season, p.request, p.venue, p.weekday, p.start, p.length)


def _owner(first: I64) -> I64:
    """Request of each entry of a ragged array."""
    return np.repeat(np.arange(len(first) - 1), np.diff(first))


def _ragged(count: I64) -> tuple[I64, I64]:
    """Index of the group and place in it, for groups of `count` entries."""
    group = np.repeat(np.arange(len(count)), count)
    return group, np.arange(len(group)) - np.repeat(np.cumsum(count) - count, count)


def _options_by_windows(problem: Problem) -> tuple[I64, I64]:
    asked, venues = problem.requests, problem.venues
    request, venue = _owner(asked.option_first), asked.option_venue
    suits = venues.kind[venue] == asked.kind[request]
    suits &= venues.capacity[venue] >= asked.party[request]
    suits &= (venues.equipment[venue] & asked.equipment[request]) == asked.equipment[request]
    options = np.flatnonzero(suits)
    windows = np.diff(asked.window_first)[request[options]]
    which, place = _ragged(windows)
    option = options[which]
    return option, asked.window_first[request[option]] + place


def _starts_by_lengths(problem: Problem, window: I64) -> tuple[I64, I64, I64]:
    asked, season = problem.requests, problem.season
    request = _owner(asked.window_first)[window]
    begin = -(-asked.window_begin[window] // season.start_step) * season.start_step
    spare = asked.window_end[window] - begin - asked.shortest[request]
    starts = np.where(spare >= 0, spare // season.start_step + 1, 0)
    pair, place = _ragged(starts)
    start = begin[pair] + place * season.start_step
    room = np.minimum(asked.window_end[window[pair]] - start, asked.longest[request[pair]])
    shortest = asked.shortest[request[pair]]
    which, place = _ragged((room - shortest) // season.length_step + 1)
    return pair[which], start[which], shortest[which] + place * season.length_step


def _held_share(
    problem: Problem, request: I64, venue: I64, weekday: I64, start: I64, length: I64
) -> F64:
    """Share of the request's dates of a weekday on which the venue is open all the time."""
    season, venues, asked = problem.season, problem.venues, problem.requests
    closed = np.zeros((len(venues.hours), season.cells + 1), dtype=np.int32)
    np.cumsum(~venues.hours, axis=1, out=closed[:, 1:])
    ranges, which = _date_ranges(asked)
    weekdays, dates = season.weekdays(), np.arange(season.dates)
    key = (which[request] * len(venues) + venue) * 7 + weekday
    held, total = np.zeros(len(request)), np.zeros(len(request))
    for pattern in range(len(venues.hours)):
        on = venues.hours_of == pattern
        count = np.zeros((len(ranges), len(venues), 7))
        for row, (first, last) in enumerate(ranges.tolist()):
            inside = (dates >= first) & (dates <= last)
            for day in range(7):
                count[row, :, day] = on[:, inside & (weekdays == day)].sum(axis=1)
        number = count.reshape(-1)[key]
        total += number
        held += number * (closed[pattern, start + length] == closed[pattern, start])
    return np.divide(held, total, out=np.zeros(len(request)), where=total > 0)


def _date_ranges(asked: Requests) -> tuple[I64, I64]:
    """Distinct (first, last) dates, shape (n, 2), and which each request has."""
    pairs = np.stack((asked.first_date, asked.last_date), axis=1)
    ranges, which = np.unique(pairs, axis=0, return_inverse=True)
    return ranges, which.reshape(-1)


def _met(
    sessions: Sessions, request: I64, venue: I64, weekday: I64, start: I64, length: I64
) -> Bools:
    """Whether a placement equals one of the sessions (`ANY` equals everything)."""
    met = np.zeros(len(request), dtype=bool)
    for r, v, d, s, n in sessions.rows():
        low, high = (0, len(request)) if r == ANY else np.searchsorted(request, [r, r + 1])
        part = slice(int(low), int(high))
        hit = np.ones(part.stop - part.start, dtype=bool)
        for column, wanted in ((venue, v), (weekday, d), (start, s), (length, n)):
            if wanted != ANY:
                hit &= column[part] == wanted
        met[part] |= hit
    return met


def _first_of_equals(
    request: I64, venue: I64, weekday: I64, start: I64, length: I64, order: I64
) -> Bools:
    """Mark entries that differ from the one before, in an order sorted by all of these."""
    differs = np.ones(len(order), dtype=bool)
    if len(order) > 1:
        differs[1:] = False
        for column in (request, venue, weekday, start, length):
            differs[1:] |= column[order][1:] != column[order][:-1]
    return differs


class Impossible(ValueError):
    """Locks that no timetable can hold; the message names them by their numbers."""


@dataclass(frozen=True, slots=True)
class Remaining:
    """The problem that is left after the locks are in.

    Parameters
    ----------
    locked
        Their placements.
    free
        Whether each placement can still be added, shape (placements,).
    sessions
        Sessions that each request may still get.
    """

    locked: I64
    free: Bools
    sessions: I64


def remaining(problem: Problem, placements: Placements) -> Remaining:
    """Put the locks in and rule out what they exclude.

    Raises
    ------
    Impossible
        If a lock is no allowed placement, two exclude each other, or a request has more locks than
        sessions.
    """
    free = np.ones(len(placements), dtype=bool)
    sessions = problem.requests.sessions.copy()
    locked: list[int] = []
    for number, lock in enumerate(problem.locks.rows()):
        at = _find(placements, lock)
        if at is None:
            raise Impossible(f"lock {number} {lock} is no allowed placement")
        if not free[at]:
            raise Impossible(f"lock {number} {lock} excludes another lock")
        free &= ~excluded(problem, placements, at)
        sessions[lock[0]] -= 1
        locked.append(at)
        if sessions[lock[0]] < 0:
            raise Impossible(f"lock {number} {lock}: more locks than sessions of its request")
    free &= sessions[placements.request] > 0
    return Remaining(np.array(locked, dtype=np.int64), free, sessions)


def excluded(problem: Problem, placements: Placements, at: int) -> Bools:
    """Placements that cannot stand beside one of them (itself among them), shape (placements,)."""
    p, asked = placements, problem.requests
    request, day = int(p.request[at]), int(p.weekday[at])
    apart = np.abs(p.weekday - day)
    near = np.minimum(apart, 7 - apart) < asked.spacing[request]
    out = (p.request == request) & near
    changeover = problem.venues.changeover[p.venue]
    stop = p.start + p.length + changeover
    sharing = _sharing(problem, int(p.venue[at]))
    meets = sharing[p.venue] & (p.weekday == day) & (p.start < stop[at]) & (p.start[at] < stop)
    meets &= asked.first_date[p.request] <= asked.last_date[request]
    meets &= asked.last_date[p.request] >= asked.first_date[request]
    return np.asarray(out | meets)


def _sharing(problem: Problem, venue: int) -> Bools:
    """Venues that share a unit with one, itself among them."""
    first, units = problem.venues.unit_first, problem.venues.units
    mine = units[first[venue] : first[venue + 1]]
    of_venue = np.repeat(np.arange(len(problem.venues)), np.diff(first))
    sharing = np.zeros(len(problem.venues), dtype=bool)
    sharing[of_venue[np.isin(units, mine)]] = True
    return sharing


def _find(placements: Placements, session: tuple[int, int, int, int, int]) -> int | None:
    low, high = np.searchsorted(placements.request, [session[0], session[0] + 1])
    part = slice(int(low), int(high))
    hit = np.ones(part.stop - part.start, dtype=bool)
    names = ("venue", "weekday", "start", "length")
    for name, wanted in zip(names, session[1:], strict=True):
        hit &= getattr(placements, name)[part] == wanted
    found = np.flatnonzero(hit)
    return part.start + int(found[0]) if len(found) else None
