"""Pareto frontiers: what more money buys, and what the mean loses for the worst-off."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

import numpy as np

from optimise.siting.planner.core import core_of, everything
from optimise.siting.planner.decomposed import LARGE_FOR_MANY, Decomposed
from optimise.siting.planner.moving import cheapest
from optimise.siting.planner.outcome import close, solution_of
from optimise.siting.planner.problem import Problem
from optimise.siting.planner.program import program_of
from optimise.siting.planner.solution import Aim, PlanSolution
from optimise.siting.planner.solve import best_plan
from optimise.siting.planner.valid import require_valid
from optimise.siting.planner.value import worth_of

__all__ = ["Point", "cost_frontier", "nondominated", "worst_off_frontier"]

_USED = 0.93
"""Part of the limit for solvers, which look at their clocks late."""
_ASKED = 4
"""Budgets for which the blocks of a large problem are asked."""


@dataclass(frozen=True, slots=True)
class Point:
    """A plan on a frontier.

    Parameters
    ----------
    setting
        The budget, or the weight of the worst-off, that it is the best plan for.
    solution
        With value, bound and gap of that problem.
    aim
        That it is best for.
    """

    setting: float
    solution: PlanSolution
    aim: Aim


def cost_frontier(
    problem: Problem,
    aim: Aim,
    points: int = 20,
    *,
    time_limit: float = 60.0,
    workers: int = 2,
    seed: int = 0,
) -> list[Point]:
    """Best plans at budgets from the least possible to the problem's, none dominated.

    Every plan starts from that of the next smaller budget, so values never fall as budgets grow;
    and a bound for a budget is one for every smaller budget.

    Raises
    ------
    ValueError
        If the problem is malformed, its budget is infinite, or there are fewer than two points.
    """
    if points < 2 or not np.isfinite(problem.budget):
        raise ValueError(f"{points} points up to {problem.budget}: at least 2, and a finite budget")
    until, (first, _) = time.monotonic() + _USED * time_limit, cheapest(problem)
    if first is None:
        return []
    require_valid(problem, aim)
    budgets = np.linspace(float(problem.moves.cost @ first), problem.budget, points).tolist()
    core = core_of(problem, aim)
    program = program_of(core)
    if len(program.gain) >= LARGE_FOR_MANY:
        apart = Decomposed(problem, program, [first], workers)
        apart.proofs.append((everything(core), 0.0))
        found = _by_blocks(apart, aim, budgets, until)
    else:
        found = []
        for left, budget in zip(range(points, 0, -1), budgets, strict=True):
            solution = best_plan(
                replace(problem, budget=budget),
                aim,
                time_limit=max(until - time.monotonic(), 0.1) / left,
                workers=workers,
                seed=seed,
                start=found[-1].solution.times if found else None,
            )
            found.append(Point(budget, solution, aim))
    return nondominated(_bounded_from_above(found))


def _by_blocks(apart: Decomposed, aim: Aim, budgets: list[float], until: float) -> list[Point]:
    """Points of a large problem: blocks are asked for a few budgets, and know enough for all."""
    began = time.monotonic()
    asked = np.quantile(budgets, (np.arange(_ASKED) + 0.5) / _ASKED).tolist()
    for number, budget in enumerate(asked):
        # Half of the time is for asking.
        end = began + 0.5 * (until - began) * (number + 1) / _ASKED
        apart.learn(end, budget)
    found: list[Point] = []
    plan = apart.plans[0]
    for left, budget in zip(range(len(budgets), 0, -1), budgets, strict=True):
        since = time.monotonic()
        problem = replace(apart.problem, budget=budget)
        other = apart.best(since + max(until - since, 0.1) / left, budget)
        plan = max((plan, other), key=lambda times: worth_of(problem, times, aim).value)
        bound, seconds = apart.bound(budget), time.monotonic() - since
        solution = solution_of(problem, aim, plan, bound, seconds, prover="HiGHS, block by block")
        found.append(Point(budget, solution, aim))
    return found


def _bounded_from_above(points: list[Point]) -> list[Point]:
    """Bounds of larger budgets hold for smaller ones."""
    bound, found = np.inf, []
    for point in reversed(points):
        bound = max(min(bound, point.solution.bound), point.solution.value)
        status = "optimal" if close(point.solution.value, bound) else "feasible"
        solution = replace(point.solution, bound=bound, status=status)
        found.append(replace(point, solution=solution))
    return found[::-1]


def nondominated(points: list[Point]) -> list[Point]:
    """Without plans that another one matches at no higher cost; cheapest first."""
    found: list[Point] = []
    for point in sorted(points, key=lambda p: (p.solution.cost, -p.solution.value)):
        if not found or point.solution.value > found[-1].solution.value + 1e-9:
            found.append(point)
    return found


def worst_off_frontier(
    problem: Problem,
    aim: Aim,
    points: int = 10,
    *,
    time_limit: float = 60.0,
    workers: int = 2,
    seed: int = 0,
) -> list[Point]:
    """Best plans as the worst-off group counts more and more, none dominated.

    A sum of weights finds the plans that some rate of exchange prefers; plans in a hollow between
    two of them are not found. Weights rise from 0 so that worst-off and mean trade at every rate:
    weight w against the rest of the aim, w = q / (1 - q) for q evenly spaced in [0, 0.95].

    Raises
    ------
    ValueError
        If the problem is malformed, has no groups, or there are fewer than two points.
    """
    if points < 2 or problem.groups < 1:
        raise ValueError(f"{points} points for {problem.groups} groups: at least 2, and a group")
    until = time.monotonic() + time_limit
    found: list[Point] = []
    for left, part in zip(range(points, 0, -1), np.linspace(0, 0.95, points), strict=True):
        mixed = replace(aim, worst=float(part / (1 - part)))
        solution = best_plan(
            problem,
            mixed,
            time_limit=max(until - time.monotonic(), 0.1) / left,
            workers=workers,
            seed=seed,
            start=found[-1].solution.times if found else None,
        )
        if solution.status == "infeasible":
            return []
        found.append(Point(mixed.worst, solution, mixed))
    worth = float((problem.classes.wishes * problem.classes.worth).sum())

    def order(point: Point) -> tuple[float, float]:
        solution = point.solution
        mean = solution.value - point.setting * worth * np.nan_to_num(solution.worst)
        return -mean, -solution.worst

    kept: list[Point] = []
    for point in sorted(found, key=order):
        if not kept or point.solution.worst > kept[-1].solution.worst + 1e-9:
            kept.append(point)
    return kept
