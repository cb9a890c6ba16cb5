"""One request after the other takes the best that is left: what draws and queues do."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from optimise.draws.reducing import Component

__all__ = ["best_greedy", "in_order"]

I64 = npt.NDArray[np.int64]


def in_order(component: Component, order: I64) -> list[int]:
    """Options taken, where options are looked at in an order."""
    rooms, taken, served = component.rooms.tolist(), [], set[int]()
    columns = zip(
        order.tolist(),
        component.request[order].tolist(),
        component.first[order].tolist(),
        component.last[order].tolist(),
        strict=True,
    )
    for option, request, first, last in columns:
        if request not in served and all(rooms[first:last]):
            served.add(request)
            taken.append(option)
            for moment in range(first, last):
                rooms[moment] -= 1
    return taken


def best_greedy(component: Component) -> list[int]:
    """The best of three: by lot, by gain, and by gain for what is taken."""
    c = component
    length = c.last - c.first
    orders = (
        np.lexsort((-c.gain, c.request)),
        np.lexsort((c.request, length, -c.gain)),
        np.lexsort((c.request, -c.gain, -c.gain / length)),
    )
    return max((in_order(c, order) for order in orders), key=lambda t: int(c.gain[t].sum()))
