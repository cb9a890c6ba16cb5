"""Points that people can pay for slots with while the clock runs.

Taking part and use of bookings are settled after the clock, volunteering is known before it. So
while the clock runs people have the points that they volunteered for, less what they paid
and what has expired, and nothing else: a lower bound of what they have earned. Afterwards, when all
is settled, points paid are there for certain, and goods get what is left (`sim.points.spending`).
"""

from __future__ import annotations

import numpy as np

from sim.arrays import I64, U64
from sim.points.ledger import Account, life_minutes
from sim.points.people import is_member, person_keys
from sim.points.plan import PointsPlan
from sim.points.volunteering import sample_acts


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
