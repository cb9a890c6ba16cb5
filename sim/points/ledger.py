"""The ledger of points: lots in, first lots out, old lots lost; whole numbers throughout.

An account counts all points that ever came in and all that ever went out. Lots lie one after the
other on the axis of points that came in: lot i is the stretch from where lot i - 1 ends to its own
end. As the oldest points go first, what went out is always the stretch from 0, so what is left of a
lot is the part of its stretch that lies beyond. Spending is one addition, however many lots it
takes.
"""

from __future__ import annotations

import math

DAY_MINUTES = 24 * 60.0


def life_minutes(expire_after_days: float | None) -> float:
    """Minutes that points last."""
    return math.inf if expire_after_days is None else expire_after_days * DAY_MINUTES


class Account:
    """One person's points on a clock: times must not go backwards.

    What is left of a lot is lost `life` minutes after the lot came: at that very moment it can no
    longer be spent. At any time: credited = debited + lost + balance.

    Attributes
    ----------
    life
        Minutes that points last.
    losses
        (time, points) of each lot that was lost, as far as was looked; the time is when the lot
        was due, not when it was noticed.
    """

    __slots__ = ("_due", "_end", "_in", "_latest", "_next", "_oldest", "_out", "life", "losses")

    def __init__(self, life: float = math.inf) -> None:
        self.life = life
        self.losses: list[tuple[float, int]] = []
        self._due: list[float] = []
        self._end: list[int] = []
        self._in = self._out = 0
        self._oldest = 0  # the first lot that is not due yet
        self._next = math.inf  # when it will be
        self._latest = -math.inf

    def copy(self) -> Account:
        """An account of its own with the same points."""
        other = Account(self.life)
        other.losses, other._due, other._end = self.losses[:], self._due[:], self._end[:]
        other._in, other._out, other._oldest = self._in, self._out, self._oldest
        other._next, other._latest = self._next, self._latest
        return other

    def credit(self, time: float, points: int) -> None:
        """Add a lot."""
        if points < 1:
            raise ValueError(f"{points} points cannot be credited: at least 1")
        if self._next <= time or not time >= self._latest:
            self.expire(time)
        self._latest = time
        due = time + self.life
        if self._oldest == len(self._due):
            self._next = due
        self._due.append(due)
        self._in += points
        self._end.append(self._in)

    def debit(self, time: float, points: int) -> None:
        """Spend points, the oldest first; the balance must cover them."""
        if points < 1 or points > self.expire(time):
            raise ValueError(f"{points} points cannot be debited: 1 to the balance")
        self._out += points

    def expire(self, time: float) -> int:
        """Strike off what is lost by a time, this moment included; return what can be spent."""
        if not time >= self._latest:
            raise ValueError(f"time {time} comes after {self._latest}")
        self._latest = time
        if self._next <= time:
            self._strike_off(time)
        return self._in - self._out

    def _strike_off(self, time: float) -> None:
        due, end, lot = self._due, self._end, self._oldest
        while lot < len(due) and due[lot] <= time:
            left = end[lot] - self._out
            if left > 0:
                self.losses.append((due[lot], left))
                self._out = end[lot]
            lot += 1
        self._oldest = lot
        self._next = due[lot] if lot < len(due) else math.inf
