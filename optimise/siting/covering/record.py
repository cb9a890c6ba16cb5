"""The best value and bound of a call so far, with their trace."""

from __future__ import annotations

import math
import time

import numpy as np
import numpy.typing as npt

from optimise.siting.solution import Certificate, SitingSolution, Trace, uncrossed

__all__ = ["Record", "whole"]

I64 = npt.NDArray[np.int64]

_ROUNDING = 1e-6
"""How far a sum of whole numbers may lie beside one, by floating point; and, relative to it, how
close value and bound are when they are the same number."""


class Record:
    """Value and bound, both in the units of the call, and whose claim the bound is.

    Parameters
    ----------
    larger
        Whether a larger value is better.
    rounds
        Whether every plan's value is a whole number, so that bounds may be rounded.
    """

    def __init__(self, *, larger: bool, rounds: bool) -> None:
        self.begin = time.monotonic()
        self._sign, self._rounds = (1.0 if larger else -1.0), rounds
        self.value, self.bound = -self._sign * np.inf, self._sign * np.inf
        self.prover = "multipliers"
        self._trace: list[tuple[float, float, float]] = []

    @property
    def seconds(self) -> float:
        """Since the call."""
        return time.monotonic() - self.begin

    @property
    def trace(self) -> Trace:
        """As `SitingSolution` has it."""
        return uncrossed(self._trace, self.value, larger=self._sign > 0)

    @property
    def proven(self) -> bool:
        """Whether value and bound meet."""
        if not (math.isfinite(self.value) and math.isfinite(self.bound)):
            return False
        left = self._sign * (self.bound - self.value)
        return left <= 1e-9 * max(abs(self.value), abs(self.bound))

    @property
    def least_better(self) -> float:
        """How much better than `value` a plan must at least be to be better at all."""
        return 1.0 - _ROUNDING if self._rounds else 1e-9 * max(abs(self.value), 1e-9)

    def offer(self, value: float) -> None:
        """A plan has this value."""
        if self._sign * (value - self.value) > 0:
            self.value = value
            self._note()

    def prove(self, bound: float, prover: str) -> None:
        """No plan is better than this."""
        if self._rounds:
            bound = whole(bound, down=self._sign > 0)
        if self._sign * (self.bound - bound) > 1e-9 * max(abs(bound), 1e-9):
            self.bound, self.prover = bound, prover
            self._note()

    def close(self) -> None:
        """Set aside what floating point put between a value and a bound that are one number.

        Raises
        ------
        ArithmeticError
            If they cross by more than that: a bound is wrong, and proves nothing.
        """
        if self._sign * (self.value - self.bound) > _ROUNDING * max(abs(self.value), 1.0):
            raise ArithmeticError(f"the bound {self.bound!r} excludes the value {self.value!r}")
        if self.proven or self._sign * (self.bound - self.value) < 0:
            self.bound = self.value
            self._note()

    def solution(
        self, chosen: tuple[int, ...], assignment: I64, certificate: Certificate, why: str = ""
    ) -> SitingSolution:
        """The answer: what was found and proven, closed."""
        self.close()
        return SitingSolution(
            value=self.value,
            bound=self.bound,
            status="optimal" if self.proven else "feasible",
            chosen=chosen,
            assignment=assignment,
            seconds=self.seconds,
            trace=self.trace,
            prover=self.prover,
            certificate=certificate,
            why=why,
        )

    def _note(self) -> None:
        if math.isfinite(self.value) and math.isfinite(self.bound):
            self._trace.append((self.seconds, float(self.value), float(self.bound)))


def whole(bound: float, *, down: bool) -> float:
    """The nearest whole number that a bound on whole numbers allows."""
    if not math.isfinite(bound):
        return bound
    slack = max(_ROUNDING, 1e-12 * abs(bound))
    return float(math.floor(bound + slack) if down else math.ceil(bound - slack))
