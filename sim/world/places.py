"""Origins, centres and venues as arrays, and who may enter.

The rule of access says which origins a room or place lets in.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.arrays import F64, I64, U64, Bools
from sim.scenario.derived.distances import KM_PER_DEGREE

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
