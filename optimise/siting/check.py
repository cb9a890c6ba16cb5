"""Feasibility, value and bound of a solution from the instance alone.

One function for each model, with the solution first and then the model's own arguments. Written
against the words of the models; shares no code with the solvers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from optimise.siting import certify
from optimise.siting.checking import (
    CLOSE,
    Checked,
    bad_bounds,
    bad_infeasible,
    bad_sites,
    covered_of,
    no_sites,
    rounded_up,
    served_of,
    shares_of,
)
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
    if solution.status == "infeasible":
        reached = bool(np.isfinite(matrix).any(axis=1).all())
        return _infeasible(solution, reached and p == matrix.shape[1])
    if unreadable := no_sites(solution, matrix.shape[1]):
        return Checked(np.nan, np.nan, tuple(unreadable))
    faults = bad_sites(solution, p, fixed)
    served, more = served_of(solution, matrix)
    value = float("nan") if more else float(weight @ served)
    if not more and (served > matrix[:, list(solution.chosen)].min(axis=1)).any():
        more.append("a point is not served by its nearest open site")
    whole = _whole(matrix[np.isfinite(matrix)]) and _whole(weight)
    proven = _proven(solution, faults, certify.assignment, matrix, p, weight, fixed)
    return _checked(solution, value, proven, whole, faults + more)


def p_centre(
    solution: SitingSolution, cost: npt.ArrayLike, p: int, *, fixed_open: Iterable[int] = ()
) -> Checked:
    """Largest cost of a point to the site that serves it."""
    matrix, fixed = np.asarray(cost, dtype=np.float64), tuple(fixed_open)
    if solution.status == "infeasible":
        reached = bool(np.isfinite(matrix).any(axis=1).all())
        return _infeasible(solution, reached and p == matrix.shape[1])
    if unreadable := no_sites(solution, matrix.shape[1]):
        return Checked(np.nan, np.nan, tuple(unreadable))
    faults = bad_sites(solution, p, fixed)
    served, more = served_of(solution, matrix)
    value = float("nan") if more else float(served.max())
    proven = _proven(solution, faults, certify.centre, matrix, p, fixed)
    return _checked(solution, value, proven, _whole(matrix[np.isfinite(matrix)]), faults + more)


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
    if solution.status == "infeasible":
        return _infeasible(solution, possible=True)
    if unreadable := no_sites(solution, matrix.shape[1]):
        return Checked(np.nan, np.nan, tuple(unreadable))
    faults = bad_sites(solution, p, fixed)
    covered, more = covered_of(solution, matrix)
    proven = _proven(solution, faults, certify.covering, matrix, p, weight, fixed)
    value = float(weight[covered].sum())
    return _checked(solution, value, proven, _whole(weight), faults + more, maximise=True)


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
    if solution.status == "infeasible":
        return _infeasible(solution, possible=bool((np.diff(matrix.indptr) > 0).all()))
    if unreadable := no_sites(solution, matrix.shape[1]):
        return Checked(np.nan, np.nan, tuple(unreadable))
    faults = bad_sites(solution, None, fixed)
    covered, more = covered_of(solution, matrix)
    if not covered.all():
        more.append(f"points {np.flatnonzero(~covered)[:5].tolist()} are not covered")
    proven = _proven(solution, faults, certify.set_cover, matrix, fees, fixed)
    value = float(fees[list(solution.chosen)].sum())
    return _checked(solution, value, proven, _whole(fees), faults + more)


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
    if solution.status == "infeasible":
        # Without scarcity or limit all sites together serve all who can be reached.
        free = bool(reach.any(axis=1).all()) and p in (None, len(room)) and not scarce
        return _infeasible(solution, free)
    if unreadable := no_sites(solution, len(room)):
        return Checked(np.nan, np.nan, tuple(unreadable))
    faults = bad_sites(solution, p, fixed)
    shares, more = shares_of(solution, reach, single_source)
    if not more:
        load = np.asarray(shares.T @ asked)
        over = np.flatnonzero(load > room + CLOSE * np.maximum(1.0, load))
        more += [f"site {j} serves {load[j]:g}, its capacity is {room[j]:g}" for j in over.tolist()]
    service = float(np.where(reach, matrix, 0.0)[shares.coords] @ shares.data)
    value = service + float(fees[list(solution.chosen)].sum())
    proven = _proven(solution, faults, certify.facility, matrix, asked, room, fees, p, fixed)
    whole = (single_source or not scarce) and _whole(matrix[reach]) and _whole(fees)
    return _checked(solution, value, proven, whole, faults + more)


def _checked(
    solution: SitingSolution,
    value: float,
    proven: float,
    whole: bool,
    faults: list[str],
    maximise: bool = False,
) -> Checked:
    if solution.status == "unknown":
        return Checked(np.nan, proven, () if np.isinf(solution.value) else ("unknown has a value",))
    faults = faults + bad_bounds(solution, value, proven, whole, maximise)
    sign = -1.0 if maximise else 1.0
    return Checked(value, sign * rounded_up(sign * proven, whole), tuple(faults))


def _proven(
    solution: SitingSolution, faults: list[str], prove: Callable[..., float], *instance: Any
) -> float:
    """What the multipliers prove; NaN, with a fault unless there are none, if that is nothing."""
    if solution.certificate is None:
        return np.nan
    try:
        return prove(solution.certificate, *instance)
    except (KeyError, ValueError) as wrong:
        faults.append(f"certificate: {wrong}")
        return np.nan


def _infeasible(solution: SitingSolution, possible: bool) -> Checked:
    """Claims that there is no plan; some that there certainly is one are caught."""
    faults = bad_infeasible(solution)
    if possible:
        faults.append("there is a plan: all sites together serve every point")
    return Checked(np.nan, np.nan, tuple(faults))


def _weights(given: npt.ArrayLike | None, length: int) -> F64:
    return np.ones(length) if given is None else np.asarray(given, dtype=np.float64)


def _covers(covers: Covers) -> sp.csr_array:
    given: Any = covers  # the stubs know no union of dense and sparse
    matrix = sp.csr_array(sp.csr_array(given).astype(bool))
    matrix.eliminate_zeros()
    return matrix


def _whole(values: F64) -> bool:
    return bool(np.array_equal(values, np.rint(values)))
