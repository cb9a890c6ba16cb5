"""The rule of access: which origins a room or place lets in."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from sim.world.places import Origins

__all__ = ["may_enter"]


def may_enter(
    origins: Origins, access: str, community: int, compound: int
) -> npt.NDArray[np.bool_]:
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
