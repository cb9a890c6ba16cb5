"""Goals in stated order: each is maximised among the timetables that are best by those before.

A level's value is kept by a row when the next is sought (within the share that its goal may give).
Where goals are sums over blocks, and nothing may be given, blocks are searched one by one: the best
of a sum is the sum of the best.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from optimise.slots.aimed.goals import Goal
from optimise.slots.aimed.level_programs import level_program
from optimise.slots.blocks import Block
from optimise.slots.diary import fill
from optimise.slots.levels import Level
from optimise.slots.rows import rows_of

__all__ = ["in_sequence"]

I64 = npt.NDArray[np.int64]
F64 = npt.NDArray[np.float64]

_TRIVIAL, _SHORTEST = 0.05, 0.5
"""Seconds below which no search is begun; and that one takes at least if they are left."""
_EARLIER, _GUIDED = 0.25, 0.4
"""Of the time left, a goal may take so much, or an equal part: the earlier, the more it decides;
and so much together with what follows the guide."""


class _Part:
    """A block, its goals and its best timetable."""

    def __init__(self, block: Block, goals: Sequence[Goal], chosen: I64) -> None:
        self.block, self.goals = block, [goal.some(block.columns) for goal in goals]
        self.chosen = np.flatnonzero(np.isin(block.columns, chosen))
        self.bound = np.inf
        self._floors: list[float] = []
        self._rows = rows_of(block, np.arange(len(block)))

    @property
    def columns(self) -> I64:
        """Its timetable, as placements of the whole."""
        return self.block.columns[self.chosen]

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
        self.bound = self.goal.rounded(self.goal.most())
        return self.open

    @property
    def goal(self) -> Goal:
        """The goal that is sought."""
        return self.goals[len(self._floors) - 1]

    def search(self, seconds: float) -> None:
        """Look for a timetable that is better by the goal sought and keeps those before."""
        program = level_program(self._rows, self.goals[: len(self._floors)], self._floors)
        found, bound = program.solve(self.chosen, seconds)
        if found is not None:
            self._take(found, self.goal, self._floors[:-1])
        at_most = min(self.goal.rounded(bound), self.bound)
        self.bound = max(at_most, self.goal.value(self.chosen))

    def follow(self, guide: Goal, seconds: float) -> None:
        """Add what fits, then look for a timetable better by a guide; the goals so far are kept."""
        sought, floors = self.goal, self._floors
        guide = guide.some(self.block.columns)
        kept = [*floors[:-1], max(floors[-1], sought.floor(sought.value(self.chosen)))]
        goals = [*self.goals[: len(kept)], guide]
        by_worth = np.argsort(-self.block.value, kind="stable")
        self._take(fill(self.block, np.concatenate((self.chosen, by_worth))), guide, kept)
        if seconds < _TRIVIAL:
            return
        found, _ = level_program(self._rows, goals, kept).solve(self.chosen, seconds)
        if found is not None:
            self._take(found, guide, kept)

    def _take(self, chosen: I64, goal: Goal, floors: Sequence[float]) -> None:
        """Take a timetable if it is better and the solver's rounding broke nothing."""
        levels = zip(self.goals, floors, strict=False)
        kept = all(of.keeps(of.value(chosen), least) for of, least in levels)
        if kept and goal.value(chosen) > goal.value(self.chosen):
            self.chosen = chosen


def in_sequence(
    blocks: Sequence[Block],
    goals: Sequence[Goal],
    start: I64,
    deadline: float,
    workers: int,
    guide: Goal | None = None,
) -> tuple[I64, list[Level]]:
    """Maximise goals one after the other.

    Parameters
    ----------
    blocks
        The whole cut so that every goal is a sum over blocks; one block if a goal gives.
    start
        A timetable to begin with.
    deadline
        On the clock of `time.monotonic`.
    workers
        Blocks searched at the same time.
    guide
        A goal that tells good beginnings for later goals: a timetable that a search has changed is
        improved by it, and nothing is kept of it. Searches for one goal alone ruin the others.

    Returns
    -------
    tuple
        The timetable and what is known of each goal.
    """
    parts = [_Part(block, goals, start) for block in blocks]
    levels: list[Level] = []
    with ThreadPoolExecutor(max(1, workers)) as pool:
        for at, goal in enumerate(goals):
            began = time.monotonic()
            part_of_time = max(_EARLIER, 1 / (len(goals) - at))
            until = began + max(deadline - began, 0.0) * part_of_time
            before = [part.chosen for part in parts]
            reached = _seek(parts, pool, workers, until)
            if guide is not None and at + 2 < len(goals):
                changed = [p for p, was in zip(parts, before, strict=True) if p.chosen is not was]
                _follow(changed, guide, pool, workers, began + _GUIDED * (deadline - began))
            bound = min(goal.constant + sum(part.bound for part in parts), goal.known)
            if goal.nested and levels:
                bound = min(bound, levels[-1].bound)
            value = goal.value(_timetable(parts))
            levels.append(_level(goal, value, bound, reached, time.monotonic() - began))
    chosen = _timetable(parts)
    return chosen, [
        _as_kept(goal, level, goal.value(chosen)) for goal, level in zip(goals, levels, strict=True)
    ]


def _seek(parts: list[_Part], pool: ThreadPoolExecutor, workers: int, until: float) -> bool:
    """Search all blocks that need it until the time is over; whether there was time for any.

    Small blocks come first, each with its part of the time left in proportion to its size, so that
    what the small ones leave goes to the large ones; those that are not proven come again.
    """
    to_do = sorted((part for part in parts if part.begin()), key=lambda part: len(part.block))
    reached = not to_do
    while to_do and until - time.monotonic() > _TRIVIAL:
        after = np.cumsum([len(part.block) for part in reversed(to_do)])[::-1].tolist()

        def search(part: _Part, size: int) -> None:
            left = until - time.monotonic()
            share = min(1.0, workers * len(part.block) / size)
            part.search(max(left * share, min(left, _SHORTEST)))

        list(pool.map(search, to_do, after))
        to_do, reached = [part for part in to_do if part.open], True
    return reached


def _follow(
    parts: list[_Part], guide: Goal, pool: ThreadPoolExecutor, workers: int, until: float
) -> None:
    """Improve blocks by the guide, each for its part of the time left in proportion to its size."""
    total = sum(len(part.block) for part in parts)

    def follow(part: _Part) -> None:
        left = until - time.monotonic()
        part.follow(guide, min(left, workers * left * len(part.block) / total))

    list(pool.map(follow, sorted(parts, key=lambda part: len(part.block))))


def _timetable(parts: Sequence[_Part]) -> I64:
    return np.sort(np.concatenate([np.zeros(0, dtype=np.int64), *(p.columns for p in parts)]))


def _level(goal: Goal, value: float, bound: float, reached: bool, seconds: float) -> Level:
    status = "feasible" if reached else "not reached"
    if goal.meets(value, bound):
        status, bound = "optimal", max(value, bound)
    return Level(goal.name, value, value, bound, status, seconds)


def _as_kept(goal: Goal, level: Level, kept: float) -> Level:
    """With its value in the final timetable, which a later search may have raised."""
    value = max(level.value, kept)
    status = "optimal" if goal.meets(value, level.bound) else level.status
    if goal.minimised:
        value, kept, level = -value, -kept, replace(level, bound=0.0 - level.bound)
    return replace(level, value=value, kept=kept, status=status)
