"""Dates and hours of the horizon, curves over the day, and opening hours on the slot grid."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.arrays import F64, I16, I64, U64, Bools
from sim.scenario.derived.openings import Week, shifted, weeks
from sim.scenario.schema.base import hours_of
from sim.scenario.schema.demand import Curve
from sim.scenario.schema.place import CalendarPart, Closure
from sim.scenario.schema.tables import HoursRow, minutes_of
from sim.streams import key_of

HOLIDAY = 7
"""Index of the holiday rows in tables of opening hours (0 = Monday ... 6 = Sunday)."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """Days from the start of the warm-up to the end of the tail.

    Attributes
    ----------
    first
        Day 0.
    weekday
        (D,) 0 = Monday ... 6 = Sunday.
    opening_day
        (D,) row of the opening hours that holds: the weekday, or `HOLIDAY`.
    weekend
        (D,) bool: people behave as at a weekend (weekends and holidays, not working weekends).
    holiday, school_holiday
        (D,) bool.
    month
        (D,) 1-12.
    count_from, count_until
        Days of the counting window, half open.
    notices
        Sentences the user should see.
    """

    first: dt.date
    weekday: I64
    opening_day: I64
    weekend: Bools
    holiday: Bools
    school_holiday: Bools
    month: I64
    count_from: int
    count_until: int
    notices: tuple[str, ...]

    @property
    def n_days(self) -> int:
        """Days of the horizon."""
        return len(self.weekday)

    def date(self, day: int) -> dt.date:
        """The date of a day of the horizon."""
        return self.first + dt.timedelta(days=day)

    def moment(self, minutes: float) -> dt.datetime:
        """Local time of a minute of the horizon."""
        return dt.datetime.combine(self.first, dt.time()) + dt.timedelta(minutes=minutes)

    def counts(self, minutes: F64) -> Bools:
        """Whether times (minutes of the horizon) lie in the counting window."""
        first, end = self.count_from * 1440.0, self.count_until * 1440.0
        return (minutes >= first) & (minutes < end)

    def date_keys(self) -> U64:
        """(D,) keys of the dates, the same wherever the horizon begins."""
        dates = (self.date(d).isoformat() for d in range(self.n_days))
        return np.array([key_of("date", date) for date in dates], dtype=np.uint64)


def build_calendar(
    part: CalendarPart, first_count: dt.date, last_count: dt.date, warm_up: int, tail: int
) -> Calendar:
    """Lay out the horizon: warm-up, counting window, tail.

    Public holidays and working weekends come from the `holidays` package. For a year whose swap
    calendar is not published the statutory dates hold and a notice says so. Weekend days that
    touch a holiday belong to it.
    """
    first = first_count - dt.timedelta(days=warm_up)
    n = (last_count - first).days + 1 + tail
    dates = [first + dt.timedelta(days=d) for d in range(n)]
    weekday = np.array([d.weekday() for d in dates])
    off, working, notices = _public_days(part, dates)
    holiday = np.array([d in off for d in dates])
    weekend = ((weekday >= 5) & ~np.array([d in working for d in dates])) | holiday
    school = np.array([any(s.first <= d <= s.last for s in part.school_holidays) for d in dates])
    return Calendar(
        first=first,
        weekday=weekday,
        opening_day=np.where(holiday, HOLIDAY, weekday),
        weekend=weekend,
        holiday=holiday,
        school_holiday=school,
        month=np.array([d.month for d in dates]),
        count_from=warm_up,
        count_until=warm_up + (last_count - first_count).days + 1,
        notices=notices,
    )


def _public_days(
    part: CalendarPart, dates: list[dt.date]
) -> tuple[set[dt.date], set[dt.date], tuple[str, ...]]:
    """Days off, working weekend days, and notices."""
    if part.country == "none":
        return set(), set(), ()
    import holidays  # imported here: it is slow to load and only needed once a run

    years = sorted({d.year for d in dates})
    china: Any = holidays.country_holidays(
        part.country, years=[years[0] - 1, *years, years[-1] + 1]
    )
    working = set(china.weekend_workdays)
    around = [dates[0] + dt.timedelta(days=d) for d in range(-3, len(dates) + 3)]
    off = _bridged(set(china.keys()), working, around)
    published = {d.year for d in working}  # every published swap calendar has working weekends
    notices = tuple(
        f"no swap calendar of public holidays is published for {y}: statutory dates are used"
        for y in years
        if y not in published
    )
    return off, working, notices


def _bridged(off: set[dt.date], working: set[dt.date], dates: list[dt.date]) -> set[dt.date]:
    """Add the weekend days that touch a day off: the library lists only the days off beside them.

    So the official notices have it: Friday 2025-04-04 to Sunday 2025-04-06 is one holiday.
    """
    one = dt.timedelta(days=1)
    bridged = set(off)
    free = [d for d in dates if d.weekday() >= 5 and d not in working]
    for day in (*free, *reversed(free)):
        if day - one in bridged or day + one in bridged:
            bridged.add(day)
    return bridged


def spread(bands: Mapping[str, float], *, missing: float = 0.0, per_hour: bool = False) -> F64:
    """(24,) from stretches of hours: a stretch's weight is shared out, or holds in each hour."""
    hours = np.full(24, missing)
    for band, weight in bands.items():
        start, end = hours_of(band)
        hours[start:end] = weight if per_hour else weight / (end - start)
    return hours


def day_shapes(curve: Curve) -> F64:
    """(2, 24) weight of the hours of a weekday, of sum 1, and of a weekend day, of `weekend_day`.

    A kind of day without weights stays 0.
    """
    days = np.stack([spread(curve.weekday), spread(curve.weekend)])
    totals = days.sum(axis=1, keepdims=True)
    days = np.divide(days, totals, where=totals > 0, out=days * 0)
    days[1] *= curve.weekend_day
    return np.asarray(days)


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
