"""The plan that takes what gains most a yuan, again and again: a rival, with no bound.

Rooms of different kinds have no wishes in common, so what moves are worth is told part by part.
Classes and facilities fall apart where no option joins them. What a part is worth depends on the
moves alone that touch it, so plans that differ in one move differ in a part or two.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
import scipy.sparse as sp
from scipy.sparse.csgraph import connected_components

from optimise.arrays import I64, Bools
from optimise.siting.core import group_worth
from optimise.siting.problem import Aim, Classes, Facilities, Problem, ServiceOptions
from optimise.siting.program import MoveLimits, cheapest
from optimise.siting.value import left_by, worth_of


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


def _part(problem: Problem, of_class: Bools, of_facility: Bools) -> _Part:
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


NOTHING = 1e-9
"""A gain or loss that is rounding: a room closed without any loss must not seem to lose."""


def greedy_plan(
    problem: Problem, aim: Aim, *, worth: Separate | None = None, start: I64 | None = None
) -> I64 | None:
    """(M,) moves that each gained most a yuan when they were made; None if none are allowed.

    Gains are those of the day before the last plan until a move is first in line, and are then
    computed anew: a move gains less the more there is, but for links and conversions, whose gain
    may rise and which may so be overlooked. Moves that cost nothing come first if they lose
    nothing.

    Parameters
    ----------
    worth
        Of this problem, whatever its budget, floor areas and limits of moves: what was worked out
        for other plans need not be again.
    start
        (M,) allowed moves to begin with; None: the cheapest.
    """
    limits = MoveLimits(problem)
    times = cheapest(problem)[0] if start is None or not limits.keep(start) else start
    if times is None:
        return None
    worth = Separate(problem, aim) if worth is None else worth
    # Nobody has been asked yet: everybody is first in line, cheapest first.
    queue = [(-np.inf, float(cost), move) for move, cost in enumerate(problem.moves.cost)]
    heapq.heapify(queue)
    while queue:
        known, cost, move = heapq.heappop(queue)
        more = times.copy()
        more[move] += 1
        if not limits.keep(more):
            continue
        gain = worth.gain(times, move)
        gain = 0.0 if abs(gain) < NOTHING else gain
        rate = gain / cost if cost > 0 else np.inf
        if gain < 0 or (cost > 0 and gain <= 0):
            continue
        if queue and -rate > queue[0][0] and -rate > known:
            heapq.heappush(queue, (-rate, cost, move))
            continue
        times = more
        heapq.heappush(queue, (-rate, cost, move))
    return times
