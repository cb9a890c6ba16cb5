"""The best weekly timetable by objectives in stated order, fairness between groups among them."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from optimise.arrays import F64, I64
from optimise.slots.blocks import Block, Setting, split
from optimise.slots.objectives.fairness import Shares, fairness, fill_evenly
from optimise.slots.objectives.goals import Goal
from optimise.slots.objectives.levels import maximise_levels
from optimise.slots.placements import as_last_season, worth_of
from optimise.slots.problem import Problem, Worth
from optimise.slots.solution import Level, Price, Solution
from optimise.slots.solve import RESERVE, solve
from optimise.solver import Clock

NAMES = ("hours", "fairness", "preferences", "walking", "stability")
"""What can be asked for: weighted minutes, whatever the choice, rank and walk; fairness between
groups; weighted minutes, less for second choices and for venues further down the list; minutes of
walk to all sessions of a week, one way, each rounded, to be small; sessions as last season."""
_SYSTEM = 0.2
"""Part of the work for the timetable worth most."""
_START, _STARTS_AT = 0.3, 2.0
"""Leximin: part of the work for a timetable to begin with, and its alpha.

Between 94 requests for one kind of hall at load 1.5 it reached the best counts at all ten levels.
"""


@dataclass(frozen=True, slots=True)
class Objective:
    """One objective.

    Parameters
    ----------
    name
        One of `NAMES`.
    give
        Share of its best value that the objectives after it may take from it.
    alpha
        Of fairness: 0 for weighted minutes alone, 1 proportional, infinity leximin.
    between
        Group of each request, between which it is to be fair (`problem.Requests.club`, `zone`,
        `segment`; ``numpy.arange`` for each request by itself). Every group counts once.
    levels
        Of shares between nothing and all, for leximin.
    """

    name: str
    give: float = 0.0
    alpha: float = math.inf
    between: I64 | None = None
    levels: int = 10

    @property
    def plain(self) -> Callable[[Worth], Worth] | None:
        """The worth of a problem by which this objective is its best timetable."""
        name = "hours" if self.name == "fairness" and self.alpha == 0 else self.name
        return {"hours": _hours, "preferences": _preferences}.get(name)


def solve_lexicographic(
    problem: Problem, objectives: Sequence[Objective], time_limit: float = 60.0, workers: int = 2
) -> Solution:
    """Maximise the first objective, of the best timetables by it the second, and so on.

    Of those that are best by all, the one worth most (`problem.Worth`) is sought: the last level,
    ``worth``.

    Parameters
    ----------
    objectives
        In order.
    time_limit
        Seconds for everything; so many units of work are planned (`solver`).
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
    began, clock = time.monotonic(), Clock(time_limit * (1 - RESERVE))
    setting = Setting.from_problem(problem)
    goals = [goal for objective in objectives for goal in _goals(setting, objective)]
    system = solve(problem, _SYSTEM * time_limit, workers)
    worth = _sum("worth", setting, setting.placements.value.astype(np.float64))
    goals.append(replace(worth, known=float(system.bound)))
    starts, work = [setting.chosen(system.assignment)], (1 - _SYSTEM) * time_limit
    plain = objectives[0].plain
    if plain is not None:
        # `solve` is made for a problem with another worth, which the first objective is.
        first_alone = solve(
            replace(problem, worth=plain(problem.worth)), _SYSTEM * time_limit, workers
        )
        goals[0] = replace(goals[0], known=float(first_alone.bound))
        starts, work = (
            [setting.chosen(first_alone.assignment), *starts],
            work - _SYSTEM * time_limit,
        )
        clock.cut |= first_alone.cut
    if objectives[0].name == "fairness" and plain is None:
        starts.append(fill_evenly(setting, _shares(setting, objectives[0])))
    start = max(starts, key=lambda chosen: [goal.value(chosen) for goal in goals])
    blocks, guide = _blocks(setting, objectives), None
    if objectives[0].name == "fairness" and math.isinf(objectives[0].alpha):
        *first, guide = fairness(_shares(setting, objectives[0]), _STARTS_AT, 1)
        start, _, done = maximise_levels(
            blocks, [*first, guide], start, _START * work, clock, workers
        )
        work -= done
    chosen, levels, _ = maximise_levels(blocks, goals, start, work, clock, workers, guide)
    cut = clock.cut or system.cut
    return _solution(setting, chosen, levels, system, time.monotonic() - began, cut=cut)


def _solution(
    setting: Setting,
    chosen: I64,
    levels: Sequence[Level],
    system: Solution,
    seconds: float,
    *,
    cut: bool,
) -> Solution:
    """The timetable that the levels end with, and its price against the one worth most."""
    value, bound = round(levels[-1].kept), levels[-1].bound
    best, proven = max(system.value, value), all(level.status == "optimal" for level in levels)
    return Solution(
        value=value,
        bound=max(value, math.floor(bound + 1e-6)),
        status="optimal" if proven else "feasible",
        assignment=setting.sessions(chosen),
        seconds=seconds,
        prover="levels",
        greedy=system.greedy,
        cut=cut,
        levels=tuple(levels),
        price=Price(
            low=max(0.0, 1.0 - bound / best) if best else 0.0,
            high=1.0 - value / system.bound if system.bound else 0.0,
        ),
    )


def _goals(setting: Setting, objective: Objective) -> list[Goal]:
    """An objective as goals; several for fairness."""
    plain, name = objective.plain, objective.name
    if plain is not None:
        problem = replace(setting.problem, worth=plain(setting.problem.worth))
        each = worth_of(problem, setting.placements).astype(np.float64)
        found = [_sum("hours" if name == "fairness" else name, setting, each)]
    elif name == "walking":
        found = [_sum(name, setting, -np.rint(setting.placements.walk), minimised=True)]
    elif name == "stability":
        same = as_last_season(setting.problem, setting.placements)
        found = [_sum(name, setting, same.astype(np.float64))]
    else:
        found = fairness(_shares(setting, objective), objective.alpha, objective.levels)
    return [replace(goal, give=objective.give) for goal in found]


def _sum(name: str, setting: Setting, of_each: F64, *, minimised: bool = False) -> Goal:
    locked = float(of_each[setting.left.locked].sum())
    return Goal(name, of_each, constant=locked, minimised=minimised)


def _hours(worth: Worth) -> Worth:
    """Worth of a session where only weighted minutes count."""
    return replace(_preferences(worth), second_choice=0.0, per_rank=0.0)


def _preferences(worth: Worth) -> Worth:
    """Leave walks and last season out of a worth; choice and rank remain."""
    return replace(worth, per_walk_minute=0.0, as_last_season=0.0)


def _shares(setting: Setting, objective: Objective) -> Shares:
    return Shares.from_setting(setting, _between(objective))


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
                raise ValueError(f"alpha {objective.alpha:g} and {objective.levels} levels")
            _between(objective)
        if objective.name == "walking" and place == 0:
            raise ValueError("walking comes first: an empty timetable has the least")
