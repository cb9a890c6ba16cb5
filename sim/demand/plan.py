"""Demand that is the same in every replication: when wishes arise, cells, samplers.

A profile belongs to a (segment, presence, kind). Its weight at (day, hour) is the number of wishes
there per wish a week: curve x presence x kind's tilt x season x school holidays x public holidays.

Expected wishes, the control variate of calibration, are exact: E[wishes asked in the counting
window] = sum over cells, days, hours and starts within the hour of the rate there x P(lead puts the
asking inside the window). Day effects have mean 1.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np

from sim.arrays import F64, I64, U64, Bools
from sim.demand.candidates import Candidates, build_candidates
from sim.scenario.derived.samplers import Sampler, sampler
from sim.scenario.schema.demand import Curve, Kind, Presence, Segment
from sim.scenario.schema.distributions import Choice
from sim.scenario.schema.scenario import Scenario
from sim.streams import key_of
from sim.world.calendar import Calendar, build_calendar, day_shapes, spread
from sim.world.world import World


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


MOST_OTHERS = 31
"""Nobody tries more centres than this beyond the first."""


@dataclass(frozen=True, slots=True)
class Cells:
    """Combinations of origin, segment and kind that wish at all, grouped by kind.

    Attributes
    ----------
    rate
        Wishes a week at level x multiplier = 1.
    """

    origin: I64
    segment: I64
    kind: I64
    profile: I64
    rate: F64
    key: U64


@dataclass(frozen=True, slots=True)
class KindDemand:
    """Size and timing of the wishes for a kind; `rooms` at once, None where always one."""

    cells: slice
    party: Sampler
    rooms: Sampler | None
    duration: Sampler
    step_minutes: int
    candidates: Candidates


@dataclass(frozen=True, slots=True)
class DemandPlan:
    """Everything about demand that does not change between replications.

    Attributes
    ----------
    calendar
        Whole months that cover the horizon: wishes are drawn month by month, so that a longer
        horizon only adds months.
    month
        (D',) number of the month of each of its days, from 0.
    month_keys
        (M,) year x 12 + month of each.
    date_keys
        (D',) of its dates.
    offset
        Days of `calendar` before the horizon.
    volume
        Level x multiplier: how many layers of bookers there are.
    tried
        Centres that the most flexible booker tries.
    pace, bicycle_share
        (S,) walking minutes a kilometre, share of wishes with a bicycle at hand.
    hour_edges
        (P * 2 * 24,) flattened: row of `profiles.hour` + share up to and including each hour.
    """

    world: World
    calendar: Calendar
    month: I64
    month_keys: I64
    date_keys: U64
    offset: int
    cells: Cells
    profiles: Profiles
    kinds: tuple[KindDemand, ...]
    volume: float
    lead: Sampler
    shift: Sampler
    others: Sampler
    tried: int
    cancel_when: Sampler
    pace: F64
    bicycle_share: F64
    hour_edges: F64

    @property
    def rooms_at_once(self) -> tuple[int, ...]:
        """Numbers of rooms that some wish takes at once."""
        kinds = self.world.scenario.kinds.values()
        return tuple(sorted({number for kind in kinds for number in kind.shares_of_rooms}))

    @property
    def layers(self) -> int:
        """Number of layers, the last one thinned."""
        return int(np.ceil(self.volume - 1e-12)) if self.volume > 0 else 0


def build_plan(world: World, level: float | None = None) -> DemandPlan:
    """Compile the demand of a world, at its own level or another (for calibration)."""
    scenario = world.scenario
    calendar = whole_months(world)
    months = np.array(
        [calendar.date(d).year * 12 + calendar.date(d).month for d in range(calendar.n_days)]
    )
    month_keys, month = np.unique(months, return_inverse=True)
    cells, profiles = _cells(world, calendar)
    others = sampler(scenario.demand.flexibility.other_centres)
    demand, segments = scenario.demand, list(scenario.segments.values())
    kinds = []
    for k, name in enumerate(world.kinds):
        kind = scenario.kinds[name]
        members = np.flatnonzero(cells.kind == k)
        step = kind.start_minutes or world.grid
        first = int(members[0]) if len(members) else 0
        kinds.append(
            KindDemand(
                cells=slice(first, first + len(members)),
                party=sampler(kind.party),
                rooms=_rooms_at_once(kind),
                duration=sampler(kind.duration_minutes),
                step_minutes=step,
                candidates=build_candidates(world, k, scenario.choice),
            )
        )
    return DemandPlan(
        world=world,
        calendar=calendar,
        month=month.astype(np.int64),
        month_keys=month_keys.astype(np.int64),
        date_keys=calendar.date_keys(),
        offset=(world.calendar.first - calendar.first).days,
        cells=cells,
        profiles=profiles,
        kinds=tuple(kinds),
        volume=(world.level if level is None else level) * demand.multiplier,
        lead=sampler(demand.lead_days),
        shift=sampler(demand.flexibility.shift_minutes),
        others=others,
        tried=1 + int(min(others.upper + offered_venues(scenario), MOST_OTHERS)),
        cancel_when=sampler(demand.cancellation.when),
        pace=np.array([1000.0 / 60.0 / s.metres_per_second for s in segments]),
        bicycle_share=np.array([s.bicycle_share for s in segments]),
        hour_edges=_edges(profiles.hour.reshape(-1, 24)),
    )


def _rooms_at_once(kind: Kind) -> Sampler | None:
    """Rooms that a wish takes at once; None where always one."""
    shares = kind.shares_of_rooms
    if list(shares) == [1]:
        return None
    return sampler(Choice(rule="choice", values=list(shares), weights=list(shares.values())))


def offered_venues(scenario: Scenario) -> int:
    """Centres that some rule offers beyond those that bookers look for themselves."""
    policy = scenario.policy
    overflows = (policy.overflow, *(o.overflow for o in policy.overrides))
    return max((o.other_venues for o in overflows if o is not None), default=0)


def _edges(rows: F64) -> F64:
    """Cumulative rows, each shifted by its number: one sorted array to search in."""
    return np.asarray((np.cumsum(rows, axis=1) + np.arange(len(rows))[:, None]).ravel())


def whole_months(world: World) -> Calendar:
    """The calendar of the months that the horizon touches, each from its first to its last day."""
    scenario = world.scenario
    first = world.calendar.first.replace(day=1)
    last = world.calendar.date(world.n_days - 1)
    end = (last.replace(day=28) + dt.timedelta(days=4)).replace(day=1)
    return build_calendar(
        scenario.calendar,
        scenario.window.first,
        scenario.window.last,
        (scenario.window.first - first).days,
        (end - scenario.window.last).days - 1,
    )


def _cells(world: World, calendar: Calendar) -> tuple[Cells, Profiles]:
    """List the cells, kind by kind, with their profiles."""
    scenario, origins = world.scenario, world.origins
    rates = _rates(scenario, world.segments, world.kinds)
    wanted: dict[tuple[str, str, str], int] = {}
    rows: list[tuple[int, int, int, int, float, int]] = []
    for k, kind in enumerate(world.kinds):
        for o, s in zip(*np.nonzero(origins.people), strict=True):
            rate = rates[s, k] * origins.people[o, s] / 1000.0 * scenario.demand.intensity
            if rate > 0:
                triple = (world.segments[s], origins.presence[o], kind)
                number = wanted.setdefault(triple, len(wanted))
                key = key_of("cell", origins.names[o], world.segments[s], kind)
                rows.append((int(o), int(s), k, number, float(rate), key))
    columns = list(zip(*rows, strict=True)) if rows else [()] * 6
    profiles = build_profiles(scenario, calendar, list(wanted))
    profile = np.array(columns[3], dtype=np.int64)
    rate = np.array(columns[4], dtype=np.float64)
    return Cells(
        origin=np.array(columns[0], dtype=np.int64),
        segment=np.array(columns[1], dtype=np.int64),
        kind=np.array(columns[2], dtype=np.int64),
        profile=profile,
        rate=rate,
        key=np.array(columns[5], dtype=np.uint64),
    ), profiles


def _rates(scenario: Scenario, segments: tuple[str, ...], kinds: tuple[str, ...]) -> F64:
    """(S, K) wishes a week per 1,000 people."""
    rates = np.zeros((len(segments), len(kinds)))
    for segment, by_kind in scenario.demand.wishes_per_1000.items():
        for kind, rate in by_kind.items():
            rates[segments.index(segment), kinds.index(kind)] = rate
    return rates


def expected_wishes(plan: DemandPlan) -> F64:
    """(cells,) expected wishes asked in the counting window, at the plan's volume."""
    cells = plan.cells
    per_week = np.zeros(len(cells.rate))
    for kind in plan.kinds:
        members = kind.cells
        inside = _asked_inside(plan, kind.step_minutes)
        used = np.unique(cells.profile[members])
        factor = np.zeros(len(plan.profiles.day))
        for p in used:
            hour = plan.profiles.hour[p][plan.world.calendar.weekend.astype(int)]
            day = plan.profiles.day[p, plan.offset : plan.offset + plan.world.n_days]
            factor[p] = float((day * (hour * inside).sum(axis=1)).sum())
        per_week[members] = cells.rate[members] * factor[cells.profile[members]]
    return per_week * plan.volume


def _asked_inside(plan: DemandPlan, step: int) -> F64:
    """(D, 24) probability that a wish for a start in the hour is asked in the counting window."""
    calendar = plan.world.calendar
    within = max(1, 60 // step) if step < 60 else 1
    offsets = np.arange(within) * step / 1440.0
    hours = np.arange(24) / 24.0
    if step > 60:
        hours = (np.arange(24) * 60 // step) * step / 1440.0
    start = np.arange(calendar.n_days)[:, None, None] + hours[None, :, None] + offsets
    # asked at or after the first day (lead <= start - first) and before the end of the last one
    early = plan.lead.cdf(start - calendar.count_from)
    late = plan.lead.cdf(start - calendar.count_until)
    return np.asarray((early - late).mean(axis=2))
