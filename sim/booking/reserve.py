"""Which rooms are kept for whom: `policy.reserve` laid out once for all replications.

Time is kept per centre and kind, because pools (rooms open to the same people) may share rooms.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sim.arrays import F64, I16, I64
from sim.scenario.schema.base import hours_of
from sim.scenario.schema.policy import Reserve
from sim.world.calendar import HOLIDAY
from sim.world.places import TIERS
from sim.world.world import World

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
NOBODY = -1
Week = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class ReservePlan:
    """Reserves of a policy, the same in every replication; no entries where there are none.

    Sets of entries are bits of a number.

    Attributes
    ----------
    keeper
        (V, slots of a week) entry that keeps a slot, or -1; (V, 0) where none does.
    release
        (K,) minutes before the start from which each entry holds no more.
    left_over
        (K, P) how many free rooms of a pool must be left over; 0 where the entry does not hold.
    of_segment
        (segments,) entries for each segment.
    of_residents
        Entries for residents.
    not_for_sessions
        Entries that are not for sessions of activities.
    groups
        (V, most) rooms of each venue's centre and kind, then -1.
    left_over_of_venue
        (V,) how many free rooms of them a session must leave over.
    """

    keeper: I16
    release: F64
    left_over: I64
    of_segment: I64
    of_residents: int
    not_for_sessions: int
    groups: I64
    left_over_of_venue: I64


def build_reserve(world: World) -> ReservePlan:
    """Lay out the reserves of a policy."""
    entries = [e for e in world.scenario.policy.reserve if e.share != 0]
    pools, venues = world.pools, world.venues
    keeper = np.zeros((len(venues), 0), dtype=np.int16)
    if any(e.share is not None for e in entries):
        keeper = kept_time(world, entries).reshape(len(venues), -1)
    groups = _groups(world)
    keys = zip(venues.centre.tolist(), venues.kind.tolist(), strict=True)
    not_for_sessions = (1 << len(entries)) - 1 & ~_named(entries, "programme")
    binding = [e for k, e in enumerate(entries) if not_for_sessions >> k & 1]
    return ReservePlan(
        keeper=keeper,
        release=np.array([e.release_hours_ahead * 60.0 for e in entries]),
        left_over=_left_over(world, entries, pools.centre, pools.kind),
        of_segment=np.array([_named(entries, name) for name in world.segments], dtype=np.int64),
        of_residents=_named(entries, "residents"),
        not_for_sessions=not_for_sessions,
        groups=padded([groups[key] for key in keys]),
        left_over_of_venue=_left_over(world, binding, venues.centre, venues.kind).max(
            axis=0, initial=0
        ),
    )


def padded(lists: Sequence[Sequence[int]]) -> I64:
    """(lists, longest) numbers of each list, then -1."""
    found = np.full((len(lists), max(map(len, lists), default=0)), -1, dtype=np.int64)
    for row, numbers in zip(found, lists, strict=True):
        row[: len(numbers)] = numbers
    return found


def _named(entries: list[Reserve], name: str) -> int:
    return sum(1 << k for k, e in enumerate(entries) if name in e.kept_for)


def _left_over(world: World, entries: Sequence[Reserve], centre: I64, kind: I64) -> I64:
    """(K, ...) free rooms to be left over, per pool or venue given by its centre and kind."""
    rooms = [
        [
            entry.rooms or 0 if _holds(world, entry, c, k) else 0
            for c, k in zip(centre.tolist(), kind.tolist(), strict=True)
        ]
        for entry in entries
    ]
    return np.array(rooms, dtype=np.int64).reshape(len(entries), len(centre))


def _holds(world: World, entry: Reserve, centre: int, kind: int) -> bool:
    zone = world.zones[int(world.centres.zone[centre])]
    return entry.holds(zone, TIERS[int(world.centres.tier[centre])], world.kinds[kind])


def _groups(world: World) -> dict[tuple[int, int], list[int]]:
    """Rooms of every centre and kind, smallest first."""
    venues = world.venues
    groups: dict[tuple[int, int], list[int]] = {}
    for v in np.lexsort((venues.keys, venues.capacity)).tolist():
        groups.setdefault((int(venues.centre[v]), int(venues.kind[v])), []).append(v)
    return groups


def kept_time(world: World, entries: list[Reserve]) -> I16:
    """(V, 7, S) number of the entry that keeps a slot of the week, or -1.

    No slot is kept twice: an entry that finds too little time left by those before it keeps what
    there is. Of each centre and kind an entry keeps whole rooms as far as its share goes, then
    whole days of one more, then the first hours of one more day; so what is kept differs from the
    share by half an hour a week at most.
    """
    week = _week(world)
    keeper = np.full(week.shape, NOBODY, dtype=np.int16)
    hour, groups = 60 // world.grid, _groups(world)
    for number, entry in enumerate(entries):
        if entry.share is None:
            continue
        inside = _inside(world, entry)
        for (centre, kind), group in groups.items():
            if not _holds(world, entry, centre, kind):
                continue
            time = week[group] & inside
            taken = time & (keeper[group] != NOBODY)
            turn = int(world.centres.keys[centre] % np.uint64(7))
            kept = _chosen(time, taken, entry.share, hour, turn)
            keeper[group] = np.where(kept, np.int16(number), keeper[group])
    return keeper


def _inside(world: World, entry: Reserve) -> Week:
    """(7, S) slots of the week in the days and hours of an entry."""
    days = np.array([not entry.days or day in entry.days for day in WEEKDAYS])
    first, end = (0, 24) if entry.hours is None else hours_of(entry.hours)
    hour = np.arange(world.slots) * world.grid // 60
    return np.asarray(days[:, None] & ((hour >= first) & (hour < end))[None, :])


def _week(world: World) -> Week:
    """(V, 7, S) slots of an ordinary week in which each venue is open: on any date but holidays."""
    calendar = world.calendar
    by_day = world.opening.is_open.reshape(-1, world.n_days, world.slots)
    week = np.zeros((len(by_day), 7, world.slots), dtype=np.bool_)
    for weekday in range(7):
        at = calendar.weekday == weekday
        ordinary = at & (calendar.opening_day != HOLIDAY)
        week[:, weekday] = by_day[:, ordinary if ordinary.any() else at].any(axis=1)
    return np.asarray(week[world.venues.profile])


def _chosen(time: Week, taken: Week, share: float, hour: int, turn: int) -> Week:
    """(R, 7, S) slots that hold about the share of the time: whole rooms, whole days, then hours.

    Parameters
    ----------
    taken
        Part of the time that others keep.
    hour
        Slots of an hour.
    turn
        Day to begin with, so that not all centres keep their few hours on the same day.
    """
    free, target = time & ~taken, share * int(time.sum())
    kept = np.zeros_like(free)
    untouched: Week = np.asarray(~taken.any(axis=(1, 2)))
    for r in sorted(spread(len(free)), key=lambda r: not untouched[r]):
        size = int(free[r].sum())
        if size > target + 1e-9:
            _part_of_room(kept[r], free[r], target, hour, turn)
            break
        kept[r] = free[r]
        target -= size
    return kept


def _part_of_room(kept: Week, free: Week, target: float, hour: int, turn: int) -> None:
    """Keep whole days of a room spread over the week, and the first hours of one more."""
    days = [(d + turn) % 7 for d in range(7)]
    days = [d for d in days if free[d].any()]
    for number in spread(len(days)):
        day = days[number]
        size = int(free[day].sum())
        if size > target + 1e-9:
            hours = int(target / hour + 0.5 + 1e-9)
            kept[day, np.flatnonzero(free[day])[: hours * hour]] = True
            return
        kept[day] = free[day]
        target -= size


def spread(n: int) -> list[int]:
    """0 to n - 1 in an order whose every beginning is spread evenly (van der Corput's sequence)."""
    order = []
    for k in range(1, 1 << n.bit_length()):
        at, scale = 0, 1 << n.bit_length()
        for bit in range(n.bit_length()):
            at += (k >> bit & 1) * (scale >> (bit + 1))
        order.append(at * n // scale)
    return list(dict.fromkeys([*order, *range(n)]))[:n]
