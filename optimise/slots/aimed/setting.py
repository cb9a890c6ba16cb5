"""A problem made ready for goals: its placements, what locks leave, and the whole as a block."""

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
    """What every goal of a problem is worked out from.

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
        wanted = set(sessions.rows())
        p = self.placements
        columns = (p.request, p.venue, p.weekday, p.start, p.length)
        rows = zip(*(column[self.whole.columns].tolist() for column in columns), strict=True)
        inside = np.fromiter((row in wanted for row in rows), dtype=bool)
        return np.asarray(self.whole.columns[inside])

    def sessions(self, chosen: I64) -> Sessions:
        """A timetable as sessions, the locked ones among them."""
        which = np.sort(np.concatenate((self.left.locked, chosen)))
        return self.placements.sessions(which) if len(which) else Sessions()
