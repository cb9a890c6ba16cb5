"""What moves are worth, part by part: rooms of different kinds have no wishes in common.

Classes and facilities fall apart where no option joins them. What a part is worth depends on the
moves alone that touch it, so plans that differ in one move differ in a part or two.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp
from scipy.sparse.csgraph import connected_components

from optimise.siting.core import group_worth
from optimise.siting.problem import Classes, Facilities, Problem, ServiceOptions
from optimise.siting.solution import Aim
from optimise.siting.value import left_by, worth_of

__all__ = ["Separate"]

I64 = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class _Part:
    """A problem of its own, with all moves.

    Attributes
    ----------
    touching
        Moves on which its worth depends.
    classes
        Of the whole.
    """

    problem: Problem
    touching: I64
    classes: I64


class Separate:
    """Values of plans; parts that were worked out are kept.

    Parameters
    ----------
    problem, aim
        Where the worst-off group counts, all hangs together and is one part.
    """

    def __init__(self, problem: Problem, aim: Aim) -> None:
        self._problem, self._aim = problem, aim
        self._parts = _parts(problem, aim)
        alone = np.ones(len(problem.classes.wishes), dtype=bool)
        for part in self._parts:
            alone[part.classes] = False
        self._uncovered = aim.uncovered * float(problem.classes.wishes[alone].sum())
        self._known: list[dict[bytes, float]] = [{} for _ in self._parts]
        self._touched: list[list[int]] = [[] for _ in problem.moves.cost]
        for number, part in enumerate(self._parts):
            for move in part.touching.tolist():
                self._touched[move].append(number)

    def __len__(self) -> int:
        return len(self._parts)

    def value(self, times: I64) -> float:
        """Value of (M,) times of each move, as `worth_of` has it.

        Raises
        ------
        ValueError
            If the moves take rooms or hours that are not there.
        """
        left_by(self._problem, times)
        return self._sum(range(len(self._parts)), times) - self._uncovered

    def gain(self, times: I64, move: int) -> float:
        """Gain by one more of a move, added to some moves that are allowed, and are with it."""
        more = times.copy()
        more[move] += 1
        touched = self._touched[move]
        return self._sum(touched, more) - self._sum(touched, times)

    def _sum(self, parts: Iterable[int], times: I64) -> float:
        total = 0.0
        for number in parts:
            part, known = self._parts[number], self._known[number]
            key = times[part.touching].tobytes()
            if key not in known:
                known[key] = worth_of(part.problem, times, self._aim).value
            total += known[key]
        return total


def _parts(problem: Problem, aim: Aim) -> list[_Part]:
    if aim.worst and group_worth(problem).any():
        every = np.arange(len(problem.moves.cost)), np.arange(len(problem.classes.wishes))
        return [_Part(problem, *every)]
    options, classes = problem.options, len(problem.classes.wishes)
    nodes = classes + len(problem.facilities.rooms)
    edges = (np.ones(len(options.of_class)), (options.of_class, classes + options.facility))
    _, label = connected_components(sp.coo_array(edges, shape=(nodes, nodes)), directed=False)
    found = np.unique(label[options.of_class]).tolist()
    return [_part(problem, label[:classes] == n, label[classes:] == n) for n in found]


def _part(
    problem: Problem, of_class: npt.NDArray[np.bool_], of_facility: npt.NDArray[np.bool_]
) -> _Part:
    """Some classes and facilities that no option joins to others."""
    classes, facilities, moves = problem.classes, problem.facilities, problem.moves
    some = of_class[problem.options.of_class]
    options = ServiceOptions(
        *(getattr(problem.options, name)[some] for name in ServiceOptions.__slots__)
    )
    # -1, no facility, stays what it is; so does that of a move that touches other parts only.
    place = np.append(np.where(of_facility, np.cumsum(of_facility) - 1, -1), -1)
    row = np.cumsum(of_class) - 1
    gives, takes = place[moves.gives], place[moves.takes]
    touches = (gives >= 0) | (takes >= 0)
    touches[options.link[options.link >= 0]] = True
    part = replace(
        problem,
        classes=Classes(*(getattr(classes, name)[of_class] for name in Classes.__slots__)),
        facilities=Facilities(facilities.rooms[of_facility], facilities.hours[of_facility]),
        moves=replace(moves, gives=gives, takes=takes),
        options=replace(options, of_class=row[options.of_class], facility=place[options.facility]),
    )
    return _Part(part, np.flatnonzero(touches), np.flatnonzero(of_class))
