"""Goods: what they cost, and which one somebody with so many points takes.

Somebody looks at k different goods out of n and takes the dearest that the balance covers. With
the goods in order of price and c of them affordable, the one taken is c - 1 - m, where m is the
number of affordable goods that are dearer than every affordable one seen. P(m >= d) is the chance
that none of d given goods is among the k, whatever c is. So one number a trip says it all, drawn
by inversion; it is exact, also for k = 1,000, and somebody with more points never takes less.
Goods of one price are alike: which of them it is, is drawn uniformly.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.arrays import F64, I64, U64
from sim.scenario.derived.samplers import Sampler
from sim.streams import child_keys, key_of, mix, uniforms

_GOODS = key_of("goods for points")
_PRICE, _LOOK, _ALIKE = (
    key_of("purpose", p) for p in ("price in points", "goods looked at", "goods of one price")
)


@dataclass(frozen=True, slots=True)
class GoodsOnOffer:
    """The goods of a replication in order of price.

    Attributes
    ----------
    good
        (goods,) number of each.
    price
        (goods,) ascending, whole, at least 1.
    """

    good: I64
    price: I64

    def taken(self, trip: U64, place: I64) -> I64:
        """Numbers of the goods at these places of the shelf: one of those of the same price."""
        low = np.searchsorted(self.price, self.price[place], side="left")
        high = np.searchsorted(self.price, self.price[place], side="right")
        offset = np.floor(uniforms(trip, _ALIKE) * (high - low)).astype(np.int64)
        return np.asarray(self.good[low + offset])


def stock(goods: int, price: Sampler, root: int) -> GoodsOnOffer:
    """Draw the prices of a replication, keyed by the number of the good.

    Prices are assumptions, not known to anybody: they are drawn anew in each replication, so that
    the interval of what is redeemed holds their chance too.
    """
    base = mix(np.full(1, root, dtype=np.uint64) ^ np.uint64(_GOODS))
    keys = child_keys(base, np.arange(goods))
    prices = np.maximum(np.rint(price.ppf(uniforms(keys, _PRICE))), 1.0).astype(np.int64)
    order = np.argsort(prices, kind="stable")
    return GoodsOnOffer(good=order.astype(np.int64), price=prices[order])


def unseen_shares(goods: int, seen: int) -> F64:
    """(goods - seen,) chance that none of the d dearest goods is seen, for d = 1, 2, ..."""
    if seen >= goods:
        return np.zeros(0)
    d = np.arange(goods - seen, dtype=np.float64)
    return np.asarray(np.cumprod((goods - seen - d) / (goods - d)))


def skipped(trip: U64, unseen: F64) -> I64:
    """(trips,) affordable goods that are dearer than every affordable one that is seen."""
    return np.searchsorted(-unseen, -uniforms(trip, _LOOK), side="left").astype(np.int64)
