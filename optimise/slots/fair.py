"""The fairest weekly timetable between groups, and what fairness costs."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from optimise.slots.blocks import split
from optimise.slots.fairness import fairness
from optimise.slots.goals import worth
from optimise.slots.problem import Problem, Sessions
from optimise.slots.sequence import Level, in_sequence
from optimise.slots.setting import Setting
from optimise.slots.shares import Shares
from optimise.slots.solve import solve

__all__ = ["FairSolution", "Price", "fair"]

I64 = npt.NDArray[np.int64]

_RESERVE = 0.03
"""Share of the time that is kept for the solvers' delay in stopping."""
_SYSTEM = 0.25
"""Most of the time that goes into the timetable worth most."""


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


def fair(
    problem: Problem,
    between: I64,
    alpha: float = math.inf,
    levels: int = 10,
    time_limit: float = 60.0,
    workers: int = 2,
) -> FairSolution:
    began = time.monotonic()
    deadline = began + time_limit * (1 - _RESERVE)
    system = solve(problem, _SYSTEM * time_limit, workers)
    setting = Setting.of(problem)
    shares = Shares.of(setting, between)
    last = replace(worth(setting), known=float(system.bound))
    goals = [*fairness(shares, alpha, levels), last]
    blocks = split(setting.whole, shares.member[setting.whole.columns])
    chosen, found = in_sequence(blocks, goals, setting.chosen(system.assignment), deadline, workers)
    value, bound = round(found[-1].kept), found[-1].bound
    return FairSolution(setting.sessions(chosen), found, value, max(system.value, value), system.bound,
        Price(max(0.0, 1 - bound / max(system.value, value)), 1 - value / system.bound), time.monotonic() - began)
