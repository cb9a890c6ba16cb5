"""Greedy: the placement worth most first, whoever's it is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from optimise.slots.blocks import Block
from optimise.slots.diary import fill
from optimise.slots.placements import Placements
from optimise.slots.problem import Problem

__all__ = ["Greedy"]


@dataclass(frozen=True, slots=True)
class Greedy:
    """By weighted minutes of a placement; among equals by the lot of their requests.

    Parameters
    ----------
    lot
        Of each request, lowest first, shape (requests,).
    """

    lot: npt.NDArray[np.int64]

    def __call__(
        self, _problem: Problem, _placements: Placements, block: Block, /
    ) -> npt.NDArray[np.int64]:
        """See `rule.Rule`."""
        return fill(block, np.lexsort((self.lot[block.request], -block.value)))
