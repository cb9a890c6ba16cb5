"""Kilometres from origins to centres: by detour over the straight line, or as a walk is known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.arrays import F64, I64
from sim.scenario.schema.place import Travel
from sim.scenario.schema.siting_rows import WalkRow
from sim.world.places import Centres, Origins


@dataclass(frozen=True, slots=True)
class Routes:
    """The one answer to how far it is, for simulation and siting.

    Attributes
    ----------
    detour
        Route over straight line where nothing else is known.
    centres
        How many centres there are.
    pair
        (N,) ascending: origin x `centres` + centre of each walk that is known.
    known_km
        (N,) its length: as the table says, or shorter by a link that is open.
    """

    detour: float
    centres: int
    pair: I64
    known_km: F64

    def km(self, origin: I64, centre: I64, straight: F64) -> F64:
        """Route kilometres.

        Parameters
        ----------
        origin, centre
            Indices that broadcast to the shape of `straight`; -1 for what is no origin or centre.
        straight
            Kilometres of the straight lines.
        """
        km = straight * self.detour
        if not len(self.pair):
            return km
        wanted = np.where((origin < 0) | (centre < 0), -1, origin * self.centres + centre)
        wanted = np.broadcast_to(wanted, km.shape)
        at = np.minimum(np.searchsorted(self.pair, wanted), len(self.pair) - 1)
        return np.asarray(np.where(self.pair[at] == wanted, self.known_km[at], km))

    def by_origin(self) -> dict[int, dict[int, float]]:
        """Origin -> centre -> kilometres of the walks that are known."""
        found: dict[int, dict[int, float]] = {}
        for pair, km in zip(self.pair.tolist(), self.known_km.tolist(), strict=True):
            found.setdefault(pair // self.centres, {})[pair % self.centres] = km
        return found


def build_routes(
    walks: Sequence[WalkRow], origins: Origins, centres: Centres, travel: Travel
) -> Routes:
    """Walks of the table, those of open links where they are shorter.

    Walks to candidate sites that are no centres yet wait until they are.
    """
    start = {name: i for i, name in enumerate(origins.names)}
    end = {name: i for i, name in enumerate(centres.names)}
    known: dict[tuple[int, int], float] = {}
    shorter: list[tuple[tuple[int, int], float]] = []
    for row in walks:
        if row.origin in start and row.centre in end:
            pair, km = (start[row.origin], end[row.centre]), row.metres / 1000
            if row.link is None:
                known[pair] = km
            elif row.link in travel.links:
                shorter.append((pair, km))
    for (o, c), km in shorter:
        away = origins.xy[o] - centres.xy[c]
        today = known.get((o, c), float(np.hypot(away[0], away[1])) * travel.detour)
        known[o, c] = min(today, km)
    pairs = sorted(known)
    n = len(centres.names)
    return Routes(
        detour=travel.detour,
        centres=n,
        pair=np.array([o * n + c for o, c in pairs], dtype=np.int64),
        known_km=np.array([known[pair] for pair in pairs], dtype=np.float64),
    )
