"""A desk that serves requests one at a time from what is left of a block."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np
import numpy.typing as npt

from optimise.slots.blocks import Block
from optimise.slots.diary import Diary
from optimise.slots.prices import day_sets

__all__ = ["Desk", "in_turns"]

I64 = npt.NDArray[np.int64]
F64 = npt.NDArray[np.float64]

_day_sets = cache(day_sets)


class Desk:
    """What has been given, and what the next in the queue would take.

    Attributes
    ----------
    taken
        Placements given so far, in the order of giving.
    """

    def __init__(self, block: Block, liking: F64) -> None:
        self.taken: list[int] = []
        self._diary = Diary(block)
        self._liking, self._day = liking.tolist(), block.weekday.tolist()
        self._request, self._spacing = block.request.tolist(), block.spacing.tolist()

    def fits(self, at: int) -> bool:
        """Whether a placement can be given."""
        return self._diary.fits(at)

    def give(self, at: int) -> None:
        """Give a placement that fits."""
        self._diary.put(at)
        self.taken.append(at)

    def give_week(self, wishes: Sequence[int]) -> None:
        """Give a request its best week.

        That is the set of sessions of the highest sum of likings that its days allow. Sessions on
        different days can be in each other's way only by the share of prime time of a unit; where
        they are, the one liked less is given up and the rest of the week is chosen anew.

        Parameters
        ----------
        wishes
            Placements of one request, the best liked first.
        """
        while week := self._best_week(wishes):
            for at in week:
                if self._diary.fits(at):
                    self.give(at)

    def _best_week(self, wishes: Sequence[int]) -> list[int]:
        """The best fitting placement of each weekday, on the best set of days."""
        on: dict[int, int] = {}
        for at in wishes:
            if self._day[at] not in on and self._diary.fits(at):
                on[self._day[at]] = at
                if len(on) == 7:
                    break
        if not on:
            return []
        request = self._request[wishes[0]]
        best = np.zeros(7)
        best[list(on)] = [self._liking[at] for at in on.values()]
        sets = _day_sets(self._diary.left(request), self._spacing[request])
        days = sets[int((sets @ best).argmax())]
        return sorted((on[d] for d in on if days[d]), key=lambda at: -self._liking[at])


def in_turns(block: Block, turn: I64, liking: F64) -> I64:
    """Serve requests one after the other, each with its best week of what is left.

    Parameters
    ----------
    turn
        When a placement is up for choice, lowest first, shape (placements,); a request whose
        placements have several turns comes up several times.
    liking
        Of each placement, above 0, shape (placements,); equals: the one that stands first.

    Returns
    -------
    numpy.ndarray
        Numbers in the block, sorted.
    """
    desk = Desk(block, liking)
    order = np.lexsort((-liking, block.request, turn))
    changes = (np.diff(turn[order]) != 0) | (np.diff(block.request[order]) != 0)
    for wishes in np.split(order, np.flatnonzero(changes) + 1):
        desk.give_week(wishes.tolist())
    return np.array(sorted(desk.taken), dtype=np.int64)
