"""Prices of moments: a bound on what a component can gain, and good choices.

Where rooms cost so much at each contested moment, every request takes what it gains most from,
price paid, or nothing. No choice can gain more than that and the prices of all rooms together
(Lagrangian relaxation), and prices that rise where too many want and fall where too few do bring
the bound down to that of the linear relaxation (M. L. Fisher: The Lagrangian relaxation method for
solving integer programming problems. Management Science 27, 1981, 1-18). What is taken most often
on the way is close to what the relaxation takes (F. Barahona, R. Anbil: The volume algorithm.
Mathematical Programming 87, 2000, 385-399). All sums are of whole numbers, so that the bound is
exact and every machine finds the same.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from optimise.draws.greedy import best_greedy, in_order
from optimise.draws.reducing import Component

__all__ = ["ROUNDS", "Priced", "settle_prices"]

I64 = npt.NDArray[np.int64]

ROUNDS = 300
_UNIT = 1 << 10  # prices are in fractions of a unit of value
_NEVER = np.iinfo(np.int64).min
_PATIENCE, _SHORTER = 8, 0.6  # rounds without a better bound; then steps are so much shorter
_SETTLED = 100  # rounds after which it counts what is taken
_CHOOSE = (15, 30, 60, 120)  # rounds after which a choice is made, as it may prove best early


@dataclass(frozen=True, slots=True, eq=False)
class Priced:
    """What prices tell.

    Attributes
    ----------
    chosen
        Options of the best choice found.
    value, bound
        What it gains, and the most that any can.
    with_it
        (n,) the most that a choice with this option can gain.
    taken
        (n,) how often the option was taken as prices settled.
    """

    chosen: list[int]
    value: int
    bound: int
    with_it: I64
    taken: I64


def settle_prices(component: Component, rounds: int = ROUNDS) -> Priced:
    """Let prices settle, and choose by what was taken, and by what is left, price paid."""
    market = _Market(component)
    best = best_greedy(component)
    value, bound, step, waited = market.value(best), market.most, 1.0, 0
    price = kept = np.zeros(len(component.rooms), dtype=np.int64)
    taken = np.zeros(len(component.request), dtype=np.int64)
    for number in range(rounds):
        left, top = market.left(price)
        total = market.total(price, top)
        if total < bound:
            bound, kept, waited = total, price, 0
            if bound // _UNIT <= value:
                break
        elif waited == _PATIENCE:
            price, step, waited = kept, step * _SHORTER, 0
            left, top = market.left(price)
        else:
            waited += 1
        if number in _CHOOSE:
            best = max(best, market.choice(left), key=market.value)
            value = market.value(best)
            if bound // _UNIT <= value:
                break
        picked = market.picked(left, top)
        if number >= _SETTLED:
            taken[picked] += 1
        over = market.wanted(picked) - component.rooms
        square = int((over * over).sum())
        if not square:
            break
        by = step * max(bound - value * _UNIT, _UNIT) / square
        price = np.maximum(price + np.rint(by * over).astype(np.int64), 0)
    left, top = market.left(kept)
    best = max(best, market.choice(left), market.choice(taken), key=market.value)
    value = market.value(best)
    with_it = (bound - np.maximum(top, 0)[component.request] + left) // _UNIT
    return Priced(best, value, max(bound // _UNIT, value), with_it, taken)


class _Market:
    """A component's options; sums over those of each request."""

    def __init__(self, component: Component) -> None:
        self._c = component
        self._order = np.argsort(component.request, kind="stable")
        self._request = component.request[self._order]
        self._begins = np.searchsorted(self._request, np.arange(component.requests))
        self._gain = component.gain * _UNIT
        self.most = int(np.maximum.reduceat(self._gain[self._order], self._begins).sum())

    def value(self, chosen: list[int]) -> int:
        return int(self._c.gain[chosen].sum())

    def left(self, price: I64) -> tuple[I64, I64]:
        """What each option leaves once it is paid for, and the most of each request."""
        before = np.zeros(len(price) + 1, dtype=np.int64)
        price.cumsum(out=before[1:])
        left = self._gain - (before[self._c.last] - before[self._c.first])
        return left, np.maximum.reduceat(left[self._order], self._begins)

    def total(self, price: I64, top: I64) -> int:
        """The bound, in units of prices."""
        return int((price * self._c.rooms).sum() + np.maximum(top, 0).sum())

    def picked(self, left: I64, top: I64) -> I64:
        """The best option of each request that has one worth its price; the first of several."""
        wanted = np.where(top > 0, top, _NEVER)
        (best,) = (left[self._order] == wanted[self._request]).nonzero()
        whose = self._request[best]
        first = np.empty(len(best), dtype=bool)
        first[:1], first[1:] = True, whose[1:] != whose[:-1]
        return np.asarray(self._order[best[first]])

    def wanted(self, picked: I64) -> I64:
        """How many options take each moment."""
        moments = len(self._c.rooms)
        change = np.bincount(self._c.first[picked], minlength=moments + 1)
        change = change - np.bincount(self._c.last[picked], minlength=moments + 1)
        return np.asarray(change.cumsum()[:-1])

    def choice(self, rank: I64) -> list[int]:
        """Options in falling rank, then gain, each if it still fits."""
        return in_order(self._c, np.lexsort((self._c.request, -self._c.gain, -rank)))
