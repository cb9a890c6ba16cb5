"""The assignment of the greatest value: exact where it is a flow, else as far as work allows."""

from __future__ import annotations

import numpy as np

from optimise.draws.flows import as_assignment, as_intervals, is_assignment, is_intervals
from optimise.draws.mixed import as_mixed
from optimise.draws.pooling import pool, rooms_of
from optimise.draws.problem import Assignment, Draw
from optimise.draws.reducing import Component, components, reduce

__all__ = ["WORK", "assign"]

WORK = 0.05
"""Units of CP-SAT's deterministic time for a draw, all its components together."""


def assign(draw: Draw, work: float = WORK) -> Assignment:
    """Give requests their options so that the whole is worth most.

    Parameters
    ----------
    work
        Limit of the work on components that are no flow, each having its part by its number of
        options; with 0 they keep the best greedy choice.
    """
    pooled = pool(draw)
    reduced = reduce(pooled, draw.requests)
    given = reduced.sure.copy()
    bound = int(reduced.worth.sum())
    mixed: list[Component] = []
    for component in components(reduced):
        if is_assignment(component):
            chosen = as_assignment(component)
        elif is_intervals(component):
            chosen = as_intervals(component)
        else:
            mixed.append(component)
            continue
        bound += int(component.gain[chosen].sum())
        given[pooled.request[component.option[chosen]]] = component.option[chosen]
    left = sum(len(component.option) for component in mixed)
    # the small ones first: what they do not need is left to the large ones
    for component in sorted(mixed, key=lambda c: len(c.option)):
        result = as_mixed(component, work * len(component.option) / left)
        work, left = max(work - result.work, 0.0), left - len(component.option)
        bound += result.bound
        chosen = result.chosen
        given[pooled.request[component.option[chosen]]] = component.option[chosen]
    served = np.flatnonzero(given >= 0)
    option = np.full(draw.requests, -1, dtype=np.int64)
    option[served] = rooms_of(pooled, given[served])
    return Assignment(option, int(draw.value[option[served]].sum()), bound)
