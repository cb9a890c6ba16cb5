"""The ledger of points: lots in, first lots out, old lots lost; whole numbers throughout.

An account counts all points that ever came in and all that ever went out. Lots lie one after the
other on the axis of points that came in: lot i is the stretch from where lot i - 1 ends to its own
end. As the oldest points go first, what went out is always the stretch from 0, so what is left of a
lot is the part of its stretch that lies beyond. Spending is one addition, however many lots it
takes.

Taking part and use of bookings are settled after the clock, volunteering is known before it. So
while the clock runs people have the points that they volunteered for, less what they paid
and what has expired, and nothing else: a lower bound of what they have earned. Afterwards, when all
is settled, points paid are there for certain, and goods get what is left (`sim.points.spending`).
"""

from __future__ import annotations

import math

import numpy as np

from sim.arrays import I64, U64
from sim.points.plan import PointsPlan
from sim.points.volunteering import is_member, person_keys, sample_acts

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


class VolunteersPurse:
    """Accounts of bookers who volunteer and collect points, opened when first asked for.

    Parameters
    ----------
    root
        Key of the replication.
    person
        (B,) ids of the bookers.
    key
        (B,) keys of the bookers.

    Attributes
    ----------
    key, ever
        (B,) of each booker: key, and whether there are points at any time.
    """

    def __init__(self, plan: PointsPlan, root: int, person: I64, key: U64) -> None:
        acts = sample_acts(plan, root)
        mine = np.isin(acts.person, person)
        who, when = acts.person[mine], acts.time[mine]
        member = is_member(person_keys(plan.world.people, root, who), plan.points.members)
        who, when = who[member], when[member]
        order = np.lexsort((when, who))
        self.key = key
        self.ever = np.isin(person, who)
        self._each = int(plan.per_source[2])
        self._life = life_minutes(plan.points.expire_after_days)
        self._times: list[float] = when[order].tolist()
        low = np.searchsorted(who[order], person, side="left")
        high = np.searchsorted(who[order], person, side="right")
        self._next: list[int] = low.tolist()
        self._end: list[int] = high.tolist()
        self._accounts: dict[int, Account] = {}

    def balance(self, booker: int, now: float) -> int:
        """Points of a booker at a time; times must not go backwards."""
        return self._account(booker, now).expire(now)

    def pay(self, booker: int, now: float, points: int) -> None:
        """Take points; raises `ValueError` if the balance does not cover them."""
        self._account(booker, now).debit(now, points)

    def _account(self, booker: int, now: float) -> Account:
        """The account with all that was earned by now, this moment included."""
        account = self._accounts.get(booker)
        if account is None:
            account = self._accounts[booker] = Account(self._life)
        at, end, times = self._next[booker], self._end[booker], self._times
        while at < end and times[at] <= now:
            account.credit(times[at], self._each)
            at += 1
        self._next[booker] = at
        return account
