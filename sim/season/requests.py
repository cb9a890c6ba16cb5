"""Requests of groups as arrays: where they come from, what they ask for, and when."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from optimise.slots.problem import Requests, Venues
from sim.arrays import F64, I64, Bools
from sim.scenario.schema.season import Allocation
from sim.scenario.schema.timetable import RequestRow, listed
from sim.world.world import World


@dataclass(frozen=True, slots=True)
class GroupHomes:
    """Homes of requests, in their order.

    Parameters
    ----------
    zone
        (R,) zone of each.
    walk
        (R, V) walking minutes to each venue, at the pace of the request's segment.
    enters
        (R, V) whether the access rule of the venue lets its people in.
    """

    zone: I64
    walk: F64
    enters: Bools


def homes_of(world: World, names: Sequence[str], segments: Sequence[str]) -> GroupHomes:
    """Find homes by name among origins, centres and drop-in places, in this order."""
    compounds = np.concatenate(
        (
            np.arange(len(world.origins.names)),
            world.centres.compound,
            np.full(len(world.places), -1),
        )
    )
    all_names = (*world.origins.names, *world.centres.names, *world.places.names)
    where: dict[str, int] = {}
    for i, name in enumerate(all_names):
        where.setdefault(name, i)
    at = np.array([where[name] for name in names], dtype=np.int64)
    xy = np.concatenate((world.origins.xy, world.centres.xy, world.places.xy))[at]
    parts = (world.origins, world.centres, world.places)
    community = np.concatenate([part.community for part in parts])[at]
    zone = np.concatenate([part.zone for part in parts])[at]
    centre = world.venues.centre
    away = xy[:, None, :] - world.centres.xy[centre][None, :, :]
    start = np.where(at < len(world.origins.names), at, -1)  # from homes of other sorts: straight
    straight = np.hypot(away[..., 0], away[..., 1])
    km = world.routes.km(start[:, None], centre[None, :], straight)
    paces = [world.scenario.segments[s].metres_per_second * 60 / 1000 for s in segments]
    access = np.array(world.venues.access)
    own = compounds[at][:, None] == world.centres.compound[centre][None, :]
    own &= world.centres.compound[centre][None, :] >= 0
    near = community[:, None] == world.centres.community[centre][None, :]
    enters = (access == "public") | ((access == "community") & near)
    return GroupHomes(
        zone=zone,
        walk=km / np.array(paces)[:, None],
        enters=enters | ((access == "compound") & own),
    )


def dates_of(row: RequestRow, allocation: Allocation) -> tuple[dt.date, dt.date]:
    """First and last date of a request within the season."""
    season = allocation.season
    first = season.first if row.first is None else max(row.first, season.first)
    last = season.last if row.last is None else min(row.last, season.last)
    return first, last


def requests_of(
    rows: Sequence[RequestRow],
    allocation: Allocation,
    world: World,
    venues: Venues,
    homes: GroupHomes,
) -> Requests:
    """Requests in the order of the table."""
    step, begin = allocation.grid_minutes, allocation.season.first
    bit = {name: 1 << i for i, name in enumerate(allocation.equipment)}
    dates = [dates_of(row, allocation) for row in rows]
    needs = _integers(sum(bit[name] for name in listed(row.equipment)) for row in rows)
    kind = _integers(world.kinds.index(row.kind) for row in rows)
    options = [
        _options(row, r, allocation, world, venues, homes, int(kind[r]), int(needs[r]))
        for r, row in enumerate(rows)
    ]
    option_of = np.repeat(np.arange(len(rows)), [len(o) for o in options])
    option = _integers(venue for of in options for venue, _ in of)
    windows = [(r, *window) for r, row in enumerate(rows) for window in row.windows]
    clubs = {name: i for i, name in enumerate(dict.fromkeys(row.group for row in rows))}
    lost = [allocation.lost_share if r.lost_share is None else r.lost_share for r in rows]
    return Requests(
        kind=kind,
        party=_integers(row.party_size for row in rows),
        equipment=needs,
        shortest=_integers(row.shortest_minutes // step for row in rows),
        longest=_integers(row.longest // step for row in rows),
        sessions=_integers(row.sessions for row in rows),
        spacing=_integers(row.spacing_days for row in rows),
        first_date=_integers((first - begin).days for first, _ in dates),
        last_date=_integers((last - begin).days for _, last in dates),
        lost_share=np.array(lost, dtype=np.float64),
        weight=np.array([row.priority for row in rows], dtype=np.float64),
        club=_integers(clubs[row.group] for row in rows),
        zone=homes.zone,
        segment=_integers(world.segments.index(row.segment) for row in rows),
        option_first=_first(option_of, len(rows)),
        option_venue=option,
        option_rank=_integers(rank for of in options for _, rank in of),
        option_walk=homes.walk[option_of, option],
        window_first=_first(_integers(w[0] for w in windows), len(rows)),
        window_weekday=_integers(w[1] for w in windows),
        window_begin=_integers(w[2] // step for w in windows),
        window_end=_integers(w[3] // step for w in windows),
        window_choice=_integers(w[4] for w in windows),
    )


def _options(
    row: RequestRow,
    r: int,
    allocation: Allocation,
    world: World,
    venues: Venues,
    homes: GroupHomes,
    kind: int,
    needs: int,
) -> list[tuple[int, int]]:
    """Venues that a request accepts and that let it in, with their place in its order.

    Where it names none: every suitable one near its home, nearest first, all alike in its order.
    """
    named = listed(row.venues)
    if named:
        position = {name: v for v, name in enumerate(world.venues.names)}
        found = [(position[name], rank) for rank, name in enumerate(dict.fromkeys(named))]
        return [(v, rank) for v, rank in found if homes.enters[r, v]]
    suits = (venues.kind == kind) & (venues.capacity >= row.party_size) & homes.enters[r]
    suits &= (venues.equipment & needs) == needs
    suits &= homes.walk[r] <= allocation.within_minutes
    near = sorted(np.flatnonzero(suits).tolist(), key=lambda v: (homes.walk[r, v], v))
    return [(v, 0) for v in near]


def _integers(values: Iterable[int]) -> I64:
    return np.array(list(values), dtype=np.int64)


def _first(owner: I64, n: int) -> I64:
    """Index of each request's first entry; owners are in order."""
    return np.searchsorted(owner, np.arange(n + 1)).astype(np.int64)
