"""A bound from prices of demand, by Lagrangian relaxation of "every point is served".

Each point pays its price to whoever serves it. Then sites know nothing of each other: an open one
serves, as far as its capacity goes, those that pay most beyond their cost for the room they take (a
continuous knapsack). For any prices, no plan costs less than

    sum of prices + the least sum of v_j over sets of at most p sites with all of `fixed_open`,
    v_j = opening_cost_j + min sum_i (cost_ij - price_i) x_ij over 0 <= x_ij <= 1 that fit into j.

The best prices give the bound of the strong linear relaxation (x <= y). They are found by
subgradient steps (Held, Wolfe and Crowder 1974), deflected as Camerini, Fratta and Maffioli (1975).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from optimise.siting.capacitated.instance import Instance

__all__ = ["Priced", "ascend", "first_prices", "priced"]

F64 = npt.NDArray[np.float64]
Bool = npt.NDArray[np.bool_]

_STEP, _SHRINK, _PATIENCE, _DEFLECTION = 1.5, 0.6, 12, 0.4
_SMALLEST_STEP, _ROUNDS = 1e-3, 400
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Priced:
    """What some prices prove.

    Parameters
    ----------
    prices
        (n,) what each point pays for all of its demand.
    bound
        No plan costs less.
    open_worth
        (m,) v_j: what opening a site costs beyond what it earns.
    opened
        (m,) sites of the least sum.
    opening_loss
        (m,) by how much the bound rises if a site has to be open; 0 for those of the least sum.
    closing_loss
        (m,) by how much it rises if one of the least sum has to be closed; infinite where it is
        kept open, 0 for others.
    served
        (n,) shares of each point that the sites of the least sum serve; 1 at all of them would be
        a plan.
    """

    prices: F64
    bound: float
    open_worth: F64
    opened: Bool
    opening_loss: F64
    closing_loss: F64
    served: F64


def first_prices(instance: Instance) -> F64:
    """(n,) cheapest service of each point, with its part of the opening cost of a full site."""
    demand, total = instance.demand, instance.demand.sum()
    room = np.minimum(instance.capacity, max(total, 1e-300))
    part = np.divide(
        instance.opening_cost, room, out=np.zeros_like(room), where=(room > 0) & (total > 0)
    )
    return np.asarray((instance.cost + demand[:, None] * part).min(axis=1))


def priced(instance: Instance, prices: F64) -> Priced:
    """Evaluate prices."""
    worth, shares = _knapsacks(instance, prices)
    others = np.flatnonzero(~instance.kept_open)
    order = others[np.argsort(worth[others], kind="stable")]
    room = instance.most - int(instance.kept_open.sum())
    best = order[:room]
    best = best[worth[best] < 0]
    opened = instance.kept_open.copy()
    opened[best] = True
    # Without room for one more, the dearest of the least sum gives way; else nobody has to.
    full = len(best) == room
    weakest = float(worth[best].max(initial=-np.inf)) if full else 0.0
    following = float(worth[order[room : room + 1]].min(initial=0.0)) if full else 0.0
    opening_loss = np.where(opened, 0.0, np.maximum(worth - weakest, 0.0))
    closing_loss = np.where(opened, following - worth, 0.0)
    closing_loss[instance.kept_open] = np.inf
    return Priced(
        prices=prices,
        bound=float(prices.sum() + worth[opened].sum()),
        open_worth=worth,
        opened=opened,
        opening_loss=opening_loss,
        closing_loss=closing_loss,
        served=np.asarray(shares[:, opened].sum(axis=1)),
    )


def _knapsacks(instance: Instance, prices: F64) -> tuple[F64, F64]:
    """Worth v of each site, and the shares (n, m) that it would serve."""
    margin = np.minimum(instance.cost - prices[:, None], 0.0)
    if instance.unlimited:
        return instance.opening_cost + margin.sum(axis=0), (margin < 0).astype(np.float64)
    demand = instance.demand[:, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        rate = np.where(margin < 0, margin / demand, 0.0)
    order = np.argsort(rate, axis=0, kind="stable")
    asked = np.where(margin < 0, demand, 0.0)
    sorted_asked = np.take_along_axis(asked, order, axis=0)
    left = instance.capacity - (np.cumsum(sorted_asked, axis=0) - sorted_asked)
    with np.errstate(divide="ignore", invalid="ignore"):
        fits = np.where(sorted_asked > 0, np.clip(left / sorted_asked, 0.0, 1.0), 1.0)
    shares = np.empty_like(fits)
    np.put_along_axis(shares, order, fits, axis=0)
    shares[margin >= 0] = 0.0
    return instance.opening_cost + (margin * shares).sum(axis=0), shares


def ascend(
    instance: Instance,
    start: F64,
    best_value: Callable[[], float],
    look: Callable[[Priced], None],
    deadline: float,
) -> Priced:
    """Raise the bound step by step.

    Parameters
    ----------
    best_value
        Cost of the best plan so far, infinite if there is none.
    look
        Called with every evaluation: may find plans in it.
    deadline
        On the clock of `time.monotonic`.
    """
    best = now = priced(instance, start)
    step, failures, direction = _STEP, 0, np.zeros_like(start)
    for _ in range(_ROUNDS):
        look(now)
        missing = 1.0 - now.served
        missing[np.abs(missing) < _ROUNDING] = 0.0
        direction = missing + _DEFLECTION * direction
        length = float(max(direction @ direction, missing @ missing))
        goal = min(best_value(), best.bound + 0.05 * abs(best.bound) + 1e-9)
        # What is served in full at least cost is a plan of the relaxation, and no prices do better.
        served = not missing.any()
        if served or goal <= best.bound or time.monotonic() > deadline:
            break
        now = priced(instance, now.prices + step * (goal - now.bound) / length * direction)
        if now.bound > best.bound:
            best, failures = now, 0
        else:
            failures += 1
        if failures >= _PATIENCE:
            step, failures, now = step * _SHRINK, 0, best
            direction = np.zeros_like(start)
            if step < _SMALLEST_STEP:
                break
    return best
