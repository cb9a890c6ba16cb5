"""What a search by goals in order returns."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from optimise.slots.levels import Level, Price
from optimise.slots.problem import Sessions
from optimise.slots.setting import Setting
from optimise.slots.solution import Solution

__all__ = ["FairSolution", "outcome"]

I64 = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class FairSolution:
    """A timetable by goals in order.

    Parameters
    ----------
    assignment
        The sessions.
    levels
        What is known of each goal, in order.
    value
        Weighted minutes (`problem.Worth`).
    system, system_bound
        Weighted minutes of the timetable worth most that was found, and of any at most.
    price
        What the order costs in weighted minutes.
    seconds
        Wall time from the problem to here.
    greedy
        Weighted minutes of the greedy timetable.
    """

    assignment: Sessions
    levels: list[Level]
    value: int
    system: int
    system_bound: int
    price: Price
    seconds: float
    greedy: int

    @property
    def status(self) -> str:
        """``optimal`` if every level is, else ``feasible``."""
        proven = all(level.status == "optimal" for level in self.levels)
        return "optimal" if proven else "feasible"

    def as_solution(self) -> Solution:
        """The same as the outcome of a search for worth: its bound is that of the last level."""
        return Solution(
            value=self.value,
            bound=max(self.value, math.floor(self.levels[-1].bound + 1e-6)),
            status=self.status,
            assignment=self.assignment,
            seconds=self.seconds,
            prover="levels",
            greedy=self.greedy,
            levels=tuple(self.levels),
            price=self.price,
        )


def outcome(
    setting: Setting, system: Solution, chosen: I64, levels: list[Level], seconds: float
) -> FairSolution:
    """Put together what was found; the last level is that of worth."""
    value, bound = round(levels[-1].kept), levels[-1].bound
    best = max(system.value, value)
    return FairSolution(
        assignment=setting.sessions(chosen),
        levels=levels,
        value=value,
        system=best,
        system_bound=system.bound,
        price=Price(
            low=max(0.0, 1.0 - bound / best) if best else 0.0,
            high=1.0 - value / system.bound if system.bound else 0.0,
        ),
        seconds=seconds,
        greedy=system.greedy,
    )
