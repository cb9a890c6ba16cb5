"""Vertex p-centre: open p sites so that the farthest demand point is as near as can be.

The value is one of the costs. Whether p sites suffice within a radius is a set cover, so the answer
lies between the largest radius at which they are known not to and the smallest at which they do
(E. Minieka: The m-center problem. SIAM Review 12, 1970, 138-139); halving finds it.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from optimise.siting.covering.inputs import options_of
from optimise.siting.covering.radii import Radii
from optimise.siting.inputs import costs_of, count_of
from optimise.siting.solution import Certificate, SitingSolution, nobody, without_plan

__all__ = ["p_centre"]

F64 = npt.NDArray[np.float64]


def p_centre(
    cost: npt.ArrayLike,
    p: int,
    *,
    fixed_open: Iterable[int] = (),
    time_limit: float = 60.0,
    workers: int = 2,
    seed: int = 0,
) -> SitingSolution:
    """Choose at most p sites so that the largest cost to the nearest open site is smallest.

    Parameters
    ----------
    cost
        (demand points, sites); infinity where a site cannot be reached.
    p
        Sites that may be open, those of `fixed_open` included.
    fixed_open
        Sites that must be open.
    time_limit
        Seconds.
    workers
        Threads; this model uses one.
    seed
        Of the search.

    Returns
    -------
    SitingSolution
        `value` is the largest cost to the nearest open site (infinity if the time was too short to
        find a plan that reaches everyone), and `bound` is not larger. ``infeasible`` if no p sites
        reach everyone: `why` says so. The certificate has `kind` ``centre`` and `multipliers`
        ``price`` of shape (demand points,), the prices of a set cover at the radius just below its
        bound: with covers = (cost < bound), opening costs of 1 and the same `fixed_open`, the
        formula of `optimise.siting.set_cover`, rounded up, is more than p, so no plan is nearer
        than the bound.

    Raises
    ------
    ValueError
        Malformed input.
    """
    matrix = costs_of(cost)
    points, sites = matrix.shape
    p = count_of(p, "p", sites)
    options = options_of(fixed_open, sites, p, time_limit, workers, seed)
    radii = Radii(matrix, p, options)
    if not radii.why and np.isfinite(radii.record.value):
        radii.halve()
    if radii.why:
        record = radii.record
        return without_plan(nobody(points), radii.why, record.seconds, record.prover)
    opened = radii.chosen
    nearest = np.asarray(opened)[matrix[:, list(opened)].argmin(axis=1)]
    reached = np.isfinite(matrix[np.arange(points), nearest])
    return radii.record.solution(
        opened,
        np.where(reached, nearest, -1).astype(np.int64),
        Certificate("centre", {"price": radii.price}, radii.priced),
        "" if reached.all() else "no plan that reaches everyone was found in time",
    )
