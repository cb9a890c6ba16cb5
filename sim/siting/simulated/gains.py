"""What plans gain over today, as simulated."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sim.siting.offered.catalogue import Pair

__all__ = ["Simulated"]

F64 = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Simulated:
    """Gains over today under the same residents, a year, replication by replication.

    Attributes
    ----------
    gain
        (R,) in the units of the aim.
    by_pair
        (R,) of what is served, by (site, kind) of the new rooms that bring it.
    rest
        (R,) by kind, what no new room can be seen to bring: over a link, or where rooms of today
        are less full.
    """

    gain: F64
    by_pair: Mapping[Pair, F64]
    rest: Mapping[str, F64]
