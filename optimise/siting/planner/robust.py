"""One plan for several demands: best on average, in the worst of them, or with least regret."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from optimise.siting.planner.core import core_of
from optimise.siting.planner.joint import Joint, joined, with_rows
from optimise.siting.planner.moving import allowed, cheapest
from optimise.siting.planner.outcome import GAP, close
from optimise.siting.planner.problem import Problem
from optimise.siting.planner.program import Program, program_of, search
from optimise.siting.planner.solution import Aim, PlanSolution
from optimise.siting.planner.solve import best_plan
from optimise.siting.planner.valid import require_valid
from optimise.siting.planner.value import worth_of

__all__ = ["RobustSolution", "Ruling", "rank_in", "ranks", "robust_plan"]

F64 = npt.NDArray[np.float64]
I64 = npt.NDArray[np.int64]
Ruling = Literal["expected", "worst", "regret"]


@dataclass(frozen=True, slots=True)
class RobustSolution:
    """A plan for several demands.

    Parameters
    ----------
    ruling
        ``expected``: the mean of values by weight; ``worst``: the least value; ``regret``: less
        the largest regret, so that larger is better in each.
    value, bound
        Of the ruling. No plan is better than the bound. A regret is against the best plan of a
        demand, of which only bounds may be known: `value` takes their upper ends (the regret is no
        worse), `bound` the values of the plans found (no plan's regret is less).
    status
        ``optimal``, ``feasible`` or ``infeasible``.
    times
        (M,) of each move.
    values
        (N,) of the plan in each demand.
    alone
        Best plan of each demand alone; empty unless the ruling is regret.
    """

    ruling: Ruling
    value: float
    bound: float
    status: str
    times: I64
    values: F64
    alone: tuple[PlanSolution, ...]
    seconds: float
    why: str = ""


def robust_plan(
    problems: Sequence[Problem],
    aim: Aim,
    ruling: Ruling,
    *,
    weights: F64 | None = None,
    time_limit: float = 60.0,
    workers: int = 2,
    seed: int = 0,
) -> RobustSolution:
    """Find the plan that is best under a ruling.

    Parameters
    ----------
    problems
        (N,) with the same moves, facilities and budget; classes and options are each one's own.
    weights
        (N,) probabilities for ``expected``; equal if None.
    time_limit
        Wall seconds; under ``regret`` half of it is for the demands alone.

    Raises
    ------
    ValueError
        If a problem is malformed, moves differ, or weights are not probabilities.
    """
    began = time.monotonic()
    chance = _checked(problems, aim, weights)
    count = len(problems)
    first, why = cheapest(problems[0])
    if first is None:
        nan = float("nan")
        seconds = time.monotonic() - began
        none = np.full(count, nan)
        times = np.zeros(len(problems[0].moves.cost), np.int64)
        return RobustSolution(ruling, nan, nan, "infeasible", times, none, (), seconds, why)
    alone: tuple[PlanSolution, ...] = ()
    if ruling == "regret":
        share = time_limit / (2 * count)
        alone = tuple(
            best_plan(p, aim, time_limit=share, workers=workers, seed=seed) for p in problems
        )
    joint = joined([program_of(core_of(p, aim)) for p in problems])
    upper = np.array([s.bound for s in alone])
    lower = np.array([s.value for s in alone])
    program = _ruled(joint, ruling, chance, upper)
    found = search(program, 0.93 * time_limit - (time.monotonic() - began), GAP / 10)
    plans = [first, *(s.times for s in alone)]
    if found.x is not None:
        plans.append(np.rint(found.x[: program.moves]).astype(np.int64))
    table = rank_in(problems, [n for n in plans if allowed(problems[0], n)], aim)
    scores = _scores(table, ruling, chance, upper)
    best = int(np.argmax(scores))
    # The program's regret is against upper ends; against the values found it is less by the
    # largest gap at most.
    slack = float((upper - lower).max()) if ruling == "regret" else 0.0
    bound = max(min(found.bound + slack, 0.0 if ruling == "regret" else np.inf), scores[best])
    status = "optimal" if close(float(scores[best]), float(bound)) else "feasible"
    return RobustSolution(
        ruling,
        float(scores[best]),
        float(bound),
        status,
        plans[best],
        table[best],
        alone,
        time.monotonic() - began,
    )


def rank_in(problems: Sequence[Problem], plans: Sequence[I64], aim: Aim) -> F64:
    """(plans, N) value of given moves in each demand; who goes where is best for each."""
    return np.array([[worth_of(p, times, aim).value for p in problems] for times in plans])


def ranks(values: F64) -> I64:
    """(plans, N) rank in each demand, 1 for the best; equal values share the better rank."""
    better = values[None, :, :] > values[:, None, :] + 1e-9 * np.abs(values[:, None, :])
    return np.asarray(1 + better.sum(axis=1), dtype=np.int64)


def _checked(problems: Sequence[Problem], aim: Aim, weights: F64 | None) -> F64:
    if not problems:
        raise ValueError("no demand is given")
    for problem in problems:
        require_valid(problem, aim)
        for name in problem.moves.__dataclass_fields__:
            if not np.array_equal(getattr(problem.moves, name), getattr(problems[0].moves, name)):
                raise ValueError(f"moves.{name} differs between demands")
        if problem.budget != problems[0].budget or not np.array_equal(
            problem.floor, problems[0].floor
        ):
            raise ValueError("budget or floor areas differ between demands")
    count = len(problems)
    chance = np.full(count, 1.0 / count) if weights is None else np.asarray(weights, np.float64)
    if chance.shape != (count,) or (chance < 0).any() or not np.isclose(chance.sum(), 1.0):
        raise ValueError("weights must be a probability for each demand")
    return chance


def _ruled(joint: Joint, ruling: Ruling, chance: F64, upper: F64) -> Program:
    """Aim of the joint program; its last column is the least value, or less the largest regret."""
    program = joint.program
    if ruling == "expected":
        gain = sum((c * g for c, g in zip(chance, joint.gains, strict=True)), start=program.gain)
        high, low = program.high.copy(), program.low.copy()
        high[-1] = low[-1] = 0.0
        constant = float(chance @ np.array(joint.constants))
        return replace(program, gain=gain, constant=constant, high=high, low=low)
    count = len(joint.gains)
    rows = sp.csr_array(np.array([-g for g in joint.gains]))
    last = sp.csr_array(
        (np.ones(count), (np.arange(count), np.full(count, len(program.gain) - 1))),
        shape=rows.shape,
    )
    limit = np.array(joint.constants) - (upper if ruling == "regret" else 0.0)
    gain = program.gain.copy()
    gain[-1] = 1.0
    return replace(with_rows(program, sp.csr_array(rows + last), limit), gain=gain)


def _scores(table: F64, ruling: Ruling, chance: F64, upper: F64) -> F64:
    """(plans,) what the ruling says of values in each demand."""
    if ruling == "expected":
        return np.asarray(table @ chance)
    if ruling == "worst":
        return np.asarray(table.min(axis=1))
    return np.asarray((table - upper).min(axis=1))
