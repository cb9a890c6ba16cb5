"""When people come: expected visits by class of day, hour and stream.

A stream is a segment at origins of one presence, so that absence by the hour is exact. Days fall
into classes: weekday, weekend day or public holiday, each in term time or in school holidays.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.arrays import F64, I64
from sim.scenario.schema.demand import Curve
from sim.world.calendar import Calendar, day_shapes, spread
from sim.world.world import World

CLASSES = 6
"""Kinds of day (0 weekday, 1 weekend day, 2 public holiday) + 3 in school holidays."""
_WEEKEND = [0, 1, 1, 0, 1, 1]
"""Which row of a curve holds in each class."""


@dataclass(frozen=True, slots=True)
class Streams:
    """Combinations of segment and presence that anybody belongs to.

    Attributes
    ----------
    segment
        (R,) of each stream.
    of
        (G,) stream of each group of people.
    here
        (R, 2, 24) share of people who are at their origin, on a weekday and a weekend day.
    factor
        (R, 6) visits in each class of day, as a multiple of an ordinary one.
    """

    segment: I64
    of: I64
    here: F64
    factor: F64

    def __len__(self) -> int:
        return len(self.segment)


def build_streams(world: World) -> Streams:
    """List the streams of a world."""
    scenario, people = world.scenario, world.people
    names = sorted(set(world.origins.presence))
    at = np.array([names.index(p) for p in world.origins.presence], dtype=np.int64)
    code = people.segment * len(names) + at[people.origin]
    codes, of = np.unique(code, return_inverse=True)
    here = np.ones((len(codes), 2, 24))
    for r, c in enumerate(codes.tolist()):
        presence = scenario.demand.presence.get(names[c % len(names)])
        if presence is not None:
            here[r, 0] = spread(presence.weekday, per_hour=True)
            here[r, 1] = spread(presence.weekend, per_hour=True)
    segment = codes // len(names)
    kinds = [scenario.segments[world.segments[s]] for s in segment.tolist()]
    off: F64 = np.array([s.public_holiday for s in kinds]).reshape(-1, 1)
    school: F64 = np.array([s.school_holiday for s in kinds]).reshape(-1, 1)
    term = np.concatenate([np.ones((len(kinds), 2)), off], axis=1)
    factor = np.concatenate([term, term * school], axis=1)
    return Streams(segment=segment.astype(np.int64), of=of.reshape(-1), here=here, factor=factor)


def class_of_days(calendar: Calendar) -> I64:
    """(D,) class of each day."""
    day = np.where(calendar.holiday, 2, calendar.weekend.astype(np.int64))
    return np.asarray(day + 3 * calendar.school_holiday)


def week_of(curve: Curve) -> F64:
    """(2, 24) share of a week's visits in each hour of a weekday and of a weekend day.

    Five weekdays and two weekend days sum to 1.
    """
    week = day_shapes(curve)
    return np.asarray(week / (week * np.array([[5.0], [2.0]])).sum())


def hourly_rates(curve: Curve, streams: Streams, visits: F64) -> F64:
    """(M, 6, 24, R) expected visits an hour to each place, by class of day and stream.

    Parameters
    ----------
    visits
        (M, R) visits a week of everybody in the stream, were all at home all the time.
    """
    when = week_of(curve)[None] * streams.here
    shape = when[:, _WEEKEND] * streams.factor[:, :, None]
    return np.asarray(visits[:, None, None, :] * shape.transpose(1, 2, 0)[None])
