"""Several aims, one after the other: each as good as those before it allow."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from optimise.siting.planner.check import value_of
from optimise.siting.planner.core import Core, core_of
from optimise.siting.planner.joint import with_rows
from optimise.siting.planner.moving import cheapest
from optimise.siting.planner.outcome import GAP, close
from optimise.siting.planner.problem import Problem
from optimise.siting.planner.program import Program, Written, program_of, search
from optimise.siting.planner.solution import Aim
from optimise.siting.planner.valid import require_valid

__all__ = ["LexicographicSolution", "best_in_order"]

F64 = npt.NDArray[np.float64]
I64 = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class LexicographicSolution:
    """A plan that is best for aims in order.

    Parameters
    ----------
    values
        Of the final plan under each aim.
    bounds
        No plan that keeps the floors of the aims before is better under this one.
    floors
        What each aim was kept at while those after it were looked at.
    statuses
        ``optimal`` or ``feasible`` for each aim in its turn; ``infeasible`` alone.
    times, shares
        As in `PlanSolution`.
    """

    values: tuple[float, ...]
    bounds: tuple[float, ...]
    floors: tuple[float, ...]
    statuses: tuple[str, ...]
    times: I64
    shares: F64
    seconds: float
    why: str = ""


def best_in_order(
    problem: Problem,
    aims: Sequence[Aim],
    *,
    tolerance: float = 0.0,
    time_limit: float = 60.0,
) -> LexicographicSolution:
    """Find the best plan under the first aim, of these the best under the second, and so on.

    Parameters
    ----------
    tolerance
        Part of its value that an aim may lose to those after it.
    time_limit
        Wall seconds for all aims.

    Raises
    ------
    ValueError
        If the problem is malformed, no aim is given, aims have different standards, or the
        tolerance is not in [0, 1].
    """
    began = time.monotonic()
    if not aims or not 0 <= tolerance <= 1:
        raise ValueError("give at least one aim, and a tolerance between 0 and 1")
    if len({aim.within for aim in aims}) > 1:
        raise ValueError("aims in order must share one standard (within)")
    for aim in aims:
        require_valid(problem, aim)
    first, why = cheapest(problem)
    if first is None:
        nothing = np.zeros(len(problem.options.asked))
        times = np.zeros(len(problem.moves.cost), np.int64)
        seconds = time.monotonic() - began
        return LexicographicSolution((), (), (), ("infeasible",), times, nothing, seconds, why)
    # Every part of an aim counts here, so that nothing is left out that any of them needs.
    core = core_of(problem, Aim(1.0, 0.0, 1.0, aims[0].within, 1.0), reduce=False)
    written = program_of(core)
    gains = [_gain(core, written, aim) for aim in aims]
    constants = [-aim.uncovered * float(problem.classes.wishes.sum()) for aim in aims]
    until = began + 0.93 * time_limit
    found = _one_after_another(written, list(zip(gains, constants, strict=True)), tolerance, until)
    x = found.x
    times = np.rint(x[: written.moves]).astype(np.int64)
    shares = np.zeros(len(problem.options.asked))
    taken = x[written.offers]
    shares[core.offers.option[~core.offers.near]] = np.clip(taken[~core.offers.near], 0.0, 1.0)
    values = tuple(value_of(problem, aim, times, shares)[0] for aim in aims)
    return LexicographicSolution(
        values,
        tuple(found.bounds),
        tuple(found.floors),
        tuple(found.statuses),
        times,
        shares,
        time.monotonic() - began,
    )


@dataclass(frozen=True, slots=True)
class _Ordered:
    """What was found aim by aim; x is of the last."""

    x: F64
    bounds: list[float]
    floors: list[float]
    statuses: list[str]


def _one_after_another(
    program: Program, aims: Sequence[tuple[F64, float]], tolerance: float, until: float
) -> _Ordered:
    """Search for each aim (its gain and constant) in turn, keeping what those before reached.

    Raises
    ------
    RuntimeError
        If no plan is found in time.
    """
    x: F64 | None = None
    bounds, floors, statuses = list[float](), list[float](), list[str]()
    for turn, (gain, constant) in enumerate(aims):
        seconds = (until - time.monotonic()) / (len(aims) - turn)
        found = search(replace(program, gain=gain, constant=constant), seconds, GAP / 10)
        best = x if found.x is None else found.x
        if best is None:
            raise RuntimeError("no plan was found in time; give it more")
        if x is not None and gain @ x > gain @ best:
            best = x
        x, value = best, float(gain @ best) + constant
        bounds.append(max(found.bound, value))
        statuses.append("optimal" if close(value, bounds[-1]) else "feasible")
        floors.append(value - tolerance * abs(value) - 1e-7 * max(1.0, abs(value)))
        row = sp.csr_array(-gain[None, :])
        program = with_rows(program, row, np.array([constant - floors[-1]]))
    assert x is not None
    return _Ordered(x, bounds, floors, statuses)


def _gain(core: Core, written: Written, aim: Aim) -> F64:
    """An aim on the columns of the program that holds every offer."""
    problem, offers = core.problem, core.offers
    classes, options, at = problem.classes, problem.options, core.offers.option
    of = options.of_class[at]
    come = classes.wishes[of] * options.asked[at]
    served = come * (aim.served * classes.worth[of] - aim.minutes * options.minutes[at])
    gain = np.zeros(len(written.gain))
    gain[written.offers] = np.where(offers.near, aim.uncovered * classes.wishes[of], served)
    if "groups" in written.parts:
        gain[-1] = aim.worst * float((classes.wishes * classes.worth).sum())
    return gain
