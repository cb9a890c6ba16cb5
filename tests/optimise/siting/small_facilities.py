"""Small facility locations, and their least cost by trying every set of sites."""

from __future__ import annotations

import itertools

import numpy as np
from scipy.optimize import linprog


def draw(seed):
    """Arguments by name: ties, zeros, pairs out of reach, and all options at times."""
    rng = np.random.default_rng(seed)
    points, sites = int(rng.integers(2, 7)), int(rng.integers(2, 6))
    cost = (
        rng.integers(0, 6, (points, sites)).astype(float)
        if rng.random() < 0.5
        else 10 * rng.random((points, sites))
    )
    cost[rng.random((points, sites)) < rng.choice([0, 0.2, 0.4])] = np.inf
    capacity = rng.integers(0, 10, sites) + rng.choice([0.0, 3.0, 8.0])
    capacity[rng.random(sites) < 0.1] = np.inf
    p = None if rng.random() < 0.5 else int(rng.integers(1, sites + 1))
    fixed = rng.permutation(sites)[: int(rng.integers(0, min(2, p or sites) + 1))]
    return {
        "cost": cost,
        "demand": rng.integers(0, 5, points).astype(float),
        "capacity": capacity,
        "opening_cost": rng.integers(0, 8, sites).astype(float),
        "p": p,
        "single_source": bool(rng.random() < 0.5),
        "fixed_open": tuple(fixed.tolist()) if rng.random() < 0.4 else (),
    }


def least(cost, demand, capacity, opening_cost, p, single_source, fixed_open):
    """Infinite if nothing fits."""
    sites = range(len(capacity))
    service = whole if single_source else split
    best = np.inf
    for number in range(1, (p or len(capacity)) + 1):
        for some in map(list, itertools.combinations(sites, number)):
            fits = np.isfinite(cost[:, some]).any(axis=1).all()
            fits &= capacity[some].sum() >= demand.sum()
            if set(fixed_open) <= set(some) and fits and opening_cost[some].sum() < best:
                served = service(cost[:, some], demand, capacity[some])
                best = min(best, opening_cost[some].sum() + served)
    return best


def whole(cost, demand, room):
    """Point after point to each site that has room."""
    if not len(demand):
        return 0.0
    best = np.inf
    for site in np.flatnonzero(np.isfinite(cost[0]) & (room >= demand[0])):
        left = room.copy()
        left[site] -= demand[0]
        best = min(best, cost[0, site] + whole(cost[1:], demand[1:], left))
    return best


def split(cost, demand, room):
    """A dense transportation problem."""
    points, sites = cost.shape
    finite = np.isfinite(cost)
    rows = np.kron(np.eye(points), np.ones(sites))
    loads = np.kron(demand, np.eye(sites))
    found = linprog(
        np.where(finite, cost, 0.0).ravel(),
        A_eq=rows,
        b_eq=np.ones(points),
        A_ub=loads[np.isfinite(room)],
        b_ub=room[np.isfinite(room)],
        bounds=np.column_stack((np.zeros(cost.size), finite.ravel())),
    )
    return found.fun if found.status == 0 else np.inf
