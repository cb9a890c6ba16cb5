"""The proof: sites are set open or closed in turn, with a bound from prices in every branch.

A branch whose bound shows that it holds no better plan is dropped. In the others every site is
tested by its worth alone: if the bound with this site open (closed) shows the same, the site is
closed (open) from there on.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from optimise.siting.median.neighbours import Neighbours
from optimise.siting.median.prices import Priced, Relaxation, Steps
from optimise.siting.median.record import Record

__all__ = ["Tree"]

F64 = npt.NDArray[np.float64]
I64 = npt.NDArray[np.int64]
Bool = npt.NDArray[np.bool_]

_STEPS = Steps(most=80, length=0.3, patience=8, shortest=0.01, memory=0.8)


@dataclass(order=True, slots=True)
class _Branch:
    """Sites that may be open, and which must be; ordered by bound, older first."""

    bound: float
    number: int
    sites: I64 = field(compare=False)
    forced: Bool = field(compare=False)
    priced: Priced = field(compare=False)


class Tree:
    """Branches that may hold a better plan than the record.

    Parameters
    ----------
    record
        Takes better plans over.
    near
        Lists of all sites.
    fixed
        (sites,) must be open.
    scale
        As in `Relaxation`.
    root
        Prices over all sites.
    """

    def __init__(
        self, record: Record, near: Neighbours, fixed: Bool, p: int, scale: F64, root: Priced
    ) -> None:
        self.record, self.near, self.p, self.scale = record, near, p, scale
        self._branches: list[_Branch] = []
        self._numbered = 0
        self._add(np.arange(near.sites), fixed, root)

    @property
    def done(self) -> bool:
        """Whether no branch is left."""
        return not self._branches

    @property
    def bound(self) -> float:
        """No plan costs less than this or the best one."""
        return self._branches[0].bound if self._branches else self.record.value

    def grow(self, deadline: float) -> None:
        """Divide the branch of the least bound."""
        branch = heapq.heappop(self._branches)
        if branch.bound >= self.record.enough:
            self._branches.clear()
            return
        at = _undecided(branch)
        forced = branch.forced.copy()
        forced[at] = True
        kept = np.arange(len(branch.sites)) != at
        for sites, must in (
            (branch.sites, forced),
            (branch.sites[kept], branch.forced[kept]),
        ):
            self._look(sites, must, branch, deadline)

    def _look(self, sites: I64, forced: Bool, parent: _Branch, deadline: float) -> None:
        """Bound a branch and add it to the others if it is of use."""
        if self._is_plan(sites, forced):
            return
        relaxation = Relaxation(self.near.among(sites), forced, self.p, self.scale)
        if np.isinf(relaxation.low).any():  # no plan
            return
        record = self.record
        priced = relaxation.ascend(parent.priced.price, record, _STEPS, deadline)
        record.offer(sites[relaxation.choose(priced.worth)])
        if priced.bound < record.enough:
            self._add(sites, forced, priced, parent.bound)

    def _add(self, sites: I64, forced: Bool, priced: Priced, bound: float = -np.inf) -> None:
        closed, opened = _decided(priced, forced, self.p, self.record.enough)
        sites, forced = sites[~closed], (forced | opened)[~closed]
        if self._is_plan(sites, forced):
            return
        priced = Priced(priced.bound, priced.price, priced.worth[~closed], priced.share[~closed])
        self._numbered += 1
        branch = _Branch(max(priced.bound, bound), self._numbered, sites, forced, priced)
        heapq.heappush(self._branches, branch)

    def _is_plan(self, sites: I64, forced: Bool) -> bool:
        """Whether nothing is left to decide; the record has the plan then."""
        if forced.sum() >= self.p:
            sites = sites[forced]
        elif len(sites) > self.p:
            return False
        self.record.offer(sites)
        return True


def _undecided(branch: _Branch) -> int:
    """Place of the site to divide by: near to half open in the relaxation, and worth much."""
    priced = branch.priced
    score = priced.share * (1 - priced.share) * -priced.worth
    return int(np.where(branch.forced, -1.0, score).argmax())


def _decided(priced: Priced, forced: Bool, p: int, enough: float) -> tuple[Bool, Bool]:
    """Sites that are closed, and open, in every plan that is better than the best one.

    An open site takes the place of the one worth least among the p chosen; a closed one leaves its
    place to the one worth most among the others.
    """
    worth = priced.worth
    free = np.flatnonzero(~forced)
    places = p - int(forced.sum())
    inside = np.zeros(len(worth), dtype=bool)
    inside[free[np.argpartition(worth[free], places - 1)[:places]]] = True
    outside = ~inside & ~forced
    last, following = worth[inside].max(), worth[outside].min(initial=0.0)
    closed = outside & (priced.bound + worth - last >= enough)
    opened = inside & (priced.bound - worth + following >= enough)
    return closed, opened
