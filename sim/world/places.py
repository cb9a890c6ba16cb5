"""Origins and their people, centres, venues and drop-in places as arrays, and who may enter.

The rule of access says which origins a room or place lets in.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.arrays import F64, I64, U64, Bools
from sim.scenario.derived.distances import KM_PER_DEGREE
from sim.scenario.schema.scenario import Scenario
from sim.scenario.tables import Tables
from sim.streams import key_of, keys_of

TIERS = ("subdistrict", "community", "compound")


def local_km(lon: F64, lat: F64, origin: tuple[float, float]) -> F64:
    """Plane coordinates in km around (lon, lat) `origin`; exact to 0.1 % within 50 km."""
    x = (lon - origin[0]) * KM_PER_DEGREE * np.cos(np.radians(origin[1]))
    y = (lat - origin[1]) * KM_PER_DEGREE
    return np.stack([x, y], axis=-1)


@dataclass(frozen=True, slots=True)
class Origins:
    """Where people start: compounds, villages, workplaces, campuses."""

    names: tuple[str, ...]
    types: tuple[str, ...]
    community: I64
    zone: I64
    xy: F64
    """(O, 2) km."""
    lonlat: F64
    presence: tuple[str, ...]
    people: I64
    """(O, S) people by segment."""
    keys: U64


@dataclass(frozen=True, slots=True)
class Centres:
    """Neighbourhood centres."""

    names: tuple[str, ...]
    tier: I64
    """Index into `TIERS`."""
    community: I64
    zone: I64
    compound: I64
    """Origin index of the compound, -1 without one."""
    xy: F64
    lonlat: F64
    keys: U64


@dataclass(frozen=True, slots=True)
class Venues:
    """Bookable rooms and courts."""

    names: tuple[str, ...]
    centre: I64
    kind: I64
    capacity: I64
    area_m2: F64
    access: tuple[str, ...]
    profile: I64
    """Index into the opening profiles."""
    start_slots: I64
    """Starts are offered at multiples of this many slots from midnight."""
    drop_in: Bools
    """Whether people may use it without booking while nobody holds it."""
    keys: U64

    def __len__(self) -> int:
        return len(self.names)


@dataclass(frozen=True, slots=True)
class Places:
    """Drop-in places: the rows of `places.csv`, then the venues with `drop_in`."""

    names: tuple[str, ...]
    kind: I64
    """Index into `World.place_kinds`."""
    community: I64
    zone: I64
    centre: I64
    """Index of the centre, -1 without one."""
    xy: F64
    lonlat: F64
    seats: I64
    area_m2: F64
    access: tuple[str, ...]
    """`public`, `community`, or `compound` (venues only)."""
    profile: I64
    """Index into the opening profiles."""
    venue: I64
    """Index of the venue it is, -1 for places of their own."""
    keys: U64

    def __len__(self) -> int:
        return len(self.names)


def may_enter(origins: Origins, access: str, community: int, compound: int) -> Bools:
    """(O,) origins that may use what has a rule of access.

    Parameters
    ----------
    access
        `public`: everybody; `community`: people of the community it lies in; `compound`: people
        of the compound that its centre belongs to.
    community, compound
        Index of the community, and of the compound's origin (-1: none).
    """
    if access == "public":
        return np.ones(len(origins.names), dtype=bool)
    if access == "community":
        return np.asarray(origins.community == community)
    return np.asarray(np.arange(len(origins.names)) == compound)


def lives_there(origins: Origins, centres: Centres) -> Bools:
    """(O, C) whether people of an origin are residents of what a centre is for.

    A compound's centre is for the compound (or, without one, the community), a community's for the
    community, a subdistrict's for the zone.
    """
    compound = np.arange(len(origins.names))[:, None] == centres.compound[None, :]
    community = origins.community[:, None] == centres.community[None, :]
    zone = origins.zone[:, None] == centres.zone[None, :]
    near = np.where(centres.tier == TIERS.index("community"), community, zone)
    own = np.where(centres.compound >= 0, compound, community)
    return np.asarray(np.where(centres.tier == TIERS.index("compound"), own, near))


def build_places(
    scenario: Scenario,
    tables: Tables,
    communities: tuple[str, ...],
    community_zone: I64,
    centres: Centres,
    venues: Venues,
    profile: I64,
    middle: tuple[float, float],
) -> Places:
    """Gather the places; `profile` holds the opening profiles of the rows of `places.csv`."""
    rows, kinds = tables.places, list(scenario.dropin.kinds)
    community_of = {name: i for i, name in enumerate(communities)}
    centre_of = {name: i for i, name in enumerate(centres.names)}
    own_community = [community_of[r.community] for r in rows]
    own_centre = [-1 if r.centre is None else centre_of[r.centre] for r in rows]
    own = np.array([(r.lon, r.lat) for r in rows], dtype=np.float64).reshape(-1, 2)
    as_kind = {v: kinds.index(p) for v, p in scenario.dropin.venues.items()}
    kind_of = [as_kind.get(row.kind, -1) for row in tables.venues]
    shared = np.flatnonzero(venues.drop_in & (np.array(kind_of, dtype=np.int64) >= 0))
    at = venues.centre[shared]
    lonlat = np.concatenate([own, centres.lonlat[at]])
    community = np.array([*own_community, *centres.community[at].tolist()], dtype=np.int64)
    names = (*(r.place for r in rows), *(venues.names[v] for v in shared))
    own_kind = [kinds.index(r.kind) for r in rows]
    own_seats, own_area = [r.seats for r in rows], [r.area_m2 for r in rows]
    return Places(
        names=names,
        kind=np.array([*own_kind, *(kind_of[v] for v in shared)], dtype=np.int64),
        community=community,
        zone=community_zone[community],
        centre=np.array([*own_centre, *at.tolist()], dtype=np.int64),
        xy=np.concatenate([local_km(own[:, 0], own[:, 1], middle), centres.xy[at]]),
        lonlat=lonlat,
        seats=np.array([*own_seats, *venues.capacity[shared].tolist()], dtype=np.int64),
        area_m2=np.array([*own_area, *venues.area_m2[shared].tolist()], dtype=np.float64),
        access=(*(r.access for r in rows), *(venues.access[v] for v in shared)),
        profile=np.concatenate([profile, venues.profile[shared]]).astype(np.int64),
        venue=np.array([*([-1] * len(rows)), *shared.tolist()], dtype=np.int64),
        keys=keys_of("place", names),
    )


@dataclass(frozen=True, slots=True)
class PeopleGroups:
    """Groups with at least one person, by origin, then segment.

    Attributes
    ----------
    origin, segment, people
        (G,) of each group.
    numbers
        (O, S) group of an origin and segment, -1 where nobody is.
    keys
        (G,) keys by the names of origin and segment.
    """

    origin: I64
    segment: I64
    people: I64
    numbers: I64
    keys: U64

    def __len__(self) -> int:
        return len(self.people)


def build_people(origins: Origins, segments: tuple[str, ...]) -> PeopleGroups:
    """List the groups of a world."""
    origin, segment = np.nonzero(origins.people)
    of = np.full(origins.people.shape, -1, dtype=np.int64)
    of[origin, segment] = np.arange(len(origin))
    keys = [
        key_of("bookers", origins.names[o], segments[s])
        for o, s in zip(origin.tolist(), segment.tolist(), strict=True)
    ]
    return PeopleGroups(
        origin=origin.astype(np.int64),
        segment=segment.astype(np.int64),
        people=origins.people[origin, segment],
        numbers=of,
        keys=np.array(keys, dtype=np.uint64),
    )


def person_ids(group: I64, number: I64) -> I64:
    """One number for each person: group x 2^32 + their number in the group, from 0.

    The people of a group are 0, 1, 2 ...; bookers and participants are the first of them.
    """
    return np.asarray((group << np.int64(32)) + number)


def group_and_number(person: I64) -> tuple[I64, I64]:
    """Group of each person, and their number in it: the inverse of `person_ids`."""
    return person >> np.int64(32), person & np.int64(0xFFFF_FFFF)
