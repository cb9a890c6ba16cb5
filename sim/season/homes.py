"""Where groups come from: how far it is to a venue, and whether it lets them in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sim.world.world import World

__all__ = ["Homes", "homes_of"]

I64 = npt.NDArray[np.int64]
F64 = npt.NDArray[np.float64]
Bool = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Homes:
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
    enters: Bool


def homes_of(world: World, names: Sequence[str], segments: Sequence[str]) -> Homes:
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
    return Homes(
        zone=zone,
        walk=km / np.array(paces)[:, None],
        enters=enters | ((access == "compound") & own),
    )
