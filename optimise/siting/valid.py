"""Malformed problems are told apart from infeasible ones before anything is solved."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from optimise.siting.problem import Problem
from optimise.siting.solution import Aim

__all__ = ["require_valid"]

Array = npt.NDArray[np.float64] | npt.NDArray[np.int64]


def require_valid(problem: Problem, aim: Aim) -> None:
    """Check that every shape, index and number is as `Problem` says.

    Raises
    ------
    ValueError
        Naming the first array that is not, and what is allowed.
    """
    _require_shapes(problem)
    _require_numbers(problem)
    _require_indices(problem)
    for name, weight in (("uncovered", aim.uncovered), ("worst", aim.worst)):
        if not (np.isfinite(weight) and weight >= 0):
            raise ValueError(f"aim.{name} is {weight}; it must be finite and at least 0")


def _require_shapes(problem: Problem) -> None:
    classes, facilities = problem.classes, problem.facilities
    moves, options = problem.moves, problem.options
    if np.ndim(facilities.hours) != 2:
        raise ValueError("facilities.hours must have the shape (facilities, bands)")
    count, bands = facilities.hours.shape
    for of, name, shape in (
        (classes, "wishes worth group", (len(classes.wishes),)),
        (facilities, "rooms", (count,)),
        (moves, "cost most site area gives takes fixed", (len(moves.cost),)),
        (moves, "gives_hours takes_hours", (len(moves.cost), bands)),
        (options, "of_class facility band asked hours value near link", (len(options.asked),)),
    ):
        for each in name.split():
            if getattr(of, each).shape != shape:
                raise ValueError(f"{each} has the shape {getattr(of, each).shape}, not {shape}")


def _require_numbers(problem: Problem) -> None:
    classes, facilities = problem.classes, problem.facilities
    moves, options = problem.moves, problem.options
    if np.isnan(problem.budget) or problem.budget == -np.inf:
        raise ValueError(f"the budget is {problem.budget}; it must be a number, or infinite")
    if np.isnan(problem.floor).any() or (problem.floor == -np.inf).any():
        raise ValueError("floor must hold numbers, infinite where it does not matter")
    _require_within("classes.wishes", classes.wishes, 0)
    _require_within("classes.worth", classes.worth, 0)
    _require_within("facilities.rooms", facilities.rooms, 0)
    _require_within("facilities.hours", facilities.hours, 0)
    _require_within("moves.cost", moves.cost)
    _require_within("moves.area", moves.area)
    _require_within("moves.most", moves.most, 0)
    _require_within("moves.gives_hours", moves.gives_hours, 0)
    _require_within("moves.takes_hours", moves.takes_hours, 0)
    _require_within("options.asked", options.asked, 0, 1)
    _require_within("options.hours", options.hours, 0)
    _require_within("options.value", options.value, -np.inf)
    if (options.asked == 0).any():
        raise ValueError("options.asked must be above 0: leave out options that nobody asks for")
    if (moves.fixed < 0).any() or (moves.fixed > moves.most).any():
        raise ValueError("moves.fixed must be between 0 and moves.most")


def _require_indices(problem: Problem) -> None:
    moves, options = problem.moves, problem.options
    count, bands = problem.facilities.hours.shape
    for name, index, first, stop in (
        ("classes.group", problem.classes.group, -1, problem.groups),
        ("moves.site", moves.site, -1, len(problem.floor)),
        ("moves.gives", moves.gives, -1, count),
        ("moves.takes", moves.takes, -1, count),
        ("options.of_class", options.of_class, 0, len(problem.classes.wishes)),
        ("options.facility", options.facility, 0, count),
        ("options.band", options.band, 0, bands),
        ("options.link", options.link, -1, len(moves.cost)),
    ):
        _require_within(name, index, first, stop - 1)
        if not np.issubdtype(index.dtype, np.integer):
            raise ValueError(f"{name} must hold whole numbers")
    if (np.diff(options.of_class) < 0).any():
        raise ValueError("options must be sorted by class")


def _require_within(name: str, array: Array, least: float = -np.inf, most: float = np.inf) -> None:
    if not np.isfinite(array).all():
        raise ValueError(f"{name} must be finite")
    if array.size and (array.min() < least or array.max() > most):
        at = int(np.flatnonzero((array < least) | (array > most).ravel())[0])
        raise ValueError(f"{name} holds {array.flat[at]} at {at}; allowed: {least:g} to {most:g}")
