"""The nearest sites of every demand point, sorted, so that far ones cost no work."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

__all__ = ["Neighbours", "neighbours"]

F64 = npt.NDArray[np.float64]
I32 = npt.NDArray[np.int32]
I64 = npt.NDArray[np.int64]

_CHUNK = 1 << 22
"""Entries of the cost matrix that are sorted at a time."""


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Sites of each point by cost.

    Parameters
    ----------
    site, cost
        (points, width) the cheapest sites and what they cost, ascending; infinite cost fills rows
        that have fewer.
    cap
        (points,) every site that is not listed costs at least this much; infinite if all are.
    sites
        How many sites there are.
    """

    site: I32
    cost: F64
    cap: F64
    sites: int

    def among(self, kept: I64) -> Neighbours:
        """The same points and only these sites, numbered by their place in `kept`."""
        new = np.full(self.sites, -1, dtype=np.int32)
        new[kept] = np.arange(len(kept), dtype=np.int32)
        site = new[self.site]
        listed = site >= 0
        count = listed.sum(axis=1)
        width = int(count.max(initial=1))
        filled = np.arange(width) < count[:, None]
        sites = np.zeros(filled.shape, dtype=np.int32)
        cost = np.full(filled.shape, np.inf)
        sites[filled], cost[filled] = site[listed], self.cost[listed]
        return Neighbours(sites, cost, self.cap, len(kept))

    def within(self, limit: F64) -> Neighbours:
        """Cut what costs at least `limit` (points,) wherever that makes the lists shorter."""
        width = max(int((self.cost < limit[:, None]).sum(axis=1).max()), 1)
        if width >= self.cost.shape[1]:
            return self
        cap = np.minimum(self.cap, self.cost[:, width])
        return Neighbours(self.site[:, :width].copy(), self.cost[:, :width].copy(), cap, self.sites)


def neighbours(cost: F64, width: int) -> Neighbours:
    """The `width` cheapest sites of each point.

    Parameters
    ----------
    cost
        (points, sites); read in chunks, so that no copy of it is made.
    """
    points, sites = cost.shape
    width = min(width, sites)
    site = np.empty((points, width), dtype=np.int32)
    near = np.empty((points, width))
    rows = max(_CHUNK // sites, 1)
    for first in range(0, points, rows):
        chunk = cost[first : first + rows]
        if 4 * width < sites:
            some = np.argpartition(chunk, width - 1, axis=1)[:, :width]
            some.sort(axis=1)
            values = np.take_along_axis(chunk, some, axis=1)
            order = np.argsort(values, axis=1, kind="stable")
            some = np.take_along_axis(some, order, axis=1)
        else:
            some = np.argsort(chunk, axis=1, kind="stable")[:, :width]
        site[first : first + rows] = some
        near[first : first + rows] = np.take_along_axis(chunk, some, axis=1)
    cap = np.full(points, np.inf) if width == sites else near[:, -1].copy()
    return Neighbours(site, near, cap, sites)
