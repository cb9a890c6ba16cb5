"""When wishes arise: weights over the days of the horizon and the hours of a day.

A profile belongs to a (segment, presence, kind). Its weight at (day, hour) is the number of wishes
there per wish a week: curve x presence x kind's tilt x season x school holidays x public holidays.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.arrays import F64, Bools
from sim.scenario.schema.demand import Curve, Kind, Presence, Segment
from sim.scenario.schema.scenario import Scenario
from sim.world.calendar import Calendar, day_shapes, spread


@dataclass(frozen=True, slots=True)
class Profiles:
    """Profiles in the order of their first use.

    Attributes
    ----------
    day
        (P, D) expected wishes a day per wish a week.
    hour
        (P, 2, 24) how a weekday's (0) or weekend day's (1) wishes spread over hours; sums to 1
        where the day has any.
    outdoor
        (P,) bool.
    """

    day: F64
    hour: F64
    outdoor: Bools


def build_profiles(
    scenario: Scenario, calendar: Calendar, wanted: list[tuple[str, str, str]]
) -> Profiles:
    """Profiles for (segment, presence, kind) triples."""
    days, hours, outdoor = [], [], []
    for segment_name, presence_name, kind_name in wanted:
        segment, kind = scenario.segments[segment_name], scenario.kinds[kind_name]
        curve = scenario.demand.curves[segment.curve]
        presence = scenario.demand.presence.get(presence_name)
        weights = _week(curve, kind, presence)
        total = weights.sum(axis=1)
        days.append(_day_factors(segment, kind, calendar) * total[calendar.weekend.astype(int)])
        hours.append(np.divide(weights, total[:, None], where=total[:, None] > 0, out=weights * 0))
        outdoor.append(kind.outdoor)
    return Profiles(
        day=np.array(days, dtype=np.float64).reshape(-1, calendar.n_days),
        hour=np.array(hours, dtype=np.float64).reshape(-1, 2, 24),
        outdoor=np.array(outdoor, dtype=bool),
    )


def _week(curve: Curve, kind: Kind, presence: Presence | None) -> F64:
    """(2, 24) wishes an hour on a weekday and a weekend day, per wish a week.

    The kind's tilt moves wishes between hours and keeps the week's total; absence loses wishes.
    """
    plain = day_shapes(curve)
    tilted = plain * spread(kind.hours, missing=1.0, per_hour=True)[None, :]
    per_week = np.array([[5.0], [2.0]])
    tilted *= (plain * per_week).sum() / max((tilted * per_week).sum(), 1e-300)
    tilted /= (plain * per_week).sum()
    if presence is not None:
        tilted[0] *= spread(presence.weekday, per_hour=True)
        tilted[1] *= spread(presence.weekend, per_hour=True)
    return np.asarray(tilted)


def _day_factors(segment: Segment, kind: Kind, calendar: Calendar) -> F64:
    """(D,) season, school holidays and public holidays."""
    season: F64 = np.array([kind.season.get(m, 1.0) for m in range(1, 13)])
    factors: F64 = season.take(calendar.month - 1)
    factors *= np.where(calendar.school_holiday, segment.school_holiday, 1.0)
    factors *= np.where(calendar.holiday, segment.public_holiday, 1.0)
    return factors
