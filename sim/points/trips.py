"""Trips to merchants: a Poisson process of each person who has ever had points."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.arrays import F64, I64, U64
from sim.points.months import DAY_MINUTES
from sim.points.plan import PointsPlan
from sim.streams import child_keys, key_of, uniforms
from sim.variates import poisson_ppf

OPENS, CLOSES = 9 * 60.0, 21 * 60.0
"""Minutes of the day between which merchants are open."""

_COUNT, _WHEN = (key_of("purpose", p) for p in ("trips to merchants", "trip when"))


@dataclass(frozen=True, slots=True)
class Trips:
    """Trips in the horizon, from when a person first has points; in no order of time.

    Attributes
    ----------
    person
        Index of the person.
    """

    person: I64
    time: F64
    key: U64


def sample_trips(plan: PointsPlan, keys: U64, since: F64) -> Trips:
    """Draw the trips of people.

    Counts are by (person, calendar month) and by inversion: a higher level only adds trips. Months
    before the first points are left out, which changes nothing: nobody spends then.

    Parameters
    ----------
    keys
        (N,) of the people.
    since
        (N,) when each first has points, in minutes of the horizon.
    """
    months = plan.months
    if not plan.spendable:
        keys, since = keys[:0], since[:0]
    last = len(months.key)
    starts = months.first_day * DAY_MINUTES
    first = np.searchsorted(starts, since, side="right") - 1
    person, month = _runs(first, last - first)
    cell_key = child_keys(keys[person], months.key[month])
    mean = plan.trips_a_day * months.days.astype(np.float64)
    counts = poisson_ppf(uniforms(cell_key, _COUNT), mean[month])
    cell, number = _runs(np.zeros(len(counts), dtype=np.int64), counts)
    key = child_keys(cell_key[cell], number)
    time = months.times(month[cell], uniforms(key, _WHEN), OPENS, CLOSES)
    person = person[cell]
    keep = (time >= since[person]) & (time < plan.end)
    return Trips(person=person[keep], time=time[keep], key=key[keep])


def _runs(first: I64, length: I64) -> tuple[I64, I64]:
    """Rows, each repeated `length` times, and a number counting up from `first` in each."""
    row = np.repeat(np.arange(len(length)), length)
    before = np.cumsum(length) - length
    return row, np.arange(len(row)) - before[row] + first[row]
