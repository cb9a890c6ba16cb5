"""Prices of time and the bound they prove (Lagrangian relaxation).

Every cell of the week of every unit has a price in every epoch, and so has a prime cell against
the share kept for residents. At given prices each request alone chooses its best sessions, on
allowed sets of days; what they are worth beyond the prices, plus what all time costs, bounds every
timetable from above (weak duality), whatever the prices. The choice of one request is exact, so at
the best prices the bound is that of the linear relaxation with a row per unit, cell and epoch
(Geoffrion: Lagrangean relaxation for integer programming. Mathematical Programming Study 2, 1974).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from optimise.arrays import F64, I64, Bools
from optimise.slots.blocks import Block


@dataclass(frozen=True, slots=True)
class Prices:
    """Nonnegative prices.

    Parameters
    ----------
    cell
        Shape (units, 7, epochs, cells).
    share
        Of a prime cell, shape (units, epochs).
    """

    cell: F64
    share: F64


def mixed(one: Prices, other: Prices) -> Prices:
    """Half-way between two."""
    return Prices((one.cell + other.cell) / 2, (one.share + other.share) / 2)


def day_sets(sessions: int, spacing: int) -> Bools:
    """Allowed sets of weekdays for at most so many sessions, shape (sets, 7), the empty one first.

    Days are at least `spacing` apart around the week.
    """
    sets = (np.arange(128)[:, None] >> np.arange(7)) & 1 == 1
    allowed = sets.sum(axis=1) <= sessions
    for gap in range(1, min(spacing, 7)):
        allowed &= ~(sets & np.roll(sets, gap, axis=1)).any(axis=1)
    return np.asarray(sets[allowed])


class Relaxation:
    """A block at prices.

    Everything that does not depend on prices is worked out once: one evaluation reads each
    placement's price as a difference of two running sums.
    """

    def __init__(self, block: Block) -> None:
        self.block = block
        ranges, (venues, units) = len(block.epochs), block.units.shape
        self._shape = (ranges, venues, 7, block.cells + 1)
        at = (block.range_of * venues + block.venue) * 7 + block.weekday
        self._from = at * (block.cells + 1) + block.start
        self._to = at * (block.cells + 1) + block.stop
        self._range_venue = block.range_of * venues + block.venue
        self._venues_of = csr_array(block.units.T)
        self._request_day = block.request * 7 + block.weekday
        new = np.ones(len(block), dtype=bool)
        new[1:] = self._request_day[1:] != self._request_day[:-1]
        self._first = np.flatnonzero(new)
        self._days = self._request_day[self._first]
        self._lengths = np.diff(np.append(self._first, len(block)))
        kinds, kind = np.unique(
            np.stack((block.sessions, block.spacing), axis=1), axis=0, return_inverse=True
        )
        self._groups = [
            (np.flatnonzero(kind.reshape(-1) == i), day_sets(int(k), int(s)))
            for i, (k, s) in enumerate(kinds.tolist())
        ]
        self._zero = Prices(
            np.zeros((units, 7, block.epochs.shape[1], block.cells)),
            np.zeros((units, block.epochs.shape[1])),
        )

    def free(self) -> Prices:
        """Set all prices to 0."""
        return self._zero

    def margins(self, prices: Prices) -> F64:
        """Worth of each placement beyond its price."""
        block = self.block
        running = np.zeros(self._shape)
        share = np.zeros(self._shape[:2])
        for row, during in enumerate(block.epochs):
            cell = prices.cell[:, :, during].sum(axis=2)
            of_venue = (block.units @ cell.reshape(len(cell), -1)).reshape(-1, 7, block.cells)
            np.cumsum(of_venue, axis=2, out=running[row, :, :, 1:])
            share[row] = block.units @ prices.share[:, during].sum(axis=1)
        flat = running.reshape(-1)
        margin = block.value - (flat[self._to] - flat[self._from])
        margin -= block.prime * share.reshape(-1)[self._range_venue]
        return np.asarray(margin)

    def cost(self, prices: Prices) -> float:
        """Price of all time together."""
        return float(prices.cell.sum() + (prices.share * self.block.spare).sum())

    def choose(self, margins: F64) -> tuple[F64, I64]:
        """The best sessions of each request, and their worth beyond their prices."""
        best, top = self._best_of_days(margins)
        worth = np.zeros(len(best))
        taken = np.zeros(best.shape, dtype=bool)
        for members, sets in self._groups:
            worths = best[members] @ sets.T
            choice = worths.argmax(axis=1)
            worth[members] = worths[np.arange(len(members)), choice]
            taken[members] = sets[choice]
        taken &= best > 0
        is_top = margins == np.repeat(top, self._lengths)
        at = np.flatnonzero(is_top)
        day = self._request_day[at]
        first = np.ones(len(at), dtype=bool)
        first[1:] = day[1:] != day[:-1]
        at = at[first]
        return worth, at[taken.reshape(-1)[self._request_day[at]]]

    def bound(self, prices: Prices) -> float:
        """Upper bound on the worth of any timetable of the block."""
        return float(self.choose(self.margins(prices))[0].sum()) + self.cost(prices)

    def losses(self, margins: F64) -> F64:
        """Least fall of the bound if a placement must be taken; not negative."""
        best, _ = self._best_of_days(margins)
        worth = np.zeros(len(best))
        others = np.zeros(best.shape)
        for members, sets in self._groups:
            worths = best[members] @ sets.T
            worth[members] = worths.max(axis=1)
            for day in range(7):
                on = sets[:, day]
                if on.any():
                    rest = worths[:, on].max(axis=1) - best[members, day]
                    others[members, day] = rest
        loss = worth[self.block.request] - (others.reshape(-1)[self._request_day] + margins)
        return np.asarray(np.maximum(loss, 0.0))

    def use(self, chosen: I64) -> Prices:
        """Cells and prime cells that some placements take, in the shape of prices."""
        block = self.block
        size = int(np.prod(self._shape))
        change = np.bincount(self._from[chosen], minlength=size).astype(np.float64)
        change -= np.bincount(self._to[chosen], minlength=size)
        taken = np.cumsum(change.reshape(self._shape), axis=3)[..., :-1]
        pairs = self._shape[0] * self._shape[1]
        prime = np.bincount(
            self._range_venue[chosen], weights=block.prime[chosen], minlength=pairs
        ).reshape(self._shape[:2])
        cell, share = np.zeros_like(self._zero.cell), np.zeros_like(self._zero.share)
        for row, during in enumerate(block.epochs):
            of_unit = self._venues_of @ taken[row].reshape(self._shape[1], -1)
            cell[:, :, during] += of_unit.reshape(-1, 7, 1, block.cells)
            share[:, during] += (self._venues_of @ prime[row])[:, None]
        return Prices(cell, share)

    def _best_of_days(self, margins: F64) -> tuple[F64, F64]:
        """Best margin of each request and weekday (0 if none is positive), and of each run."""
        top = np.maximum.reduceat(margins, self._first)
        best = np.zeros(len(self.block.sessions) * 7)
        best[self._days] = np.maximum(top, 0.0)
        return best.reshape(-1, 7), top
