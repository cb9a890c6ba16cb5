"""One site for each point within scarce room: greedy filling, then moves and exchanges."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from optimise.siting.capacitated.instance import Instance

__all__ = ["fill"]

F64 = npt.NDArray[np.float64]
I64 = npt.NDArray[np.int64]

_GAIN = 1e-9


def fill(instance: Instance, opened: I64) -> I64 | None:
    """(n,) open site of each point; None if a point finds no room.

    Those first that would lose most by their second choice, or else the largest first. Then
    points move to where they cost less, or two of them change places, while that helps.
    """
    cost = instance.cost[:, opened]
    ranked = np.sort(cost, axis=1)
    second = ranked[:, 1] if cost.shape[1] > 1 else np.full(len(cost), np.inf)
    with np.errstate(invalid="ignore"):
        regret = np.where(np.isfinite(second), second - ranked[:, 0], np.inf)
    for order in (np.lexsort((-instance.demand, -regret)), np.argsort(-instance.demand)):
        room = instance.capacity[opened].copy()
        site = _filled(instance.demand, cost, room, order)
        if site is not None:
            _exchange(instance.demand, cost, room, site)
            return opened[site]
    return None


def _filled(demand: F64, cost: F64, room: F64, order: I64) -> I64 | None:
    """Each point in turn to the cheapest column that has room; takes that room."""
    site = np.full(len(order), -1)
    for point in order.tolist():
        dear = np.where(room >= demand[point], cost[point], np.inf)
        best = int(dear.argmin())
        if not np.isfinite(dear[best]):
            return None
        site[point] = best
        room[best] -= demand[point]
    return site


def _exchange(demand: F64, cost: F64, room: F64, site: I64) -> None:
    """Move single points and exchange pairs, in place, until neither saves anything."""
    points = np.arange(len(site))
    moved = True
    while moved:
        moved = False
        for point in points.tolist():
            here, asked = site[point], demand[point]
            moving = np.where(room >= asked, cost[point, here] - cost[point], 0.0)
            swapping = cost[point, here] - cost[point, site] + cost[points, site] - cost[:, here]
            fits = (room[here] + asked >= demand) & (room[site] + demand >= asked)
            swapping[~fits | (site == here)] = 0.0
            to, other = int(moving.argmax()), int(swapping.argmax())
            if max(moving[to], swapping[other]) <= _GAIN * max(1.0, abs(cost[point, here])):
                continue
            moved = True
            room[here] += asked
            if swapping[other] >= moving[to]:
                to = int(site[other])
                site[other] = here
                room[here] -= demand[other]
                room[to] += demand[other]
            site[point] = to
            room[to] -= asked
