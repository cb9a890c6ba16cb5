"""What became of points in one replication, event by event."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from sim.arrays import F64, I64
from sim.world.places import group_and_number
from sim.world.world import World


class Source(IntEnum):
    """Sources of points."""

    PARTICIPATION = 0
    USE = 1
    VOLUNTEERING = 2


@dataclass(frozen=True, slots=True)
class Credits:
    """Points earned, in order of time; people who do not collect and sources worth 0 left out."""

    person: I64
    time: F64
    source: I64
    points: I64


@dataclass(frozen=True, slots=True)
class Purchases:
    """Goods taken for points (redemptions), in order of time."""

    person: I64
    time: F64
    good: I64
    merchant: I64
    price: I64


@dataclass(frozen=True, slots=True)
class Losses:
    """Points that expired, in order of time: a row is what was left of one lot."""

    person: I64
    time: F64
    points: I64


@dataclass(frozen=True, slots=True)
class Payments:
    """Points paid for slots, in order of time."""

    person: I64
    time: F64
    points: I64


@dataclass(frozen=True, slots=True)
class SegmentPoints:
    """(S,) points by segment: earned, spent and lost in the counting window, held around it.

    before + earned = spent + expired + held.
    """

    before: I64
    earned: I64
    spent: I64
    expired: I64
    held: I64


@dataclass(frozen=True, slots=True)
class PointsRecord:
    """All points of a replication. Everybody begins the horizon with none.

    Attributes
    ----------
    person
        (N,) ids of everybody who ever earned points, ascending.
    balance
        (N,) points of each at the end of the horizon, by the ledger.
    balance_before, balance_window
        (N,) points of each at the start and the end of the counting window: before anything that
        happens at that very moment.
    paid
        For slots; None where nobody can pay for any.
    """

    earned: Credits
    spent: Purchases
    expired: Losses
    person: I64
    balance: I64
    balance_before: I64
    balance_window: I64
    paid: Payments | None = None

    def redemptions(self, world: World) -> int:
        """Goods taken in the counting window."""
        return int(world.calendar.counts(self.spent.time).sum())

    def by_segment(self, world: World) -> SegmentPoints:
        """Totals by segment: flows of the counting window and balances at its two ends."""
        n = len(world.segments)
        flows = []
        for rows, points in self._flows():
            inside = world.calendar.counts(rows.time)
            flows.append(_sums(_segments(world, rows.person[inside]), points[inside], n))
        own = _segments(world, self.person)
        return SegmentPoints(
            before=_sums(own, self.balance_before, n),
            earned=flows[0],
            spent=flows[1] + sum(flows[3:]),
            expired=flows[2],
            held=_sums(own, self.balance_window, n),
        )

    def _flows(self) -> tuple[tuple[Credits | Purchases | Losses | Payments, I64], ...]:
        """Events and points of earning, taking goods, losing and paying for slots."""
        paid = () if self.paid is None else ((self.paid, self.paid.points),)
        return (
            (self.earned, self.earned.points),
            (self.spent, self.spent.price),
            (self.expired, self.expired.points),
            *paid,
        )


def _segments(world: World, person: I64) -> I64:
    """Segment of each person."""
    return world.people.segment[group_and_number(person)[0]]


def _sums(row: I64, points: I64, rows: int) -> I64:
    """(rows,) points added up in whole numbers."""
    total = np.zeros(rows, dtype=np.int64)
    np.add.at(total, row, points)
    return total
