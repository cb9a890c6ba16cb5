"""Single changes of a request, by size: their arrays, and the sessions they make possible."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from optimise.arrays import F64, Bools
from optimise.slots.placements import Placements, placements_of
from optimise.slots.problem import ANY, Problem, Requests, Sessions
from optimise.slots.reasons.timetable import Row, rows_of

Option = tuple[int, int, float]
"""Venue, rank and walk."""

Window = tuple[int, int, int, int]
"""Weekday, begin, end and choice."""

_OPTIONS = ("option_venue", "option_rank", "option_walk")
_WINDOWS = ("window_weekday", "window_begin", "window_end", "window_choice")


def single_request(problem: Problem, request: int) -> Problem:
    """The problem of one request with nobody beside it; its number is 0.

    Locks are left out, rejections and last season's sessions are those that concern it.
    """
    asked = problem.requests
    found: dict[str, Any] = {}
    for name in Requests.__slots__:
        column = getattr(asked, name)
        if name in ("option_first", "window_first"):
            low, high = column[request], column[request + 1]
            found[name] = np.array([0, high - low], dtype=np.int64)
        elif name.startswith(("option_", "window_")):
            first = asked.option_first if name.startswith("option_") else asked.window_first
            found[name] = column[first[request] : first[request + 1]]
        else:
            found[name] = column[request : request + 1]
    return replace(
        problem,
        requests=Requests(**found),
        locks=Sessions(),
        rejections=_of_one(problem.rejections, request),
        last_season=_of_one(problem.last_season, request),
    )


def with_values(problem: Problem, request: int, **values: float) -> Problem:
    """Other numbers for a request: `weight`, `shortest`, `sessions`, `spacing`."""
    changed = {}
    for name, value in values.items():
        column = getattr(problem.requests, name).copy()
        column[request] = value
        changed[name] = column
    return replace(problem, requests=replace(problem.requests, **changed))


def with_windows(
    problem: Problem, request: int, windows: Sequence[Window], *, instead: bool = False
) -> Problem:
    """Give a request more windows, or others."""
    return _with_rows(problem, request, windows, "window_first", _WINDOWS, instead=instead)


def with_options(
    problem: Problem, request: int, options: Sequence[Option], *, instead: bool = False
) -> Problem:
    """Give a request more venues, or others."""
    return _with_rows(problem, request, options, "option_first", _OPTIONS, instead=instead)


def _with_rows(
    problem: Problem,
    request: int,
    rows: Sequence[tuple[float, ...]],
    first: str,
    names: Sequence[str],
    *,
    instead: bool,
) -> Problem:
    """Put entries at the end of those that a request has in a ragged array, or in their place."""
    starts = getattr(problem.requests, first)
    begin, end = int(starts[request]), int(starts[request + 1])
    keep = begin if instead else end
    changed = {}
    for at, name in enumerate(names):
        column = getattr(problem.requests, name)
        more = np.array([row[at] for row in rows], dtype=column.dtype)
        changed[name] = np.concatenate((column[:keep], more, column[end:]))
    moved = starts.copy()
    moved[request + 1 :] += len(rows) - (end - keep)
    changed[first] = moved
    return replace(problem, requests=replace(problem.requests, **changed))


def _of_one(sessions: Sessions, request: int) -> Sessions:
    return Sessions.from_rows(
        [
            (ANY if r == ANY else 0, v, d, s, n)
            for r, v, d, s, n in sessions.rows()
            if r in (ANY, request)
        ]
    )


@dataclass(frozen=True, slots=True)
class Change:
    """One change of one request.

    Parameters
    ----------
    kind
        In the order of size, what a group may bend itself, then what a planner may: ``hour``,
        ``weekday``: also a window for `row` on a day it asked for, or on another day; ``venue``:
        also that of `row`; ``shorter``: a shorter shortest session; ``spacing``: fewer days from
        one session to the next; ``rejection``: no rejection of `row` by name of the request;
        ``priority``: a higher weight; ``lock``: locks of `row` and of what the request keeps.
    size
        In minutes: how far the hour moves; 120 more on a weekday it did not ask for; 180 for
        another venue, more by the walk beyond its farthest; 240 and what is cut off; 300 and
        60 a day of spacing; 720 for a rejection, which is the planner's. Priority and lock have
        none: 0.
    row
        The session that the change makes possible, or that shows what it would lead to.
    number
        New shortest length (cells), spacing or weight.
    rank, walk
        Of the new venue.
    choice
        Of the new window.
    kept
        Other sessions of the request that are locked with `row`.
    """

    kind: str
    size: float
    row: Row
    number: float = 0.0
    rank: int = 0
    walk: float = 0.0
    choice: int = 0
    kept: tuple[Row, ...] = ()


def apply_change(problem: Problem, change: Change) -> Problem:
    """The problem with a change made."""
    request, venue, weekday, start, length = change.row
    if change.kind in ("hour", "weekday"):
        window = (weekday, start, start + length, change.choice)
        return with_windows(problem, request, [window])
    if change.kind == "venue":
        return with_options(problem, request, [(venue, change.rank, change.walk)])
    if change.kind == "rejection":
        return without_rejections(problem, [change.row])
    if change.kind == "lock":
        locks = {*problem.locks.rows(), *change.kept, change.row}
        return replace(problem, locks=Sessions.from_rows(sorted(locks)))
    name = {"shorter": "shortest", "spacing": "spacing", "priority": "weight"}[change.kind]
    return with_values(problem, request, **{name: change.number})


def without_rejections(problem: Problem, rows: Sequence[Row]) -> Problem:
    """Remove the rejections of a request by name that meet some of its sessions."""

    def meets(rejection: Row) -> bool:
        return any(
            rejection[0] == row[0]
            and all(p in (ANY, q) for p, q in zip(rejection[1:], row[1:], strict=True))
            for row in rows
        )

    kept = [row for row in problem.rejections.rows() if not meets(row)]
    return replace(problem, rejections=Sessions.from_rows(kept))


_WEEKDAY, _VENUE, _SHORTER, _SPACING, _REJECTION = 120, 180, 240, 300, 720
FARTHEST = 240
"""Minutes by which an hour is moved at most."""
_NEAREST = 10
"""Other venues that are looked at."""


@dataclass(frozen=True, slots=True)
class OtherVenues:
    """Venues that a request could use besides those it names.

    Parameters
    ----------
    walk
        Minutes to each venue, shape (venues,); None: all as far as its farthest.
    enters
        Venues that would let it in, shape (venues,); None: all.
    """

    walk: F64 | None = None
    enters: Bools | None = None


@dataclass(frozen=True, slots=True)
class ChangedPlacements:
    """Sessions that single changes of one kind would make possible.

    Parameters
    ----------
    placements
        None of them is possible as the request stands.
    changes
        The change of each.
    """

    placements: Placements
    changes: tuple[Change, ...]

    def select(self, which: Bools) -> ChangedPlacements:
        """Some of them."""
        some = np.flatnonzero(which)
        return ChangedPlacements(
            self.placements.select(some), tuple(self.changes[at] for at in some.tolist())
        )


def offers(
    problem: Problem,
    request: int,
    mine: Bools,
    choice: int,
    elsewhere: OtherVenues,
    own: Sequence[Row],
) -> Iterator[ChangedPlacements]:
    """Sessions that a request could get by bending itself, one kind after the other.

    Parameters
    ----------
    mine
        Windows of the request that count, shape (its windows,).
    choice
        Of a new window.
    own
        Its sessions.
    """
    yield _at_other_times(problem, request, mine, choice)
    one = _with_windows_of(problem, request, mine)
    yield _at_other_venues(one, request, elsewhere)
    yield _shorter(one, request)
    yield _nearer(one, request, own)
    yield _not_rejected(one, request)


def _with_windows_of(problem: Problem, request: int, mine: Bools) -> Problem:
    """A request alone with some of its windows; its number is 0."""
    one = single_request(problem, request)
    return with_windows(one, 0, _windows(one, mine), instead=True)


def _windows(one: Problem, which: Bools) -> list[tuple[int, int, int, int]]:
    asked = one.requests
    columns = (
        asked.window_weekday,
        asked.window_begin,
        asked.window_end,
        asked.window_choice,
    )
    return list(zip(*(column[which].tolist() for column in columns), strict=True))


def _found(placements: Placements, request: int, which: Bools) -> tuple[Placements, list[Row]]:
    some = placements.select(np.flatnonzero(which))
    some = replace(some, request=np.full(len(some), request, dtype=np.int64))
    return some, rows_of(some, np.arange(len(some)))


def _at_other_times(problem: Problem, request: int, mine: Bools, choice: int) -> ChangedPlacements:
    """Offer its venues at most `FARTHEST` from an hour it asked for, that day or another."""
    one = single_request(problem, request)
    asked, step = one.requests, problem.season.step
    days = [(day, 0, problem.season.cells, choice) for day in range(7)]
    found = placements_of(with_windows(one, 0, days, instead=True))
    begin, end = asked.window_begin, asked.window_end
    stop = found.start + found.length
    moved = np.maximum(begin - found.start[:, None], 0) + np.maximum(stop[:, None] - end, 0)
    same_day = found.weekday[:, None] == asked.window_weekday
    asked_already = (same_day & (moved == 0)).any(axis=1)
    fits = mine & (found.length[:, None] <= end - begin)
    far = np.iinfo(np.int64).max
    here = np.where(same_day & fits, moved * step, far).min(axis=1, initial=far)
    there = np.where(fits, moved * step, far).min(axis=1, initial=far)
    hour = (same_day & mine).any(axis=1)
    sizes = np.where(hour, here, there)
    near = (sizes <= FARTHEST) & ~asked_already
    some, rows = _found(found, request, near)
    sizes = (sizes + np.where(hour, 0, _WEEKDAY))[near]
    kinds = np.where(hour, "hour", "weekday")[near]
    zipped = zip(kinds.tolist(), sizes.tolist(), rows, strict=True)
    return ChangedPlacements(
        some, tuple(Change(k, size, row, choice=choice) for k, size, row in zipped)
    )


def _at_other_venues(one: Problem, request: int, elsewhere: OtherVenues) -> ChangedPlacements:
    """Offer placements in its windows at the nearest suitable venues that it does not name."""
    venues, asked = one.venues, one.requests
    suits = (venues.kind == asked.kind[0]) & (venues.capacity >= asked.party[0])
    suits &= (venues.equipment & asked.equipment[0]) == asked.equipment[0]
    suits[asked.option_venue] = False
    if elsewhere.enters is not None:
        suits &= elsewhere.enters
    farthest = float(asked.option_walk.max(initial=0.0))
    walk = np.full(len(venues), farthest) if elsewhere.walk is None else elsewhere.walk
    there = np.flatnonzero(suits)
    there = there[np.argsort(walk[there], kind="stable")][:_NEAREST]
    rank = int(asked.option_rank.max(initial=-1)) + 1
    options: list[Option] = [(int(v), rank, float(walk[v])) for v in there]
    found = placements_of(with_options(one, 0, options, instead=True))
    some, rows = _found(found, request, np.ones(len(found), dtype=bool))
    return ChangedPlacements(
        some,
        tuple(
            Change(
                "venue",
                _VENUE + max(0.0, float(walk[row[1]]) - farthest),
                row,
                rank=rank,
                walk=float(walk[row[1]]),
            )
            for row in rows
        ),
    )


def _shorter(one: Problem, request: int) -> ChangedPlacements:
    """Offer shorter placements in its windows, by whole steps of the grid of lengths."""
    asked, season = one.requests, one.season
    shortest = int(asked.shortest[0])
    least = shortest - (shortest - 1) // season.length_step * season.length_step
    found = placements_of(with_values(one, 0, shortest=least))
    some, rows = _found(found, request, found.length < shortest)
    return ChangedPlacements(
        some,
        tuple(
            Change("shorter", _SHORTER + (shortest - row[4]) * season.step, row, number=row[4])
            for row in rows
        ),
    )


def _not_rejected(one: Problem, request: int) -> ChangedPlacements:
    """Placements of this request alone that the planner has not ruled out."""
    for_all = Sessions.from_rows([row for row in one.rejections.rows() if row[0] == ANY])
    found = placements_of(replace(one, rejections=for_all))
    now = placements_of(one)
    rows = list(zip(found.venue, found.weekday, found.start, found.length, strict=True))
    allowed = set(zip(now.venue, now.weekday, now.start, now.length, strict=True))
    some, there = _found(found, request, np.array([row not in allowed for row in rows], dtype=bool))
    return ChangedPlacements(some, tuple(Change("rejection", _REJECTION, row) for row in there))


def _nearer(one: Problem, request: int, own: Sequence[Row]) -> ChangedPlacements:
    """Offer placements in its windows on days too near to its other sessions."""
    found = placements_of(one)
    spacing = int(one.requests.spacing[0])
    days = np.array([row[2] for row in own], dtype=np.int64)
    apart = np.abs(found.weekday[:, None] - days)
    nearest = np.minimum(apart, 7 - apart).min(axis=1, initial=7)
    some, rows = _found(found, request, (nearest >= 1) & (nearest < spacing))
    numbers = nearest[(nearest >= 1) & (nearest < spacing)].tolist()
    return ChangedPlacements(
        some,
        tuple(
            Change("spacing", _SPACING + 60 * (spacing - number), row, number=number)
            for row, number in zip(rows, numbers, strict=True)
        ),
    )
