"""The order of things: a plan, prices that bound it, better plans, branching for the proof."""

from __future__ import annotations

import time

import numpy as np
import numpy.typing as npt

from optimise.siting.median.branching import Tree
from optimise.siting.median.instance import Instance
from optimise.siting.median.interchange import Interchange
from optimise.siting.median.neighbours import Neighbours, neighbours
from optimise.siting.median.parts import Parts
from optimise.siting.median.prices import ROOT, Priced, Relaxation
from optimise.siting.median.program import prove
from optimise.siting.median.record import Record
from optimise.siting.median.search import Search

__all__ = ["solve"]

F64 = npt.NDArray[np.float64]
I64 = npt.NDArray[np.int64]

_WIDTH, _LEAST_WIDTH = 8, 50
"""So many times the sites a point would have to itself are listed as its neighbours."""
_FIRST_SHAKES = 50
"""Before branching, which needs a good plan."""
_BRANCHES, _SECONDS = 100, 20.0
"""For a part: first it is branched so often, then HiGHS gets so many seconds every time."""


def solve(
    instance: Instance,
    record: Record,
    first: I64,
    random: np.random.Generator,
    deadline: float,
    branches: float = np.inf,
    part: bool = False,
) -> Priced:
    """Improve the record until it is proven or the deadline of `time.monotonic`.

    Parameters
    ----------
    first
        Sites to begin with, the fixed ones among them; p at most.
    branches
        Branches to divide at most.
    part
        Whether this is a part already, not to be divided into parts again.

    Returns
    -------
    Priced
        Prices over all sites and their bound, without branching.
    """
    sites, p, fixed = len(instance.fixed), instance.p, instance.fixed
    near = neighbours(instance.cost, max(_LEAST_WIDTH, _WIDTH * sites // p))
    record.prove(float(near.cost[:, 0].sum()))
    search = Search(record, near, fixed, p, random)
    plan = search.start(first, deadline)
    scale = _scale(plan, near)
    start = (plan.nearest + plan.next_nearest) / 2
    root = Relaxation(near, fixed, p, scale).ascend(
        start, record, ROOT, deadline, lambda chosen: search.descend(chosen, deadline)
    )
    record.prove(root.bound)
    for _ in range(_FIRST_SHAKES):
        if record.proven or time.monotonic() >= deadline:
            return root
        search.shake(deadline)
        record.prove(root.bound)
    if not part:
        _by_parts(Parts(instance, record, near, root), search, random, deadline)
    tree = Tree(record, near, fixed, p, scale, root)
    record.prove(tree.bound)  # the root alone may decide on every site
    while not record.proven and time.monotonic() < deadline and branches > 0:
        if not search.tired:
            search.shake(deadline)
        tree.grow(deadline)
        record.prove(tree.bound)
        branches -= 1
    return root


def _by_parts(parts: Parts, search: Search, random: np.random.Generator, deadline: float) -> None:
    """Solve parts as long as that helps, with a shake of the whole in between."""

    def solve_part(instance: Instance, record: Record, priced: Priced | None) -> Priced:
        if priced is None:
            first = np.flatnonzero(instance.fixed)
            return solve(instance, record, first, random, deadline, _BRANCHES, part=True)
        if (left := deadline - time.monotonic()) > 0:
            prove(instance, record, priced, min(left, _SECONDS))
        return priced

    while parts.apart and time.monotonic() < deadline and parts.improve(solve_part):
        search.shake(deadline)


def _scale(plan: Interchange, near: Neighbours) -> F64:
    """Steps of prices by point: the square root of how far its costs are apart at a plan.

    Where dense and sparse places mix, equal steps would suit neither.
    """
    spread = plan.next_nearest - near.cost[:, 0]
    mean = float(spread.mean())
    return np.sqrt(spread + 0.01 * mean) if mean > 0 else np.ones(len(spread))
