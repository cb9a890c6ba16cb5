"""Feasibility, value and bound of a solution from the instance alone.

One function for each model, with the solution first and then the model's own arguments. Written
against the words of the models; shares no code with the solvers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from optimise.siting import certify
from optimise.siting.checking import (
    Checked,
    bad_infeasible,
    bad_sites,
    covered_of,
    finds_room,
    reaches_all,
    served_of,
    shares_of,
    unreadable,
)
from optimise.siting.checking_bounds import CLOSE, Figures, bad_bounds
from optimise.siting.solution import SitingSolution

__all__ = [
    "Checked",
    "facility_location",
    "maximal_covering",
    "p_centre",
    "p_median",
    "set_cover",
]

F64 = npt.NDArray[np.float64]
Covers = npt.NDArray[np.bool_] | sp.sparray | sp.spmatrix


def p_median(
    solution: SitingSolution,
    cost: npt.ArrayLike,
    p: int,
    weights: npt.ArrayLike | None = None,
    *,
    fixed_open: Iterable[int] = (),
) -> Checked:
    """Weighted cost of each point's nearest open site."""
    matrix, fixed = np.asarray(cost, dtype=np.float64), tuple(fixed_open)
    weight = _weights(weights, len(matrix))
    if faults := unreadable(solution, matrix.shape[1]):
        return Checked(np.nan, np.nan, tuple(faults))
    if solution.status == "infeasible":
        return _infeasible(solution, reaches_all(np.isfinite(matrix), p, fixed))
    faults = bad_sites(solution, p, fixed)
    served, more = served_of(solution, matrix)
    value = float("nan") if more else float(weight @ served)
    if not more and (served > matrix[:, list(solution.chosen)].min(axis=1)).any():
        more.append("a point is not served by its nearest open site")
    whole, largest = True, 0.0
    for factor, row in zip(weight, matrix, strict=True):
        amounts = factor * row[np.isfinite(row)]
        whole, largest = whole and _whole(amounts), max(largest, _largest(amounts))
    proven = _proven(solution, faults, certify.assignment, matrix, p, weight, fixed)
    summed = abs(value) if more else float(weight @ np.abs(served))
    return _checked(solution, Figures(value, proven, whole, largest, summed), faults, more)


def p_centre(
    solution: SitingSolution, cost: npt.ArrayLike, p: int, *, fixed_open: Iterable[int] = ()
) -> Checked:
    """Largest cost of a point to the site that serves it."""
    matrix, fixed = np.asarray(cost, dtype=np.float64), tuple(fixed_open)
    if faults := unreadable(solution, matrix.shape[1]):
        return Checked(np.nan, np.nan, tuple(faults))
    if solution.status == "infeasible":
        return _infeasible(solution, reaches_all(np.isfinite(matrix), p, fixed))
    faults = bad_sites(solution, p, fixed)
    served, more = served_of(solution, matrix)
    value = float("nan") if more else float(served.max())
    proven = _proven(solution, faults, certify.centre, matrix, p, fixed)
    finite = matrix[np.isfinite(matrix)]
    figures = Figures(value, proven, _whole(finite), _largest(finite), 0.0)
    return _checked(solution, figures, faults, more)


def maximal_covering(
    solution: SitingSolution,
    covers: Covers,
    p: int,
    weights: npt.ArrayLike | None = None,
    *,
    fixed_open: Iterable[int] = (),
) -> Checked:
    """Weight of the points that an open site covers."""
    matrix, fixed = _covers(covers), tuple(fixed_open)
    weight = _weights(weights, matrix.shape[0])
    if faults := unreadable(solution, matrix.shape[1]):
        return Checked(np.nan, np.nan, tuple(faults))
    if solution.status == "infeasible":
        return _infeasible(solution, possible=True)
    faults = bad_sites(solution, p, fixed)
    covered, more = covered_of(solution, matrix)
    proven = _proven(solution, faults, certify.covering, matrix, p, weight, fixed)
    value = float(weight[covered].sum())
    figures = Figures(value, proven, _whole(weight), _largest(weight), 0.0, maximise=True)
    return _checked(solution, figures, faults + more)


def set_cover(
    solution: SitingSolution,
    covers: Covers,
    opening_cost: npt.ArrayLike | None = None,
    *,
    fixed_open: Iterable[int] = (),
) -> Checked:
    """Opening cost of sites that cover every point."""
    matrix, fixed = _covers(covers), tuple(fixed_open)
    fees = _weights(opening_cost, matrix.shape[1])
    if faults := unreadable(solution, matrix.shape[1]):
        return Checked(np.nan, np.nan, tuple(faults))
    if solution.status == "infeasible":
        return _infeasible(solution, possible=bool((np.diff(matrix.indptr) > 0).all()))
    faults = bad_sites(solution, None, fixed)
    covered, more = covered_of(solution, matrix)
    if not covered.all():
        more.append(f"points {np.flatnonzero(~covered)[:5].tolist()} are not covered")
    proven = _proven(solution, faults, certify.set_cover, matrix, fees, fixed)
    value = float(fees[list(solution.chosen)].sum())
    figures = Figures(value, proven, _whole(fees), _largest(fees), 0.0)
    return _checked(solution, figures, faults + more)


def facility_location(
    solution: SitingSolution,
    cost: npt.ArrayLike,
    demand: npt.ArrayLike,
    capacity: npt.ArrayLike,
    opening_cost: npt.ArrayLike,
    p: int | None = None,
    single_source: bool = False,
    *,
    fixed_open: Iterable[int] = (),
) -> Checked:
    """Opening costs, and service within capacities in proportion to shares."""
    matrix, fixed = np.asarray(cost, dtype=np.float64), tuple(fixed_open)
    asked, room = np.asarray(demand, dtype=np.float64), np.asarray(capacity, dtype=np.float64)
    fees, reach = np.asarray(opening_cost, dtype=np.float64), np.isfinite(matrix)
    scarce = not bool((room >= asked @ reach).all())
    if faults := unreadable(solution, len(room)):
        return Checked(np.nan, np.nan, tuple(faults))
    if solution.status == "infeasible":
        most = len(room) if p is None else p
        possible = not scarce and reaches_all(reach, most, fixed)
        return _infeasible(solution, possible or finds_room(reach, asked, room, most, fixed))
    faults = bad_sites(solution, p, fixed)
    shares, more = shares_of(solution, reach, single_source)
    if not more:
        load = np.asarray(shares.T @ asked)
        over = np.flatnonzero(load > room + CLOSE * np.maximum(min(1.0, _largest(asked)), load))
        more += [f"site {j} serves {load[j]:g}, its capacity is {room[j]:g}" for j in over.tolist()]
    service = np.where(reach, matrix, 0.0)[shares.coords] * shares.data
    opening = float(fees[list(solution.chosen)].sum())
    value = float("nan") if more else float(service.sum()) + opening
    proven = _proven(solution, faults, certify.facility, matrix, asked, room, fees, p, fixed)
    amounts = np.append(matrix[reach], fees)
    whole = (single_source or not scarce) and _whole(amounts)
    summed = opening + float(np.abs(service).sum())
    figures = Figures(value, proven, whole, _largest(amounts), summed)
    return _checked(solution, figures, faults, more)


def _checked(
    solution: SitingSolution, figures: Figures, faults: list[str], unserved: Sequence[str] = ()
) -> Checked:
    """Faults of service count unless the solution says that no plan is known: infinite value."""
    if solution.status == "feasible" and solution.value == np.inf:
        figures = replace(figures, value=np.inf)
        unserved = () if solution.why else ("nothing says why no plan is known",)
    faults = [*faults, *unserved, *bad_bounds(solution, figures)]
    return Checked(figures.value, figures.rounded, tuple(faults))


def _proven(
    solution: SitingSolution, faults: list[str], prove: Callable[..., float], *instance: Any
) -> float:
    """What the multipliers prove; NaN, with a fault unless there are none, if that is nothing."""
    if solution.certificate is None:
        return np.nan
    try:
        return prove(solution.certificate, *instance)
    except (KeyError, TypeError, ValueError) as wrong:
        faults.append(f"certificate: {wrong}")
        return np.nan


def _infeasible(solution: SitingSolution, possible: bool) -> Checked:
    """Claims that there is no plan; some that there certainly is one are caught."""
    faults = bad_infeasible(solution)
    if possible:
        faults.append("there is a plan that serves every point")
    return Checked(np.nan, np.nan, tuple(faults))


def _weights(given: npt.ArrayLike | None, length: int) -> F64:
    return np.ones(length) if given is None else np.asarray(given, dtype=np.float64)


def _covers(covers: Covers) -> sp.csr_array:
    given: Any = covers  # the stubs know no union of dense and sparse
    matrix = sp.csr_array(sp.csr_array(given).astype(bool))
    matrix.eliminate_zeros()
    return matrix


def _largest(values: F64) -> float:
    return float(np.abs(values).max(initial=0.0))


def _whole(values: F64) -> bool:
    return bool(np.array_equal(values, np.rint(values)))
