"""When sessions start: hours of the week by kind, and how full the programme is by date."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.arrays import F64, I64, U64
from sim.scenario.schema.activities import ActivityKind
from sim.scenario.schema.demand import Curve
from sim.streams import uniforms
from sim.world.calendar import day_shapes
from sim.world.world import World

MONDAY = dt.date(2000, 1, 3)
"""Week 0 begins on this day: weeks have the same number wherever the horizon begins."""


@dataclass(frozen=True, slots=True)
class Weeks:
    """Weeks that the horizon touches.

    Attributes
    ----------
    number
        (W,) of each week, counted from `MONDAY`.
    before
        Days from `MONDAY` to day 0 of the horizon.
    hours
        (kinds, 168) share of a week's sessions that start in each hour from Monday 0:00 on.
    edges
        (kinds * 168,) flattened: kind + share up to and including each hour.
    factor
        (D,) sessions of a day of the horizon, relative to the same weekday at other times.
    most
        (W,) largest factor of a week's days.
    """

    number: I64
    before: int
    hours: F64
    edges: F64
    factor: F64
    most: F64

    def hour_of(self, kind: I64, keys: U64, purpose: int) -> I64:
        """Hour of the week (0-167) in which sessions start."""
        mark = np.minimum(kind + uniforms(keys, purpose), np.nextafter(kind + 1.0, 0.0))
        return np.asarray(np.searchsorted(self.edges, mark, side="right") - kind * 168)

    def day(self, week: I64, weekday: I64 | int) -> I64:
        """Day of the horizon, possibly outside it."""
        return np.asarray(week * 7 + weekday - self.before)


def build_weeks(world: World, kinds: Sequence[ActivityKind]) -> Weeks:
    """Lay out the weeks of the horizon."""
    spec, calendar = world.scenario.activities, world.calendar
    before = (calendar.first - MONDAY).days
    number = np.arange(before // 7, (before + calendar.n_days - 1) // 7 + 1)
    hours = np.array([_week(kind.starts) for kind in kinds]).reshape(len(kinds), 168)
    edges = np.arange(len(kinds))[:, None] + np.minimum(np.cumsum(hours, axis=1), 1.0)
    edges[:, -1] = np.arange(len(kinds)) + 1.0
    factor = np.array([spec.season.get(m, 1.0) for m in range(1, 13)])[calendar.month - 1]
    factor = np.where(calendar.holiday, factor * spec.public_holiday, factor)
    most = np.zeros(len(number))
    week = (np.arange(calendar.n_days) + before) // 7 - number[0]
    np.maximum.at(most, week, factor)
    return Weeks(number, before, hours, edges.ravel(), factor, most)


def _week(curve: Curve) -> F64:
    """(168,) shares of the hours of a week; a series keeps its hour on public holidays too."""
    weekday, weekend = day_shapes(curve)
    week = np.concatenate([np.tile(weekday, 5), np.tile(weekend, 2)])
    return np.asarray(week / week.sum())
