"""Visits of each group to each place: a logit among not going and the places within reach."""

from __future__ import annotations

import numpy as np

from sim.arrays import F64, I64, Bools
from sim.scenario.schema.demand import Segment
from sim.world.places import may_enter
from sim.world.reach import travel_minutes
from sim.world.world import World


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
