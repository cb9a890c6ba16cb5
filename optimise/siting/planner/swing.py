"""By how much demand may be misjudged before another plan is better."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from optimise.siting.planner.problem import Problem
from optimise.siting.planner.solution import Aim
from optimise.siting.planner.value import worth_of

__all__ = ["Swing", "demand_swing"]

I64 = npt.NDArray[np.int64]
Bool = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Swing:
    """How far the wishes of a group of classes may change before a plan is beaten.

    Parameters
    ----------
    low, high
        The nearest factors below and above 1 at which another plan is better; 0 and infinity if
        none was found as far as was looked. Both 1 if another plan is better as it is.
    low_plan, high_plan
        Number of that plan; -1 for none.
    """

    low: float
    high: float
    low_plan: int
    high_plan: int


def demand_swing(
    problem: Problem,
    aim: Aim,
    plan: I64,
    others: Sequence[I64],
    groups: Sequence[Bool],
    *,
    farthest: float = 4.0,
    steps: int = 8,
    precision: float = 1e-3,
) -> list[Swing]:
    """Multiply the wishes of each group of classes until one of the other plans is better.

    Which plan is better may change to and fro; between two looks a change there and back is not
    seen.

    Parameters
    ----------
    groups
        Masks of classes, (D,) each: one kind, one community ...
    farthest
        Factors from 1 / `farthest` to `farthest` are looked at.
    steps
        Looks on each side, in equal ratios; where a plan wins first is then halved down.
    precision
        Relative width at which halving stops.

    Raises
    ------
    ValueError
        If the problem is malformed, moves are not allowed, or `farthest` is not above 1.
    """
    if farthest <= 1 or steps < 1:
        raise ValueError(f"farthest is {farthest} and steps {steps}; above 1, and at least 1")
    found = []
    for group in groups:
        winner = _winner(problem, aim, plan, others, group, 1.0)
        if winner >= 0:
            found.append(Swing(1.0, 1.0, winner, winner))
            continue
        ends = [
            _first(problem, aim, plan, others, group, far ** (1 / steps), steps, precision)
            for far in (1 / farthest, farthest)
        ]
        low, high = ends
        found.append(Swing(low[0] or 0.0, high[0] or np.inf, low[1], high[1]))
    return found


def _first(
    problem: Problem,
    aim: Aim,
    plan: I64,
    others: Sequence[I64],
    group: Bool,
    ratio: float,
    steps: int,
    precision: float,
) -> tuple[float, int]:
    """Nearest factor at which another plan wins, 0 if none does, and which."""
    inner, outer = 1.0, ratio
    for _ in range(steps):
        winner = _winner(problem, aim, plan, others, group, outer)
        if winner >= 0:
            break
        inner, outer = outer, outer * ratio
    else:
        return 0.0, -1
    while max(inner, outer) / min(inner, outer) > 1 + precision:
        middle = float(np.sqrt(inner * outer))
        better = _winner(problem, aim, plan, others, group, middle)
        if better >= 0:
            outer, winner = middle, better
        else:
            inner = middle
    return outer, winner


def _winner(
    problem: Problem, aim: Aim, plan: I64, others: Sequence[I64], group: Bool, factor: float
) -> int:
    """The best of the other plans if it is better than this one; -1 if none is."""
    wishes = np.where(group, problem.classes.wishes * factor, problem.classes.wishes)
    changed = replace(problem, classes=replace(problem.classes, wishes=wishes))
    mine = worth_of(changed, plan, aim).value
    values = [worth_of(changed, other, aim).value for other in others]
    best = int(np.argmax(values)) if values else -1
    return best if values and values[best] > mine + 1e-9 * max(1.0, abs(mine)) else -1
