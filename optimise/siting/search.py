"""The best plan within a budget, with a proven bound, and plans near a known one.

The plans that are known (greedy's, if there are no others) are where a search begins and what it
falls back on, so no plan is worse than they are. Large programs are solved without the rows that
say that an offer is taken only where it is open; those that a solution breaks are added, and the
program solved again.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import scipy.sparse as sp

from optimise.arrays import F64, I64, Bools
from optimise.siting.core import core_of, simple_bound
from optimise.siting.greedy import greedy_plan
from optimise.siting.problem import Aim, Cut, PlanSolution, Problem, close, require_valid
from optimise.siting.program import (
    MoveLimits,
    PlanProgram,
    cheapest,
    program_of,
    within_moves_of,
    without_plans,
)
from optimise.siting.value import rooms_with, worth_of
from optimise.solver import Effort, maximise

LARGE = 60_000
"""Columns from which rows are added only where they are broken."""
ROUNDS = 4
"""Times that a large program is solved at most; each has its part of the nodes."""
BROKEN = 1e-6
"""By how much a row must be broken to be added."""


@dataclass(frozen=True, slots=True)
class ProgramSearch:
    """Plans that a search of a program came upon, and the bound that it proved."""

    plans: list[I64]
    bound: float
    cut: Cut


def best_plan(
    problem: Problem, aim: Aim, effort: Effort, *, known: Sequence[I64] | None = None
) -> PlanSolution:
    """Find the best plan; it is infeasible, with a reason, if there is none.

    Parameters
    ----------
    known
        Plans, each (M,) times, to be no worse than where they are allowed; None: greedy's.

    Raises
    ------
    ValueError
        If the problem is malformed.
    """
    began = time.monotonic()
    require_valid(problem, aim)
    first, reason = cheapest(problem)
    if first is None:
        return _infeasible(problem, reason, time.monotonic() - began)
    limits = MoveLimits(problem)
    plans = [first, *(n for n in known or () if limits.keep(n))]
    if known is None and (greedy := greedy_plan(problem, aim)) is not None:
        plans.append(greedy)
    core = core_of(problem, aim)
    start = max(plans, key=lambda n: worth_of(problem, n, aim).value)
    searched = search(problem, program_of(core), effort, start)
    plans += [n for n in searched.plans if limits.keep(n)]
    best = max(plans, key=lambda n: worth_of(problem, n, aim).value)
    bound, seconds = min(searched.bound, simple_bound(core)), time.monotonic() - began
    return _solution(problem, aim, best, bound, seconds, searched.cut)


def near_plans(
    problem: Problem,
    aim: Aim,
    centre: I64,
    radii: Sequence[int],
    effort: Effort,
    *,
    slope: F64 | None = None,
    unlike: Sequence[I64] = (),
    differ_by: int = 1,
) -> ProgramSearch:
    """The best plan within each of some numbers of moves, more or fewer, of a known plan.

    Parameters
    ----------
    centre
        (M,) times of the known plan; it need not be allowed.
    radii
        Of the regions, one plan each.
    effort
        For each region.
    slope
        (M,) worth of each time of a move beyond what the model says, as known from elsewhere near
        this plan.
    unlike, differ_by
        Plans, each (M,) times, from which all plans differ by so many moves, as they do from each
        other.

    Returns
    -------
    ProgramSearch
        At most one plan a region; none where effort ends before any is found or none is left. They
        have no bound: that of the whole model says how good they may be there.

    Raises
    ------
    ValueError
        If the problem is malformed, or a radius or `differ_by` is below 1.
    """
    if min(radii, default=1) < 1 or differ_by < 1:
        raise ValueError(f"radii are {list(radii)} and differ_by {differ_by}; all are at least 1")
    require_valid(problem, aim)
    program, limits = program_of(core_of(problem, aim)), MoveLimits(problem)
    if slope is not None:
        program = replace(program, gain=_with_slope(program, slope))
    found: list[I64] = []
    cut: Cut = ""
    for radius in radii:
        near = (n for n in (*unlike, *found) if np.abs(n - centre).sum() < radius + differ_by)
        region = without_plans(within_moves_of(program, centre, radius), list(near), differ_by)
        searched = search(problem, region, effort, None)
        found += [n for n in searched.plans if limits.keep(n)][-1:]
        cut = "clock" if "clock" in (cut, searched.cut) else cut or searched.cut
    return ProgramSearch(found, np.inf, cut)


def search(
    problem: Problem, program: PlanProgram, effort: Effort, start: I64 | None
) -> ProgramSearch:
    """Search a program of the problem's moves, from a plan if there is one."""
    hint = None if start is None else (np.arange(program.moves), start.astype(np.float64))
    large = len(program.gain) >= LARGE and bool(program.only_where.any())
    on = ~program.only_where if large else np.ones(len(program.limit), dtype=bool)
    rounds = ROUNDS if large else 1
    each = replace(effort, nodes=max(effort.nodes // rounds, 1), seconds=effort.seconds / rounds)
    plans, bound = list[I64](), np.inf
    cut: Cut = "effort"
    for _ in range(rounds):
        some = replace(
            program, matrix=sp.csr_array(program.matrix[on]), limit=program.limit[on],
            only_where=program.only_where[on],
        )  # fmt: skip
        answer = maximise(some, each, hint=hint)
        bound = min(bound, program.constant + answer.bound)
        if answer.status == "infeasible":
            return ProgramSearch(plans, -np.inf, "")
        if answer.x is None:
            return ProgramSearch(plans, bound, answer.cut)
        plans.append(np.rint(answer.x[: program.moves]).astype(np.int64))
        broken = _broken(problem, program, answer.x, plans[-1]) & ~on
        if answer.cut == "clock" or not broken.any():
            cut = answer.cut
            break
        on |= broken
    return ProgramSearch(plans, bound, cut)


def _broken(problem: Problem, program: PlanProgram, x: F64, times: I64) -> Bools:
    """Rows that a solution breaks, even with every facility open that has a room."""
    open_ = x.copy()
    open_[: program.moves] = times
    open_[program.gates] = rooms_with(problem, times)[program.gated] > 0
    return np.asarray(program.matrix @ open_ > program.limit + BROKEN)


def _with_slope(program: PlanProgram, slope: F64) -> F64:
    gain = program.gain.copy()
    gain[: program.moves] += slope
    return gain


def _solution(
    problem: Problem, aim: Aim, times: I64, bound: float, seconds: float, cut: Cut
) -> PlanSolution:
    """The best use of the moves, with what is proven of better moves."""
    worth = worth_of(problem, times, aim)
    # A bound is a sum of many figures: rounding may leave it a hair below a value that meets it.
    bound = max(bound, worth.value)
    met = close(worth.value, bound)
    return PlanSolution(
        value=worth.value,
        bound=bound,
        status="optimal" if met else "feasible",
        times=times,
        shares=worth.shares,
        cost=float(problem.moves.cost @ times),
        worst=worth.worst,
        seconds=seconds,
        cut="" if met else cut,
    )


def _infeasible(problem: Problem, reason: str, seconds: float) -> PlanSolution:
    """Return a solution without a plan."""
    nan = float("nan")
    return PlanSolution(
        value=nan,
        bound=nan,
        status="infeasible",
        times=np.zeros(len(problem.moves.cost), np.int64),
        shares=np.zeros(len(problem.options.asked)),
        cost=nan,
        worst=nan,
        seconds=seconds,
        reason=reason,
    )
