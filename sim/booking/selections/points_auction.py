"""Selection `points`: where more want a slot than fit, those who pay points for it go first.

A what-if of ours, as no such rule is known from practice. Fixed prices, not bids: nobody knows what
a point is worth to whom, so what a booker would bid would be one more assumption.
"""

from __future__ import annotations

import numpy as np

from sim.arrays import I64, Bools
from sim.booking.catalogue import selection
from sim.booking.counter import Counter
from sim.booking.diaries import each_slot
from sim.booking.layout import BookableRooms
from sim.scenario.schema.policy import PointsAuction
from sim.streams import key_of, uniforms

_LOT, _SAVES = (key_of("purpose", p) for p in ("lot of an auction", "saves points"))
_MOST = 2.0**52  # a price nobody can pay; keeps whole numbers whole


@selection("points", asks_who=lambda spec: True)
class AuctionDraw:
    """Serves a batch: first, by lot, who can pay; then the rest, by lot.

    Only those who get the very time and centre they asked for pay. A booker with points for some of
    several requests pays for them in the order of their lots; the others are among the rest.
    """

    def __init__(self, spec: PointsAuction, rooms: BookableRooms, counter: Counter) -> None:
        self._counter, self._key = counter, counter.askers.key
        self._hourly, self._power = float(spec.price), spec.follows_demand
        self._pools = counter.requests.pools[:, 0].astype(np.int64)
        self._rooms = np.array([len(r) for r in rooms.rooms], dtype=np.int64)
        self._taken = counter.requests.rooms
        self._hours = rooms.grid / 60.0
        self._pays = _who_pays(spec.saved_share, counter)
        self._booker = counter.askers.booker.tolist()

    def draw(self, entrants: I64, now: float) -> None:
        """Decide a batch."""
        counter, purse, booker = self._counter, self._counter.purse, self._booker
        order = entrants[np.argsort(uniforms(self._key[entrants], _LOT), kind="stable")]
        ask, attempt, paid = counter.ask, counter.desk.attempt, counter.notes.paid
        rest = []
        for i, points in zip(order.tolist(), self._prices(order).tolist(), strict=True):
            if not points or purse is None or purse.balance(booker[i], now) < points:
                rest.append(i)
            elif ask(i, now) and not attempt[i]:
                purse.pay(booker[i], now, points)
                paid[i] = points
        counter.decide(np.array(rest, dtype=np.int64), now)

    def _prices(self, entrants: I64) -> I64:
        """Points that each would pay; 0 where nothing is contested or the booker does not pay."""
        requests, pool = self._counter.requests, self._pools[entrants]
        start, slots = requests.start[entrants], requests.duration[entrants]
        per_slot, taken = self._hourly * self._hours, self._taken[entrants]
        price = prices(pool, start, slots, self._rooms, per_slot, self._power, taken)
        return np.asarray(np.where(self._pays[entrants], price, 0))


def prices(
    pool: I64, start: I64, slots: I64, rooms: I64, per_slot: float, power: float, taken: I64
) -> I64:
    """Points that each request of a batch costs, for the slots of it that are contested.

    A slot of a pool is contested if the batch wants more rooms then than the pool has.

    Parameters
    ----------
    pool, start, slots
        Of each request: pool asked first, first slot and length.
    rooms
        Of each pool.
    per_slot
        Price of a slot; multiplied by (rooms wanted / rooms) ^ `power`, then added up over the
        contested slots of each room of a request and rounded up to whole points.
    taken
        Rooms that each request takes at once.
    """
    row, slot = each_slot(start, slots)
    cell = pool[row] * (int(slot.max(initial=0)) + 1) + slot
    _, at = np.unique(cell, return_inverse=True)
    ratio = np.bincount(at, weights=taken[row])[at] / rooms[pool[row]]
    each = np.where(ratio > 1.0, per_slot * ratio**power, 0.0)
    total = np.bincount(row, weights=each, minlength=len(pool)) * taken
    return np.asarray(np.minimum(np.ceil(total - 1e-9), _MOST).astype(np.int64))


def _who_pays(saved_share: float, counter: Counter) -> Bools:
    """Requests of bookers who ever have points and do not save them for goods."""
    booker, purse = counter.askers.booker, counter.purse
    if purse is None:
        return np.zeros(len(counter.requests), dtype=bool)
    spends = purse.ever & (uniforms(purse.key, _SAVES) >= saved_share)
    return np.asarray(spends[booker])
