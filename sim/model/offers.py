"""Policy part `overflow`: what is offered beyond what refused bookers would look for themselves."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from sim.arrays import I32, I64, Bools
from sim.booking.layout import Rooms
from sim.booking.requests import Askers, Requests
from sim.streams import key_of, uniforms
from sim.world.places import TIERS

_TAKES = key_of("purpose", "takes an offer")


def add_offers(rooms: Rooms, requests: Requests, askers: Askers) -> Requests:
    """The requests with further centres and starts, of those who would take what is offered.

    Offered are the next centres in the booker's own order: only those better than not asking.
    """
    pools, others, shift = requests.pools, requests.others.copy(), requests.shift.copy()
    offered = [(n, r.overflow) for n, r in enumerate(rooms.book.sets) if r.overflow is not None]
    if not offered or not len(requests):
        return requests
    takes = uniforms(askers.key, _TAKES) < rooms.responses.takes_offer
    pools = pools.copy()
    for number, overflow in offered:
        at = np.flatnonzero(takes & (askers.rules == number))
        if overflow.tiers and overflow.other_venues:
            allowed = np.array([TIERS[t] in overflow.tiers for t in rooms.tier], dtype=bool)
            pools[at] = _of_tiers(pools[at], others[at], allowed)
        others[at] += overflow.other_venues
        shift[at] = np.maximum(shift[at], overflow.shift_minutes // rooms.grid)
    return replace(requests, pools=pools, others=others, shift=shift)


def _of_tiers(pools: I32, own: I64, allowed: Bools) -> I32:
    """Pools with those beyond the booker's own that are not offered taken out."""
    width = pools.shape[1]
    mine = np.arange(width)[None, :] <= own[:, None]
    kept = (pools >= 0) & (mine | allowed[np.maximum(pools, 0)])
    order = np.argsort(~kept, axis=1, kind="stable")
    shown = np.where(kept, pools, np.int32(-1))
    return np.take_along_axis(shown, order, axis=1)
