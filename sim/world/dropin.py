"""Drop-in places of a world: rows of `places.csv`, then venues that may be used without booking."""

from __future__ import annotations

import numpy as np

from sim.arrays import I64
from sim.scenario.schema.scenario import Scenario
from sim.scenario.tables import Tables
from sim.streams import keys_of
from sim.world.places import Centres, Places, Venues, local_km


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
