"""What is asked of a facility location, checked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from optimise.siting.inputs import amounts_of, costs_of, count_of, floats_of, opened_of
from optimise.siting.units import unit_of

__all__ = ["Instance", "Units", "read", "units_of"]

F64 = npt.NDArray[np.float64]
Bool = npt.NDArray[np.bool_]

_ENDLESS = 1e200
"""A capacity from which on it is taken for infinite."""
_MOST = 1e300
"""What the costs of all points may add up to."""
_LARGE = 2.0**20
"""HiGHS wants rows of demand kept to 1e-7; of larger numbers that is beyond the digits of a sum."""


@dataclass(frozen=True)
class Instance:
    """Demand points (n), sites (m) and what serving and opening cost.

    Parameters
    ----------
    cost
        (n, m) cost of serving all of a point's demand from a site; infinite where out of reach.
    demand
        (n,) what each point takes of capacity.
    capacity
        (m,) of each site; may be infinite.
    opening_cost
        (m,) of each site.
    most
        How many sites may be open.
    whole
        Whether each point is served by one site.
    kept_open
        (m,) sites that are open in any case.
    """

    cost: F64
    demand: F64
    capacity: F64
    opening_cost: F64
    most: int
    whole: bool
    kept_open: Bool

    @cached_property
    def reach(self) -> Bool:
        """(n, m) which sites can serve which points."""
        return np.isfinite(self.cost)

    @cached_property
    def unlimited(self) -> bool:
        """Whether no capacity ever binds: then the cheapest open site serves each point."""
        return bool((self.capacity >= self.demand @ self.reach).all())

    @cached_property
    def ceiling(self) -> float:
        """No plan costs more than this."""
        dearest = np.where(self.reach, self.cost, -np.inf).max(axis=1)
        return float(dearest.sum() + self.opening_cost.sum())

    @cached_property
    def integral(self) -> bool:
        """Whether every plan of whole assignments costs a whole number."""
        finite = self.cost[self.reach]
        whole_numbers = np.array_equal(finite, np.rint(finite))
        fees = np.array_equal(self.opening_cost, np.rint(self.opening_cost))
        return (self.whole or self.unlimited) and whole_numbers and fees


@dataclass(frozen=True, slots=True)
class Units:
    """What costs and demand are counted in."""

    cost: float
    demand: float

    def counted(self, instance: Instance) -> Instance:
        """The instance in these units."""
        with np.errstate(over="ignore"):  # then it is infinite, which is as good
            capacity = instance.capacity / self.demand
        return replace(
            instance,
            cost=instance.cost / self.cost,
            demand=instance.demand / self.demand,
            capacity=capacity,
            opening_cost=instance.opening_cost / self.cost,
        )


def units_of(instance: Instance) -> Units:
    """That suit solvers."""
    amounts = np.append(instance.cost[instance.reach], instance.opening_cost)
    return Units(unit_of(amounts), unit_of(instance.demand, most=_LARGE))


def read(
    cost: npt.ArrayLike,
    demand: npt.ArrayLike,
    capacity: npt.ArrayLike,
    opening_cost: npt.ArrayLike,
    p: int | None,
    single_source: bool,
    fixed_open: Iterable[int],
) -> Instance:
    """Check the arguments of `facility_location`.

    Raises
    ------
    ValueError
        If shapes differ, or a number is not allowed; says where.
    """
    costs = costs_of(cost)
    points, sites = costs.shape
    largest = float(np.abs(costs).max(initial=0.0, where=np.isfinite(costs)))
    if largest > _MOST / points:
        raise ValueError(f"cost is up to {largest}: too large to be summed")
    kept_open = np.zeros(sites, dtype=bool)
    limit = None if p is None else count_of(p, "p", sites)
    kept_open[list(opened_of(fixed_open, sites, limit))] = True
    return Instance(
        cost=costs,
        demand=amounts_of(demand, "demand", points),
        capacity=_capacities(capacity, sites),
        opening_cost=amounts_of(opening_cost, "opening_cost", sites),
        most=sites if limit is None else limit,
        whole=_is_true(single_source),
        kept_open=kept_open,
    )


def _capacities(capacity: npt.ArrayLike, sites: int) -> F64:
    """Amounts of which some may be infinite."""
    given = floats_of(capacity, "capacity")
    endless = given >= _ENDLESS
    amounts_of(np.where(endless, 0.0, given), "capacity", sites)
    return np.where(endless, np.inf, given)


def _is_true(single_source: Any) -> bool:
    if not isinstance(single_source, (bool, np.bool_)):
        raise ValueError(f"single_source is {single_source!r}: True or False")
    return bool(single_source)
