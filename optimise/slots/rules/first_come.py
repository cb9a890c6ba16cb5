"""First come, first served."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from optimise.slots.blocks import Block
from optimise.slots.placements import Placements
from optimise.slots.problem import Problem
from optimise.slots.rules.desk import in_turns
from optimise.slots.rules.rule import queue

__all__ = ["FirstCome"]

I64 = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class FirstCome:
    """Requests in the order of asking, each with its best week of what is left.

    Parameters
    ----------
    asked_on, lot
        Of each request: when it asked, any unit; lot among those that asked at the same time.
    """

    asked_on: I64
    lot: I64

    def __call__(self, _problem: Problem, _placements: Placements, block: Block, /) -> I64:
        """See `rule.Rule`."""
        turn = queue(self.asked_on, self.lot)[block.request]
        return in_turns(block, turn, block.value)
