"""Classes in an order that depends on the time of the week, as Helsinki's sports halls have it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from optimise.slots.blocks import Block
from optimise.slots.placements import Placements
from optimise.slots.problem import Problem
from optimise.slots.rules.desk import in_turns
from optimise.slots.rules.hours import Hours

__all__ = ["PriorityOrder"]

I64 = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class PriorityOrder:
    """Class after class, and within a class one request after the other.

    A session belongs to the band of the week in which it starts. A request whose class comes first
    by day and third by night is up first for its sessions by day, and comes up again for what it
    lacks when the third class has its turn by night.

    Parameters
    ----------
    band
        Band of each cell of the week, shape (7, cells).
    rank
        Place of each request's class in the order of each band, 0 first, shape (bands, requests).
    turn
        Place of each request within its class, all different, shape (requests,).
    likes
        Hours that each request takes before all others, whatever these are worth.
    """

    band: I64
    rank: I64
    turn: I64
    likes: Hours

    def __call__(self, _problem: Problem, placements: Placements, block: Block, /) -> I64:
        """See `rule.Rule`."""
        band = self.band[block.weekday, block.start]
        turn = self.rank[band, block.request] * len(self.turn) + self.turn[block.request]
        liked = self.likes.hold(placements.take(block.columns))
        most = block.value.max(initial=0.0) + 1
        return in_turns(block, turn, block.value + most * liked)
