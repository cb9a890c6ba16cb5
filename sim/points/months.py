"""Calendar months that cover the horizon.

Counts are drawn by person (or group) and whole month, keyed by year and month, and what falls
outside the horizon is dropped. So a longer horizon only adds.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np

from sim.arrays import F64, I64
from sim.world.calendar import Calendar

DAY_MINUTES = 24 * 60.0


@dataclass(frozen=True, slots=True)
class Months:
    """The months that the horizon touches, each from its first to its last day.

    Attributes
    ----------
    key
        (M,) year x 12 + month.
    first_day
        (M,) of the horizon; below 0 where a month begins before it.
    days
        (M,) length.
    """

    key: I64
    first_day: I64
    days: I64

    def times(self, month: I64, u: F64, opens: float, closes: float) -> F64:
        """Minutes of the horizon of things that happen on any day of a month between two hours.

        Parameters
        ----------
        month
            (N,) index of the month.
        u
            (N,) uniform: its whole part in days is the day, the rest the minute.
        opens, closes
            Minutes of the day.
        """
        day = u * self.days[month]
        whole = np.floor(day)
        minute = opens + (day - whole) * (closes - opens)
        return np.asarray((self.first_day[month] + whole) * DAY_MINUTES + minute)


def build_months(calendar: Calendar) -> Months:
    """List the months of a horizon."""
    first, last = calendar.first, calendar.date(calendar.n_days - 1)
    end = last.year * 12 + last.month + 1
    keys = np.arange(first.year * 12 + first.month, end)
    starts = [_first_of(key) for key in [*keys.tolist(), end]]
    days = np.array([(day - calendar.first).days for day in starts], dtype=np.int64)
    return Months(key=keys.astype(np.int64), first_day=days[:-1], days=np.diff(days))


def _first_of(key: int) -> dt.date:
    """The first day of a month numbered year x 12 + month."""
    year, month = divmod(key - 1, 12)
    return dt.date(year, month + 1, 1)
