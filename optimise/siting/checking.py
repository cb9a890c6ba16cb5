"""What holds for a solution of any siting model; `check` has what is particular to each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from optimise.siting.solution import SitingSolution

__all__ = [
    "CLOSE",
    "Checked",
    "bad_bounds",
    "bad_infeasible",
    "bad_sites",
    "covered_of",
    "no_sites",
    "rounded_up",
    "served_of",
    "shares_of",
]

F64 = npt.NDArray[np.float64]
I64 = npt.NDArray[np.int64]
Bool = npt.NDArray[np.bool_]

CLOSE = 1e-6
"""Relative difference that a linear program's rounding may leave."""
_STATUSES = ("optimal", "feasible", "infeasible", "unknown")


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


def differ(one: float, other: float) -> bool:
    """Whether two figures differ by more than rounding."""
    if not (np.isfinite(one) and np.isfinite(other)):
        return one != other
    return abs(one - other) > CLOSE * max(1.0, abs(one), abs(other))


def bad_infeasible(solution: SitingSolution) -> list[str]:
    """Faults of a claim that there is no plan."""
    tests = {
        "an infeasible solution has a value": not np.isnan(solution.value),
        "an infeasible solution has a bound": not np.isnan(solution.bound),
        "an infeasible solution has open sites": solution.chosen != (),
        "nothing says why it is infeasible": not solution.why,
    }
    return [words for words, wrong in tests.items() if wrong]


def no_sites(solution: SitingSolution, sites: int) -> list[str]:
    """Faults of open sites that are none: then nothing else can be computed."""
    wrong = sorted(set(solution.chosen) - set(range(sites)))
    return [f"chosen names {wrong}: sites are numbered 0 to {sites - 1}"] if wrong else []


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


def bad_bounds(
    solution: SitingSolution, value: float, proven: float, whole: bool, maximise: bool = False
) -> list[str]:
    """Faults of value, bound, status, history and certificate.

    Parameters
    ----------
    value
        Computed anew.
    proven
        By the certificate, computed anew and not rounded; NaN without one.
    whole
        Whether every plan's value is a whole number.
    """
    sign = -1.0 if maximise else 1.0
    tests = {
        f"value is {solution.value!r}, but the plan's is {value!r}": differ(solution.value, value),
        f"bound {solution.bound!r} crosses value {solution.value!r}": _crosses(
            sign * solution.bound, sign * value
        ),
        "status is optimal, but bound and value differ": solution.status == "optimal"
        and differ(solution.value, solution.bound),
        "value or bound got worse in the trace, or crossed": _bad_trace(solution, sign),
    }
    if solution.certificate is not None:
        own, rounded = solution.certificate.bound, rounded_up(sign * proven, whole)
        tests |= {
            f"the multipliers prove {proven!r}, not {own!r}": differ(proven, own)
            and differ(sign * rounded, own),
            f"multipliers that prove {proven!r} are wrong: there is a plan of {value!r}": _crosses(
                sign * proven, sign * value
            ),
            f"bound {solution.bound!r} is not proven by the multipliers": solution.prover
            == "multipliers"
            and _crosses(sign * solution.bound, rounded),
        }
    elif solution.prover == "multipliers":
        tests["there are no multipliers to prove the bound"] = True
    return [words for words, wrong in tests.items() if wrong]


def rounded_up(bound: float, whole: bool) -> float:
    """Least whole number that is no less, where values are whole; rounding is let off."""
    if not whole or not np.isfinite(bound):
        return bound
    return float(np.ceil(bound - max(CLOSE, 1e-9 * abs(bound))))


def _crosses(bound: float, value: float) -> bool:
    """Whether a bound from below is above a value by more than rounding."""
    return bound > value + CLOSE * max(1.0, abs(value))


def _bad_trace(solution: SitingSolution, sign: float) -> bool:
    if not solution.trace:
        return False
    seconds, values, bounds = np.array(solution.trace).T
    values, bounds = sign * values, sign * bounds
    slack = CLOSE * np.maximum(1.0, np.abs(np.where(np.isfinite(values), values, 1.0)))
    with np.errstate(invalid="ignore"):
        worse = (np.diff(values) > slack[1:]) | (np.diff(bounds) < -slack[1:])
    return bool((np.diff(seconds) < 0).any() or worse.any() or (bounds > values + slack).any())


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
        elif not np.asarray(covers[named, site[named]]).all():
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
        "the shares of a point do not sum to 1": (abs(shares.sum(axis=1) - 1) > CLOSE).any(),
        "a point is served by a closed site": not np.isin(columns, list(solution.chosen)).all(),
        "a point is served from out of reach": not reach[rows, columns].all(),
    }
    return shares, [words for words, wrong in tests.items() if wrong]
