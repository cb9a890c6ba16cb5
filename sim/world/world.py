"""The world: everything that is the same in every replication."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from sim.arrays import Bools
from sim.scenario.derived.openings import moved_ends
from sim.scenario.derived.samplers import sampler
from sim.scenario.inputs import Inputs
from sim.scenario.schema.base import hours_of
from sim.scenario.schema.scenario import Scenario
from sim.scenario.tables import Tables
from sim.streams import keys_of
from sim.world.calendar import Calendar, OpeningProfiles, Opens, build_calendar, build_opening
from sim.world.places import (
    TIERS,
    Centres,
    Origins,
    PeopleGroups,
    Places,
    Venues,
    build_people,
    build_places,
    local_km,
)
from sim.world.reach import Pools, Reach, Routes, build_reach, build_routes

DAY_MINUTES = 24 * 60
LONGEST_DAYS = 400.0  # leads and uses beyond are cut off at the end of the horizon


@dataclass(frozen=True, slots=True)
class World:
    """Places, people, calendar and reach; arrays index `names` tuples in table order.

    Attributes
    ----------
    slots
        Slots a day.
    level
        Demand level: wishes at multiplier 1 are `level` times the rates of the scenario.
    interest, errands
        Levels of activities (factor on their appeal) and of points (factor on trips).
    """

    scenario: Scenario
    level: float
    interest: float
    errands: float
    grid: int
    slots: int
    zones: tuple[str, ...]
    operators: tuple[str, ...]
    communities: tuple[str, ...]
    community_zone: np.ndarray
    segments: tuple[str, ...]
    kinds: tuple[str, ...]
    place_kinds: tuple[str, ...]
    origins: Origins
    centres: Centres
    venues: Venues
    places: Places
    people: PeopleGroups
    calendar: Calendar
    opening: OpeningProfiles
    routes: Routes
    pools: Pools
    reach: Reach

    @property
    def n_days(self) -> int:
        """Days of the horizon."""
        return self.calendar.n_days


def tail_days(scenario: Scenario) -> int:
    """Days simulated after the counting window: until the last wish asked in it is past.

    That is the longest lead or the booking window, and the longest shift and use after it.
    """
    demand, policy = scenario.demand, scenario.policy
    opens = max(w.longest_days(scenario.batch_days) for w in scenario.windows.values())
    ahead = max(sampler(demand.lead_days).upper, opens)
    longest = max(sampler(k.duration_minutes).upper for k in scenario.kinds.values())
    overflows = [o for o in (policy.overflow, *(o.overflow for o in policy.overrides)) if o]
    shift = max(
        [
            sampler(demand.flexibility.shift_minutes).upper,
            *(float(o.shift_minutes) for o in overflows),
        ]
    )
    after = (longest + shift) / DAY_MINUTES + max((o.next_days for o in overflows), default=0)
    return math.ceil(min(ahead, LONGEST_DAYS)) + math.ceil(min(after, LONGEST_DAYS)) + 1


def build_world(inputs: Inputs) -> World:
    """Turn checked inputs into arrays."""
    scenario, tables = inputs.scenario, inputs.tables
    zones, kinds = tuple(scenario.zones), tuple(scenario.kinds)
    communities = tuple(r.community for r in tables.communities)
    community_zone = np.array([zones.index(r.zone) for r in tables.communities], dtype=np.int64)
    calendar = build_calendar(
        scenario.calendar,
        scenario.window.first,
        scenario.window.last,
        scenario.experiment.warm_up_days,
        tail_days(scenario),
    )
    middle = _middle(tables)
    origins = _origins(scenario, tables, communities, community_zone, middle)
    centres = _centres(tables, communities, community_zone, origins.names, middle)
    opening, profile = build_opening(
        opens_of(scenario, tables),
        tables.hours,
        scenario.calendar.closures,
        calendar,
        scenario.grid_minutes,
    )
    n_venues = len(tables.venues)
    venues = _venues(tables, kinds, centres.names, profile[:n_venues], scenario.grid_minutes)
    places = build_places(
        scenario, tables, communities, community_zone, centres, venues, profile[n_venues:], middle
    )
    routes = build_routes(tables.walks, origins, centres, scenario.travel)
    segments = list(scenario.segments.values())
    most_rooms = [max(scenario.kinds[kind].shares_of_rooms) for kind in kinds]
    pools, reach = build_reach(
        origins, centres, venues, segments, scenario.travel, most_rooms, routes
    )
    return World(
        scenario=scenario,
        level=inputs.level,
        interest=inputs.interest,
        errands=inputs.errands,
        grid=scenario.grid_minutes,
        slots=DAY_MINUTES // scenario.grid_minutes,
        zones=zones,
        operators=tuple(z.operator for z in scenario.zones.values()),
        communities=communities,
        community_zone=community_zone,
        segments=tuple(scenario.segments),
        kinds=kinds,
        place_kinds=tuple(scenario.dropin.kinds),
        origins=origins,
        centres=centres,
        venues=venues,
        places=places,
        people=build_people(origins, tuple(scenario.segments)),
        calendar=calendar,
        opening=opening,
        routes=routes,
        pools=pools,
        reach=reach,
    )


def opens_of(scenario: Scenario, tables: Tables) -> list[Opens]:
    """Rules that decide the opening of every venue, then of every place of its own."""
    zone_of = {row.community: row.zone for row in tables.communities}
    centres = {row.centre: row for row in tables.centres}
    things = []
    for venue in tables.venues:
        centre = centres[venue.centre]
        own = scenario.zones[zone_of[centre.community]].opening
        shift = moved_ends(scenario.opening, own, centre, venue.kind)
        things.append(Opens(venue.venue, venue.centre, venue.kind, venue.hours, shift=shift))
    for p in tables.places:
        things.append(Opens(p.place, p.centre, p.kind, p.hours, p.school_holiday_hours))
    return things


def _middle(tables: Tables) -> tuple[float, float]:
    """Where the plane touches: the middle of the origins to a tenth of a degree, as (lon, lat).

    Centres have no say and small changes none either, so adding one moves nobody else's minutes;
    a tenth of a degree off changes distances by 0.1 % at most.
    """
    homes = np.array([(r.lon, r.lat) for r in tables.origins])
    lon, lat = np.round((homes.min(axis=0) + homes.max(axis=0)) / 2, 1)
    return float(lon), float(lat)


def _origins(
    scenario: Scenario,
    tables: Tables,
    communities: tuple[str, ...],
    community_zone: np.ndarray,
    middle: tuple[float, float],
) -> Origins:
    rows = tables.origins
    names = tuple(r.origin for r in rows)
    position = {name: i for i, name in enumerate(names)}
    segment = {name: i for i, name in enumerate(scenario.segments)}
    community_of = {name: i for i, name in enumerate(communities)}
    people = np.zeros((len(rows), len(segment)), dtype=np.int64)
    for row in tables.people:
        people[position[row.origin], segment[row.segment]] += row.people
    community = np.array([community_of[r.community] for r in rows], dtype=np.int64)
    lonlat = np.array([(r.lon, r.lat) for r in rows], dtype=np.float64)
    return Origins(
        names=names,
        types=tuple(r.type for r in rows),
        community=community,
        zone=community_zone[community],
        xy=local_km(lonlat[:, 0], lonlat[:, 1], middle),
        lonlat=lonlat,
        presence=tuple(r.presence for r in rows),
        people=people,
        keys=keys_of("origin", names),
    )


def _centres(
    tables: Tables,
    communities: tuple[str, ...],
    community_zone: np.ndarray,
    origins: tuple[str, ...],
    middle: tuple[float, float],
) -> Centres:
    rows = tables.centres
    names = tuple(r.centre for r in rows)
    position = {name: i for i, name in enumerate(origins)}
    community_of = {name: i for i, name in enumerate(communities)}
    community = np.array([community_of[r.community] for r in rows], dtype=np.int64)
    lonlat = np.array([(r.lon, r.lat) for r in rows], dtype=np.float64)
    compound = [-1 if r.compound is None else position[r.compound] for r in rows]
    return Centres(
        names=names,
        tier=np.array([TIERS.index(r.tier) for r in rows], dtype=np.int64),
        community=community,
        zone=community_zone[community],
        compound=np.array(compound, dtype=np.int64),
        xy=local_km(lonlat[:, 0], lonlat[:, 1], middle),
        lonlat=lonlat,
        keys=keys_of("centre", names),
    )


def _venues(
    tables: Tables,
    kinds: tuple[str, ...],
    centres: tuple[str, ...],
    profile: np.ndarray,
    grid: int,
) -> Venues:
    rows = tables.venues
    names = tuple(r.venue for r in rows)
    centre_of = {name: i for i, name in enumerate(centres)}
    kind_of = {name: i for i, name in enumerate(kinds)}
    return Venues(
        names=names,
        centre=np.array([centre_of[r.centre] for r in rows], dtype=np.int64),
        kind=np.array([kind_of[r.kind] for r in rows], dtype=np.int64),
        capacity=np.array([r.capacity for r in rows], dtype=np.int64),
        area_m2=np.array([r.area_m2 for r in rows], dtype=np.float64),
        access=tuple(r.access for r in rows),
        profile=profile,
        start_slots=np.array([max(1, r.slot_minutes // grid) for r in rows], dtype=np.int64),
        drop_in=np.array([r.drop_in == "yes" for r in rows], dtype=bool),
        keys=keys_of("venue", names),
    )


def peak_slots(world: World) -> Bools:
    """(T,) whether each slot of the horizon lies in peak hours."""
    hour = np.arange(world.slots) * world.grid // 60
    analysis = world.scenario.analysis

    def inside(band: str) -> Bools:
        first, end = hours_of(band)
        return (hour >= first) & (hour < end)

    weekend = world.calendar.weekend[:, None]
    both = np.where(weekend, inside(analysis.peak_weekend), inside(analysis.peak_weekday))
    return np.asarray(both.ravel())
