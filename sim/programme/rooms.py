"""Which rooms a session may be held in, the best first, and who near by is drawn to it.

A *site* is what decides the rooms of a session: a zone and a kind of activity, or a named series
with its centre. The venues of every site are one row of a padded table.

A *spot* is a centre with an access rule: whoever may enter the one room of a centre may enter all
that have the same rule.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from sim.arrays import F64, I64, U64
from sim.order import beyond
from sim.scenario.schema.activities import ActivityKind
from sim.streams import key_of, uniforms
from sim.world.places import may_enter
from sim.world.world import World

_ROOM, _CENTRE = (key_of("purpose", p) for p in ("session room", "session centre"))


@dataclass(frozen=True, slots=True)
class SessionSite:
    """Where sessions of one kind are put on; `centre` is -1 where any of the zone will do."""

    zone: int
    kind: int
    centre: int = -1


@dataclass(frozen=True, slots=True)
class SessionRooms:
    """Suitable venues of every site.

    Attributes
    ----------
    venue
        (sites, V) venue indices, padded with -1.
    rank
        (sites, V) place of the venue's kind among the kinds that suit, infinite where padded.
    capacity
        (sites, V) people, 0 where padded.
    key
        (sites, V) keys of the venues.
    largest
        (sites,) people that the largest room holds, 0 without any.
    centres
        Per site the centres it may be held at, whether they have rooms or not.
    """

    venue: I64
    rank: F64
    capacity: I64
    key: U64
    largest: I64
    centres: tuple[I64, ...]


def build_rooms(
    world: World, sites: Sequence[SessionSite], kinds: Sequence[ActivityKind]
) -> SessionRooms:
    """List the venues of every site."""
    venues = world.venues
    rows = [_venues_of(world, site, kinds[site.kind]) for site in sites]
    width = max([1, *(len(v) for v, _ in rows)])
    venue = np.full((len(rows), width), -1, dtype=np.int64)
    rank = np.full((len(rows), width), np.inf)
    for i, (found, ranks) in enumerate(rows):
        venue[i, : len(found)], rank[i, : len(found)] = found, ranks
    capacity = np.where(venue >= 0, venues.capacity[venue], 0)
    return SessionRooms(
        venue=venue,
        rank=rank,
        capacity=capacity,
        key=venues.keys[venue],
        largest=capacity.max(axis=1, initial=0),
        centres=tuple(_centres_of(world, site) for site in sites),
    )


def _centres_of(world: World, site: SessionSite) -> I64:
    if site.centre >= 0:
        return np.array([site.centre])
    return np.flatnonzero(world.centres.zone == site.zone)


def _venues_of(world: World, site: SessionSite, kind: ActivityKind) -> tuple[I64, I64]:
    """Venues of the site whose kind suits, and the place of their kind in the list."""
    order = {name: i for i, name in reversed(list(enumerate(kind.venue_kinds)))}
    place = np.array([order.get(name, -1) for name in world.kinds], dtype=np.int64)
    rank = place[world.venues.kind]
    at = world.venues.centre
    here = at == site.centre if site.centre >= 0 else world.centres.zone[at] == site.zone
    found = np.flatnonzero(here & (rank >= 0))
    return found, rank[found]


def ranked(rooms: SessionRooms, site: I64, wish: U64, people: I64) -> tuple[I64, I64]:
    """Rooms that hold a session, by kind, then by a noise of the session's own.

    Parameters
    ----------
    wish
        (n,) keys of room wishes: sessions of one series share theirs, so they like the same room.
    people
        (n,) people that the room must hold.

    Returns
    -------
    venue
        (n, V) venue indices, the best first.
    number
        (n,) how many of them are rooms that fit; the rest of a row means nothing.
    """
    fits = rooms.capacity[site] >= people[:, None]
    noise = uniforms(wish[:, None] ^ rooms.key[site], _ROOM)
    score = np.where(fits, rooms.rank[site] + noise, np.inf)
    order = np.argsort(score, axis=1, kind="stable")
    number = np.isfinite(score).sum(axis=1)
    return np.take_along_axis(rooms.venue[site], order, axis=1), number


def likely_centres(world: World, rooms: SessionRooms, site: I64, wish: U64, people: I64) -> I64:
    """Centre of the best room, whether free or not; any of the site's where no room fits.

    A session larger than all rooms goes by the largest; -1 where a site has no centre at all.
    """
    centre = np.full(len(site), -1, dtype=np.int64)
    for part in in_parts(len(site)):
        fitting = np.minimum(people[part], rooms.largest[site[part]])
        order, number = ranked(rooms, site[part], wish[part], fitting)
        centre[part] = np.where(number > 0, world.venues.centre[order[:, 0]], -1)
    for i in np.flatnonzero(centre < 0).tolist():
        among = rooms.centres[int(site[i])]
        if len(among):
            noise = uniforms(world.centres.keys[among] ^ wish[i], _CENTRE)
            centre[i] = among[int(np.argmin(noise))]
    return centre


AT_ONCE = 1024
"""Sessions whose rooms are ranked at a time: the table stays small, the calls few."""


def in_parts(number: int) -> Iterator[slice]:
    """Slices of at most `AT_ONCE` sessions."""
    for low in range(0, number, AT_ONCE):
        yield slice(low, min(low + AT_ONCE, number))


@dataclass(frozen=True, slots=True)
class Crowd:
    """People who may come to every spot, weighed by their walk.

    Attributes
    ----------
    mass
        (spots, S) people of a segment, each counted as exp(per_minute x minutes on foot).
    edges
        (spots * S * O,) flattened: row + share of the row's mass up to and including each origin.
    spot
        (spots by name) index of every (centre, access) that was asked for.
    """

    mass: F64
    edges: F64
    origins: int
    spot: dict[tuple[int, str], int]

    def origin(self, spot: I64, segment: I64, u: F64) -> I64:
        """Origin of each person, by inversion; the row must have mass."""
        row = spot * self.mass.shape[1] + segment
        mark = np.minimum(row + u, np.nextafter(row + 1.0, 0.0))
        low = row * self.origins
        return np.asarray(beyond(self.edges, low, low + self.origins, mark) - low)


def build_crowd(world: World, wanted: Sequence[tuple[int, str]], per_minute: float) -> Crowd:
    """Weigh everybody's walk to every (centre, access) that sessions may be held at."""
    spots = sorted(set(wanted))
    people = world.people
    counts = np.zeros(world.origins.people.shape)
    counts[people.origin, people.segment] = people.people
    segments = list(world.scenario.segments.values())
    pace = np.array([1000.0 / 60.0 / s.metres_per_second for s in segments])
    weight = np.empty((len(spots), len(segments), len(world.origins.names)))
    for i, (centre, access) in enumerate(spots):
        away = world.origins.xy - world.centres.xy[centre]
        straight = np.hypot(away[:, 0], away[:, 1])
        km = world.routes.km(np.arange(len(straight)), np.array(centre), straight)
        minutes = pace[:, None] * km[None, :]
        within = minutes <= world.scenario.travel.max_minutes
        where = int(world.centres.community[centre]), int(world.centres.compound[centre])
        within &= may_enter(world.origins, access, *where)[None, :]
        weight[i] = np.where(within, np.exp(per_minute * minutes) * counts.T, 0.0)
    mass = weight.sum(axis=2)
    running = np.cumsum(weight, axis=2)
    total = running[:, :, -1:]
    share = np.divide(running, total, where=total > 0, out=np.zeros_like(running))
    rows = np.arange(mass.size).reshape(*mass.shape, 1)
    return Crowd(
        mass=mass,
        edges=(rows + share).ravel(),
        origins=len(world.origins.names),
        spot={spot: i for i, spot in enumerate(spots)},
    )
