"""What holds for a plan of any siting model; `check` has what is particular to each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from optimise.siting.checking_bounds import CLOSE
from optimise.siting.solution import SitingSolution

__all__ = [
    "Checked",
    "bad_infeasible",
    "bad_sites",
    "covered_of",
    "finds_room",
    "reaches_all",
    "served_of",
    "shares_of",
    "unreadable",
]

F64 = npt.NDArray[np.float64]
I64 = npt.NDArray[np.int64]
Bool = npt.NDArray[np.bool_]

_STATUSES = ("optimal", "feasible", "infeasible")


@dataclass(frozen=True, slots=True)
class Checked:
    """What the instance alone says of a solution.

    Parameters
    ----------
    value
        Of the plan, computed anew; NaN if it cannot be.
    proven
        Bound that the certificate's multipliers prove, computed anew, rounded where every value is
        a whole number; NaN without a certificate.
    faults
        What is wrong, in words; empty if nothing is.
    """

    value: float
    proven: float
    faults: tuple[str, ...]


def bad_infeasible(solution: SitingSolution) -> list[str]:
    """Faults of a claim that there is no plan."""
    tests = {
        "an infeasible solution has a value": not np.isnan(solution.value),
        "an infeasible solution has a bound": not np.isnan(solution.bound),
        "an infeasible solution has open sites": solution.chosen != (),
        "nothing says why it is infeasible": not solution.why,
    }
    return [words for words, wrong in tests.items() if wrong]


def unreadable(solution: SitingSolution, sites: int) -> list[str]:
    """Faults of form and of open sites that are none: then nothing else can be computed."""
    figures = (solution.value, solution.bound, solution.seconds)
    faults = [f"{figure!r} is not a float" for figure in figures if not isinstance(figure, float)]
    if not isinstance(solution.trace, tuple) or any(len(row) != 3 for row in solution.trace):
        faults.append("trace is not a tuple of (seconds, value, bound)")
    if not isinstance(solution.chosen, tuple):
        return [*faults, f"chosen is {solution.chosen!r}, not a tuple"]
    wrong = [j for j in solution.chosen if not (type(j) is int and 0 <= j < sites)]
    named = f"chosen names {wrong}: sites are numbered 0 to {sites - 1}"
    return [*faults, named] if wrong else faults


def reaches_all(reach: Bool, p: int, fixed_open: Iterable[int]) -> bool:
    """Whether p sites serve every point: those fixed, then whichever reaches most of the rest.

    Others may, where these do not.
    """
    left = reach[~reach[:, list(fixed_open)].any(axis=1)]
    for _ in range(p - len(set(fixed_open))):
        if not len(left):
            break
        left = left[~left[:, left.sum(axis=0).argmax()]]
    return not len(left)


def finds_room(reach: Bool, asked: F64, room: F64, p: int, fixed_open: Iterable[int]) -> bool:
    """Whether each point, the largest first, fits whole where most room is left, at p sites.

    These are the fixed ones and the largest; others may do, where these do not.
    """
    fixed = list(fixed_open)
    opened = [*fixed, *(j for j in np.argsort(-room).tolist() if j not in fixed)][:p]
    left = np.full(len(room), -1.0)
    left[opened] = room[opened]
    for point in np.argsort(-asked).tolist():
        at = int(np.where(reach[point], left, -1.0).argmax())
        if not reach[point, at] or left[at] < asked[point]:
            return False
        left[at] -= asked[point]
    return True


def bad_sites(solution: SitingSolution, p: int | None, fixed_open: Iterable[int]) -> list[str]:
    """Faults of the open sites and of the status."""
    chosen, missing = list(solution.chosen), sorted(set(fixed_open) - set(solution.chosen))
    tests = {
        f"status {solution.status} is none of {', '.join(_STATUSES)}": solution.status
        not in _STATUSES,
        f"chosen {chosen} is not ascending": chosen != sorted(set(chosen)),
        f"{len(chosen)} sites are open, {p} allowed": p is not None and len(chosen) > p,
        f"sites {missing} are not open": bool(missing),
    }
    return [words for words, wrong in tests.items() if wrong]


def _sites(solution: SitingSolution, points: int) -> tuple[I64, list[str]]:
    """The site of each point, and faults of it."""
    site = solution.assignment
    if not isinstance(site, np.ndarray) or site.shape != (points,) or site.dtype.kind != "i":
        return np.full(points, -1), [f"assignment is not an integer array of {points} sites"]
    closed = ~np.isin(site, [*solution.chosen, -1])
    return site, ["a point is assigned to a closed site"] if closed.any() else []


def served_of(solution: SitingSolution, cost: F64) -> tuple[F64, list[str]]:
    """Cost of each point to the site that serves it."""
    site, faults = _sites(solution, len(cost))
    if (site < 0).any():
        faults.append("a point is served by nobody")
    if faults:
        return np.full(len(cost), np.nan), faults
    served = cost[np.arange(len(cost)), site]
    return served, [] if np.isfinite(served).all() else ["a point is served from out of reach"]


def covered_of(solution: SitingSolution, covers: sp.csr_array) -> tuple[Bool, list[str]]:
    """Which points an open site covers."""
    covered = np.asarray(covers[:, list(solution.chosen)].sum(axis=1)).ravel() > 0
    site, faults = _sites(solution, covers.shape[0])
    if not faults:
        named = np.flatnonzero(site >= 0)
        if not np.array_equal(covered, site >= 0):
            faults.append("assignment names a site for other points than are covered")
        elif len(named) and not np.asarray(covers[named, site[named]]).all():
            faults.append("a point is assigned to a site that does not cover it")
    return covered, faults


def shares_of(
    solution: SitingSolution, reach: Bool, single_source: bool
) -> tuple[sp.coo_array, list[str]]:
    """Shares of each pair of a point and a site, and faults of them."""
    nothing, points = sp.coo_array(reach.shape), len(reach)
    if single_source:
        site, faults = _sites(solution, points)
        if (site < 0).any():
            faults.append("a point is served by nobody")
        if faults:
            return nothing, faults
        shares = sp.coo_array((np.ones(points), (np.arange(points), site)), shape=reach.shape)
    elif not sp.issparse(solution.assignment) or solution.assignment.shape != reach.shape:
        return nothing, [f"assignment is not a sparse matrix of shape {reach.shape}"]
    else:
        shares = sp.coo_array(solution.assignment)
    rows, columns = shares.coords
    tests = {
        "a share is negative": (shares.data < 0).any(),
        "the shares of a point do not sum to 1": not (abs(shares.sum(axis=1) - 1) <= CLOSE).all(),
        "a point is served by a closed site": not np.isin(columns, list(solution.chosen)).all(),
        "a point is served from out of reach": not reach[rows, columns].all(),
    }
    return shares, [words for words, wrong in tests.items() if wrong]
