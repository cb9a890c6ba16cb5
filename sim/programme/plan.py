"""The programme as far as it is the same in every replication: kinds, people near by, weeks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from sim.arrays import F64, I64, U64
from sim.programme.rooms import Crowd, SessionRooms, SessionSite, build_crowd, build_rooms
from sim.scenario.derived.samplers import Sampler, sampler
from sim.scenario.schema.activities import Activities, ActivityKind, Published, Series
from sim.scenario.schema.demand import Curve
from sim.scenario.schema.policy import Overbooking
from sim.streams import key_of, uniforms
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


SHIFT_MINUTES = 30
"""Starts are moved by multiples of this, or of a coarser grid."""


@dataclass(frozen=True, slots=True)
class ActivityKindPlan:
    """Rates and sizes of the sessions of a kind."""

    spec: ActivityKind
    capacity: Sampler
    duration: Sampler
    company: Sampler


@dataclass(frozen=True, slots=True)
class ProgrammePlan:
    """Everything about activities that does not change between replications.

    Attributes
    ----------
    active
        Whether there is a programme at all.
    number
        Generated sessions in the counting window.
    interest
        Factor on the appeal of all kinds.
    sites
        Where sessions are put on: zones by kinds of weight above zero, then the named series.
    weight
        (generated sites,) expected sessions of a site, relative to the others.
    keys
        (sites,) keys by names.
    series
        The named series, in the order of their sites.
    shifts
        Slots by which a start may be moved, nearest first, later before earlier.
    venue_spot, centre_spot
        Spot of the crowd of every venue, and of every centre for sessions without a room; -1
        where none is held.
    appeal
        (kinds, S) people who sign up for one session, per person next door, at level 1.
    participants
        (groups,) people who ever take part.
    overbooking
        How many may sign up beyond the places; None where nobody may.
    """

    world: World
    active: bool
    number: int
    interest: float
    sites: tuple[SessionSite, ...]
    weight: F64
    keys: U64
    series: tuple[Series, ...]
    kinds: tuple[ActivityKindPlan, ...]
    weeks: Weeks
    rooms: SessionRooms
    shifts: tuple[int, ...]
    crowd: Crowd
    venue_spot: I64
    centre_spot: I64
    appeal: F64
    participants: I64
    lead: Sampler
    overbooking: Overbooking | None

    @property
    def activities(self) -> Activities:
        """The part of the scenario."""
        return self.world.scenario.activities

    @property
    def takes_rooms(self) -> bool:
        """Whether sessions take rooms when they are published."""
        return isinstance(self.activities.rooms, Published)

    def at_interest(self, level: float) -> ProgrammePlan:
        """Return the same programme at another level of appeal."""
        return replace(self, interest=level)


def build_programme(world: World) -> ProgrammePlan:
    """Compile the programme of a world."""
    spec = world.scenario.activities
    number = round(spec.sessions * spec.multiplier)
    on = spec.multiplier > 0 and (number > 0 or bool(spec.series))
    kinds = list(spec.kinds.values()) if on else []
    sites, weight, keys = _generated(world, kinds if number else [])
    series = list(spec.series.items()) if on else []
    sites += [_site_of(world, one) for _, one in series]
    keys += [key_of("activity series", name) for name, _ in series]
    rooms = build_rooms(world, sites, kinds)
    takes_rooms = isinstance(spec.rooms, Published)
    venue_at, centre_at, crowd = _spots(world, rooms, takes_rooms=takes_rooms)
    return ProgrammePlan(
        world=world,
        active=bool(sites),
        number=number if weight else 0,
        interest=world.interest,
        sites=tuple(sites),
        weight=np.array(weight, dtype=np.float64),
        keys=np.array(keys, dtype=np.uint64),
        series=tuple(one for _, one in series),
        kinds=tuple(
            ActivityKindPlan(
                k, sampler(k.capacity), sampler(k.duration_minutes), sampler(k.company)
            )
            for k in kinds
        ),
        weeks=build_weeks(world, kinds),
        rooms=rooms,
        shifts=_shifts(spec, world.grid),
        crowd=crowd,
        venue_spot=venue_at,
        centre_spot=centre_at,
        appeal=_appeal(world, kinds),
        participants=_participants(world, spec.participants),
        lead=sampler(spec.sign_up.lead_days),
        overbooking=_overbooking(world),
    )


def _overbooking(world: World) -> Overbooking | None:
    """The rule, if anybody at all may sign up beyond the places."""
    rule = world.scenario.policy.overbooking
    if rule is None or rule.share == 0 or rule.at_most_people == 0:
        return None
    return rule


def _generated(
    world: World, kinds: list[ActivityKind]
) -> tuple[list[SessionSite], list[float], list[int]]:
    """Zones by kinds that have any weight, with their weights and keys."""
    zone_people = np.bincount(
        world.origins.zone, world.origins.people.sum(axis=1), minlength=len(world.zones)
    )
    names = list(world.scenario.activities.kinds)
    sites, weights, keys = [], [], []
    for z, (zone_name, zone) in enumerate(world.scenario.zones.items()):
        scale = zone.programme_weight * float(zone_people[z])
        for a, kind in enumerate(kinds):
            weight = scale * kind.weight * zone.programme.get(names[a], 1.0)
            if weight > 0:
                sites.append(SessionSite(z, a))
                weights.append(weight)
                keys.append(key_of("activity lines", zone_name, names[a]))
    return sites, weights, keys


def _site_of(world: World, series: Series) -> SessionSite:
    centre = world.centres.names.index(series.centre)
    kind = list(world.scenario.activities.kinds).index(series.kind)
    return SessionSite(int(world.centres.zone[centre]), kind, centre)


def _spots(world: World, rooms: SessionRooms, *, takes_rooms: bool) -> tuple[I64, I64, Crowd]:
    """Spots where sessions may be held; a session held elsewhere is open to everybody."""
    per_minute = world.scenario.activities.per_minute
    venue_spot = np.full(len(world.venues), -1, dtype=np.int64)
    centre_spot = np.full(len(world.centres.names), -1, dtype=np.int64)
    if takes_rooms:
        used = np.unique(rooms.venue[rooms.venue >= 0]).tolist()
        at = {v: (int(world.venues.centre[v]), world.venues.access[v]) for v in used}
        crowd = build_crowd(world, list(at.values()), per_minute)
        for v, spot in at.items():
            venue_spot[v] = crowd.spot[spot]
    else:
        centres = {int(c) for among in rooms.centres for c in among}
        crowd = build_crowd(world, [(c, "public") for c in centres], per_minute)
        for c in centres:
            centre_spot[c] = crowd.spot[c, "public"]
    return venue_spot, centre_spot, crowd


def _shifts(spec: Activities, grid: int) -> tuple[int, ...]:
    """0, then later and earlier by growing steps."""
    if not isinstance(spec.rooms, Published):
        return (0,)
    step = max(1, SHIFT_MINUTES // grid)
    most = spec.rooms.shift_minutes // grid
    return (0, *(sign * n for n in range(step, most + 1, step) for sign in (1, -1)))


def _appeal(world: World, kinds: list[ActivityKind]) -> F64:
    table = [[k.appeal.get(segment, 0.0) / 1000.0 for segment in world.segments] for k in kinds]
    return np.array(table, dtype=np.float64).reshape(len(kinds), len(world.segments))


def _participants(world: World, share: float) -> I64:
    """(groups,) people who ever take part: at least one of every group, if any do at all."""
    exact = world.people.people * share
    return np.asarray(np.ceil(exact - 1e-9), dtype=np.int64)
