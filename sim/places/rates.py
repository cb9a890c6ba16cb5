"""When people come, and which place they choose.

A stream is a segment at origins of one presence, so that absence by the hour is exact. Days fall
into classes: weekday, weekend day or public holiday, each in term time or in school holidays.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.arrays import F64, I64, Bools
from sim.scenario.schema.demand import Curve, Segment
from sim.world.calendar import Calendar, day_shapes, spread
from sim.world.places import may_enter
from sim.world.reach import travel_minutes
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


def visits_a_week(world: World, kind: int, members: I64) -> F64:
    """(G, M) visits a week that the groups would make to each place of a kind.

    A group makes `visits_per_1000` if a place is next door and nobody would rather stay at home;
    of those each place gets its share. Absence and seasons come later.

    Parameters
    ----------
    members
        (M,) the places of the kind.
    """
    scenario, people = world.scenario, world.people
    spec = scenario.dropin.kinds[world.place_kinds[kind]]
    attraction = spec.log_seats * np.log(world.places.seats[members].astype(np.float64))
    away = world.origins.xy[:, None, :] - world.places.xy[members][None, :, :]
    straight = np.hypot(away[:, :, 0], away[:, :, 1])
    everyone = np.arange(len(straight))[:, None]
    km = world.routes.km(everyone, world.places.centre[members][None, :], straight)
    allowed = _allowed(world, members)
    visits = np.zeros((len(people), len(members)))
    for s, name in enumerate(world.segments):
        groups = np.flatnonzero(people.segment == s)
        rate = spec.visits_per_1000.get(name, 0.0) / 1000.0 * scenario.dropin.multiplier
        if rate > 0 and len(groups):
            share = _shares(world, scenario.segments[name], km, allowed, attraction)
            volume = rate * people.people[groups]
            visits[groups] = volume[:, None] * share[people.origin[groups]]
    return visits


def _shares(world: World, segment: Segment, km: F64, allowed: Bools, attraction: F64) -> F64:
    """(O, M) share of each place, the mean over people with and without a bicycle at hand."""
    travel, choice = world.scenario.travel, world.scenario.choice
    pace = np.array(1000.0 / 60.0 / segment.metres_per_second)
    modes = travel_minutes(km, pace, np.ones(len(km), dtype=bool), travel.bicycle)
    weights = 1.0 - segment.bicycle_share, segment.bicycle_share
    total = np.zeros(km.shape)
    for minutes, weight in zip(modes, weights, strict=True):
        if weight > 0:
            utility = choice.per_minute * minutes + attraction
            utility[~allowed | (minutes > travel.max_minutes)] = -np.inf
            total += weight * _logit(utility, world.scenario.dropin.outside)
    return total


def _logit(utility: F64, outside: float) -> F64:
    """Shares of the columns beside an outside option, safe for utilities of any size."""
    highest = np.maximum(utility.max(axis=1, initial=-np.inf), outside)[:, None]
    raw = np.exp(utility - highest)
    return np.asarray(raw / (raw.sum(axis=1, keepdims=True) + np.exp(outside - highest)))


def _allowed(world: World, members: I64) -> Bools:
    """(O, M) whether people of an origin may go there by the rule of access."""
    places, compounds = world.places, np.append(world.centres.compound, -1)
    return np.stack(
        [
            may_enter(
                world.origins,
                places.access[p],
                int(places.community[p]),
                int(compounds[places.centre[p]]),
            )
            for p in members.tolist()
        ],
        axis=1,
    )
