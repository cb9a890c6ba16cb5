"""Dates and hours of the horizon: weekdays, holidays, school terms; curves over the day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.arrays import F64, I64, U64, Bools
from sim.scenario.schema.base import hours_of
from sim.scenario.schema.demand import Curve
from sim.scenario.schema.place import CalendarPart
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
