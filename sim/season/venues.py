"""Venues of a season as arrays: hours on every date, what is kept, halves and equipment."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from optimise.slots.problem import Season, Venues
from sim.arrays import I64, Bools
from sim.scenario.inputs import Inputs
from sim.scenario.schema.base import hours_of
from sim.scenario.schema.experiment import Analysis
from sim.scenario.schema.season import Allocation, NamedVenueFilter
from sim.scenario.schema.tables import DAYS
from sim.world.calendar import build_calendar
from sim.world.opening import build_opening
from sim.world.places import TIERS
from sim.world.world import World, opens_of


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
