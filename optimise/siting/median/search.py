"""Better plans by exchanges, from plans that the prices suggest and from shaken ones."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from optimise.siting.median.interchange import Interchange
from optimise.siting.median.neighbours import Neighbours
from optimise.siting.median.record import Record

__all__ = ["Search"]

I64 = npt.NDArray[np.int64]
Bool = npt.NDArray[np.bool_]

_MOST_SHAKEN = 5
_TRIES, _PATIENCE = 400, 4
"""Ends after so many shakes and so many times as many as the last gain took."""


class Search:
    """Local search around the best plan.

    Parameters
    ----------
    near
        Neighbour lists of `record.cost`.
    fixed
        (sites,) open in every plan; fewer than p of them, and p is 2 or more.
    """

    def __init__(
        self, record: Record, near: Neighbours, fixed: Bool, p: int, random: np.random.Generator
    ) -> None:
        self.record, self.fixed, self.p = record, fixed, p
        self._near, self._random = near, random
        self._interchange = Interchange(record.cost, near, fixed)
        self._state: tuple[npt.NDArray[np.generic], ...] = ()
        self._value = np.inf
        self._tries, self._last_gain = 0, 0

    @property
    def tired(self) -> bool:
        """Whether further shakes have little hope."""
        return self._tries > _TRIES + _PATIENCE * self._last_gain

    def start(self, sites: I64, deadline: float) -> Interchange:
        """A first plan: these sites, others drawn at random up to p, then exchanges."""
        closed = np.setdiff1d(np.arange(len(self.fixed)), sites)
        drawn = self._random.choice(closed, self.p - len(sites), replace=False)
        self.descend(np.concatenate((sites, drawn)), deadline)
        return self._interchange

    def descend(self, sites: I64, deadline: float) -> None:
        """Improve a plan by exchanges."""
        self._interchange.begin(sites)
        self._interchange.descend(deadline)
        self._settle()

    def shake(self, deadline: float) -> None:
        """Exchange some sites around a demand point at random, then improve; undo what is worse."""
        self._tries += 1
        self._interchange.restore(self._state)
        sites = self._interchange.sites
        point = self._random.integers(len(self._near.cap))
        count = int(self._random.integers(2, _MOST_SHAKEN + 1))
        out = np.flatnonzero(~self.fixed[sites])
        near = np.argsort(self.record.cost[point, sites[out]], kind="stable")[:count]
        listed = self._near.site[point, np.isfinite(self._near.cost[point])]
        closed = listed[~np.isin(listed, sites)]
        closed = closed[: 3 * count * (1 + len(self.fixed) // self.p)]
        count = min(count, len(near), len(closed))
        for place, site in zip(
            out[near[:count]], self._random.choice(closed, count, replace=False), strict=True
        ):
            self._interchange.exchange(int(place), int(site))
        self._interchange.descend(deadline)
        self._settle()

    def _settle(self) -> None:
        """Go on from the new plan if it is not worse."""
        value = self._interchange.value
        if value < self._value:
            self._last_gain = self._tries
        if value <= self._value:
            self._value, self._state = value, self._interchange.keep()
            self.record.offer(self._interchange.sites)
