"""Drop-in that is the same in every replication: rates, tables to draw from, rules of places."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from sim.arrays import F64, I64, U64
from sim.places.durations import Lookup, keyed, lookup_in
from sim.places.rates import (
    CLASSES,
    Streams,
    build_streams,
    class_of_days,
    hourly_rates,
    visits_a_week,
)
from sim.places.seats import Seating, TurnHours
from sim.scenario.schema.activities import PlaceKind
from sim.scenario.schema.base import hours_of
from sim.streams import key_of
from sim.world.calendar import runs
from sim.world.world import World

Stretches = list[tuple[int, int]]
"""Open slots [from, until) of the horizon, in order."""

_STAY, _PATIENCE = (key_of("purpose", p) for p in ("stay", "patience"))


@dataclass(frozen=True, slots=True)
class PlaceKindPlan:
    """Behaviour of people at places of a kind.

    Attributes
    ----------
    stay, patience
        Keys of visits -> minutes; no patience: they wait for ever.
    season
        (12,) factor by month.
    """

    stay: Callable[[U64], F64]
    patience: Callable[[U64], F64] | None
    season: F64
    outdoor: bool


@dataclass(frozen=True, slots=True)
class VisitorOrigins:
    """Where the visitors of a place come from.

    Attributes
    ----------
    group
        Groups of people that come at all, stream by stream.
    shares
        Stream + share of its visits up to and including each group.
    """

    group: I64
    shares: Lookup


@dataclass(frozen=True, slots=True)
class PlacesPlan:
    """Everything about drop-in that does not change between replications.

    Attributes
    ----------
    active
        Whether anything happens at all; if not, the rest is empty.
    mean
        (P, D') expected callers a day, up to the end of the counting window: nobody who comes
        later changes anything in it.
    day_class
        (D',) class of each day.
    date_keys
        (D',) of their dates.
    cells
        Per place, (6 * 24 * R,) flattened: class + share of the day's callers up to and including
        each hour and stream.
    origins
        Per place.
    seating
        Per place.
    kinds
        By `World.place_kinds`.
    stretches
        Per place, by its opening profile.
    """

    world: World
    active: bool
    mean: F64
    day_class: I64
    date_keys: U64
    streams: Streams
    cells: tuple[Lookup, ...]
    origins: tuple[VisitorOrigins, ...]
    seating: tuple[Seating, ...]
    kinds: tuple[PlaceKindPlan, ...]
    stretches: tuple[Stretches, ...]


def build_places_plan(world: World) -> PlacesPlan:
    """Compile the drop-in places of a world."""
    places, scenario = world.places, world.scenario
    active = len(places) > 0 and scenario.dropin.multiplier > 0
    streams = build_streams(world)
    n_places = len(places) if active else 0
    n_days = world.calendar.count_until
    rates = np.zeros((n_places, CLASSES, 24, len(streams)))
    origins: list[VisitorOrigins] = [_no_origins() for _ in range(n_places)]
    kinds = tuple(_kind(scenario.dropin.kinds[name]) for name in world.place_kinds)
    for k, name in enumerate(world.place_kinds if active else ()):
        members = np.flatnonzero(places.kind == k)
        if len(members):
            visits = visits_a_week(world, k, members)
            by_stream = np.zeros((len(streams), len(members)))
            np.add.at(by_stream, streams.of, visits)
            rates[members] = hourly_rates(scenario.dropin.kinds[name].curve, streams, by_stream.T)
            for m, p in enumerate(members.tolist()):
                origins[p] = _origins(streams, visits[:, m])
    day_class = class_of_days(world.calendar)[:n_days]
    season: F64 = np.array([k.season for k in kinds]).reshape(-1, 12)
    month = world.calendar.month[:n_days] - 1
    daily = rates.sum(axis=(2, 3))[:, day_class]
    return PlacesPlan(
        world=world,
        active=active,
        mean=daily * season[places.kind[:n_places]][:, month],
        day_class=day_class,
        date_keys=world.calendar.date_keys()[:n_days],
        streams=streams,
        cells=tuple(lookup_in(edges, CLASSES) for edges in _edges(rates)),
        origins=tuple(origins),
        seating=tuple(_seating(world, p) for p in range(n_places)),
        kinds=kinds,
        stretches=tuple(_stretches(world)) if active else (),
    )


def _kind(spec: PlaceKind) -> PlaceKindPlan:
    patience = spec.patience_minutes
    return PlaceKindPlan(
        stay=keyed(spec.stay_minutes, _STAY),
        patience=None if patience is None else keyed(patience, _PATIENCE),
        season=np.array([spec.season.get(m, 1.0) for m in range(1, 13)]),
        outdoor=spec.outdoor,
    )


def _seating(world: World, place: int) -> Seating:
    spec = world.scenario.dropin.kinds[world.place_kinds[int(world.places.kind[place])]]
    turns = None
    if spec.turns is not None:
        first, last = (hour * 60.0 for hour in hours_of(spec.turns.hours))
        turns = TurnHours(first, last, float(spec.turns.minutes))
    priority = None
    if spec.priority:
        priority = np.array([name in spec.priority for name in world.segments])
    return Seating(int(world.places.seats[place]), spec.queue_places, turns, priority)


def _edges(rates: F64) -> F64:
    """(P, 6 * 24 * R) cumulative shares of (P, 6, 24, R) rates, each shifted by its class."""
    n_places, n_classes, *cells = rates.shape
    running = np.cumsum(rates.reshape(n_places, n_classes, math.prod(cells)), axis=2)
    total = running[:, :, -1:]
    share = np.divide(running, total, where=total > 0, out=np.ones_like(running))
    share += np.arange(n_classes)[:, None]
    return np.asarray(share.reshape(n_places, math.prod(rates.shape[1:])))


def _no_origins() -> VisitorOrigins:
    return VisitorOrigins(group=np.zeros(0, dtype=np.int64), shares=lookup_in(np.zeros(0), 1))


def _origins(streams: Streams, visits: F64) -> VisitorOrigins:
    """Table of the groups that visit a place, from their visits a week."""
    group = np.flatnonzero(visits > 0)
    group = group[np.argsort(streams.of[group], kind="stable")]
    edges = np.zeros(len(group))
    for r in range(len(streams)):
        own = streams.of[group] == r
        running = np.cumsum(visits[group[own]])
        edges[own] = r + running / running[-1] if len(running) else 0.0
    return VisitorOrigins(group=group, shares=lookup_in(edges, len(streams)))


def _stretches(world: World) -> list[Stretches]:
    """Runs of open slots of each place."""
    of_profile: dict[int, Stretches] = {}
    for profile in np.unique(world.places.profile).tolist():
        of_profile[profile] = runs(world.opening.is_open[profile])
    return [of_profile[profile] for profile in world.places.profile.tolist()]
