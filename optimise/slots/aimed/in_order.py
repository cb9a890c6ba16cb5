"""The best weekly timetable by several objectives in stated order."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from optimise.slots.aimed import goals
from optimise.slots.aimed.fair_solution import FairSolution, outcome
from optimise.slots.aimed.fairness import fairness
from optimise.slots.aimed.goals import Goal
from optimise.slots.aimed.sequence import in_sequence
from optimise.slots.aimed.shares import Shares
from optimise.slots.blocks import Block, split
from optimise.slots.problem import Problem, Worth
from optimise.slots.setting import Setting
from optimise.slots.solve import RESERVE, solve

__all__ = ["NAMES", "Objective", "in_order"]

I64 = npt.NDArray[np.int64]

_SUMS: dict[str, Callable[[Setting], Goal]] = {
    "hours": goals.hours,
    "preferences": goals.preferences,
    "walking": goals.walking,
    "stability": goals.stability,
}
_PLAIN: dict[str, Callable[[Worth], Worth]] = {
    "hours": goals.worth_of_hours,
    "preferences": goals.worth_of_preferences,
}
NAMES = ("hours", "fairness", "preferences", "walking", "stability")
"""What can be asked for."""
_SYSTEM = 0.2
"""Share of the time for the timetable worth most."""


@dataclass(frozen=True, slots=True)
class Objective:
    """One objective.

    Parameters
    ----------
    name
        One of `NAMES`.
    give
        Share of its best value that the objectives after it may take from it.
    alpha, between, levels
        For fairness, as `fair.fair` takes them.
    """

    name: str
    give: float = 0.0
    alpha: float = np.inf
    between: I64 | None = None
    levels: int = 10


def in_order(
    problem: Problem, objectives: Sequence[Objective], time_limit: float = 60.0, workers: int = 2
) -> FairSolution:
    """Maximise the first objective, of the best timetables by it the second, and so on.

    Of those that are best by all, the one worth most (`problem.Worth`) is sought: the last level,
    ``worth``.

    Parameters
    ----------
    objectives
        In order.
    time_limit
        Seconds, for everything.
    workers
        Blocks searched at the same time.

    Raises
    ------
    ValueError
        If there is no such objective or one is there twice, one has a `give` outside 0 to 1,
        fairness lacks `between` or has a negative alpha or one too large, or walking comes first:
        nobody walks least.
    locks.Impossible
        If the locks contradict each other or the rules of a single session.
    """
    _refuse(objectives)
    began = time.monotonic()
    deadline = began + time_limit * (1 - RESERVE)
    setting = Setting.of(problem)
    sought = [goal for objective in objectives for goal in _goals(setting, objective)]
    system = solve(problem, _SYSTEM * time_limit, workers)
    sought.append(replace(goals.worth(setting), known=float(system.bound)))
    start = setting.chosen(system.assignment)
    if objectives[0].name in _PLAIN:
        # The first one is the problem with another worth, which `solve` is made for.
        plain = replace(problem, worth=_PLAIN[objectives[0].name](problem.worth))
        alone = solve(plain, _SYSTEM * time_limit, workers)
        sought[0] = replace(sought[0], known=float(alone.bound))
        start = max(start, setting.chosen(alone.assignment), key=sought[0].value)
    blocks = _blocks(setting, objectives)
    chosen, found = in_sequence(blocks, sought, start, deadline, workers)
    return outcome(setting, system, chosen, found, time.monotonic() - began)


def _goals(setting: Setting, objective: Objective) -> list[Goal]:
    if objective.name != "fairness":
        found = [_SUMS[objective.name](setting)]
    elif objective.alpha == 0:
        found = [goals.hours(setting)]
    else:
        shares = Shares.of(setting, _between(objective))
        found = fairness(shares, objective.alpha, objective.levels)
    return [replace(goal, give=objective.give) for goal in found]


def _between(objective: Objective) -> I64:
    if objective.between is None:
        raise ValueError("fairness between whom?")
    return objective.between


def _blocks(setting: Setting, objectives: Sequence[Objective]) -> list[Block]:
    """Blocks that every objective is a sum over; what may be given is given of the whole."""
    if any(objective.give for objective in objectives):
        return [setting.whole]
    between = [_between(o) for o in objectives if o.name == "fairness"]
    request = setting.placements.request[setting.whole.columns]
    return split(setting.whole, between[0][request] if between else None)


def _refuse(objectives: Sequence[Objective]) -> None:
    names = [objective.name for objective in objectives]
    if len(set(names)) < len(names):
        raise ValueError(f"one of {', '.join(names)} is there twice")
    for place, objective in enumerate(objectives):
        if objective.name not in NAMES:
            raise ValueError(f"{objective.name!r} is none of {', '.join(NAMES)}")
        if not 0 <= objective.give <= 1:
            raise ValueError(f"{objective.name} cannot give {objective.give:g}: from 0 to 1")
        if objective.name == "fairness":
            if not objective.alpha >= 0 or objective.levels < 1:
                raise ValueError(f"alpha {objective.alpha:g}, {objective.levels} levels")
            _between(objective)
        if objective.name == "walking" and place == 0:
            raise ValueError("walking comes first: an empty timetable has the least")
