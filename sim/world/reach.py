"""Who can use what, and how far it is: the one eligibility function of simulation and siting.

A *pool* is a set of rooms of one kind in one centre that are open to the same origins by the access
rule. Per kind, every origin has its candidate pools within reach, nearest first, in a padded table.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.spatial import cKDTree

from sim.arrays import F32, F64, I32, I64, Bools
from sim.scenario.derived.distances import farthest_km, known_walks
from sim.scenario.schema.demand import Segment
from sim.scenario.schema.place import Bicycle, Travel
from sim.scenario.schema.siting import WalkRow
from sim.world.places import Centres, Origins, Venues, may_enter


@dataclass(frozen=True, slots=True)
class Routes:
    """The one answer to how far it is, for simulation and siting.

    Attributes
    ----------
    detour
        Route over straight line where nothing else is known.
    centres
        How many centres there are.
    pair
        (N,) ascending: origin x `centres` + centre of each walk that is known.
    known_km
        (N,) its length: as the table says, or shorter by a link that is open.
    """

    detour: float
    centres: int
    pair: I64
    known_km: F64

    def km(self, origin: I64, centre: I64, straight: F64) -> F64:
        """Route kilometres.

        Parameters
        ----------
        origin, centre
            Indices that broadcast to the shape of `straight`; -1 for what is no origin or centre.
        straight
            Kilometres of the straight lines.
        """
        km = straight * self.detour
        if not len(self.pair):
            return km
        wanted = np.where((origin < 0) | (centre < 0), -1, origin * self.centres + centre)
        wanted = np.broadcast_to(wanted, km.shape)
        at = np.minimum(np.searchsorted(self.pair, wanted), len(self.pair) - 1)
        return np.asarray(np.where(self.pair[at] == wanted, self.known_km[at], km))

    def by_origin(self) -> dict[int, dict[int, float]]:
        """Origin -> centre -> kilometres of the walks that are known."""
        found: dict[int, dict[int, float]] = {}
        for pair, km in zip(self.pair.tolist(), self.known_km.tolist(), strict=True):
            found.setdefault(pair // self.centres, {})[pair % self.centres] = km
        return found


def build_routes(
    walks: Sequence[WalkRow], origins: Origins, centres: Centres, travel: Travel
) -> Routes:
    """Walks of the table, those of open links where they are shorter.

    Walks to candidate sites that are no centres yet wait until they are.
    """
    start = {name: i for i, name in enumerate(origins.names)}
    end = {name: i for i, name in enumerate(centres.names)}

    def detour(origin: str, centre: str) -> float:
        away = origins.xy[start[origin]] - centres.xy[end[centre]]
        return float(np.hypot(away[0], away[1])) * travel.detour

    here = [row for row in walks if row.origin in start and row.centre in end]
    found = known_walks(here, travel.links.__contains__, detour)
    known = {(start[origin], end[centre]): km for (origin, centre), km in found.items()}
    pairs = sorted(known)
    n = len(centres.names)
    return Routes(
        detour=travel.detour,
        centres=n,
        pair=np.array([o * n + c for o, c in pairs], dtype=np.int64),
        known_km=np.array([known[pair] for pair in pairs], dtype=np.float64),
    )


@dataclass(frozen=True, slots=True)
class Pools:
    """Pools of rooms.

    Attributes
    ----------
    rooms
        Venue indices of each pool, smallest capacity first.
    centre, kind
        (P,) of each pool.
    class_capacity, class_profile, class_step, class_rooms
        (P, R) the pool's rooms grouped by capacity, opening profile and start step, padded with
        `class_rooms` = 0.
    """

    rooms: tuple[tuple[int, ...], ...]
    centre: I64
    kind: I64
    class_capacity: I64
    class_profile: I64
    class_step: I64
    class_rooms: I64


@dataclass(frozen=True, slots=True)
class Reach:
    """Candidate pools per kind and origin.

    Attributes
    ----------
    pool
        Per kind an (O, C) table of pools, -1 where padded, nearest first.
    km
        Per kind an (O, C) table of route kilometres.
    anywhere
        (N, K, O) largest capacity that 1 to N rooms of the kind have in one centre, of those that
        the origin may use at any distance (0: none).
    """

    pool: tuple[I32, ...]
    km: tuple[F32, ...]
    anywhere: I64


def travel_minutes(km: F64, pace: F64, rides: Bools, bicycle: Bicycle) -> tuple[F64, F64]:
    """Minutes on foot, and by the faster of foot and (where one is at hand) bicycle.

    Parameters
    ----------
    km
        (n,) or (n, C) route kilometres.
    pace
        Walking minutes a kilometre, broadcast against `km`.
    rides
        (n,) whether a bicycle is at hand.
    """
    walk = km * pace
    minutes = walk.copy()
    at = np.flatnonzero(rides)
    ride = km[at] * ride_pace(bicycle) + bicycle.overhead_minutes
    minutes[at] = np.minimum(walk[at], ride)
    return walk, minutes


def ride_pace(bicycle: Bicycle) -> float:
    """Minutes a kilometre on a bicycle."""
    return 1000.0 / 60.0 / bicycle.metres_per_second


def build_reach(
    origins: Origins,
    centres: Centres,
    venues: Venues,
    segments: Sequence[Segment],
    travel: Travel,
    most_rooms: Sequence[int],
    routes: Routes,
) -> tuple[Pools, Reach]:
    """Build pools and candidate tables; cost grows with origins x centres *within reach*.

    `most_rooms` is how many of each kind somebody takes at once.
    """
    n_kinds = len(most_rooms)
    groups = _rooms_by_centre_and_kind(venues)
    found: dict[tuple[int, ...], int] = {}
    near = _within_limit(origins, centres, farthest_km(segments, travel), routes)
    columns: list[list[list[tuple[float, int]]]] = [
        [[] for _ in origins.names] for _ in range(n_kinds)
    ]
    by_centre: dict[int, list[tuple[int, dict[str, list[int]]]]] = {}
    for (centre, kind), rooms in groups.items():
        by_centre.setdefault(centre, []).append((kind, rooms))
    for o, reachable in enumerate(near):
        for c, km in reachable:
            for kind, rooms in by_centre.get(c, ()):
                allowed = _allowed(rooms, o, c, origins, centres)
                if allowed:
                    pool = found.setdefault(allowed, len(found))
                    columns[kind][o].append((km, pool))
    pools = _pools(list(found), venues)
    pool_tables, km_tables = zip(*(_padded(col) for col in columns), strict=True)
    anywhere = _largest_anywhere(groups, origins, centres, venues, most_rooms)
    return pools, Reach(pool=tuple(pool_tables), km=tuple(km_tables), anywhere=anywhere)


def _rooms_by_centre_and_kind(venues: Venues) -> dict[tuple[int, int], dict[str, list[int]]]:
    groups: dict[tuple[int, int], dict[str, list[int]]] = {}
    for v in range(len(venues)):
        key = (int(venues.centre[v]), int(venues.kind[v]))
        groups.setdefault(key, {}).setdefault(venues.access[v], []).append(v)
    return groups


def _within_limit(
    origins: Origins, centres: Centres, km: float, routes: Routes
) -> list[list[tuple[int, float]]]:
    """Per origin the centres within `km` by road, nearest first, ties by name."""
    tree = cKDTree(centres.xy)
    result: list[list[tuple[int, float]]] = []
    found: list[list[int]] = [tree.query_ball_point(xy, km / routes.detour) for xy in origins.xy]
    known = routes.by_origin()
    for o, (xy, hits) in enumerate(zip(origins.xy, found, strict=True)):
        away = centres.xy[np.array(hits, dtype=np.int64)] - xy
        straight: list[float] = np.hypot(away[:, 0], away[:, 1]).tolist()
        pairs = sorted(zip(straight, hits, strict=True), key=lambda p: (p[0], centres.names[p[1]]))
        roads = [(c, d * routes.detour) for d, c in pairs]
        if o in known:
            roads = [(c, d) for c, d in roads if c not in known[o]]
            roads += [(c, d) for c, d in known[o].items() if d <= km]
            roads.sort(key=lambda r: (r[1], centres.names[r[0]]))
        result.append(roads)
    return result


def _allowed(
    rooms: dict[str, list[int]], o: int, c: int, origins: Origins, centres: Centres
) -> tuple[int, ...]:
    """Rooms that an origin may use by their access rule."""
    allowed = list(rooms.get("public", ()))
    if origins.community[o] == centres.community[c]:
        allowed += rooms.get("community", ())
    if centres.compound[c] == o:
        allowed += rooms.get("compound", ())
    return tuple(sorted(allowed))


def _pools(members: list[tuple[int, ...]], venues: Venues) -> Pools:
    """Sort each pool's rooms by capacity and group them into classes."""
    rooms: list[tuple[int, ...]] = []
    classes: list[list[tuple[int, int, int, int]]] = []
    for pool in members:
        ordered = sorted(pool, key=lambda v: (venues.capacity[v], venues.names[v]))
        rooms.append(tuple(ordered))
        counts: dict[tuple[int, int, int], int] = {}
        for v in ordered:
            key = (int(venues.capacity[v]), int(venues.profile[v]), int(venues.start_slots[v]))
            counts[key] = counts.get(key, 0) + 1
        classes.append([(*key, n) for key, n in counts.items()])
    width = max((len(c) for c in classes), default=1)
    table = np.zeros((len(members), width, 4), dtype=np.int64)
    table[:, :, 2] = 1
    for p, rows in enumerate(classes):
        table[p, : len(rows)] = rows
    first = [m[0] for m in members]
    return Pools(
        rooms=tuple(rooms),
        centre=venues.centre[first],
        kind=venues.kind[first],
        class_capacity=np.ascontiguousarray(table[:, :, 0]),
        class_profile=np.ascontiguousarray(table[:, :, 1]),
        class_step=np.ascontiguousarray(table[:, :, 2]),
        class_rooms=np.ascontiguousarray(table[:, :, 3]),
    )


def _padded(rows: list[list[tuple[float, int]]]) -> tuple[I32, F32]:
    width = max(1, max((len(r) for r in rows), default=0))
    pool = np.full((len(rows), width), -1, dtype=np.int32)
    km = np.full((len(rows), width), np.inf, dtype=np.float32)
    for o, row in enumerate(rows):
        for j, (distance, p) in enumerate(row):
            pool[o, j], km[o, j] = p, distance
    return pool, km


def _largest_anywhere(
    groups: dict[tuple[int, int], dict[str, list[int]]],
    origins: Origins,
    centres: Centres,
    venues: Venues,
    most_rooms: Sequence[int],
) -> I64:
    """(N, K, O) capacity of the largest room, of the two largest ...; see `Reach.anywhere`."""
    n, n_origins = max(most_rooms), len(origins.names)
    largest = np.zeros((n, len(most_rooms), n_origins), dtype=np.int64)
    for (c, kind), rooms in groups.items():
        found = [np.zeros((n, n_origins), dtype=np.int64)]
        for access, members in rooms.items():
            who = may_enter(origins, access, int(centres.community[c]), int(centres.compound[c]))
            capacity = np.sort(venues.capacity[members])[::-1][: most_rooms[kind]]
            found.append(capacity[:, None] * who)
        here = np.sort(np.concatenate(found), axis=0)[::-1][:n]
        largest[:, kind] = np.maximum(largest[:, kind], here)
    return largest
