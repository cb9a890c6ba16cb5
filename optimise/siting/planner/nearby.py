"""The best plans within a few moves of a known one, as what moves are worth there was learnt."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from optimise.siting.planner.core import core_of
from optimise.siting.planner.joint import apart, within
from optimise.siting.planner.moving import allowed
from optimise.siting.planner.outcome import GAP
from optimise.siting.planner.problem import Problem
from optimise.siting.planner.program import program_of, search
from optimise.siting.planner.solution import Aim
from optimise.siting.planner.valid import require_valid

__all__ = ["near_plans"]

F64 = npt.NDArray[np.float64]
I64 = npt.NDArray[np.int64]


def near_plans(
    problem: Problem,
    aim: Aim,
    centre: I64,
    radii: Sequence[int],
    *,
    slope: F64 | None = None,
    unlike: Sequence[I64] = (),
    differ_by: int = 1,
    time_limit: float = 10.0,
) -> list[I64]:
    """The best plan within each of some numbers of moves, more or fewer, of a known plan.

    Parameters
    ----------
    centre
        (M,) times of the known plan; it need not be allowed.
    radii
        Of the regions, one plan each.
    slope
        (M,) what each time of a move is worth beyond what the model says, by one who knows better
        near this plan.
    unlike, differ_by
        Plans, each (M,) times, from which all plans differ by so many moves, as they do from each
        other.
    time_limit
        Wall seconds for all of them.

    Returns
    -------
    list
        At most one (M,) plan a region; none where time is out before any is found or none is left.
        They carry no bound: that of the whole model says how good they may be there.

    Raises
    ------
    ValueError
        If the problem is malformed, or a radius or `differ_by` is below 1.
    """
    if min(radii, default=1) < 1 or differ_by < 1:
        raise ValueError(f"radii are {list(radii)} and differ_by {differ_by}; all are at least 1")
    require_valid(problem, aim)
    until = time.monotonic() + time_limit
    program = program_of(core_of(problem, aim))
    if slope is not None:
        gain = program.gain.copy()
        gain[: program.moves] += slope
        program = replace(program, gain=gain)
    found: list[I64] = []
    for number, radius in enumerate(radii):
        left = max(until - time.monotonic(), 0.1) / (len(radii) - number)
        others = [n for n in (*unlike, *found) if np.abs(n - centre).sum() < radius + differ_by]
        region = apart(within(program, centre, radius), others, differ_by)
        best = search(region, left, GAP)
        if best.x is None:
            continue
        times = np.rint(best.x[: program.moves]).astype(np.int64)
        if allowed(problem, times):
            found.append(times)
    return found
