"""Instances that fall into parts: how many sites each gets is decided by what each can prove.

At prices u only pairs with cost below the price matter, and they may link points and sites into
separate parts, such as towns far apart. If a point may also go, for nothing but the cost, to the
cheapest site outside its part, whether open or not, the parts depend on each other by the number of
their sites alone: no plan costs less than the least sum of w_c(k_c), the least cost of part c with
k_c sites, over all k that sum to p. Each w_c(k) is bounded by solving that part, and only those are
that the least sum needs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp
from scipy.sparse.csgraph import connected_components

from optimise.siting.median.instance import Instance
from optimise.siting.median.neighbours import Neighbours
from optimise.siting.median.plain import plain_plan
from optimise.siting.median.prices import Priced
from optimise.siting.median.record import Record

__all__ = ["Parts"]

F64 = npt.NDArray[np.float64]
I64 = npt.NDArray[np.int64]
Bool = npt.NDArray[np.bool_]
Solve = Callable[[Instance, Record, Priced | None], Priced]
"""Improve the record of a part; gets its prices if it is not the first time, returns them."""

_LARGEST = 0.5
"""A part with more of the sites is as hard as the whole."""
_NUDGE = 1e-7


@dataclass(slots=True)
class _Part:
    """Points, sites, what each way out costs, and what is known of w(k) for k = 0, 1, ..."""

    points: I64
    sites: I64
    outside: F64
    lower: F64
    preferred: int
    solved: dict[int, Record] = field(default_factory=dict)
    priced: dict[int, Priced] = field(default_factory=dict)

    def is_solved(self, count: int) -> bool:
        """Whether w(count) is known."""
        return count in self.solved and self.solved[count].proven

    def values(self) -> F64:
        """(counts,) the best known plan with so many sites; infinite if none is known."""
        values = np.full(len(self.lower), np.inf)
        for count, record in self.solved.items():
            values[count] = record.value
        return values

    def nudged(self, nudge: float) -> F64:
        """(counts,) lower bounds, and `nudge` for every site more or less than in the plan."""
        return self.lower + nudge * np.abs(np.arange(len(self.lower)) - self.preferred)


class Parts:
    """Bounds and plans part by part.

    Parameters
    ----------
    instance, record
        The whole, with a plan in the record.
    near, root
        Its lists and prices.
    """

    def __init__(self, instance: Instance, record: Record, near: Neighbours, root: Priced) -> None:
        self.instance, self.record = instance, record
        label, count = _labels(near, root.price)
        points = len(root.price)
        free = instance.p - int(instance.fixed.sum())
        last = np.sort(root.worth[~instance.fixed])[free - 1]
        self._parts = []
        self._places = instance.p
        for number in range(count):
            of_points = np.flatnonzero(label[:points] == number)
            sites = np.flatnonzero(label[points:] == number)
            if len(of_points):
                self._parts.append(self._part(of_points, sites, root, float(last)))
            else:  # of no use to anyone, but may have to be open
                self._places -= int(instance.fixed[sites].sum())

    @property
    def apart(self) -> bool:
        """Whether no part is nearly the whole."""
        return max(len(p.sites) for p in self._parts) <= _LARGEST * len(self.instance.fixed)

    def _part(self, points: I64, sites: I64, root: Priced, last: float) -> _Part:
        inside = np.zeros(len(self.instance.fixed), dtype=bool)
        inside[sites] = True
        cost, fixed = self.record.cost[points], self.instance.fixed[sites]
        outside = cost.min(axis=1, initial=np.inf, where=~inside)
        outside = np.where(np.isfinite(outside), outside, cost.max(axis=1))
        lower = np.full(min(len(sites), self._places) + 1, -np.inf)
        part = _Part(points, sites, outside, lower, int(inside[self.record.sites].sum()))
        _raise(part, fixed, last, float(root.price[points].sum()), root.worth[sites])
        lower[: int(fixed.sum())] = np.inf
        return part

    def improve(self, solve: Solve) -> bool:
        """Solve what the least sum rests on; whether that may help further."""
        for part, count in zip(self._parts, self._wanted(), strict=True):
            if not part.is_solved(count):
                self._solve(part, count, solve)
        self._offer(self._least([part.values() for part in self._parts])[1])
        self.record.prove(self._least([part.lower for part in self._parts])[0])
        return not self.record.proven and not self._all_solved(self._wanted())

    def _wanted(self) -> list[int]:
        """Sites of each part in the least sum, near the plan's among sums that are nearly equal."""
        nudge = _NUDGE * abs(self.record.value)
        near_plan = self._least([part.nudged(nudge) for part in self._parts])[1]
        if not self._all_solved(near_plan):
            return near_plan
        return self._least([part.lower for part in self._parts])[1]

    def _all_solved(self, counts: list[int]) -> bool:
        return all(part.is_solved(k) for part, k in zip(self._parts, counts, strict=True))

    def _least(self, tables: list[F64]) -> tuple[float, list[int]]:
        """The least sum of one entry from each part's table, and the sites of each part in it."""
        least, choices = np.zeros(self._places + 1), []
        for table in tables:
            sums = np.full((len(table), len(least)), np.inf)
            for count, entry in enumerate(table.tolist()):
                sums[count, count:] = least[: len(least) - count] + entry
            choices.append(sums.argmin(axis=0))
            least = sums.min(axis=0)
        left, counts = int(least.argmin()), []
        for choice in reversed(choices):
            counts.append(int(choice[left]))
            left -= counts[-1]
        return float(least.min()), counts[::-1]

    def _solve(self, part: _Part, count: int, solve: Solve) -> None:
        cost = np.column_stack((self.record.cost[np.ix_(part.points, part.sites)], part.outside))
        fixed = np.append(self.instance.fixed[part.sites], True)
        instance = Instance(cost, fixed, count + 1, self.instance.whole, barred=False)
        record = part.solved.get(count) or Record(cost, instance.whole, self.record.started)
        part.solved[count] = record
        plan = plain_plan(instance)
        if plan is not None:
            record.offer(plan)
            record.prove(record.value)
        else:
            priced = part.priced.get(count)
            part.priced[count] = solve(instance, record, priced)
            _raise_all(part, fixed[:-1], count, part.priced[count])
            if record.bound > part.priced[count].bound and record.claim != self.record.claim:
                self.record.claim = record.claim
        part.lower[count] = max(part.lower[count], record.bound)

    def _offer(self, counts: list[int]) -> None:
        """Put the parts' plans together."""
        sites = [np.flatnonzero(self.instance.fixed)]
        for part, count in zip(self._parts, counts, strict=True):
            plan = part.solved[count].sites
            sites.append(part.sites[plan[plan < len(part.sites)]])
        together = np.unique(np.concatenate(sites))
        if len(together):
            self.record.offer(together)


def _raise(part: _Part, fixed: Bool, last: float, paid: float, worth: F64) -> None:
    """Raise the bounds for every number of sites, with prices and a price of each site, -last."""
    beyond = np.where(fixed, worth - last, np.minimum(worth - last, 0.0)).sum()
    bounds = paid + beyond + last * np.arange(len(part.lower))
    np.maximum(part.lower, bounds, out=part.lower)


def _raise_all(part: _Part, fixed: Bool, count: int, priced: Priced) -> None:
    """Take over what the prices for one number of sites prove for the others.

    The last site of `priced` is the way out, which is always open and not counted.
    """
    worth, paid = priced.worth[:-1], float(priced.price.sum() + priced.worth[-1])
    ranked, places = np.sort(worth[~fixed]), count - int(fixed.sum())
    for last in ranked[max(places - 1, 0) : places + 1]:
        _raise(part, fixed, float(last), paid, worth)


def _labels(near: Neighbours, price: F64) -> tuple[I64, int]:
    """Number of the part of each point, then of each site; and how many parts."""
    points, column = np.nonzero(near.cost < price[:, None])
    sites = len(price) + near.site[points, column]
    size = len(price) + near.sites
    links = sp.csr_array((np.ones(len(points)), (points, sites)), shape=(size, size))
    count, label = connected_components(links, directed=False)
    return label.astype(np.int64), int(count)
