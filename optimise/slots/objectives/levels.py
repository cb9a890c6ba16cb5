"""Goals in stated order: each is maximised among the timetables that are best by those before.

A level's value is kept by a row when the next is sought (within the share that its goal may give).
Where goals are sums over blocks, and nothing may be given, blocks are searched one by one: the best
of a sum is the sum of the best.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from scipy.sparse import block_array, csr_array

from optimise.arrays import F64, I64
from optimise.slots.blocks import Block, fill
from optimise.slots.objectives.goals import Goal, Steps
from optimise.slots.programs import maximise, rows_of
from optimise.slots.solution import Level
from optimise.solver import Clock, side_by_side

_LEAST = 0.5
"""Least work that is worth a search."""
_EARLIER, _GUIDED = 0.25, 0.4
"""A goal may take so much of the work left, or an equal part: the earlier, the more it decides;
and what follows the guide so much."""


class _Part:
    """A block, its goals and its best timetable."""

    def __init__(self, block: Block, goals: Sequence[Goal], chosen: I64) -> None:
        self.block, self.goals = block, [goal.select(block.columns) for goal in goals]
        self.chosen = np.flatnonzero(np.isin(block.columns, chosen))
        self.bound, self.work = np.inf, 0.0
        self._floors: list[float] = []
        self._rows = rows_of(block, np.arange(len(block)))

    @property
    def goal(self) -> Goal:
        """The goal that is sought."""
        return self.goals[len(self._floors) - 1]

    @property
    def open(self) -> bool:
        """Whether something better may be found."""
        return not self.goal.meets(self.goal.value(self.chosen), self.bound)

    def begin(self) -> bool:
        """Keep what is reached and turn to the next goal; whether it needs a search."""
        self._floors = [
            max(floor, goal.floor(goal.value(self.chosen)))
            for floor, goal in zip([*self._floors, -np.inf], self.goals, strict=False)
        ]
        self.bound = self.goal.rounded(self.goal.sum_bound())
        return self.open

    def search(self, work: float, clock: Clock) -> None:
        """Look for a timetable that is better by the goal sought and keeps those before."""
        goals = self.goals[: len(self._floors)]
        bound = self._improve(goals, self._floors[:-1], work, clock)
        self.bound = max(min(self.goal.rounded(bound), self.bound), self.goal.value(self.chosen))

    def follow(self, guide: Goal, work: float, clock: Clock) -> None:
        """Add what fits, then look for a timetable better by a guide; the goals so far are kept."""
        guide = guide.select(self.block.columns)
        least = max(self._floors[-1], self.goal.floor(self.goal.value(self.chosen)))
        kept = [*self._floors[:-1], least]
        by_worth = np.argsort(-self.block.value, kind="stable")
        self._keep_better(fill(self.block, np.concatenate((self.chosen, by_worth))), guide, kept)
        self._improve([*self.goals[: len(kept)], guide], kept, work, clock)

    def _improve(
        self, goals: Sequence[Goal], floors: Sequence[float], work: float, clock: Clock
    ) -> float:
        """Search by the last of some goals, the others being kept; the solver's bound."""
        count, steps = len(self.block), [goal.steps for goal in goals if goal.steps is not None]
        values = np.stack([_coefficients(goals, at) for at in range(len(goals))])
        matrix = _matrix(self._rows.matrix, steps, values[:-1])
        climbs = np.zeros(matrix.shape[0] - len(self._rows.limit) - len(floors))
        found = maximise(
            gain=values[-1],
            matrix=matrix,
            limit=np.concatenate((self._rows.limit, climbs, -np.array(floors))),
            whole=np.concatenate(
                [np.ones(count, dtype=bool), *(np.full(len(s.group), s.entire) for s in steps)]
            ),
            hint=np.concatenate(
                [
                    np.isin(np.arange(count), self.chosen).astype(np.float64),
                    *(of.climbed(self.chosen) for of in steps),
                ]
            ),
            work=work,
            clock=clock,
        )
        self.work += found.work
        if found.value is not None:
            self._keep_better(np.flatnonzero(found.value[:count] > 0.5), goals[-1], floors)
        return found.bound

    def _keep_better(self, chosen: I64, goal: Goal, floors: Sequence[float]) -> None:
        """Take a timetable if it is better and the solver's rounding broke nothing."""
        levels = zip(self.goals, floors, strict=False)
        kept = all(of.keeps(of.value(chosen), least) for of, least in levels)
        if kept and goal.value(chosen) > goal.value(self.chosen):
            self.chosen = chosen


def maximise_levels(
    blocks: Sequence[Block],
    goals: Sequence[Goal],
    start: I64,
    work: float,
    clock: Clock,
    workers: int,
    guide: Goal | None = None,
) -> tuple[I64, list[Level], float]:
    """Maximise goals one after the other.

    Parameters
    ----------
    blocks
        The whole cut so that every goal is a sum over blocks; one block if a goal gives.
    start
        A timetable to begin with.
    workers
        Blocks searched at the same time.
    guide
        A goal that tells good beginnings for later goals: a timetable that a search has changed is
        improved by it, and nothing is kept of it. Searches for one goal alone ruin the others.

    Returns
    -------
    tuple
        The timetable, what is known of each goal, and the work done.
    """
    parts = [_Part(block, goals, start) for block in blocks]
    levels: list[Level] = []
    for at, goal in enumerate(goals):
        left = work - sum(part.work for part in parts)
        before = [part.chosen for part in parts]
        due = left * max(_EARLIER, 1 / (len(goals) - at))
        reached = _search(parts, workers, due, clock)
        if guide is not None and at + 2 < len(goals):
            changed = [p for p, was in zip(parts, before, strict=True) if p.chosen is not was]
            due = left * _GUIDED
            _by_size(workers, changed, due, lambda p, w: p.follow(guide, w, clock), clock)
        bound = min(goal.constant + sum(part.bound for part in parts), goal.known)
        if goal.nested and levels:
            bound = min(bound, levels[-1].bound)
        levels.append(_level(goal, goal.value(_timetable(parts)), bound, reached))
    chosen = _timetable(parts)
    kept = [
        _as_kept(goal, level, goal.value(chosen)) for goal, level in zip(goals, levels, strict=True)
    ]
    return chosen, kept, sum(part.work for part in parts)


def _search(parts: list[_Part], workers: int, work: float, clock: Clock) -> bool:
    """Search all blocks that need it, in rounds; whether there was work for any.

    What blocks leave that are proven early goes to the others in the next round.
    """
    to_do, done = [part for part in parts if part.begin()], sum(part.work for part in parts)
    reached = not to_do
    while to_do:
        left = work - sum(part.work for part in parts) + done
        if not _by_size(workers, to_do, left, lambda part, due: part.search(due, clock), clock):
            break
        to_do, reached = [part for part in to_do if part.open], True
    return reached


def _by_size(
    workers: int,
    parts: Sequence[_Part],
    work: float,
    search: Callable[[_Part, float], None],
    clock: Clock,
) -> bool:
    """Share work among blocks by their size; False if there is too little or no time."""
    if work < _LEAST or not parts or clock.is_over():
        return False
    due = work / sum(len(part.block) for part in parts)
    side_by_side(lambda part: search(part, due * len(part.block)), parts, max(1, workers))
    return True


def _timetable(parts: Sequence[_Part]) -> I64:
    return np.sort(np.concatenate([np.zeros(0, dtype=np.int64), *_columns(parts)]))


def _columns(parts: Sequence[_Part]) -> list[I64]:
    return [part.block.columns[part.chosen] for part in parts]


def _level(goal: Goal, value: float, bound: float, reached: bool) -> Level:
    status = "feasible" if reached else "not reached"
    if goal.meets(value, bound):
        status, bound = "optimal", max(value, bound)
    return Level(goal.name, value, value, bound, status)


def _as_kept(goal: Goal, level: Level, kept: float) -> Level:
    """Give a level its value in the final timetable, which a later search may have raised."""
    value = max(level.value, kept)
    status = "optimal" if goal.meets(value, level.bound) else level.status
    if goal.minimised:
        value, kept, level = -value, -kept, replace(level, bound=0.0 - level.bound)
    return replace(level, value=value, kept=kept, status=status)


def _matrix(rules: csr_array, steps: Sequence[Steps], kept: F64) -> csr_array:
    """Rows of the rules, of the climbs of groups, and of the goals that are kept."""
    grid: list[list[csr_array | None]] = [[rules, *(None for _ in steps)]]
    for at, of in enumerate(steps):
        credit, width = _climbs(of)
        grid.append([credit, *(width if other == at else None for other in range(len(steps)))])
    found = csr_array(block_array(grid, format="csr"))
    if not len(kept):
        return found
    return csr_array(block_array([[found], [csr_array(-kept)]], format="csr"))


def _coefficients(goals: Sequence[Goal], at: int) -> F64:
    """Coefficients of placements and of all steps in the value of one goal."""
    parts = [goals[at].worth]
    for number, goal in enumerate(goals):
        if goal.steps is not None:
            gain = goal.steps.gain
            parts.append(gain if number == at else np.zeros_like(gain))
    return np.concatenate(parts)


def _climbs(steps: Steps) -> tuple[csr_array, csr_array]:
    """Rows of groups: what their steps take is at most what their placements lift."""
    groups, row = np.unique(steps.group, return_inverse=True)
    at = np.searchsorted(groups, steps.member)
    lifting = np.flatnonzero(np.isin(steps.member, groups))
    credit = csr_array(
        (-steps.credit[lifting], (at[lifting], lifting)),
        shape=(len(groups), len(steps.member)),
    )
    width = csr_array(
        (steps.width, (row.reshape(-1), np.arange(len(row)))), shape=(len(groups), len(steps.group))
    )
    return credit, width
