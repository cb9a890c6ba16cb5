"""Whether p sites can reach every demand point at all."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from optimise.siting.covering.program import cheapest_cover

__all__ = ["Reach", "reaching"]

I64 = npt.NDArray[np.int64]
Bool = npt.NDArray[np.bool_]

_NAMED = 10
"""Demand points that a message names at most."""
_LEAST = 0.5
"""Seconds for the solver however short the time: any plan is better than none."""


@dataclass(frozen=True, slots=True)
class Reach:
    """What was found.

    Parameters
    ----------
    sites
        At most p sites that reach every point, or some that reach most.
    missed
        Points that these leave out.
    why
        Why no p sites reach all; empty if they do, or if the time did not suffice to tell.
    """

    sites: I64
    missed: I64
    why: str = ""


def reaching(reached: Bool, fixed: Bool, p: int, seconds: float) -> Reach:
    """Find at most p sites that reach every demand point, or say why there are none.

    Parameters
    ----------
    reached
        (points, sites).
    fixed
        (sites,) open in any case; at most p.
    seconds
        For the solver (HiGHS), which is asked if taking the site that reaches most, again and
        again, does not suffice.
    """
    alone = np.flatnonzero(~reached.any(axis=1))
    if len(alone):
        return Reach(alone[:0], alone, f"no site reaches {_points(alone)}")
    sites, left = _greedy(reached, fixed, p)
    if not len(left):
        return Reach(sites, left)
    rows = ~reached[:, fixed].any(axis=1)
    matrix = sp.csr_array(reached[rows].astype(np.float64))
    paid = np.where(fixed, 0.0, 1.0)
    found = cheapest_cover(matrix, paid, max(seconds, _LEAST), p - float(fixed.sum()))
    if found.chosen is not None:
        return Reach(np.union1d(found.chosen, np.flatnonzero(fixed)), left[:0])
    if not found.done:
        return Reach(sites, left)
    return Reach(
        sites,
        left,
        f"no p = {p} sites reach every demand point, it takes {p + 1} or more; those that reach "
        f"most leave out {_points(left)}",
    )


def _greedy(reached: Bool, fixed: Bool, p: int) -> tuple[I64, I64]:
    """Sites that reach most of what is left, at most p, and the points they leave out."""
    sites = np.flatnonzero(fixed).tolist()
    left = np.flatnonzero(~reached[:, sites].any(axis=1))
    while len(left) and len(sites) < p:
        sites.append(int(reached[left].sum(axis=0).argmax()))
        left = left[~reached[left, sites[-1]]]
    return np.array(sites, dtype=np.int64), left


def _points(points: I64) -> str:
    named = ", ".join(str(point) for point in points[:_NAMED])
    more = f" and {len(points) - _NAMED} more" if len(points) > _NAMED else ""
    return f"demand point{'s' if len(points) > 1 else ''} {named}{more}"
