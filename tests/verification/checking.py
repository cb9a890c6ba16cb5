"""What a check is, and how it is judged: a z-score over replications, never a tolerance."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt
from builders import z_score

__all__ = ["Check", "Effort", "Figure", "Row", "Simulate", "look"]

F64 = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Effort:
    """How much is simulated.

    Attributes
    ----------
    days
        Of the counting window.
    replications
        Independent ones, 30 at least.
    """

    days: int
    replications: int


@dataclass(frozen=True, eq=False, slots=True)
class Figure:
    """One figure: totals of each replication, of what is counted and of what it is a share of.

    The figure is the ratio of sums. If it is right, numerator - exact x denominator has mean 0 in
    every replication, so the z-score of that has no bias of a ratio.
    """

    numerator: F64
    denominator: F64

    def value(self) -> float:
        """Ratio of sums."""
        return float(self.numerator.sum() / self.denominator.sum())

    def error(self, exact: float) -> float:
        """Standard error of `value` where the exact one is right."""
        apart = self.numerator - exact * self.denominator
        return float(apart.std(ddof=1) * np.sqrt(len(apart)) / self.denominator.sum())

    def z(self, exact: float) -> float:
        """(value - exact) / standard error over replications."""
        return z_score(self.numerator - exact * self.denominator, 0.0)


Simulate = Callable[[Effort, float, Path], list[Figure]]
"""(effort, factor on durations or rates, folder to write to) -> one figure a line."""


@dataclass(frozen=True, slots=True)
class Check:
    """Figures that one simulation yields, each with its exact value.

    Attributes
    ----------
    name
        Of the check, for selecting it.
    lines
        What is checked in words -> exact value, computed.
    simulate
        Gives the figures in the order of the lines.
    full, quick
        Effort that sees an error of 2 %, and one for every day, if it has one.
    error
        What the injected error makes longer or more frequent.
    worst_of
        Lines that are the farthest off of so many figures.
    """

    name: str
    lines: dict[str, float]
    simulate: Simulate
    full: Effort
    quick: Effort | None = None
    error: str = "stays"
    worst_of: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table.

    Attributes
    ----------
    error
        Standard error of the simulated figure.
    """

    check: str
    exact: float
    simulated: float
    z: float
    error: float
    replications: int


def look(check: Check, effort: Effort, folder: Path, factor: float = 1.0) -> list[Row]:
    """Simulate and compare; `factor` is the error injected."""
    figures = check.simulate(effort, factor, folder)
    return [
        Row(line, exact, f.value(), f.z(exact), f.error(exact), len(f.numerator))
        for (line, exact), f in zip(check.lines.items(), figures, strict=True)
    ]
