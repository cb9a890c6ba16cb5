"""What every season rule is: a function from a block to the placements that it gives."""

from __future__ import annotations

from typing import Protocol

import numpy as np
import numpy.typing as npt

from optimise.slots.blocks import Block
from optimise.slots.placements import Placements
from optimise.slots.problem import Problem

__all__ = ["Rule", "queue"]

I64 = npt.NDArray[np.int64]


class Rule(Protocol):
    """A way of giving sessions; what else it must know of requests are its own arrays.

    No rule depends on the order in which requests are numbered: equals are told apart by a lot of
    each request.
    """

    def __call__(self, problem: Problem, placements: Placements, block: Block, /) -> I64:
        """Placements that the rule gives.

        Parameters
        ----------
        placements
            All of the problem.
        block
            Those that locks leave (`blocks.whole_block`); ``block.columns`` are their numbers.

        Returns
        -------
        numpy.ndarray
            Numbers in the block, sorted; together with the locks they keep every hard rule.
        """
        ...


def queue(*keys: npt.NDArray[np.generic]) -> I64:
    """Place of each request in an order, 0 first: by the first key, equals by the next one."""
    order = np.lexsort(keys[::-1])
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    return place
