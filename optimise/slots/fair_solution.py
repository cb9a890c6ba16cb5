"""What a search by goals in order returns."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from optimise.slots.problem import Sessions
from optimise.slots.sequence import Level
from optimise.slots.setting import Setting
from optimise.slots.solution import Solution

__all__ = ["FairSolution", "Price", "outcome"]

I64 = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Price:
    """Price of fairness: the share of worth lost to it.

    (system - fair) / system, where system is the most that any timetable is worth and fair the
    most that one is worth that is at least as fair as the one returned (D. Bertsimas, V. F.
    Farias, N. Trichakis: The price of fairness. Operations Research 59(1), 2011). It lies from
    `low` to `high`, which are equal where both are proven.
    """

    low: float
    high: float


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
    """

    assignment: Sessions
    levels: list[Level]
    value: int
    system: int
    system_bound: int
    price: Price
    seconds: float

    @property
    def status(self) -> str:
        """``optimal`` if every level is, else ``feasible``."""
        proven = all(level.status == "optimal" for level in self.levels)
        return "optimal" if proven else "feasible"


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
    )
