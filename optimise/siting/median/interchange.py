"""The best exchange of an open site for a closed one, again and again.

Every demand point keeps its nearest and second nearest open site. From these follow, for all
pairs of a site to close and a site to open at once, what the exchange saves; after an exchange
only the points whose nearest two changed are counted anew (Resende, Werneck: A fast swap-based
local search procedure for location problems. Annals of Operations Research 150, 2007).
"""

from __future__ import annotations

import time

import numpy as np
import numpy.typing as npt

from optimise.siting.median.neighbours import Neighbours

__all__ = ["Interchange"]

F64 = npt.NDArray[np.float64]
I64 = npt.NDArray[np.int64]
Bool = npt.NDArray[np.bool_]

_LITTLE = 1e-10
"""Share of the value that an exchange must save, so that rounding never makes it go round."""


class Interchange:
    """A plan of exactly p open sites, 2 or more, improved by exchanges.

    Parameters
    ----------
    cost
        (points, sites), finite.
    near
        Its neighbour lists. Savings at sites beyond them are not seen; values are exact.
    fixed
        (sites,) must stay open; plans hold them all.

    Attributes
    ----------
    sites
        (p,) open sites, in no order.
    first, second
        (points,) place in `sites` of the nearest and the second nearest open site.
    nearest, next_nearest
        (points,) what they cost.
    """

    def __init__(self, cost: F64, near: Neighbours, fixed: Bool) -> None:
        self.cost, self.near, self.fixed = cost, near, fixed

    @property
    def value(self) -> float:
        """Cost of the plan."""
        return float(self.nearest.sum())

    def begin(self, sites: I64) -> None:
        """Take over a plan."""
        points, count = self.cost.shape
        self.sites = sites.copy()
        self.first, self.second = np.zeros((2, points), dtype=np.int64)
        self.nearest, self.next_nearest = np.zeros((2, points))
        self._gain, self._loss = np.zeros(count), np.zeros(len(sites))
        self._extra = np.zeros((len(sites), count))
        everyone = np.arange(points)
        self._find(everyone)
        self._count(everyone, 1.0)

    def keep(self) -> tuple[npt.NDArray[np.generic], ...]:
        """The whole state, for `restore`."""
        state = (self.sites, self.first, self.second, self.nearest, self.next_nearest)
        return tuple(a.copy() for a in (*state, self._gain, self._loss, self._extra))

    def restore(self, state: tuple[npt.NDArray[np.generic], ...]) -> None:
        """Back to a state that `keep` gave, which stays good."""
        state = tuple(a.copy() for a in state)
        self.sites, self.first, self.second, self.nearest, self.next_nearest = state[:5]  # type: ignore[assignment]
        self._gain, self._loss, self._extra = state[5:]  # type: ignore[assignment]

    def descend(self, deadline: float) -> None:
        """Exchange until nothing is saved, or until the deadline of `time.monotonic`."""
        while time.monotonic() < deadline:
            saving = self._extra + self._gain
            saving -= self._loss[:, None]
            saving[:, self.sites] = -np.inf
            saving[self.fixed[self.sites]] = -np.inf
            out, site = divmod(int(saving.argmax()), saving.shape[1])
            if not saving[out, site] > _LITTLE * abs(self.value):
                return
            self.exchange(out, site)

    def exchange(self, out: int, site: int) -> None:
        """Close the site at place `out` and open another one in its place."""
        cost = self.cost[:, site]
        lost = (self.first == out) | (self.second == out)
        rows = np.flatnonzero(lost | (cost < self.next_nearest))
        self._count(rows, -1.0)
        self.sites[out] = site
        self._find(rows[lost[rows]])
        rest = rows[~lost[rows]]
        is_first = cost[rest] < self.nearest[rest]
        moved, other = rest[is_first], rest[~is_first]
        self.second[moved], self.next_nearest[moved] = self.first[moved], self.nearest[moved]
        self.first[moved], self.nearest[moved] = out, cost[moved]
        self.second[other], self.next_nearest[other] = out, cost[other]
        self._count(rows, 1.0)

    def _find(self, rows: I64) -> None:
        """Nearest and second nearest open site of some points."""
        cost, at = self.cost[rows[:, None], self.sites], np.arange(len(rows))
        self.first[rows] = best = cost.argmin(axis=1)
        self.nearest[rows] = cost[at, best]
        cost[at, best] = np.inf
        self.second[rows] = best = cost.argmin(axis=1)
        self.next_nearest[rows] = cost[at, best]

    def _count(self, rows: I64, sign: float) -> None:
        """Add (or take away) what some points save in every exchange.

        Opening j saves max(0, d1 - c) at a point; closing its nearest site costs d2 - d1, of
        which opening j gives back d2 - max(c, d1) where c < d2.
        """
        nearest, following = self.nearest[rows], self.next_nearest[rows]
        listed = self.near.cost[rows] < following[:, None]
        at, column = np.nonzero(listed)
        cost, site = self.near.cost[rows[at], column], self.near.site[rows[at], column]
        sites = len(self._gain)
        self._gain += sign * np.bincount(site, np.maximum(nearest[at] - cost, 0.0), sites)
        first = self.first[rows]
        back = following[at] - np.maximum(cost, nearest[at])
        np.add.at(self._extra.reshape(-1), first[at] * sites + site, sign * back)
        self._loss += sign * np.bincount(first, following - nearest, len(self.sites))
