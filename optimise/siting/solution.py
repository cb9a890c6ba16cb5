"""What every siting model returns, and the certificates that prove its bound."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

__all__ = [
    "Certificate",
    "SitingSolution",
    "Trace",
    "nobody",
    "relative_gap",
    "uncrossed",
    "without_plan",
]

F64 = npt.NDArray[np.float64]
I64 = npt.NDArray[np.int64]
Trace = tuple[tuple[float, float, float], ...]
"""(seconds since the call, value, bound) whenever one of them improved."""


@dataclass(frozen=True, slots=True, eq=False)
class Certificate:
    """Multipliers that prove a bound by weak duality; `check` computes the bound anew from them.

    Parameters
    ----------
    kind
        Which function of `check` the multipliers are for, such as ``assignment`` (one price a
        demand point) or ``covering``.
    multipliers
        Arrays by name, as that function documents.
    bound
        The bound that they prove on their own. The solution's may be better: by a solver's search.
    """

    kind: str
    multipliers: dict[str, F64]
    bound: float


@dataclass(frozen=True, slots=True, eq=False)
class SitingSolution:
    """The best plan found and what is proven of better ones.

    Parameters
    ----------
    value
        Of the plan; NaN if there is none. Infinite where the time did not suffice to find a plan
        that serves everyone, nor to show that there is none: `why` says so then.
    bound
        No plan is better than this; NaN if infeasible.
    status
        ``optimal`` (value and bound meet), ``feasible`` (a better plan is not ruled out, nor is
        this, where the value is infinite) or ``infeasible`` (shown to be).
    chosen
        Open sites, 0-based, ascending.
    assignment
        (demand points,) site that serves each, -1 where none does; with shared service a sparse
        demand points x sites matrix of shares.
    seconds
        Wall time from the call to here.
    trace
        How value and bound came together.
    prover
        Whose claim the bound is: ``multipliers`` (the certificate proves it), or the name of the
        solver or method whose search it rests on.
    certificate
        Multipliers that prove a bound without any solver's word; None if there are none.
    why
        What makes the instance infeasible, or that no plan was found in time, in words; empty
        otherwise.
    """

    value: float
    bound: float
    status: str
    chosen: tuple[int, ...]
    assignment: I64 | sp.csr_array
    seconds: float
    trace: Trace
    prover: str
    certificate: Certificate | None = None
    why: str = ""

    @property
    def gap(self) -> float:
        """As `relative_gap`."""
        return relative_gap(self.value, self.bound)


def relative_gap(value: float, bound: float) -> float:
    """|bound - value| / |bound|: 0 where both are 0, NaN where there is no plan."""
    if bound == value:
        return 0.0
    return abs(bound - value) / abs(bound) if bound else float("inf")


def uncrossed(trace: Iterable[tuple[float, float, float]], value: float, larger: bool) -> Trace:
    """A trace in which no bound excludes the last value, not even by rounding."""
    outer = max if larger else min
    return tuple((when, found, outer(bound, value)) for when, found, bound in trace)


def nobody(points: int) -> I64:
    """The assignment of demand points to no site."""
    return np.full(points, -1, dtype=np.int64)


def without_plan(
    assignment: I64 | sp.csr_array, why: str, seconds: float, prover: str
) -> SitingSolution:
    """The answer where there is no plan; nobody is assigned."""
    return SitingSolution(
        value=np.nan,
        bound=np.nan,
        status="infeasible",
        chosen=(),
        assignment=assignment,
        seconds=seconds,
        trace=(),
        prover=prover,
        why=why,
    )
