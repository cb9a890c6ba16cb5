"""A season's requests and venues as arrays."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from optimise.slots.problem import Requests, Season, Venues
from sim.arrays import F64, I64, Bools
from sim.scenario.inputs import Inputs
from sim.scenario.schema.base import hours_of
from sim.scenario.schema.experiment import Analysis
from sim.scenario.schema.season import Allocation, NamedVenueFilter
from sim.scenario.schema.tables import DAYS
from sim.scenario.schema.timetable import RequestRow, listed
from sim.world.calendar import build_calendar, build_opening
from sim.world.places import TIERS
from sim.world.world import World, opens_of


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


def season_of(allocation: Allocation) -> Season:
    """The grid and the dates."""
    step, dates = allocation.grid_minutes, allocation.season
    return Season(
        step=step,
        first_weekday=dates.first.weekday(),
        dates=(dates.last - dates.first).days + 1,
        start_step=(allocation.start_minutes or step) // step,
        length_step=(allocation.length_minutes or step) // step,
    )


def venues_of(inputs: Inputs, world: World, allocation: Allocation) -> Venues:
    """Venues in the order of the table."""
    season, own = season_of(allocation), world.venues
    hours, hours_of_venue = _hours(inputs, allocation, season)
    first, units = _units(allocation, own.names)
    prime = _prime(inputs.scenario.analysis, season)
    changeover = [allocation.changeover_minutes.get(kind, 0) for kind in world.kinds]
    has = np.zeros(len(own), dtype=np.int64)
    for bit, where in enumerate(allocation.equipment.values()):
        has |= _meant(where, world).astype(np.int64) << bit
    return Venues(
        kind=own.kind,
        capacity=own.capacity,
        equipment=has,
        changeover=np.array(changeover, dtype=np.int64)[own.kind] // season.step,
        hours=hours,
        hours_of=hours_of_venue,
        kept=_kept(allocation, world, season),
        unit_first=first,
        units=units,
        prime=prime,
        prime_cap=_prime_cap(allocation, world, prime, hours, hours_of_venue, season, first, units),
    )


def _hours(inputs: Inputs, allocation: Allocation, season: Season) -> tuple[Bools, I64]:
    """Distinct courses of a day, and which each venue has on each date."""
    scenario, tables, dates = inputs.scenario, inputs.tables, allocation.season
    calendar = build_calendar(scenario.calendar, dates.first, dates.last, 0, 0)
    things = opens_of(scenario, tables)[: len(tables.venues)]
    closures = [*scenario.calendar.closures, *dates.closures]
    opening, profile = build_opening(things, tables.hours, closures, calendar, season.step)
    days = opening.is_open.reshape(-1, season.cells)
    patterns, which = np.unique(days, axis=0, return_inverse=True)
    return patterns, which.reshape(-1, season.dates)[profile]


def _units(allocation: Allocation, names: tuple[str, ...]) -> tuple[I64, I64]:
    """Ragged units of venues: one each, and for a whole those of its parts."""
    parts = {one.whole: one.parts for one in allocation.halves}
    alone = [name for name in names if name not in parts]
    unit = {name: i for i, name in enumerate(alone)}
    of = [[unit[p] for p in parts[n]] if n in parts else [unit[n]] for n in names]
    first = np.cumsum([0, *(len(units) for units in of)])
    return first.astype(np.int64), np.array([u for units in of for u in units], dtype=np.int64)


def _meant(some: NamedVenueFilter, world: World) -> Bools:
    """(V,) venues that meet every list that is not empty."""
    venues = world.venues
    tier, zone = world.centres.tier[venues.centre], world.centres.zone[venues.centre]
    meant = np.ones(len(venues), dtype=bool)
    for wanted, of in (
        (some.venues, np.array(venues.names)),
        (some.kinds, np.array(world.kinds)[venues.kind]),
        (some.tiers, np.array(TIERS)[tier]),
        (some.zones, np.array(world.zones)[zone]),
    ):
        meant &= np.isin(of, wanted) if wanted else True
    return meant


def _kept(allocation: Allocation, world: World, season: Season) -> Bools:
    """(V, 7, cells) of what is kept by hours."""
    kept = np.zeros((len(world.venues), 7, season.cells), dtype=bool)
    hour = np.arange(season.cells) * season.step // 60
    for one in allocation.kept_for_residents:
        if one.share is None:
            first, end = (0, 24) if one.hours is None else hours_of(one.hours)
            days = np.isin(np.array(DAYS[:7]), one.days) if one.days else np.ones(7, dtype=bool)
            cells = days[:, None] & ((hour >= first) & (hour < end))
            kept |= _meant(one, world)[:, None, None] & cells
    return kept


def _prime(analysis: Analysis, season: Season) -> Bools:
    """(7, cells) peak hours of a week without holidays."""
    hour = np.arange(season.cells) * season.step // 60

    def inside(band: str) -> Bools:
        first, end = hours_of(band)
        return np.asarray((hour >= first) & (hour < end))

    weekday, weekend = inside(analysis.peak_weekday), inside(analysis.peak_weekend)
    return np.stack([weekday] * 5 + [weekend] * 2)


def _prime_cap(
    allocation: Allocation,
    world: World,
    prime: Bools,
    hours: Bools,
    hours_of_venue: I64,
    season: Season,
    first: I64,
    units: I64,
) -> I64:
    """(U,) most peak cells a week: what a share leaves of those open in the season's mean week."""
    of_venue = np.repeat(np.arange(len(first) - 1), np.diff(first))
    cap = np.full(int(units.max()) + 1, int(prime.sum()), dtype=np.int64)
    weekdays = season.weekdays()
    for share, meant in _shares(allocation, world):
        for venue in np.flatnonzero(meant).tolist():
            is_open = hours[hours_of_venue[venue]]
            mean = sum(
                float((is_open[weekdays == day] & prime[day]).sum(axis=1).mean())
                for day in range(7)
                if (weekdays == day).any()
            )
            own = units[of_venue == venue]
            cap[own] = np.minimum(cap[own], int((1 - share) * mean + 1e-9))
    return cap


def _shares(allocation: Allocation, world: World) -> Iterator[tuple[float, Bools]]:
    for one in allocation.kept_for_residents:
        if one.share is not None:
            yield one.share, _meant(one, world)
