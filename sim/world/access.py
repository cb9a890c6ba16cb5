"""The rule of access: which origins a room or place lets in."""

from __future__ import annotations

import numpy as np

from sim.arrays import Bools
from sim.world.places import TIERS, Centres, Origins


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
