"""Historic rights: what last season had stays where it was, the rest is first come."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from optimise.slots.blocks import Block
from optimise.slots.placements import Placements
from optimise.slots.problem import Problem, Sessions
from optimise.slots.rules.desk import in_turns
from optimise.slots.rules.rule import queue

__all__ = ["LastSeason"]

I64 = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class LastSeason:
    """Sessions of last season wherever they are still allowed and fit, then first come.

    Where rights meet (two sessions of last season that this season cannot both be), who asked
    first keeps its own.

    Parameters
    ----------
    asked_on, lot
        Of each request: when it asked, any unit; lot among those that asked at the same time.
    """

    asked_on: I64
    lot: I64

    def __call__(self, problem: Problem, placements: Placements, block: Block, /) -> I64:
        """See `rule.Rule`."""
        turn = queue(self.asked_on, self.lot)[block.request]
        had = _had(problem.last_season, placements.sessions(block.columns))
        return in_turns(block, turn + len(self.lot) * ~had, block.value)


def _had(last: Sessions, sessions: Sessions) -> npt.NDArray[np.bool_]:
    """Whether each session stood in last season's timetable."""
    rights = set(last.rows())
    return np.array([row in rights for row in sessions.in_order()], dtype=bool)
