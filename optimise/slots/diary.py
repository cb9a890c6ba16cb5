"""Filling a block placement by placement: what still fits, and greedy timetables."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from optimise.arrays import I64
from optimise.slots.blocks import Block


class Diary:
    """Time of units and wishes of requests that are taken.

    The cells of a unit's weekday in an epoch are the bits of a whole number.
    """

    def __init__(self, block: Block) -> None:
        self._units, self._during = block.units_of(), block.epochs_of()
        self._epochs = block.epochs.shape[1]
        self._request, self._day = block.request.tolist(), block.weekday.tolist()
        self._venue, self._range = block.venue.tolist(), block.range_of.tolist()
        self._start, self._stop = block.start.tolist(), block.stop.tolist()
        self._prime = block.prime.tolist()
        self._left, self._spacing = block.sessions.tolist(), block.spacing.tolist()
        self._spare = block.spare.reshape(-1).tolist()
        self._taken = [0] * (block.units.shape[1] * 7 * self._epochs)
        self._days = [0] * len(block.sessions)

    def wants(self, at: int) -> bool:
        """Whether its request still wants a session on this day."""
        request, day = self._request[at], self._day[at]
        if self._left[request] <= 0:
            return False
        days = self._days[request]
        near = self._spacing[request]
        return not any(days >> ((day + gap) % 7) & 1 for gap in range(1 - near, near))

    def fits(self, at: int) -> bool:
        """Whether a placement can be added."""
        if not self.wants(at):
            return False
        mask, prime = self._mask(at), self._prime[at]
        return not any(
            self._taken[key] & mask or self._spare[share] < prime for key, share in self._keys(at)
        )

    def put(self, at: int) -> None:
        """Add a placement that fits."""
        mask = self._mask(at)
        for key, share in self._keys(at):
            self._taken[key] |= mask
            self._spare[share] -= self._prime[at]
        self._left[self._request[at]] -= 1
        self._days[self._request[at]] |= 1 << self._day[at]

    def left(self, request: int) -> int:
        """Sessions that one request may still get."""
        return int(self._left[request])

    def sessions_left(self) -> I64:
        """Sessions that each request may still get."""
        return np.array(self._left, dtype=np.int64)

    def spare_left(self) -> I64:
        """Prime cells that may still be held, shape (units, epochs)."""
        return np.array(self._spare, dtype=np.int64).reshape(-1, self._epochs)

    def _mask(self, at: int) -> int:
        start, stop = self._start[at], self._stop[at]
        return int((1 << stop) - (1 << start))

    def _keys(self, at: int) -> Iterable[tuple[int, int]]:
        day, epochs = self._day[at], self._epochs
        for unit in self._units[self._venue[at]]:
            for epoch in self._during[self._range[at]]:
                yield (unit * 7 + day) * epochs + epoch, unit * epochs + epoch


def fill(block: Block, order: I64) -> I64:
    """Take placements in this order wherever they fit; the taken ones, sorted."""
    diary = Diary(block)
    taken: list[int] = []
    for at in order.tolist():
        if diary.fits(at):
            diary.put(at)
            taken.append(at)
    return np.array(sorted(taken), dtype=np.int64)
