"""What is asked of a facility location, checked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

__all__ = ["Instance", "read"]

F64 = npt.NDArray[np.float64]
Bool = npt.NDArray[np.bool_]


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
        return float(dearest.sum() + np.maximum(self.opening_cost, 0.0).sum())

    @cached_property
    def integral(self) -> bool:
        """Whether every plan of whole assignments costs a whole number."""
        finite = self.cost[self.reach]
        whole_numbers = np.array_equal(finite, np.rint(finite))
        fees = np.array_equal(self.opening_cost, np.rint(self.opening_cost))
        return (self.whole or self.unlimited) and whole_numbers and fees


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
        If shapes differ, or a number is NaN or not allowed; says where.
    """
    costs = np.array(cost, dtype=np.float64)
    if costs.ndim != 2 or 0 in costs.shape:
        raise ValueError(f"cost must be (demand points, sites), both at least 1, not {costs.shape}")
    points, sites = costs.shape
    _numbers("cost", costs, infinite=True)
    if p is not None and (isinstance(p, bool) or p != int(p) or not 1 <= p <= sites):
        raise ValueError(f"p = {p} must be a whole number from 1 to {sites}, the number of sites")
    most = sites if p is None else int(p)
    return Instance(
        cost=costs,
        demand=_row("demand", demand, points, least=0),
        capacity=_row("capacity", capacity, sites, least=0, infinite=True),
        opening_cost=_row("opening_cost", opening_cost, sites),
        most=most,
        whole=bool(single_source),
        kept_open=_kept_open(fixed_open, sites, most),
    )


def _row(
    name: str, given: npt.ArrayLike, length: int, least: float = -np.inf, infinite: bool = False
) -> F64:
    row = np.array(given, dtype=np.float64)
    if row.shape != (length,):
        raise ValueError(f"{name} must have shape ({length},), not {row.shape}")
    _numbers(name, row, infinite)
    if row.min() < least:
        where = int(row.argmin())
        raise ValueError(f"{name}[{where}] = {row[where]:g} must be at least {least:g}")
    return row


def _numbers(name: str, values: F64, infinite: bool) -> None:
    """No NaN; infinity only upwards, where it is allowed."""
    wrong = np.isnan(values) | np.isneginf(values)
    if not infinite:
        wrong |= np.isposinf(values)
    if wrong.any():
        where = np.argwhere(wrong)[0].tolist()
        allowed = "a number or infinity" if infinite else "a finite number"
        raise ValueError(f"{name}{where} = {values[tuple(where)]} must be {allowed}")


def _kept_open(fixed_open: Iterable[int], sites: int, most: int) -> Bool:
    kept = np.zeros(sites, dtype=bool)
    for site in fixed_open:
        if site != int(site) or not 0 <= site < sites:
            raise ValueError(f"fixed_open: {site} must be a site, from 0 to {sites - 1}")
        kept[int(site)] = True
    if kept.sum() > most:
        raise ValueError(f"fixed_open: {int(kept.sum())} sites, but p = {most} allows no more")
    return kept
