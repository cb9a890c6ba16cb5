"""The integer program of one goal, the goals before it being kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import block_array, csr_array

from optimise.slots.aimed.goals import Goal, Steps
from optimise.slots.programs import maximise
from optimise.slots.rows import Rows

__all__ = ["LevelProgram", "level_program"]

I64 = npt.NDArray[np.int64]
F64 = npt.NDArray[np.float64]
Bool = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class LevelProgram:
    """Maximise gain @ (x, y), matrix @ (x, y) <= limit: placements x, then steps y of all goals."""

    gain: F64
    matrix: csr_array
    limit: F64
    whole: Bool
    steps: list[Steps]

    def solve(self, known: I64, seconds: float) -> tuple[I64 | None, float]:
        """Placements of the best timetable found, if any, and the solver's bound.

        Parameters
        ----------
        known
            A timetable to start from.
        """
        count = len(self.gain) - sum(len(of.group) for of in self.steps)
        taken = np.isin(np.arange(count), known).astype(np.float64)
        hint = np.concatenate([taken, *(of.climbed(known) for of in self.steps)])
        found, bound = maximise(self.gain, self.matrix, self.limit, self.whole, hint, seconds)
        return None if found is None else np.flatnonzero(found[:count] > 0.5), bound


def level_program(rows: Rows, goals: Sequence[Goal], floors: Sequence[float]) -> LevelProgram:
    """Set up the program.

    Parameters
    ----------
    rows
        Of all placements.
    goals
        Those kept and, as the last, the one to maximise.
    floors
        The least value of each that is kept.
    """
    steps = [goal.steps for goal in goals if goal.steps is not None]
    count = rows.matrix.shape[1]
    values = np.stack([_coefficients(goals, at) for at in range(len(goals))])
    matrix = _matrix(rows.matrix, steps, values[:-1])
    climbs = matrix.shape[0] - len(rows.limit) - len(goals) + 1
    return LevelProgram(
        gain=values[-1],
        matrix=matrix,
        limit=np.concatenate((rows.limit, np.zeros(climbs), -np.array(floors[: len(goals) - 1]))),
        whole=np.concatenate(
            [np.ones(count, dtype=bool), *(np.full(len(of.group), of.entire) for of in steps)]
        ),
        steps=steps,
    )


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
    """Of placements and all steps in the value of one goal."""
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
