"""Opening hours resolved to the slot grid, date by date."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from sim.arrays import I16, I64, Bools
from sim.scenario.derived.openings import Week, shifted, weeks
from sim.scenario.schema.place import Closure
from sim.scenario.schema.tables import HoursRow, minutes_of
from sim.world.calendar import Calendar

LONGEST = 32_767
"""Longest stretch of open slots that is told apart (22 days on a grid of one minute)."""


@dataclass(frozen=True, slots=True)
class OpeningProfiles:
    """Distinct opening profiles over the horizon.

    Attributes
    ----------
    is_open
        (P, T) bool: profile p is open in slot t of the horizon.
    run
        (P, T) int16: how many slots from t on are open without a break (0: closed at t), at most
        `LONGEST`.
    """

    is_open: Bools
    run: I16


@dataclass(frozen=True, slots=True)
class Opens:
    """Rules that decide when a venue or place is open.

    Attributes
    ----------
    name, centre, kind
        What closures may name.
    hours, school_holiday_hours
        Names of opening hours; None: the same in school holidays.
    shift
        First opening and last closing of days that have any, minutes; None: as in `hours`.
    """

    name: str
    centre: str | None
    kind: str
    hours: str
    school_holiday_hours: str | None = None
    shift: tuple[int | None, int | None] = (None, None)


def build_opening(
    things: Sequence[Opens],
    hours: Sequence[HoursRow],
    closures: Sequence[Closure],
    calendar: Calendar,
    grid_minutes: int,
) -> tuple[OpeningProfiles, I64]:
    """Resolve hours, school holidays, zones' own hours, public holidays and closures.

    Returns
    -------
    Opening
        The distinct profiles.
    (things,) int array
        Profile of each venue or place.
    """
    schedules = weeks(hours)
    profiles: dict[tuple[object, ...], int] = {}
    of_thing = np.empty(len(things), dtype=np.int64)
    masks: list[Bools] = []
    for i, thing in enumerate(things):
        shut = tuple(c for c, closure in enumerate(closures) if _closes(closure, thing))
        key = (thing.hours, thing.school_holiday_hours, thing.shift, shut)
        if key not in profiles:
            profiles[key] = len(masks)
            mask = _dated(_by_term(thing, schedules, grid_minutes), calendar, grid_minutes)
            for c in shut:
                _close(mask, closures[c], calendar, grid_minutes)
            masks.append(mask)
        of_thing[i] = profiles[key]
    is_open = np.stack(masks) if masks else np.zeros((0, 0), dtype=bool)
    return OpeningProfiles(is_open=is_open, run=_run_lengths(is_open)), of_thing


def _by_term(thing: Opens, schedules: Mapping[str, Week], grid: int) -> Bools:
    """(2, 8, 2 days of slots) of school terms and of school holidays, with the zone's own hours.

    What lies past midnight is the second day.
    """
    mask = np.zeros((2, 8, 2 * 24 * 60 // grid), dtype=bool)
    for term, name in enumerate((thing.hours, thing.school_holiday_hours or thing.hours)):
        for day, stretches in enumerate(schedules[name]):
            for start, end in shifted(stretches, *thing.shift):
                mask[term, day, -(-start // grid) : end // grid] = True
    return mask


def _dated(by_term: Bools, calendar: Calendar, grid: int) -> Bools:
    """(T,) open slots over the horizon; a night's opening belongs to the day it began."""
    slots = 24 * 60 // grid
    today = by_term[calendar.school_holiday.astype(np.int64), calendar.opening_day]
    mask = today[:, :slots].copy()
    mask[1:] |= today[:-1, slots:]
    before = by_term[int(calendar.school_holiday[0]), (int(calendar.weekday[0]) - 1) % 7]
    mask[0] |= before[slots:]
    return mask.reshape(-1)


def _closes(closure: Closure, thing: Opens) -> bool:
    named = (closure.venues, closure.centres, closure.kinds)
    if not any(named):
        return True
    return (
        thing.name in closure.venues
        or thing.centre in closure.centres
        or thing.kind in closure.kinds
    )


def _close(mask: Bools, closure: Closure, calendar: Calendar, grid: int) -> None:
    """Clear the slots that a closure touches (partly touched slots are closed too)."""
    slots = 24 * 60 // grid
    start, end = 0, slots
    if closure.hours is not None:
        opening, closing = (minutes_of(c) for c in closure.hours.split("-"))
        start, end = opening // grid, -(-closing // grid)
    first = max(0, (closure.first - calendar.first).days)
    last = min(calendar.n_days - 1, (closure.last - calendar.first).days)
    for day in range(first, last + 1):
        mask[day * slots + start : day * slots + end] = False


def runs(mask: Bools) -> list[tuple[int, int]]:
    """Unbroken stretches [from, until) in which a mask is true, in order."""
    edges = np.flatnonzero(np.diff(mask.astype(np.int8), prepend=0, append=0))
    return list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))


def _run_lengths(is_open: Bools) -> I16:
    """(P, T) open slots from each slot on: distance to the next closed one."""
    n_slots = is_open.shape[1] if is_open.ndim == 2 else 0
    index = np.arange(n_slots, dtype=np.int32)
    next_closed = np.where(is_open, np.int32(n_slots), index[None, :])
    next_closed = np.minimum.accumulate(next_closed[:, ::-1], axis=1)[:, ::-1]
    return np.minimum(next_closed - index[None, :], LONGEST).astype(np.int16)
