"""Whether p sites can reach every demand point at all."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp
from scipy.optimize import Bounds, LinearConstraint, milp

__all__ = ["Reach", "reaching"]

F64 = npt.NDArray[np.float64]
I64 = npt.NDArray[np.int64]
Bool = npt.NDArray[np.bool_]

_NAMED = 10
"""Demand points that a message names at most."""


@dataclass(frozen=True, slots=True)
class Reach:
    """What was found.

    Parameters
    ----------
    sites
        At most p sites that reach every point; empty if none were found.
    why
        Why no p sites do; empty if they do, or if the time did not suffice to tell.
    """

    sites: I64
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
        For the solver (HiGHS, for the smallest set of sites), which is asked if taking the site
        that reaches most, again and again, does not suffice.
    """
    alone = np.flatnonzero(~reached.any(axis=1))
    if len(alone):
        return Reach(np.zeros(0, dtype=np.int64), f"no site reaches {_points(alone)}")
    sites, left = _greedy(reached, fixed, p)
    if not len(left):
        return Reach(sites)
    found = milp(
        np.ones(reached.shape[1]),
        integrality=np.ones(reached.shape[1], dtype=np.int64),
        bounds=Bounds(fixed.astype(np.float64), 1.0),
        constraints=LinearConstraint(sp.csr_array(reached.astype(np.float64)), 1.0, np.inf),
        options={"time_limit": max(seconds, 0.01), "mip_rel_gap": 0.0},
    )
    if found.x is not None and round(found.x.sum()) <= p:
        return Reach(np.flatnonzero(found.x > 0.5))
    least = found.mip_dual_bound
    if least is None or not np.ceil(least - 1e-6) > p:
        return Reach(np.zeros(0, dtype=np.int64))
    return Reach(
        np.zeros(0, dtype=np.int64),
        f"no p = {p} sites reach every demand point, it takes {int(np.ceil(least - 1e-6))} or "
        f"more; those that reach most leave out {_points(left)}",
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
