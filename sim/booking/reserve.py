"""Reserved rooms in one replication: the diaries that different sorts of people see.

What a booker sees depends on the entries of `policy.reserve` that are in the way: those that are
for others and, so long before the start sought, not released. Every such set of entries has a diary
of its own, which is the true one with the slots marked that the set keeps. As the set follows from
the start and the time of the decision, a release changes no diary: who may have what is left looks
into another one.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass
from operator import or_

import numpy as np

from sim.booking.layout import Book, Rooms
from sim.booking.requests import Askers
from sim.booking.reserve_plan import ReservePlan
from sim.booking.timing import SLACK
from sim.booking.views import Sight, View, Views


@dataclass(frozen=True, slots=True)
class _Way:
    """What is in somebody's way: a diary, and per pool the free rooms to be left over."""

    sight: Sight
    rooms: tuple[int, ...] | None


class _Diaries:
    """Diaries by the set of entries that are in the way, made when first asked for."""

    def __init__(self, rooms: Rooms, plan: ReservePlan, book: Book) -> None:
        self._rooms, self._plan, self._book = rooms, plan, book
        self.everybody = Sight(book.busy, book.full)
        self.made: dict[int, tuple[Sight, tuple[int, ...]]] = {}

    def sight(self, entries: int) -> Sight:
        """The true diary with what these entries keep."""
        entries &= self._plan.by_share
        if not entries:
            return self.everybody
        if entries not in self.made:
            weekly = self._plan.kept_from(entries)
            n, first = self._rooms.n_venues, self._rooms.weekday
            busy: list[int] = []
            for day in range(self._rooms.n_days):
                week = (first + day) % 7 * n
                own = self._book.busy[day * n : (day + 1) * n]
                busy.extend(map(or_, own, weekly[week : week + n]))
            self.made[entries] = Sight(busy, [0] * len(self._book.full)), weekly
        return self.made[entries][0]

    def way(self, entries: int) -> _Way:
        """What these entries, all in the way, leave to be had."""
        return _Way(self.sight(entries), _most(self._plan.rooms, entries))


def open_reserve(rooms: Rooms, plan: ReservePlan, askers: Askers) -> Callable[[Book], Views]:
    """Build what `open_desk` asks for: the diaries of a replication as its bookers see them.

    Parameters
    ----------
    askers
        In the order of the requests.
    """

    def views(book: Book) -> Views:
        diaries = _Diaries(rooms, plan, book)
        releases = sorted(set(plan.release))
        everything = (1 << len(plan.release)) - 1
        seen = diaries.sight(everything & ~plan.of_programme)
        most = _most(plan.venue_rooms, everything & ~plan.of_programme)
        of = _view(rooms, plan, askers, diaries, releases)

        def steady(first: int, last: int, now: float) -> bool:
            return _level(releases, rooms.grid, first, now) == _level(
                releases, rooms.grid, last, now
            )

        return Views(
            of=of,
            steady=steady,
            others=tuple(sight for sight, _ in diaries.made.values()),
            refresh=_refresher(rooms, book, list(diaries.made.values())),
            programme=seen,
            spare=None if most is None else tuple(zip(most, plan.together, strict=True)),
        )

    return views


def _level(releases: list[float], grid: int, at: int, now: float) -> int:
    """How many of the rising times of release still lie ahead for a start."""
    return bisect_left(releases, at * grid - now - SLACK)


def _view(
    rooms: Rooms, plan: ReservePlan, askers: Askers, diaries: _Diaries, releases: list[float]
) -> View:
    """The view of bookers: by segment, residence, and time before the start."""
    segment, origin, grid = askers.segment.tolist(), askers.origin.tolist(), rooms.grid
    everybody, lives = diaries.everybody, plan.lives
    number: dict[int, int] = {}
    as_guest, at_home = {}, {}
    for s in np.unique(askers.segment).tolist():
        own = plan.of_segment[s]
        as_guest[s] = number.setdefault(own, len(number))
        at_home[s] = number.setdefault(own | plan.of_residents, len(number))
    sort, sort_at_home = [as_guest[s] for s in segment], [at_home[s] for s in segment]
    # ways[level][sort]: entries whose release lies below that of the level hold
    ways: list[list[_Way]] = [[]]
    for level in range(1, len(releases) + 1):
        held = sum(1 << k for k, r in enumerate(plan.release) if r < _above(releases, level))
        ways.append([diaries.way(held & ~own) for own in number])

    def of(i: int, pool: int, at: int, now: float) -> tuple[Sight, int]:
        level = bisect_left(releases, at * grid - now - SLACK)
        if not level:
            return everybody, 0
        own = sort_at_home[i] if lives is not None and lives[origin[i]][pool] else sort[i]
        way = ways[level][own]
        return way.sight, 0 if way.rooms is None else way.rooms[pool]

    return of


def _above(releases: list[float], level: int) -> float:
    return releases[level] if level < len(releases) else float("inf")


def _refresher(
    rooms: Rooms, book: Book, made: list[tuple[Sight, tuple[int, ...]]]
) -> Callable[[int], None]:
    """What is seen of a venue's day, made anew after slots were given back."""
    busy, n, first = book.busy, rooms.n_venues, rooms.weekday

    def refresh(row: int) -> None:
        day, venue = divmod(row, n)
        in_week = (first + day) % 7 * n + venue
        for sight, weekly in made:
            sight.busy[row] = busy[row] | weekly[in_week]

    return refresh


def _most(rooms: tuple[tuple[int, ...], ...], entries: int) -> tuple[int, ...] | None:
    """Free rooms to be left over for a set of entries: the most of any; None if nowhere any."""
    chosen = [own for number, own in enumerate(rooms) if entries >> number & 1]
    most = tuple(map(max, *chosen)) if len(chosen) > 1 else next(iter(chosen), ())
    return most if any(most) else None
