"""Opening hours resolved to the slot grid, date by date."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sim.scenario.schema.place import Closure
from sim.scenario.schema.tables import HoursRow, VenueRow, minutes_of, parse_days
from sim.world.calendar import Calendar

__all__ = ["LONGEST", "Opening", "build_opening"]

LONGEST = 32_767
"""Longest stretch of open slots that is told apart (22 days on a grid of one minute)."""


@dataclass(frozen=True, slots=True)
class Opening:
    """Distinct opening profiles over the horizon.

    Attributes
    ----------
    is_open
        (P, T) bool: profile p is open in slot t of the horizon.
    run
        (P, T) int16: how many slots from t on are open without a break (0: closed at t), at most
        `LONGEST`.
    """

    is_open: npt.NDArray[np.bool_]
    run: npt.NDArray[np.int16]


def build_opening(
    venues: Sequence[VenueRow],
    hours: Sequence[HoursRow],
    closures: Sequence[Closure],
    calendar: Calendar,
    grid_minutes: int,
) -> tuple[Opening, npt.NDArray[np.int64]]:
    """Resolve hours, holidays and closures.

    Returns
    -------
    Opening
        The distinct profiles.
    (V,) int array
        Profile of each venue.
    """
    weekly = _weekly_masks(hours, grid_minutes)
    profiles: dict[tuple[str, tuple[int, ...]], int] = {}
    of_venue = np.empty(len(venues), dtype=np.int64)
    masks: list[npt.NDArray[np.bool_]] = []
    for v, venue in enumerate(venues):
        shut = tuple(i for i, c in enumerate(closures) if _closes(c, venue))
        key = (venue.hours, shut)
        if key not in profiles:
            profiles[key] = len(masks)
            mask = _dated(weekly[venue.hours], calendar, grid_minutes)
            for i in shut:
                _close(mask, closures[i], calendar, grid_minutes)
            masks.append(mask)
        of_venue[v] = profiles[key]
    is_open = np.stack(masks) if masks else np.zeros((0, 0), dtype=bool)
    return Opening(is_open=is_open, run=_run_lengths(is_open)), of_venue


def _weekly_masks(hours: Sequence[HoursRow], grid: int) -> dict[str, npt.NDArray[np.bool_]]:
    """Schedule name -> (8 kinds of day, 2 days of slots); past midnight is the second day."""
    slots = 24 * 60 // grid
    masks: dict[str, npt.NDArray[np.bool_]] = {}
    for row in hours:
        mask = masks.setdefault(row.hours, np.zeros((8, 2 * slots), dtype=bool))
        start = -(-minutes_of(row.open) // grid)
        end = minutes_of(row.close) // grid
        for day in parse_days(row.days):
            mask[day, start:end] = True
    return masks


def _dated(weekly: npt.NDArray[np.bool_], calendar: Calendar, grid: int) -> npt.NDArray[np.bool_]:
    """(T,) open slots over the horizon; a night's opening belongs to the day it began."""
    slots = 24 * 60 // grid
    today = weekly[calendar.opening_day]
    mask = today[:, :slots].copy()
    mask[1:] |= today[:-1, slots:]
    before = weekly[(int(calendar.weekday[0]) - 1) % 7]
    mask[0] |= before[slots:]
    return mask.reshape(-1)


def _closes(closure: Closure, venue: VenueRow) -> bool:
    named = (closure.venues, closure.centres, closure.kinds)
    if not any(named):
        return True
    return (
        venue.venue in closure.venues
        or venue.centre in closure.centres
        or venue.kind in closure.kinds
    )


def _close(mask: npt.NDArray[np.bool_], closure: Closure, calendar: Calendar, grid: int) -> None:
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


def _run_lengths(is_open: npt.NDArray[np.bool_]) -> npt.NDArray[np.int16]:
    """(P, T) open slots from each slot on: distance to the next closed one."""
    n_slots = is_open.shape[1] if is_open.ndim == 2 else 0
    index = np.arange(n_slots, dtype=np.int32)
    next_closed = np.where(is_open, np.int32(n_slots), index[None, :])
    next_closed = np.minimum.accumulate(next_closed[:, ::-1], axis=1)[:, ::-1]
    return np.minimum(next_closed - index[None, :], LONGEST).astype(np.int16)
