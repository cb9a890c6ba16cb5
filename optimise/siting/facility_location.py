"""Facility location with capacities and opening costs."""

from __future__ import annotations

import time
from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from optimise.siting.capacitated.best import Best
from optimise.siting.capacitated.instance import Instance, read, units_of
from optimise.siting.capacitated.search import Search
from optimise.siting.capacitated.shortage import shortage
from optimise.siting.inputs import count_of, seconds_of, seed_of
from optimise.siting.solution import Certificate, SitingSolution, without_plan

__all__ = ["facility_location"]

_KEPT, _KEPT_AT_LEAST = 0.03, 0.1
"""Share and seconds of the time limit that are kept for building models and reading answers."""


def facility_location(
    cost: npt.ArrayLike,
    demand: npt.ArrayLike,
    capacity: npt.ArrayLike,
    opening_cost: npt.ArrayLike,
    p: int | None = None,
    single_source: bool = False,
    *,
    fixed_open: Iterable[int] = (),
    time_limit: float = 60.0,
    workers: int = 2,
    seed: int = 0,
) -> SitingSolution:
    """Open sites and serve all demand within their capacities at least cost.

    Minimises the opening costs of open sites plus service: a point whose demand is split pays in
    proportion. Strong formulation (no more of a point from a site than it is open), with prices of
    demand that prove a bound, sites fixed by what they lose there, and HiGHS for the rest.

    Parameters
    ----------
    cost
        (demand points, sites) of serving *all* demand of a point from a site; infinite where it
        cannot be reached.
    demand
        (demand points,) at least 0. A point with none takes no capacity, and is served as well.
    capacity
        (sites,) at least 0; may be infinite.
    opening_cost
        (sites,) of each open site, those of `fixed_open` included.
    p
        Open at most so many sites; None for any number.
    single_source
        Each point is served by one site; otherwise by shares.
    fixed_open
        Sites that are open in any case; they count among the p.
    time_limit
        Seconds of wall time.
    workers
        At least 1. The search runs in one thread.
    seed
        Nothing here is random; given so that all models are called alike.

    Returns
    -------
    SitingSolution
        `assignment` has the site of each point with `single_source`, otherwise a sparse (demand
        points, sites) matrix of shares. The certificate's kind is ``facility``, its multipliers
        ``price`` (demand points,); see `capacitated.prices` for what they prove. Should the time
        not suffice to find any plan nor to show that there is none, status is ``feasible`` with an
        infinite value, `chosen` the fixed sites, nobody assigned, and `why`.

    Raises
    ------
    ValueError
        Malformed input.
    """
    began = time.monotonic()
    seconds = seconds_of(time_limit)
    count_of(workers, "workers")
    seed_of(seed)
    instance = read(cost, demand, capacity, opening_cost, p, single_source, fixed_open)
    why = shortage(instance, seconds / 4)
    if why:
        return _infeasible(instance, why, began)
    units = units_of(instance)
    counted = units.counted(instance)
    best = Best(counted, began)
    kept = max(_KEPT * seconds, min(_KEPT_AT_LEAST, seconds / 2))
    search = Search(counted, best, began + seconds - kept)
    search.run()
    if search.impossible:
        return _infeasible(instance, _none_fits(instance), began)
    return _solution(instance, best, search, units.cost, began)


def _none_fits(instance: Instance) -> str:
    """What is impossible where split demand and all sites together would do."""
    limits = []
    if instance.most < len(instance.capacity):
        limits.append(f"with at most {instance.most} open sites")
    if instance.whole:
        limits.append("with one site for each demand point")
    return f"all sites together have enough capacity, but no plan fits {' and '.join(limits)}"


def _infeasible(instance: Instance, why: str, began: float) -> SitingSolution:
    nobody = _assignment(instance, sp.csr_array(instance.cost.shape))
    return without_plan(nobody, why, time.monotonic() - began, "")


def _solution(
    instance: Instance, best: Best, search: Search, unit: float, began: float
) -> SitingSolution:
    prices, plan = search.prices, best.plan
    return SitingSolution(
        value=unit * best.value,
        bound=unit * best.bound,
        status="optimal" if best.met else "feasible",
        chosen=tuple(
            (np.flatnonzero(instance.kept_open) if plan is None else plan.chosen).tolist()
        ),
        assignment=_assignment(
            instance, sp.csr_array(instance.cost.shape) if plan is None else plan.shares
        ),
        seconds=time.monotonic() - began,
        trace=tuple((when, unit * value, unit * bound) for when, value, bound in best.trace),
        prover=best.prover,
        certificate=None
        if prices is None
        else Certificate("facility", {"price": unit * prices.prices}, unit * prices.bound),
        why="" if plan is not None else "no plan was found within the time limit",
    )


def _assignment(instance: Instance, shares: sp.csr_array) -> npt.NDArray[np.int64] | sp.csr_array:
    """Shares, or the one site of each point; -1 where there is none."""
    if not instance.whole:
        return shares
    site = np.full(shares.shape[0], -1)
    points, sites = shares.nonzero()
    site[points] = sites
    return site
