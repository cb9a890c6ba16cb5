"""A small instance as an integer program, for HiGHS to prove by cuts what branching cannot.

Formulation by radius (Elloumi: A tighter formulation of the p-median problem. Journal of
Combinatorial Optimization 19, 2010): for each point and each of its different costs, whether it
pays more than that. Pairs of a point and a site that no better plan uses, by the prices, are left
out.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp
from scipy.optimize import Bounds, LinearConstraint, milp

from optimise.siting.median.instance import Instance
from optimise.siting.median.prices import Priced
from optimise.siting.median.record import Record
from optimise.siting.units import unit_of

__all__ = ["prove"]

F64 = npt.NDArray[np.float64]
Bool = npt.NDArray[np.bool_]

_CLAIM = "HiGHS (integer programs by radius)"
_TOLERANCE = 1e-6
"""HiGHS takes a plan for whole up to this."""
_NO_BETTER = 2
"""What `milp` answers if nothing is feasible."""


def prove(instance: Instance, record: Record, priced: Priced, seconds: float) -> None:
    """Let HiGHS improve plan and bound for so many seconds.

    Plans that are left out are no better than the record's, so what is proven of the others holds
    up to its value.
    """
    usable = _usable(instance, record, priced)
    if not usable.any(axis=1).all():  # some point is at no site of a better plan
        record.prove(record.enough)
        return
    constant, paid, chain = _chain(instance.cost, usable)
    sites, more = len(instance.fixed), len(paid)
    opened = np.concatenate((np.ones(sites), np.zeros(more)))
    unit = unit_of(paid)
    found = milp(
        np.concatenate((np.zeros(sites), paid / unit)),
        integrality=opened.astype(np.int64),
        bounds=Bounds(np.concatenate((instance.fixed.astype(np.float64), np.zeros(more))), 1.0),
        constraints=[
            LinearConstraint(chain[0], chain[1], np.inf),
            LinearConstraint(sp.csr_array(opened[None]), -np.inf, instance.p),
        ],
        options={"time_limit": seconds, "mip_rel_gap": 0.0},
    )
    enough = record.enough
    if found.x is not None:
        record.offer(np.flatnonzero(found.x[:sites] > 0.5))
    before, record.claim = record.claim, _CLAIM
    if found.status == _NO_BETTER:
        record.prove(enough)
    elif found.mip_dual_bound is not None and np.isfinite(found.mip_dual_bound):
        least = constant + unit * (found.mip_dual_bound - _TOLERANCE)
        record.prove(min(least, max(enough, record.enough)))
    else:
        record.claim = before


def _usable(instance: Instance, record: Record, priced: Priced) -> Bool:
    """(points, sites) pairs that may be part of a better plan.

    A pair costs what it is dearer than the point's price beyond the bound, and what its site is
    worth less than the last one chosen.
    """
    fixed, worth = instance.fixed, priced.worth
    last = np.sort(worth[~fixed])[instance.p - int(fixed.sum()) - 1]
    dearer = np.where(fixed, 0.0, np.maximum(worth - last, 0.0))
    loss = np.maximum(instance.cost - priced.price[:, None], 0.0) + dearer
    return np.asarray(priced.bound + loss < record.enough)


def _chain(cost: F64, usable: Bool) -> tuple[float, F64, tuple[sp.csr_array, F64]]:
    """What all pay in any case, what each further level costs, and the rows (matrix, least).

    With z_k = 1 if a point pays more than its k-th cost: z_k >= z_(k-1) - (sites open at the k-th
    cost), before the first level 1 and after the last 0.
    """
    points, sites = cost.shape
    rows, columns, values, least = list[int](), list[int](), list[float](), list[float]()
    paid: list[float] = []
    constant = 0.0
    for point in range(points):
        near = np.flatnonzero(usable[point])
        levels, level = np.unique(cost[point, near], return_inverse=True)
        constant += float(levels[0])
        for k in range(len(levels)):
            row, at = len(least), near[level == k].tolist()
            entries = [(site, 1.0) for site in at]
            if k:
                entries.append((sites + len(paid) - 1, -1.0))
            if k < len(levels) - 1:
                entries.append((sites + len(paid), 1.0))
                paid.append(float(levels[k + 1] - levels[k]))
            rows += [row] * len(entries)
            columns += [column for column, _ in entries]
            values += [value for _, value in entries]
            least.append(0.0 if k else 1.0)
    shape = (len(least), sites + len(paid))
    matrix = sp.csr_array((values, (rows, columns)), shape=shape)
    return constant, np.array(paid), (matrix, np.array(least))
