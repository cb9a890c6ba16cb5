"""A problem made ready: its placements, what locks leave, and the whole as a block."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from optimise.slots.blocks import Block, whole_block
from optimise.slots.locks import Remaining, remaining
from optimise.slots.placements import Placements, placements_of
from optimise.slots.problem import Problem, Sessions

__all__ = ["Setting"]

I64 = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Setting:
    """What every search and rule works on.

    A timetable is here the numbers of its placements, without those that are locked.
    """

    problem: Problem
    placements: Placements
    left: Remaining
    whole: Block

    @classmethod
    def of(cls, problem: Problem) -> Setting:
        """Enumerate placements and put the locks in.

        Raises
        ------
        locks.Impossible
            If the locks contradict each other or the rules of a single session.
        """
        placements = placements_of(problem)
        left = remaining(problem, placements)
        return cls(problem, placements, left, whole_block(problem, placements, left))

    def chosen(self, sessions: Sessions) -> I64:
        """A timetable from its sessions, which are allowed placements."""
        found = self.placements.find(sessions)
        return found[self.left.free[found]]

    def sessions(self, chosen: I64) -> Sessions:
        """A timetable as sessions, the locked ones among them."""
        return self.placements.sessions(np.sort(np.concatenate((self.left.locked, chosen))))

    def locked_worth(self) -> int:
        """Weighted minutes of what is locked."""
        return int(self.placements.value[self.left.locked].sum())
