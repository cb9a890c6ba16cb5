"""The planner's model as plain arrays, what a plan is to be good at, and what is found.

*Classes* of wishes (who lives where and wishes which kind in which hour band) are served at
*facilities* (the rooms of one kind at one place, as one access rule opens them). *Moves* are what
money buys: rooms of a kind at a site, a conversion, a closure, a link that shortens walks. An
*option* is a pair of a class and a facility that serves it, with the share of its wishes that are
asked there: farther away fewer ask.

The model: whole numbers n of moves, and shares x in [0, 1] of each class that look to each option,

    sum over a class of x <= 1
    x <= 1 only where the facility has a room (of today or by a move) and the link is open
    sum over a facility and a band of wishes * asked * hours * x <= hours there (base + moves)
    cost . n <= budget; floor area at each site; whoever takes a room away needs it to be there

and what a plan is worth is first of all a sum over options of wishes * asked * x * value.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np

from optimise.arrays import F64, I64, Bools


@dataclass(frozen=True, slots=True)
class Classes:
    """Wishes that are alike.

    Parameters
    ----------
    wishes
        (D,) a year.
    worth
        (D,) of one wish in the share of its group, such as its person-hours; 1 counts requests.
    group
        (D,) number of the group whose share is looked at for fairness (a community, a segment); -1
        for none.
    """

    wishes: F64
    worth: F64
    group: I64


@dataclass(frozen=True, slots=True)
class Facilities:
    """Rooms of one kind at one place.

    Parameters
    ----------
    rooms
        (F,) that are there now; 0 at a candidate.
    hours
        (F, B) room-hours a year in each hour band that are free for bookers now.
    """

    rooms: I64
    hours: F64


@dataclass(frozen=True, slots=True)
class Moves:
    """Possible moves, each up to `most` times.

    Parameters
    ----------
    cost
        (M,) yuan a year each: capital annualised over its life, plus operation; negative saves.
    most
        (M,) times.
    site
        (M,) whose floor area it takes; -1 takes none.
    area
        (M,) m2 of floor area each; negative frees some.
    gives, gives_hours
        (M,) facility that gets one room more each time (-1: none), and (M, B) the room-hours a
        year that this brings.
    takes, takes_hours
        (M,) facility that loses one room each time (-1: none), and (M, B) its room-hours.
    fixed
        (M,) times that are decided already; between 0 and `most`.
    """

    cost: F64
    most: I64
    site: I64
    area: F64
    gives: I64
    gives_hours: F64
    takes: I64
    takes_hours: F64
    fixed: I64


@dataclass(frozen=True, slots=True)
class ServiceOptions:
    """Where a class can be served; sorted by class.

    Parameters
    ----------
    of_class, facility, band
        (P,) indices.
    asked
        (P,) share of the class's wishes that are asked if this is where they look, in (0, 1].
    hours
        (P,) room-hours that one asked wish takes.
    value
        (P,) what one wish served there adds to the value; negative where it takes some away.
    near
        (P,) whether it keeps the standard of `Aim.uncovered`.
    link
        (P,) move without which the option is not there; -1 for none.
    """

    of_class: I64
    facility: I64
    band: I64
    asked: F64
    hours: F64
    value: F64
    near: Bools
    link: I64


@dataclass(frozen=True, slots=True)
class Problem:
    """Everything the planner's model needs.

    Parameters
    ----------
    budget
        Yuan a year for moves; infinite for none.
    floor
        (S,) m2 of floor area at each site; infinite where it does not matter.
    groups
        How many groups `Classes.group` numbers.
    """

    classes: Classes
    facilities: Facilities
    moves: Moves
    options: ServiceOptions
    budget: float
    floor: F64
    groups: int = 0


Array = F64 | I64 | Bools


def require_valid(problem: Problem, aim: Aim) -> None:
    """Check that every shape, index and number is as `Problem` says.

    Raises
    ------
    ValueError
        Naming the first array that is not, and what is allowed.
    """
    moves, options, hours = problem.moves, problem.options, problem.facilities.hours
    if np.ndim(hours) != 2:
        raise ValueError("facilities.hours must have the shape (facilities, bands)")
    if np.isnan(problem.budget) or problem.budget == -np.inf:
        raise ValueError(f"the budget is {problem.budget}; it must be a number, or infinite")
    if np.isnan(problem.floor).any() or (problem.floor == -np.inf).any():
        raise ValueError("floor must hold numbers, infinite where it does not matter")
    for name, weight in (("uncovered", aim.uncovered), ("worst", aim.worst)):
        if not (np.isfinite(weight) and weight >= 0):
            raise ValueError(f"aim.{name} is {weight}; it must be finite and at least 0")
    for name, array, shape, _, _ in _columns(problem):
        if array.shape != shape:
            raise ValueError(f"{name} has the shape {array.shape}, not {shape}")
    for name, array, _, least, most in _columns(problem):
        _require_within(name, array, least, most)
    if (options.asked == 0).any():
        raise ValueError("options.asked must be above 0: leave out options that nobody asks for")
    if (moves.fixed > moves.most).any():
        raise ValueError("moves.fixed must be between 0 and moves.most")
    if (np.diff(options.of_class) < 0).any():
        raise ValueError("options must be sorted by class")


def _columns(problem: Problem) -> Iterator[tuple[str, Array, tuple[int, ...], float, float]]:
    """Name, values, shape, least and largest value of every array."""
    facilities, bands = problem.facilities.hours.shape
    classes, moves = len(problem.classes.wishes), len(problem.moves.cost)
    for names, shape, least, most in (
        ("classes.wishes classes.worth", (classes,), 0, np.inf),
        ("classes.group", (classes,), -1, problem.groups - 1),
        ("facilities.rooms", (facilities,), 0, np.inf),
        ("facilities.hours", (facilities, bands), 0, np.inf),
        ("moves.cost moves.area", (moves,), -np.inf, np.inf),
        ("moves.most moves.fixed", (moves,), 0, np.inf),
        ("moves.gives_hours moves.takes_hours", (moves, bands), 0, np.inf),
        ("moves.site", (moves,), -1, len(problem.floor) - 1),
        ("moves.gives moves.takes", (moves,), -1, facilities - 1),
        ("options.asked", (len(problem.options.asked),), 0, 1),
        ("options.hours", (len(problem.options.asked),), 0, np.inf),
        ("options.value", (len(problem.options.asked),), -np.inf, np.inf),
        ("options.near", (len(problem.options.asked),), 0, 1),
        ("options.of_class", (len(problem.options.asked),), 0, classes - 1),
        ("options.facility", (len(problem.options.asked),), 0, facilities - 1),
        ("options.band", (len(problem.options.asked),), 0, bands - 1),
        ("options.link", (len(problem.options.asked),), -1, moves - 1),
    ):
        for name in names.split():
            part, column = name.split(".")
            yield name, getattr(getattr(problem, part), column), shape, least, most


def _require_within(name: str, array: Array, least: float, most: float) -> None:
    if not np.isfinite(array).all():
        raise ValueError(f"{name} must be finite")
    if array.size and (array.min() < least or array.max() > most):
        at = int(np.flatnonzero((array < least) | (array > most).ravel())[0])
        raise ValueError(f"{name} holds {array.flat[at]} at {at}; allowed: {least:g} to {most:g}")


Cut = Literal["", "effort", "clock"]

GAP = 1e-6
"""Relative gap at which value and bound are said to meet."""


@dataclass(frozen=True, slots=True)
class Aim:
    """Aims of a plan beside the value of wishes served (`Options.value`).

    Parameters
    ----------
    uncovered
        Weight of each wish of a class with no option open that keeps the standard, taken off.
    worst
        Weight of the worst-off group's share of served worth, times all worth.
    """

    uncovered: float = 0.0
    worst: float = 0.0


@dataclass(frozen=True, slots=True)
class PlanSolution:
    """The best plan found and what is proven of better ones.

    Parameters
    ----------
    value, bound
        In the planning model, larger is better; NaN if infeasible.
    status
        ``optimal``, ``feasible`` or ``infeasible``.
    times
        (M,) of each move.
    shares
        (P,) share of the class that looks to each option.
    cost
        Yuan a year.
    worst
        Share of its worth that the worst-off group is served; NaN without groups.
    seconds
        Wall seconds that the search took.
    cut
        What ended a search that was not finished: ``effort``, which is the same on every machine,
        or ``clock``: another machine may find another plan. Else empty.
    reason
        What makes the problem infeasible, in words; else empty.
    """

    value: float
    bound: float
    status: str
    times: I64
    shares: F64
    cost: float
    worst: float
    seconds: float
    cut: Cut = ""
    reason: str = ""

    @property
    def gap(self) -> float:
        """The gap as `relative_gap` defines it."""
        return relative_gap(self.value, self.bound)


def close(value: float, bound: float) -> bool:
    """Whether value and bound meet."""
    return bool(np.isfinite(bound)) and bound - value <= GAP * max(abs(bound), abs(value)) + 1e-9


def relative_gap(value: float, bound: float) -> float:
    """|bound - value| / |bound|: 0 where both are 0, NaN where there is no plan."""
    if bound == value:
        return 0.0
    return abs(bound - value) / abs(bound) if bound else float("inf")
