"""What holds for value, bound, status, history and certificate of any siting model."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from optimise.siting.solution import SitingSolution

__all__ = ["CLOSE", "Figures", "bad_bounds", "rounded_up"]

CLOSE = 1e-6
"""Relative difference that a linear program's rounding may leave."""
_CANCELLED = 1e-3
"""Of what is summed up: a value is not told more finely, as terms of both signs may cancel."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What the instance and the plan say, to hold a solution's figures against.

    Parameters
    ----------
    value
        Of the plan, computed anew; NaN if it cannot be.
    proven
        By the certificate, computed anew and not rounded; NaN without one.
    whole
        Whether every plan's value is a whole number.
    largest
        Size of the largest amount of the instance: differences are told in its units if it is
        less than 1.
    summed
        Sizes of the value's terms, summed up.
    maximise
        Whether a larger value is better.
    """

    value: float
    proven: float
    whole: bool
    largest: float
    summed: float
    maximise: bool = False

    @property
    def sign(self) -> float:
        """That makes smaller values better ones."""
        return -1.0 if self.maximise else 1.0

    @property
    def rounded(self) -> float:
        """What is proven, as far as values are whole numbers."""
        return self.sign * rounded_up(self.sign * self.proven, self.whole)

    def slack(self, *amounts: float) -> float:
        """Rounding of amounts of this size."""
        finite = [abs(amount) for amount in amounts if np.isfinite(amount)]
        least = min(1.0, self.largest) or 1.0
        return CLOSE * max(least, _CANCELLED * self.summed, *finite)

    def differ(self, one: float, other: float) -> bool:
        """Whether two figures differ by more than rounding."""
        if not (np.isfinite(one) and np.isfinite(other)):
            return one != other
        return abs(one - other) > self.slack(one, other)

    def crosses(self, bound: float, value: float) -> bool:
        """Whether a bound excludes a value by more than rounding; NaN does."""
        return not self.sign * (bound - value) <= self.slack(value)


def bad_bounds(solution: SitingSolution, figures: Figures) -> list[str]:
    """Faults of value, bound, status, time and history, and of what the certificate proves."""
    value, own = figures.value, solution.value
    differ, crosses = figures.differ, figures.crosses
    tests = {
        f"value is {own!r}, but the plan's is {value!r}": differ(own, value),
        f"bound {solution.bound!r} crosses value {own!r}": crosses(
            solution.bound, own if np.isnan(value) else value
        ),
        "status is optimal, but bound and value differ": solution.status == "optimal"
        and differ(own, solution.bound),
        f"seconds are {solution.seconds!r}": not 0 <= solution.seconds < np.inf,
        "value or bound got worse in the trace, or crossed": _bad_trace(solution, figures),
        "the trace does not end with value and bound": bool(solution.trace)
        and (differ(solution.trace[-1][1], own) or differ(solution.trace[-1][2], solution.bound)),
    }
    return [words for words, wrong in tests.items() if wrong] + _bad_proof(solution, figures)


def _bad_proof(solution: SitingSolution, figures: Figures) -> list[str]:
    theirs = solution.prover == "multipliers"
    if solution.certificate is None:
        return ["there are no multipliers to prove the bound"] if theirs else []
    value, proven, own = figures.value, figures.proven, solution.certificate.bound
    differ, crosses = figures.differ, figures.crosses
    tests = {
        f"the multipliers prove {proven!r}, not {own!r}": differ(proven, own)
        and differ(figures.rounded, own),
        f"multipliers that prove {proven!r} are wrong: there is a plan of {value!r}": not np.isnan(
            value + proven
        )
        and crosses(proven, value),
        f"bound {solution.bound!r} is not proven by the multipliers": theirs
        and crosses(solution.bound, figures.rounded),
    }
    return [words for words, wrong in tests.items() if wrong]


def rounded_up(bound: float, whole: bool) -> float:
    """Least whole number that is no less, where values are whole; rounding is let off."""
    if not whole or not np.isfinite(bound):
        return bound
    return float(np.ceil(bound - max(CLOSE, 1e-9 * abs(bound))))


def _bad_trace(solution: SitingSolution, figures: Figures) -> bool:
    if not solution.trace:
        return False
    seconds, values, bounds = np.array(solution.trace).T
    values, bounds = figures.sign * values, figures.sign * bounds
    slack = np.array([figures.slack(value) for value in values.tolist()])
    with np.errstate(invalid="ignore"):
        better = (np.diff(values) <= slack[1:]) & (np.diff(bounds) >= -slack[1:])
    in_time = bool((np.diff(np.append(seconds, solution.seconds)) >= 0).all())
    return not (in_time and better.all() and (bounds <= values + slack).all())
