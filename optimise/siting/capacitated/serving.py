"""How a set of open sites best serves all demand points."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from optimise.siting.capacitated.filling import fill
from optimise.siting.capacitated.instance import Instance
from optimise.siting.capacitated.linear import minimise

__all__ = ["Plan", "assigned", "serve"]

F64 = npt.NDArray[np.float64]
I64 = npt.NDArray[np.int64]

_DUST = 1e-9
"""Shares below this are a solver's rounding."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Who is served where.

    Parameters
    ----------
    value
        Opening and service cost.
    chosen
        Open sites, ascending.
    shares
        (n, m) sparse; rows sum to 1.
    """

    value: float
    chosen: I64
    shares: sp.csr_array


def _plan(instance: Instance, shares: sp.csr_array) -> Plan:
    """Cost of serving so; sites that serve nobody are closed."""
    used = np.zeros(len(instance.capacity), dtype=bool)
    used[shares.indices] = True
    chosen = np.flatnonzero(used | instance.kept_open)
    rows = np.repeat(np.arange(shares.shape[0]), np.diff(shares.indptr))
    service = float(instance.cost[rows, shares.indices] @ shares.data)
    return Plan(service + float(instance.opening_cost[chosen].sum()), chosen, shares)


def serve(instance: Instance, opened: I64, seconds: float) -> Plan | None:
    """Serve from given sites: at least cost where demand may be split or nothing is scarce.

    Where each point has one site and room is scarce, what filling and exchanges find; None if
    nothing was found.
    """
    if not instance.reach[:, opened].any(axis=1).all():
        return None
    nearest = _cheapest(instance, opened)
    if nearest is not None:
        return nearest
    if instance.whole:
        site = fill(instance, opened)
        return None if site is None else assigned(instance, site)
    return _transport(instance, opened, seconds)


def _cheapest(instance: Instance, opened: I64) -> Plan | None:
    """Each point from the cheapest of the open sites; None if one has not enough room."""
    points = np.arange(len(instance.demand))
    site = opened[instance.cost[:, opened].argmin(axis=1)]
    load = np.bincount(site, weights=instance.demand, minlength=len(instance.capacity))
    if (load > instance.capacity).any() or not instance.reach[points, site].all():
        return None
    return assigned(instance, site)


def _transport(instance: Instance, opened: I64, seconds: float) -> Plan | None:
    """Split demand at least cost (a linear program); None if it does not fit or time is out."""
    points, at = np.nonzero(instance.reach[:, opened])
    site, n = opened[at], len(instance.demand)
    limited = np.flatnonzero(np.isfinite(instance.capacity[opened]))
    ones, number = np.ones(len(points)), np.arange(len(points))
    room = sp.csr_array((instance.demand[points], (at, number)), shape=(len(opened), len(points)))
    found = minimise(
        instance.cost[points, site],
        equal=(sp.csr_array((ones, (points, number)), shape=(n, len(points))), np.ones(n)),
        most=(room[limited], instance.capacity[opened][limited]),
        least=np.zeros(len(points)),
        seconds=seconds,
    )
    if found is None:
        return None
    kept = found.x > _DUST
    shares = _sparse(instance, points[kept], site[kept], found.x[kept])
    totals = np.asarray(shares.sum(axis=1))
    return _plan(instance, sp.csr_array(sp.diags_array(1 / totals) @ shares))


def assigned(instance: Instance, site: I64) -> Plan:
    """Plan that serves each point from one site."""
    points = np.arange(len(site))
    return _plan(instance, _sparse(instance, points, site, np.ones(len(points))))


def _sparse(instance: Instance, points: I64, sites: I64, shares: F64) -> sp.csr_array:
    return sp.csr_array((shares, (points, sites)), shape=instance.cost.shape)
