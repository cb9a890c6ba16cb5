"""Components that are flows: solved exactly, in polynomial time.

*Assignment*: where every option takes one contested moment, requests are assigned to moments.
*Intervals*: where every request has one contested option, and so all are of one pool, its rooms are
a flow through the moments, and each option a way past some of them (E. M. Arkin, E. B. Silverberg:
Scheduling jobs with fixed start and end times. Discrete Applied Mathematics 18, 1987, 1-8).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from optimise.draws.reducing import Component

__all__ = ["as_assignment", "as_intervals", "is_assignment", "is_intervals"]

I64 = npt.NDArray[np.int64]
_LARGEST = 1 << 61  # costs are scaled by the number of nodes


def is_assignment(component: Component) -> bool:
    """Whether every option takes one moment."""
    return bool((component.last - component.first == 1).all())


def is_intervals(component: Component) -> bool:
    """Whether every request has one option."""
    return len(component.request) == component.requests


def as_assignment(component: Component) -> I64:
    """Options chosen, by a flow from requests through moments."""
    c, n, m = component, component.requests, len(component.rooms)
    sink = n + m
    nodes = sink + 1
    requests, moments = np.arange(n), n + np.arange(m)
    tails = np.concatenate([c.request, requests, moments])
    heads = np.concatenate([n + c.first, np.full(n + m, sink)])
    capacity = np.concatenate([np.ones(len(c.request) + n, dtype=np.int64), c.rooms])
    supply = np.concatenate([np.ones(n), np.zeros(m), [-n]]).astype(np.int64)
    return _flow(c, nodes, tails, heads, capacity, supply)


def as_intervals(component: Component) -> I64:
    """Options chosen, by a flow of rooms through the moments."""
    c, m = component, len(component.rooms)
    size = int(c.rooms[0])
    along = np.arange(m)
    tails = np.concatenate([c.first, along])
    heads = np.concatenate([c.last, along + 1])
    capacity = np.concatenate([np.ones(len(c.request), dtype=np.int64), c.rooms])
    supply = np.zeros(m + 1, dtype=np.int64)
    supply[0], supply[m] = size, -size
    return _flow(c, m + 1, tails, heads, capacity, supply)


def _flow(
    component: Component, nodes: int, tails: I64, heads: I64, capacity: I64, supply: I64
) -> I64:
    """Options with flow where the whole is worth most; the first arcs are the options'."""
    from ortools.graph.python.min_cost_flow import SimpleMinCostFlow

    options = len(component.request)
    cost = np.zeros(len(tails), dtype=np.int64)
    cost[:options] = -_with_lots(component, nodes)
    flow = SimpleMinCostFlow()
    arcs = flow.add_arcs_with_capacity_and_unit_cost(tails, heads, capacity, cost)
    flow.set_nodes_supplies(np.arange(nodes), supply)
    status = flow.solve()
    if status != flow.OPTIMAL:
        raise RuntimeError(f"a flow that must exist was not found: status {status}")
    return np.flatnonzero(np.asarray(flow.flows(arcs[:options])) > 0)


def _with_lots(component: Component, nodes: int) -> I64:
    """Gains, and below them, so that they never outweigh one, gains times lots.

    Where numbers would grow too large, lots next to each other count as equal.
    """
    gain, n = component.gain, component.requests
    most, same = int(gain.max()), 1
    best = np.zeros(n, dtype=np.int64)
    np.maximum.at(best, component.request, gain)
    while True:
        lot = (n - 1 - np.arange(n)) // same
        unit = int((lot * best).sum()) + 1
        if (unit + n) * most * (nodes + 1) < _LARGEST:
            return np.asarray(gain * (unit + lot[component.request]))
        same *= 2
