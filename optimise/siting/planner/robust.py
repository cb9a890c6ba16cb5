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
from optimise.siting.planner.mixture import mixture
from optimise.siting.planner.moving import allowed, cheapest
from optimise.siting.planner.outcome import GAP, close
from optimise.siting.planner.problem import Problem
from optimise.siting.planner.program import Program, program_of, search
from optimise.siting.planner.solution import Aim, PlanSolution
from optimise.siting.planner.solve import best_plan
from optimise.siting.planner.valid import require_valid
from optimise.siting.planner.value import worth_of
from optimise.siting.planner.weighing import by_weights

__all__ = ["RobustSolution", "Ruling", "rank_in", "ranks", "robust_plan"]

F64 = npt.NDArray[np.float64]
I64 = npt.NDArray[np.int64]
Ruling = Literal["expected", "worst", "regret"]

SAME = ("cost", "most", "site", "area", "gives", "takes", "fixed")
"""Of moves; the hours that they give and take may differ, as demands leave other hours free."""
TOGETHER = 20_000
"""Columns from which demands are weighed rather than put side by side in one program."""


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
    less: F64 | None = None,
    time_limit: float = 60.0,
    workers: int = 2,
    seed: int = 0,
    start: I64 | None = None,
) -> RobustSolution:
    """Find the plan that is best under a ruling.

    Parameters
    ----------
    problems
        (N,) with the same moves, rooms and budget; classes, options and hours are each one's own.
    weights
        (N,) probabilities for ``expected``; equal if None.
    less
        (N,) taken off values in each demand, such as what today is worth; nothing if None.
    time_limit
        Wall seconds; under ``regret`` half of it is for the demands alone.
    start
        (M,) times of a plan to be no worse than, if it is allowed.

    Raises
    ------
    ValueError
        If a problem is malformed, moves differ, or weights are not probabilities.
    """
    began = time.monotonic()
    chance = _checked(problems, aim, weights)
    together = mixture(problems, np.full(len(problems), 1.0))  # its limits are those of all
    first, why = cheapest(together)
    if first is None:
        return _nothing(ruling, problems, why, time.monotonic() - began)
    plans = [n for n in (first, start) if n is not None and allowed(together, n)]
    off = np.zeros(len(problems)) if less is None else np.asarray(less, np.float64)
    alone, slack = tuple[PlanSolution, ...](), 0.0
    if ruling == "regret":
        share = time_limit / (2 * len(problems))
        alone = tuple(
            best_plan(p, aim, time_limit=share, workers=workers, seed=seed, start=plans[-1])
            for p in problems
        )
        plans += [s.times for s in alone if allowed(together, s.times)]
        # The regret searched is against upper ends; against the values found it is less by the
        # largest gap at most.
        off = np.array([s.bound for s in alone])
        slack = max(s.bound - s.value for s in alone)
    left = time_limit - (time.monotonic() - began)
    more, bound = _searched(problems, aim, ruling, chance, off, plans, left, workers)
    plans = [n for n in (*plans, *more) if allowed(together, n)]
    table = rank_in(problems, plans, aim)
    scores = (table - off) @ chance if ruling == "expected" else (table - off).min(axis=1)
    best = int(np.argmax(scores))
    bound = max(min(bound + slack, 0.0 if ruling == "regret" else np.inf), scores[best])
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


def _nothing(
    ruling: Ruling, problems: Sequence[Problem], why: str, seconds: float
) -> RobustSolution:
    """There is no plan at all."""
    nan, none = float("nan"), np.full(len(problems), np.nan)
    times = np.zeros(len(problems[0].moves.cost), np.int64)
    return RobustSolution(ruling, nan, nan, "infeasible", times, none, (), seconds, why)


def _searched(
    problems: Sequence[Problem],
    aim: Aim,
    ruling: Ruling,
    chance: F64,
    off: F64,
    plans: Sequence[I64],
    seconds: float,
    workers: int,
) -> tuple[list[I64], float]:
    """Further plans, and a bound on the ruling's value of any.

    Without groups demands are one problem, weighed as the ruling says or, where it is large, as
    `by_weights` finds out; else they are programs side by side, with a row for each.
    """
    began = time.monotonic()
    if not aim.worst and ruling == "expected":
        found = best_plan(
            mixture(problems, chance), aim, time_limit=seconds, workers=workers, start=plans[-1]
        )
        return [found.times], found.bound - float(chance @ off)
    programs = [program_of(core_of(p, aim)) for p in problems]
    if not aim.worst and sum(len(p.gain) for p in programs) >= TOGETHER:
        left = seconds - (time.monotonic() - began)
        return by_weights(problems, aim, off, plans, time_limit=0.93 * left, workers=workers)
    program = _ruled(joined(programs), ruling, chance, off)
    whole = search(program, 0.93 * seconds - (time.monotonic() - began), GAP / 10)
    more = [] if whole.x is None else [np.rint(whole.x[: program.moves]).astype(np.int64)]
    return more, whole.bound


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
        for name in SAME:
            if not np.array_equal(getattr(problem.moves, name), getattr(problems[0].moves, name)):
                raise ValueError(f"moves.{name} differs between demands")
        if problem.budget != problems[0].budget or not np.array_equal(
            problem.floor, problems[0].floor
        ):
            raise ValueError("budget or floor areas differ between demands")
        if not np.array_equal(problem.facilities.rooms, problems[0].facilities.rooms) or (
            problem.facilities.hours.shape != problems[0].facilities.hours.shape
        ):
            raise ValueError("rooms or hour bands differ between demands")
    count = len(problems)
    chance = np.full(count, 1.0 / count) if weights is None else np.asarray(weights, np.float64)
    if chance.shape != (count,) or (chance < 0).any() or not np.isclose(chance.sum(), 1.0):
        raise ValueError("weights must be a probability for each demand")
    return chance


def _ruled(joint: Joint, ruling: Ruling, chance: F64, off: F64) -> Program:
    """Aim of the joint program; its last column is the least value, or less the largest regret."""
    program = joint.program
    if ruling == "expected":
        gain = sum((c * g for c, g in zip(chance, joint.gains, strict=True)), start=program.gain)
        high, low = program.high.copy(), program.low.copy()
        high[-1] = low[-1] = 0.0
        constant = float(chance @ (np.array(joint.constants) - off))
        return replace(program, gain=gain, constant=constant, high=high, low=low)
    count = len(joint.gains)
    rows = sp.csr_array(np.array([-g for g in joint.gains]))
    last = sp.csr_array(
        (np.ones(count), (np.arange(count), np.full(count, len(program.gain) - 1))),
        shape=rows.shape,
    )
    limit = np.array(joint.constants) - off
    gain = program.gain.copy()
    gain[-1] = 1.0
    return replace(with_rows(program, sp.csr_array(rows + last), limit), gain=gain)
